"""Where parcels start: a place of the settings by its name, of the command, the row or a default."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from agent.mapping.answers import SAID, SHIP_FROM_OF_ALL, Answers
from agent.mapping.builder import BuiltRows, ShipmentBuilder
from agent.mapping.columns import propose_mapping
from agent.mapping.ship_from import place_of
from agent.mapping.template import mapping_from
from agent.sender import SAMPLE_SHIPPER, ShipFromPlace
from agent.settings import Settings
from agent.setup.shipper_rules import place_faults
from tests.unit.mapping.conftest import sheet_rows

RENO = {"lines": ["5 Dock Rd"], "city": "Reno", "state": "NV", "postal_code": "89502", "country_code": "US"}
EAST = {"lines": ["9 Pier St"], "city": "Newark", "state": "NJ", "postal_code": "07102", "country_code": "US"}
PLACES = {
    "reno": ShipFromPlace.model_validate({"name": "Sample Shop West", "address": RENO}).party(SAMPLE_SHIPPER),
    "east-coast": ShipFromPlace.model_validate({"address": EAST}).party(SAMPLE_SHIPPER),
}
Order = Callable[..., dict[str, str]]


@pytest.fixture
def started(schema: dict[str, Any], order: Order) -> Callable[..., BuiltRows]:
    """One order for every cell of the column."""

    def build(
        cells: list[str], answers: dict[str, str] | None = None, column: str = "Warehouse", places: Any = PLACES
    ) -> BuiltRows:
        rows = [order({"Order Number": str(number), column: cell}) for number, cell in enumerate(cells)]
        mapping = mapping_from(propose_mapping(list(rows[0]), {}), {})
        today, sender = date(2026, 3, 2), SAMPLE_SHIPPER.model_dump()
        builder = ShipmentBuilder(mapping, sender, schema, Answers.of(answers), today, places=places)
        return builder.build_all(sheet_rows(rows), "03")

    return build


def cities(built: BuiltRows) -> list[str | None]:
    payloads = [item.payload for item in built.shipments]
    assert all(payload is not None for payload in payloads), built.problems
    return [payload["ship_from"]["address"]["city"] if "ship_from" in payload else None for payload in payloads]


@pytest.mark.parametrize("column", ["Warehouse", "Ship From", "Ship-From Location", "Fulfillment Center"])
def test_a_column_names_the_place_of_each_row(started: Any, column: str) -> None:
    built = started(["Reno", "", "EAST COAST", "Sample Shop"], column=column)
    assert cities(built) == ["Reno", None, "Newark", None]
    assert built.shipments[0].payload["ship_from"]["phone"] == SAMPLE_SHIPPER.phone, "what is not set is the shipper's"
    assert built.shipments[0].payload["shipper"]["account_number"] == SAMPLE_SHIPPER.account_number


def test_a_place_that_nobody_set_stops_its_row_and_names_those_that_are(started: Any) -> None:
    built = started(["Reno", "Dallas"])
    (problem,) = built.problems
    assert (problem.code, problem.sheet_rows) == ("E-2470", (3,))
    assert "'Dallas'" in problem.why
    assert "reno, east-coast" in problem.remedy


def test_what_the_command_says_goes_before_the_cell_and_is_shown(started: Any) -> None:
    built = started(["Reno", "East-Coast", ""], {SHIP_FROM_OF_ALL: "Reno"})
    assert cities(built) == ["Reno"] * 3
    assert [(change.before, change.after, change.why) for change in built.changes] == [("East-Coast", "reno", SAID)]


def test_a_default_is_for_blank_cells_only(started: Any) -> None:
    assert cities(started(["", "reno"], {"ship_from": "east-coast"})) == ["Newark", "Reno"]


def test_without_places_the_column_says_nothing(started: Any) -> None:
    assert cities(started(["WH 1", "WH 2"], places={})) == [None, None]


def test_the_rows_of_one_parcel_start_from_one_place(schema: dict[str, Any], order: Order) -> None:
    rows = [order({"Warehouse": "Reno"}), order({"Warehouse": "east-coast"})]
    mapping = mapping_from(propose_mapping(list(rows[0]), {}), {})
    answers = Answers.of({"order_lines": "items of one parcel", "order_lines_weight": "the sum"})
    builder = ShipmentBuilder(mapping, SAMPLE_SHIPPER.model_dump(), schema, answers, date(2026, 3, 2), places=PLACES)
    assert "E-2471" in {one.code for one in builder.build(sheet_rows(rows), "03").rejections}


def test_another_place_makes_no_other_parcel(started: Any) -> None:
    assert started(["Reno"]).shipments[0].identity == started([""]).shipments[0].identity


def test_a_place_is_named_by_the_settings_or_by_its_town() -> None:
    assert place_of({"ship_from": PLACES["reno"]}, PLACES) == "reno"
    assert place_of({"ship_from": PLACES["reno"]}, {}) == "Sample Shop West, Reno"
    assert place_of({}, PLACES) == "the shipper"
    customer = {"ship_from": PLACES["reno"], "return_service_code": "9"}
    assert place_of(customer, {}) == "the shipper", "a return starts at a customer's"


def test_a_place_meets_the_rules_of_the_shipper() -> None:
    wrong = ShipFromPlace.model_validate({"phone": "555", "address": RENO | {"postal_code": "1000"}})
    assert {fault.split(":")[0] for fault in place_faults(SAMPLE_SHIPPER, wrong)} == {"phone", "address.postal_code"}
    assert place_faults(SAMPLE_SHIPPER, ShipFromPlace.model_validate({"address": RENO})) == []


@pytest.mark.parametrize(
    "places",
    [
        {"Reno!": {"address": RENO}},
        {"toronto": {"address": RENO | {"country_code": "CA"}}},
        {"reno": {"address": RENO, "account_number": "A1B2C3"}},
    ],
)
def test_a_place_that_cannot_be_one_is_refused_by_the_settings(places: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings(ship_from=places)
