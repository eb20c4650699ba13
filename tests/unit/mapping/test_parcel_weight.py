"""What a parcel weighs: columns that add up, items times their quantity, lines of an order; never a weight made up."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.mapping.answers import Answers
from agent.mapping.builder import BuiltRows, ShipmentBuilder
from agent.mapping.columns import ColumnMatch, propose_mapping
from agent.mapping.parcel_weight import ADD_UP, ADD_UP_ITEMS, ADDS_NOTHING, LEAVE_OUT, SAME_WEIGHT, TWO_PARTS
from agent.mapping.template import Mapping, column_expression, mapping_from
from agent.mapping.weight_columns import ALL, BOTH, parts_of_one_weight, weight_choices
from agent.planning.model import SheetRow
from agent.sender import SAMPLE_SHIPPER

Order = Callable[..., dict[str, str]]
Build = Callable[..., BuiltRows]


def weights(result: BuiltRows) -> list[str]:
    """What the payloads say, in pounds; every row must have one."""
    return [
        package["weight"]["value"] for shipment in result.shipments for package in (shipment.payload or {})["packages"]
    ]


def stops(result: BuiltRows) -> list[str]:
    """The slots asked and the codes of rejections: what keeps the rows from shipping."""
    return [*(ask.slot for ask in result.asks), *(problem.code for problem in result.problems)]


def row(order: Order, number: int = 1, **cells: str) -> dict[str, str]:
    named = {name.replace("_", " "): text for name, text in cells.items()}
    return order({"Order Number": str(number), "Weight (lb)": None, **named})


@pytest.mark.parametrize(
    ("pounds", "ounces", "sent"),
    [
        ("2", "8", "2.5"),
        ("0", "12", "0.75"),
        ("", "12", "0.75"),
        ("3", "", "3.0"),
        ("3", "0", "3.0"),
        ("1", "15", "2.0"),
    ],
)
def test_pounds_and_ounces_add_up(built: Build, order: Order, pounds: str, ounces: str, sent: str) -> None:
    result = built([order({"Weight (lb)": pounds, "Weight (oz)": ounces})])
    assert weights(result) == [sent]


def test_kilograms_and_grams_are_told_in_kilograms(built: Build, order: Order) -> None:
    result = built([order({"Weight (lb)": None, "Weight (kg)": "1", "Weight (g)": "500"})])
    assert weights(result) == ["3.4"]
    assert [change.before for change in result.changes] == ["1.5 kg"]


@pytest.mark.parametrize(
    ("large", "small"),
    [("Weight (lb)", "Weight (oz)"), ("weight_lbs", "weight_oz"), ("Pounds", "Ounces"), ("Lbs", "Oz"),
     ("Weight Pounds", "Weight Ounces"), ("Package Weight (lbs)", "Package Weight (oz)"), ("Weight kg", "Weight g"),
     ("Item Weight (lb)", "Item Weight (oz)")],
)  # fmt: skip
@pytest.mark.parametrize("turned", [False, True])
def test_headers_of_a_unit_and_its_part_are_one_weight(large: str, small: str, turned: bool) -> None:
    columns = [small, large] if turned else [large, small]
    proposal = propose_mapping(["Name", *columns], {})
    assert not proposal.ambiguous
    name = "item_weight" if large.startswith("Item") else "weight"
    assert proposal.fields[name].columns == (large, small)


@pytest.mark.parametrize("columns", [("Weight (lb)", "Weight (kg)"), ("Weight", "Package Weight"),
                                     ("Net Weight (lb)", "Gross Weight (oz)"), ("Weight", "Weight (oz)")])  # fmt: skip
def test_other_columns_of_the_weight_are_a_question(columns: tuple[str, str]) -> None:
    assert parts_of_one_weight(columns) is None
    assert sorted(propose_mapping(["Name", *columns], {}).ambiguous["weight"]) == sorted(columns)


def test_the_question_always_offers_all_added_up() -> None:
    assert weight_choices(["A", "B"])[BOTH] == ("A", "B")
    three = weight_choices(["Weight", "Weight (oz)", "Weight (lb)"])
    assert three["Weight (lb) + Weight (oz)"] == ("Weight (lb)", "Weight (oz)")
    assert three[ALL] == ("Weight", "Weight (oz)", "Weight (lb)")
    assert set(three) >= {"Weight", "Weight (oz)", "Weight (lb)"}


def test_a_column_without_a_unit_never_takes_its_neighbours(order: Order, schema: dict[str, Any]) -> None:
    proposal = propose_mapping(list(order({"Weight (lb)": None})), {})
    fields = proposal.fields | {"weight": ColumnMatch("Weight", 1.0, known_header=True, more=("Weight (oz)",))}
    mapping = mapping_from(replace(proposal, fields=fields), {})
    rows = [SheetRow(1, 2, order({"Weight (lb)": None, "Weight": "2", "Weight (oz)": "8"}), "x")]

    def build(answers: dict[str, str]) -> BuiltRows:
        builder = ShipmentBuilder(mapping, SAMPLE_SHIPPER.model_dump(), schema, Answers.of(answers), date(2026, 3, 2))
        return builder.build_all(rows, "03")

    assert stops(build({})) == ["weight_unit"]
    assert weights(build({"weight_unit": "lb"})) == ["2.5"]


@pytest.mark.parametrize(("pounds", "ounces"), [("2.5", "40"), ("0.5", "8"), ("3", "48"), ("1.25", "4")])
def test_what_may_be_one_weight_in_two_units_is_never_added_unasked(
    built: Build, order: Order, pounds: str, ounces: str
) -> None:
    assert stops(built([order({"Weight (lb)": pounds, "Weight (oz)": ounces})])) == ["weight_columns"]


def test_one_weight_in_two_units_counts_once(built: Build, order: Order) -> None:
    rows = [order({"Weight (lb)": "2.5", "Weight (oz)": "40"})]
    assert weights(built(rows, answers={"weight_columns": SAME_WEIGHT})) == ["2.5"]
    assert weights(built(rows, answers={"weight_columns": TWO_PARTS})) == ["5.0"]
    rows[0]["Weight (oz)"] = "90"
    assert stops(built(rows, answers={"weight_columns": SAME_WEIGHT})) == ["E-2237"]


@given(st.integers(0, 149), st.integers(0, 15))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_two_columns_weigh_what_one_cell_says(built: Build, order: Order, pounds: int, ounces: int) -> None:
    two = built([order({"Weight (lb)": str(pounds), "Weight (oz)": str(ounces)})])
    one = built([order({"Weight (lb)": f"{pounds} lb {ounces} oz"})])
    assert stops(two) == stops(one)
    if pounds or ounces:
        assert weights(two) == weights(one)


@pytest.mark.parametrize(("cells", "why"), [(("", ""), ["E-2213"]), (("0", "0"), ["E-2215"]), (("2", "-1"), ["E-2215"]),
                                            (("2", "heavy"), ["E-2214"]), (("#N/A", "3"), ["E-2229", "E-2214"])])  # fmt: skip
def test_no_weight_in_two_columns_is_none(built: Build, order: Order, cells: tuple[str, str], why: list[str]) -> None:
    found = stops(built([order({"Weight (lb)": cells[0], "Weight (oz)": cells[1]})]))
    assert found
    assert set(found) <= set(why)


@pytest.mark.parametrize(
    ("header", "cell", "quantity", "sent"),
    [("Item Weight (lb)", "4", "5", "20.0"), ("Unit Weight (oz)", "8", "4", "2.0"), ("Lineitem grams", "500", "2", "2.3"),
     ("Weight per item (kg)", "1", "3.0", "6.7"), ("Product Weight", "2 lb", "1", "2.0"), ("Weight Each (lb)", "0.25", "3", "0.75")],
)  # fmt: skip
def test_the_weight_of_an_item_is_times_the_quantity(
    built: Build, order: Order, header: str, cell: str, quantity: str, sent: str
) -> None:
    result = built([order({"Weight (lb)": None, header: cell, "Qty": quantity})])
    assert weights(result) == [sent]


def test_the_weight_of_a_parcel_is_not(built: Build, order: Order) -> None:
    for header in ("Weight (lb)", "Total Weight (lb)", "Shipping Weight (lb)", "Package Weight (lb)"):
        assert weights(built([order({"Weight (lb)": None, header: "4", "Qty": "5"})])) == ["4.0"]


@pytest.mark.parametrize(("quantity", "why"), [("", "E-2235"), ("N/A", "E-2235"), ("0", "E-2236"), ("two", "E-2236"),
                                               ("1.5", "E-2236"), ("-1", "E-2236"), ("#REF!", "E-2235")])  # fmt: skip
def test_an_unreadable_quantity_is_never_one(built: Build, order: Order, quantity: str, why: str) -> None:
    assert stops(built([row(order, Item_Weight="4 lb", Qty=quantity)])) == [why]


def test_without_a_column_the_quantity_is_asked_once(built: Build, order: Order) -> None:
    rows = [row(order, number, Item_Weight="4 lb") for number in (1, 2)]
    assert stops(built(rows)) == ["quantity"]
    assert weights(built(rows, answers={"quantity": "2"})) == ["8.0", "8.0"]
    assert stops(built(rows, answers={"quantity": "some"})) == ["E-2236"]


def test_a_quantity_given_for_blank_cells_is_shown(built: Build, order: Order) -> None:
    result = built([row(order, Item_Weight="4 lb", Qty="")], answers={"quantity": "2"})
    assert weights(result) == ["8.0"]
    assert [(change.column, change.after) for change in result.changes if change.column == "Qty"] == [("Qty", "2")]


def test_a_mapping_of_before_that_calls_it_the_weight(built: Build, order: Order, schema: dict[str, Any]) -> None:
    cells = row(order, Item_Weight="4 lb", Qty="5")
    columns = {"name": "Name", "address1": "Address 1", "city": "City", "state": "State", "postal_code": "ZIP",
               "weight": "Item Weight", "quantity": "Qty"}  # fmt: skip
    mapping = Mapping({name: column_expression(column) for name, column in columns.items()})
    builder = ShipmentBuilder(mapping, SAMPLE_SHIPPER.model_dump(), schema, Answers.of({}), date(2026, 3, 2))
    assert weights(builder.build_all([SheetRow(1, 2, cells, "x")], "03")) == ["20.0"]


JOINT = {"order_lines": "items of one parcel"}


def test_lines_of_an_order_are_summed_item_by_item(built: Build, order: Order) -> None:
    rows = [row(order, Item="Brick", Item_Weight="4 lb", Qty="2"), row(order, Item="Mug", Item_Weight="8 oz", Qty="3")]
    assert weights(built(rows, answers=JOINT)) == ["9.5"]


def test_a_line_without_a_weight_is_asked_about(built: Build, order: Order) -> None:
    rows = [row(order, Item="Brick", Item_Weight="4 lb", Qty="2"), row(order, Item="Mug", Item_Weight="", Qty="3")]
    assert stops(built(rows, answers=JOINT)) == ["line_weight"]
    assert weights(built(rows, answers=JOINT | {"line_weight": "1 lb"})) == ["11.0"]
    assert weights(built(rows, answers=JOINT | {"line_weight": ADDS_NOTHING})) == ["8.0"]
    left = built(rows, answers=JOINT | {"line_weight": LEAVE_OUT})
    assert stops(left) == ["E-2249"]
    assert "row 3" in left.problems[0].why


def test_plain_weights_of_lines_with_a_blank_one(built: Build, order: Order) -> None:
    rows = [
        order({"Item": item, "Weight (lb)": text, "Qty": "2"}) for item, text in (("A", "1"), ("B", "2"), ("C", ""))
    ]
    assert stops(built(rows, answers=JOINT)) == ["order_lines_weight"]
    added = JOINT | {"order_lines_weight": ADD_UP}
    assert stops(built(rows, answers=added)) == ["line_weight"]
    assert weights(built(rows, answers=added | {"line_weight": "3 lb"})) == ["6.0"]
    times = JOINT | {"order_lines_weight": ADD_UP_ITEMS}
    assert weights(built(rows, answers=times | {"line_weight": "3 lb"})) == ["12.0"]
    rows[0]["Qty"] = ""
    assert stops(built(rows, answers=times | {"line_weight": "3 lb"})) == ["E-2235"]


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(1, 9)), min_size=2, max_size=5))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_order_weighs_the_sum_of_its_lines(built: Build, order: Order, lines: list[tuple[int, int]]) -> None:
    rows = [
        row(order, Item=str(place), Item_Weight=f"{ounces} oz", Qty=str(count))
        for place, (ounces, count) in enumerate(lines)
    ]
    exact = sum(Decimal(ounces * count) for ounces, count in lines) / 16
    (sent,) = weights(built(rows, answers=JOINT))
    assert 0 <= Decimal(sent) - exact < Decimal("0.1")


def test_a_parcel_lighter_than_its_items_is_asked_about(built: Build, order: Order) -> None:
    rows = [order({"Weight (lb)": "4", "Item Weight (lb)": "4", "Qty": "5"})]
    assert stops(built(rows)) == ["weight_source"]
    options = built(rows).asks[0].options
    assert [weights(built(rows, answers={"weight_source": option})) for option in options] == [["4.0"], ["20.0"]]
    rows[0]["Weight (lb)"] = "21"  # with its box
    assert weights(built(rows)) == ["21.0"]


@pytest.mark.parametrize(
    ("unit", "sent"),
    [("lb", "8.0"), ("LBS", "8.0"), ("ounces", "0.5"), ("kilograms", "17.7"), ("Pound(s)", "8.0"), ("GRAMS", "0.1"), ("ea", None), ("", None)],
)  # fmt: skip
def test_the_unit_of_a_column(built: Build, order: Order, unit: str, sent: str | None) -> None:
    result = built([row(order, Weight="8", Weight_Unit=unit)])
    if sent is None:
        assert stops(result) == ["weight_unit"]
    else:
        assert weights(result) == [sent]


def test_the_unit_of_an_item_is_not_the_parcels(built: Build, order: Order) -> None:
    units = {"Order Weight Unit": "lb", "Item Weight Unit": "g"}
    parcel = row(order, Order_Weight="4", Item_Weight="500", Qty="1", **units)
    assert weights(built([parcel])) == ["4.0"]
    items = row(order, Order_Weight="", Item_Weight="500", Qty="4", **units)
    assert weights(built([items])) == ["4.5"]
    only = row(order, Order_Weight="4", Item_Weight_Unit="g")
    assert stops(built([only])) == ["weight_unit"]


def test_an_unknown_unit_rejects_instead_of_taking_the_headers(built: Build, order: Order) -> None:
    result = built([order({"Weight Unit": "stone"})])
    assert stops(result) == ["E-2238"]
    assert result.problems[0].column == "Weight Unit"


@pytest.mark.parametrize(
    ("header", "unit"),
    [("wt.lbs", "lb"), ("Weight, oz", "oz"), ("Grams", "g"), ("Total Weight (g)", "g"), ("Weight Pound(s)", "lb"), ("Weight in grams", "g")],
)  # fmt: skip
def test_units_in_headers(built: Build, order: Order, header: str, unit: str) -> None:
    said = built([order({"Weight (lb)": None, header: "800"})])
    same = built([order({"Weight (lb)": f"800 {unit}"})])
    assert [shipment.payload for shipment in said.shipments] == [shipment.payload for shipment in same.shipments]
    assert [problem.why for problem in said.problems] == [problem.why for problem in same.problems]


def test_items_over_several_packages_share_the_weight(built: Build, order: Order) -> None:
    result = built([row(order, Item_Weight="4 lb", Qty="6", Packages="3")])
    assert weights(result) == ["8.0", "8.0", "8.0"]


@pytest.mark.parametrize(("text", "sent"), [("0.75", "0.75"), ("12.25", "12.25"), ("2.10", "2.1"), ("0.01", "0.1"),
                                            ("2.126", "2.2"), ("100.25", "100.3"), ("149.99", "150.0")])  # fmt: skip
def test_two_decimals_are_sent_where_the_field_holds_them(built: Build, order: Order, text: str, sent: str) -> None:
    assert weights(built([order({"Weight (lb)": text})])) == [sent]


@pytest.mark.parametrize("text", ["9" * 19, "200000000000000000 oz", "1" + "0" * 40 + " kg"])
def test_a_number_beyond_all_parcels_is_no_crash(built: Build, order: Order, text: str) -> None:
    assert stops(built([order({"Weight (lb)": text})])) in (["E-2214"], ["E-2216"])


def test_blank_quantities_of_customs_are_not_one(built: Build, order: Order) -> None:
    cells: dict[str, Any] = {"State": "", "ZIP": "10115", "City": "Berlin", "Country": "DE", "Phone": "4930123456"}
    goods = {"Item": "Cup", "Qty": "", "Unit Price": "5", "Country of Origin": "US"}
    result = built([order({**cells, **goods})], service="65", answers={"reason_for_export": "SALE"})
    assert stops(result) == ["E-2235"]
