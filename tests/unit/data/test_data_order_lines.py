"""Rows that continue an order: the order's own columns are read from its first row, whatever the sheet looks like."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_servers.data.guard.clause import compile_clause
from mcp_servers.data.sources import OpenSource
from mcp_servers.data.table.loading import load_rows
from mcp_servers.data.table.source import SourceTable, open_connection

SHOP = (
    "Name,Financial Status,Lineitem name,Shipping Name,Shipping Street,Weight (lb)\n"
    "#1001,paid,Mug,Ann Lee,12 Main St,2\n"
    "#1001,,Lamp,,,1\n"
    "#1002,refunded,Mug,Bo Diaz,40 Oak Ave,3\n"
    "#1002,,Lamp,,,4\n"
)
ADDRESS = ["Shipping Name", "Shipping Street"]


def chosen(source: OpenSource | SourceTable, clause: str, **options: Any) -> list[int]:
    table = source if isinstance(source, SourceTable) else source.table
    condition = compile_clause(clause, table.columns, table.sheet_offset)
    rows = table.rows(condition, options.get("order_by", ()), 1000, 0)
    assert table.count(condition) == len(rows)
    return [row.row_number for row in rows]


def test_a_row_that_continues_an_order_is_paid_when_its_order_is(open_csv) -> None:
    source = open_csv(SHOP)
    lines = source.table.set_order_lines("Name", ADDRESS)
    assert lines.leads == {2: 1, 4: 3}
    assert lines.order_columns == ("Financial Status", "Shipping Name", "Shipping Street")
    assert chosen(source, "\"Financial Status\" = 'paid'") == [1, 2]
    assert chosen(source, "NOT (\"Financial Status\" = 'refunded')") == [1, 2]
    assert chosen(source, "\"Lineitem name\" = 'Lamp'") == [2, 4]
    assert chosen(source, "\"Financial Status\" = 'paid' AND \"Lineitem name\" = 'Lamp'") == [2]


def test_delivered_cells_stay_as_typed(open_csv) -> None:
    source = open_csv(SHOP)
    before = source.table.row(2)
    source.table.set_order_lines("Name", ADDRESS)
    after = source.table.row(2)
    assert (after.data, after.checksum) == (before.data, before.checksum)
    assert (before.continues, after.continues) == (None, 1)


def test_a_row_without_a_number_continues_the_row_above_when_it_names_an_item(open_csv) -> None:
    source = open_csv(
        "Order,Paid,Item,Name,Street,Weight\n"
        "1,yes,Mug,Ann,1 Main St,2\n"
        ",,Lamp,,,1\n"  # an item of order 1
        ",,,,,3\n"  # a sum: no item
        "2,no,Mug,Bo,2 Oak Ave,2\n"
        "\n"
        ",,Note: call first,,,\n"  # under a gap
        "3,no,Cup,Cy,3 Elm St,2\n"
    )
    lines = source.table.set_order_lines("Order", ["Name", "Street"])
    assert lines.leads == {2: 1}
    assert chosen(source, "Paid = 'yes'") == [1, 2]


def test_a_recipient_without_an_order_number_ends_the_order_above(open_csv) -> None:
    source = open_csv("Order,Item,Name,Street\n1,Mug,Ann,1 Main St\n,Cup,Bo,2 Oak Ave\n,Lamp,,\n1,Plate,,\n")
    assert source.table.set_order_lines("Order", ["Name", "Street"]).leads == {4: 1}


def test_rows_that_have_an_address_of_their_own_continue_nothing(open_csv) -> None:
    source = open_csv("Order,Item,Name,Street\n1,Mug,Ann,1 Main St\n1,Lamp,Ann,1 Main St\n2,Cup,Bo,2 Oak Ave\n")
    lines = source.table.set_order_lines("Order", ["Name", "Street"])
    assert (lines.leads, lines.several) == ({}, 1)


def test_sorting_by_an_orders_column_keeps_its_rows_together(open_csv) -> None:
    source = open_csv(
        "Order,Total,Item,Name,Street\n1,5,Mug,Ann,1 Main St\n1,,Lamp,,\n2,9,Mug,Bo,2 Oak Ave\n2,,Cup,,\n"
    )
    source.table.set_order_lines("Order", ["Name", "Street"])
    assert chosen(source, "TRUE", order_by=[("Total", True)]) == [3, 4, 1, 2]


KEYS = st.sampled_from(["A", "B", "c ", "C", ""])
CELLS = st.sampled_from(["", " ", "x"])
ROWS = st.lists(st.tuples(KEYS, CELLS, CELLS, CELLS, st.sampled_from(["", "Mug", "12"])), min_size=1, max_size=9)


def expected_leads(rows: list[tuple[str, ...]]) -> dict[int, int]:
    """The rule, row by row: the nearest addressed row of the same number above, else the first one below."""
    filled = {number: row for number, row in enumerate(rows, start=1) if any(cell.strip() for cell in row)}
    order: dict[int, str] = {}
    current, previous = "", 0
    for number, (key, *_) in filled.items():
        gap = number - previous > 1
        someone_else = not key.strip() and (filled[number][2].strip() or filled[number][3].strip())
        current = key.strip().casefold() or ("" if gap or someone_else else current)
        order[number], previous = current, number
    addressed = {number for number, row in filled.items() if row[2].strip() or row[3].strip()}
    leads = {}
    for number, row in filled.items():
        named = any(letter.isalpha() for cell in (row[1], row[4]) for letter in cell)
        if number in addressed or not order[number] or not (row[0].strip() or named):
            continue
        same = [other for other in sorted(addressed) if order[other] == order[number]]
        above, below = [o for o in same if o < number], [o for o in same if o > number]
        if above or below:
            leads[number] = above[-1] if above else below[0]
    return leads


@pytest.mark.slow
@given(ROWS)
def test_leads_are_what_the_rule_says(rows: list[tuple[str, ...]]) -> None:
    connection = open_connection()
    stats = load_rows(connection, ((number, list(row)) for number, row in enumerate(rows, start=1)), 5)
    table = SourceTable(
        connection, stats, ["Order", "Paid", "Name", "Street", "Item"], sheet_offset=1, managed=(), overrides={}
    )
    leads = table.set_order_lines("Order", ["Name", "Street"]).leads
    expected = expected_leads(rows)
    assert leads == expected
    paid = {number for number, row in enumerate(rows, start=1) if row[1].strip()}
    if not paid & set(leads):
        assert set(chosen(table, "Paid = 'x'")) == paid | {row for row, lead in leads.items() if lead in paid}
    table.close()
