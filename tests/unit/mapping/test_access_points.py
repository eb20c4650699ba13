"""An Access Point in columns and words: carried out where UPS names it, and every other row stopped with its reason."""

from collections.abc import Callable
from typing import Any

import pytest

from agent.mapping.builder import BuiltRows
from agent.planning.ship_options import ShipOptions
from agent.shipping import faults
from agent.shipping.access_points import AccessPoint
from agent.shipping.verdict import Reject, reject

Order = Callable[..., dict[str, str]]
Build = Callable[..., BuiltRows]
ADDRESS = {"lines": ["9 Mill St"], "city": "Boston", "state": "MA", "postal_code": "02116", "country_code": "US"}
POINT = AccessPoint("U02116001", "Corner Market", ADDRESS, "0.6 mi")
NEAREST = ShipOptions(access_point="nearest").answers()
DOOR = ShipOptions(access_point="door").answers()


@pytest.fixture
def held(built: Build) -> Build:
    """Builds, has UPS name the one point for everything that is asked, and builds again."""

    def build(rows: list[dict[str, str]], found: AccessPoint | Reject = POINT, **more: Any) -> BuiltRows:
        points: dict[str, AccessPoint | Reject] = {}
        first = built(rows, points=points, **more)
        points |= dict.fromkeys(first.wanted_points, found)
        return built(rows, points=points, **more) if points else first

    return build


def mailed(order: Order, **cells: str) -> dict[str, str]:
    return order({"Email": "ann@example.com", **{name.replace("_", " "): cell for name, cell in cells.items()}})


@pytest.mark.parametrize(
    ("column", "cell", "identifier"),
    [
        ("UPS Access Point", "Y", None),
        ("Access Point ID", "u02116001", "U02116001"),
        ("Hold At Location", "yes", None),
        ("HoldAtLocation", "U02116001", "U02116001"),
        ("Hold At UPS Access Point", "nearest", None),
        ("HAL", "x", None),
        ("Pickup Point", "U02116001", "U02116001"),
    ],
)
def test_a_column_is_carried_out(
    built: Build, held: Build, order: Order, column: str, cell: str, identifier: str | None
) -> None:
    rows = [mailed(order, **{column: cell})]
    (wanted,) = built(rows).wanted_points.values()
    assert wanted.id == identifier
    assert wanted.address["postal_code"] == "02116"
    result = held(rows)
    assert result.ready, result.problems
    (shipment,) = result.shipments
    assert shipment.payload is not None
    assert shipment.payload["access_point"] == POINT.payload
    assert shipment.payload["ship_to"]["address"]["lines"] == ["12 Main St"], "the consignee stays"
    assert shipment.point == POINT
    assert shipment.home_open is False


def test_words_hold_for_every_row_and_a_cell_with_an_id_goes_before(built: Build, order: Order) -> None:
    rows = [
        mailed(order, Order_Number="1", Access_Point_ID="U02116007"),
        mailed(order, Order_Number="2", Access_Point_ID="N"),
    ]
    assert {one.id for one in built(rows, answers=NEAREST).wanted_points.values()} == {"U02116007", None}


def test_a_no_in_words_goes_before_the_cells_and_is_shown(built: Build, order: Order) -> None:
    result = built([mailed(order, UPS_Access_Point="Y")], answers=DOOR)
    assert result.ready
    assert "access_point" not in (result.shipments[0].payload or {})
    assert [(change.before, change.after) for change in result.changes] == [("Y", "the door")]


@pytest.mark.parametrize(
    ("cells", "more", "code"),
    [
        ({"Email": ""}, {}, "E-2440"),
        ({}, {"service": "14"}, "E-2439"),
        ({}, {"service": "93"}, "E-2439"),
        ({"Email Notification": "Y"}, {}, "E-2441"),
        ({"UPS Access Point": "12 Market St, Boston"}, {}, "E-2438"),
        ({"UPS Access Point": "U123"}, {}, "E-2438"),
        ({"Access Point Name": "Corner Market"}, {}, "E-2239"),
    ],
)
def test_what_cannot_be_is_stopped_before_ups_is_asked(
    built: Build, order: Order, cells: dict[str, str], more: dict[str, Any], code: str
) -> None:
    rows = [order({"Email": "ann@example.com", "UPS Access Point": "Y", **cells, "Phone": "6175550101"})]
    result = built(rows, **more)
    assert [problem.code for problem in result.problems] == [code]
    if code != "E-2239":
        assert result.wanted_points == {}


def test_what_ups_says_against_it_stops_the_row_alone(held: Build, order: Order) -> None:
    rows = [mailed(order, Order_Number="1", UPS_Access_Point="Y"), mailed(order, Order_Number="2")]
    result = held(rows, reject(faults.NO_POINT_NEAR, radius="25 miles"))
    assert [(problem.code, problem.column, problem.sheet_rows) for problem in result.problems] == [
        ("E-2443", "UPS Access Point", (2,))
    ]
    assert [one.payload is not None for one in result.shipments] == [False, True]


def test_its_name_beside_its_id_is_no_instruction(held: Build, order: Order) -> None:
    cells = {"Access Point ID": "U02116001", "Access Point Name": "Corner Market", "Access Point City": "Boston"}
    assert held([order({"Email": "ann@example.com", **cells})]).ready


def test_the_rows_of_one_parcel_name_one_point(built: Build, order: Order) -> None:
    rows = [
        mailed(order, Item="A", Access_Point_ID="U02116001"),
        mailed(order, Item="B", Access_Point_ID="U02116002"),
    ]
    result = built(rows, answers={"order_lines": "items of one parcel", "order_lines_weight": "each"})
    assert "E-2442" in [problem.code for problem in result.problems]


def test_a_parcel_is_the_same_parcel_at_the_door_and_at_a_point(built: Build, held: Build, order: Order) -> None:
    plain = order({"Email": "ann@example.com", "Order Number": None, "UPS Access Point": ""})
    at_point = plain | {"UPS Access Point": "Y"}
    assert held([at_point]).shipments[0].identity == built([plain]).shipments[0].identity


def test_a_return_goes_to_the_shipper_whatever_the_cell_says(built: Build, order: Order) -> None:
    result = built([mailed(order, UPS_Access_Point="Y")], answers=ShipOptions(returns="print").answers())
    assert result.wanted_points == {}
    with pytest.raises(ValueError, match="no Access Point"):
        ShipOptions(returns="print", access_point="nearest")
