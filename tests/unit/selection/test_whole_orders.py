"""Orders on several rows: what continues an order goes with it, and conditions of the order hold for all its rows."""

import pytest

from agent.planning.model import SheetRow
from agent.planning.whole_orders import (
    OrderColumns,
    missing_rows,
    order_of,
    reached,
    whole_orders,
    with_order_cells,
    without,
)

COLUMNS = OrderColumns("Order", ("Paid", "Name"))


def sheet(*rows: tuple[str, str, str, int | None]) -> list[SheetRow]:
    """(order, name, item, the row it continues)"""
    return with_order_cells(
        [
            SheetRow(number, number + 1, {"Order": order, "Name": name, "Item": item}, f"c{number}", continues)
            for number, (order, name, item, continues) in enumerate(rows, start=1)
        ],
        COLUMNS,
    )


SHOP = sheet(("1", "Ann", "Mug", None), ("1", "", "Lamp", 1), ("2", "Bo", "Mug", None), ("2", "", "Cup", 3))
REPEATED = sheet(
    ("1", "Ann", "Mug", None), ("1", "Ann", "Lamp", None), ("2", "Bo", "Mug", None), ("", "Cy", "Cup", None)
)


def numbers(orders: list[list[SheetRow]]) -> list[list[int]]:
    return [[row.row_number for row in order] for order in orders]


def test_a_row_that_continues_has_the_orders_cells_where_it_has_none() -> None:
    assert SHOP[1].filled.data == {"Order": "1", "Name": "Ann", "Item": "Lamp", "Paid": ""}
    assert SHOP[1].data["Name"] == ""
    assert SHOP[0].filled is SHOP[0]


@pytest.mark.parametrize(
    ("matching", "expected"),
    [([1, 2], [[1, 2]]), ([2], [[1, 2]]), ([1], [[1, 2]]), ([4, 1], [[3, 4], [1, 2]]), ([], [])],
)
def test_an_order_goes_with_all_that_continues_it(matching: list[int], expected: list[list[int]]) -> None:
    assert numbers(whole_orders(SHOP, matching, COLUMNS).orders) == expected


def test_what_the_clause_did_not_mean_by_itself_is_told() -> None:
    assert numbers(whole_orders(SHOP, [2, 3, 4], COLUMNS).joined) == [[1]]


def test_rows_with_cells_of_their_own_are_taken_one_by_one() -> None:
    found = whole_orders(REPEATED, [2, 3], COLUMNS)
    assert numbers(found.orders) == [[2], [3]]
    ((going, others),) = missing_rows(REPEATED, found.orders, set(), COLUMNS)
    assert numbers([going, others]) == [[2], [1]]


def test_rows_that_stay_out_for_a_reason_are_not_missing() -> None:
    assert missing_rows(REPEATED, [[REPEATED[1]]], {1}, COLUMNS) == []


@pytest.mark.parametrize(
    ("reach", "breaking", "expected"),
    [
        ("order", {2}, {1, 2}),
        ("row", {2}, {2}),
        ("row", {1}, {1, 2}),
        ("line", {1}, {1}),
    ],
)
def test_how_far_a_condition_reaches(reach, breaking: set[int], expected: set[int]) -> None:
    assert reached(SHOP, breaking, reach, COLUMNS) == expected


def test_without_an_order_number_every_row_is_its_own() -> None:
    assert order_of(REPEATED[3], COLUMNS) == "row 4"
    assert reached(REPEATED, {4}, "order", COLUMNS) == {4}


def test_an_order_of_which_nothing_is_left_is_gone() -> None:
    assert numbers(without([SHOP[:2], SHOP[2:]], {1, 2, 4})) == [[3]]
