"""Rows that continue an order are items of its parcel: one address, weights added, nothing asked that is certain."""

from dataclasses import replace

import pytest

from agent.mapping.answers import Answers
from agent.mapping.builder import BuiltRows, ShipmentBuilder
from agent.mapping.columns import propose_mapping
from agent.mapping.template import mapping_from
from agent.planning.model import SheetRow
from agent.planning.whole_orders import OrderColumns, with_order_cells
from agent.sender import SAMPLE_SHIPPER
from tests.unit.mapping.conftest import TODAY, sheet_rows

NUMBER = OrderColumns("Order Number", ("Name", "Address 1", "City", "State", "ZIP"))
BLANK = {"Name": "", "Address 1": "", "City": "", "State": "", "ZIP": ""}


@pytest.fixture
def build(schema):
    def build_(
        rows: list[dict[str, str]], leads: dict[int, int], keep: set[int] | None = None, **answers: str
    ) -> BuiltRows:
        marked = [replace(row, continues=leads.get(row.row_number)) for row in sheet_rows(rows)]
        joined: list[SheetRow] = with_order_cells(marked, NUMBER)
        mapping = mapping_from(propose_mapping(list(rows[0]), {}), {})
        builder = ShipmentBuilder(mapping, SAMPLE_SHIPPER.model_dump(), schema, Answers.of(answers), TODAY)
        return builder.build_all([row for row in joined if keep is None or row.row_number in keep], "03")

    return build_


def weights(built: BuiltRows) -> list[list[str]]:
    return [[package["weight"]["value"] for package in item.payload["packages"]] for item in built.shipments]


def test_items_of_an_order_are_one_parcel_without_a_question(build, order) -> None:
    built = build([order({"Weight (lb)": "2"}), order({**BLANK, "Weight (lb)": "1"})], {2: 1})
    assert built.ready
    (shipment,) = built.shipments
    assert [row.row_number for row in shipment.rows] == [1, 2]
    assert shipment.recipient == "Ann Lee"
    assert weights(built) == [["3.0"]] or weights(built) == [["3"]]


def test_a_weight_for_the_whole_order_is_not_counted_for_every_item(build, order) -> None:
    built = build([order({"Weight (lb)": "2"}), order({**BLANK, "Weight (lb)": ""})], {2: 1})
    assert weights(built) == [["2.0"]] or weights(built) == [["2"]]


def test_several_pieces_of_an_item_are_asked_about(build, order) -> None:
    rows = [order({"Weight (lb)": "2", "Quantity": "1"}), order({**BLANK, "Weight (lb)": "1", "Quantity": "4"})]
    assert [ask.slot for ask in build(rows, {2: 1}).asks] == ["order_lines_weight"]


def test_an_item_whose_orders_first_row_stays_out_goes_to_the_orders_address(build, order) -> None:
    rows = [order({"Weight (lb)": "2"}), order({**BLANK, "Weight (lb)": "1"}), order({**BLANK, "Weight (lb)": "4"})]
    built = build(rows, {2: 1, 3: 1}, keep={2, 3})
    (shipment,) = built.shipments
    assert shipment.payload["ship_to"]["name"] == "Ann Lee"
    assert shipment.order_number == "1001"
    assert weights(built) in ([["5"]], [["5.0"]])


def test_an_item_without_a_number_belongs_to_the_order_above(build, order) -> None:
    rows = [order({"Weight (lb)": "2"}), order({**BLANK, "Order Number": "", "Weight (lb)": "1"})]
    (shipment,) = build(rows, {2: 1}).shipments
    assert [row.row_number for row in shipment.rows] == [1, 2]


def test_an_answer_about_repeated_rows_does_not_drop_items(build, order) -> None:
    rows = [order({"Weight (lb)": "2"}), order({**BLANK, "Weight (lb)": "1"})]
    (shipment,) = build(rows, {2: 1}, order_lines="a duplicate").shipments
    assert [row.row_number for row in shipment.rows] == [1, 2]
