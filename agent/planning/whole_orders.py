"""Orders that take several rows of a sheet go as a whole: which rows those are, and which conditions hold for all.

A row that leaves the order's own cells blank (shops export one row per item) has no vote of its own: it goes, or
stays, with the order's first row. Rows that repeat the order's cells are looked at one by one; where a clause takes
only some of an order's rows, the person decides.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from agent.planning.model import SheetRow
from agent.shipping.orders import order_key, read_order_number

Reach = Literal["order", "row", "line"]
"""What a row that breaks a condition takes with it: its whole order, the rows that continue it, nothing."""


@dataclass(frozen=True, slots=True)
class OrderColumns:
    """How the rows of one order are told."""

    number: str
    """The column of order numbers."""
    own: tuple[str, ...] = ()
    """Columns that only the order's first row fills in."""


@dataclass(slots=True)
class WholeOrders:
    """The rows that a clause means, order by order, in the order of the first row of each."""

    orders: list[list[SheetRow]]
    joined: list[list[SheetRow]] = field(default_factory=list)
    """Rows that the clause does not mean by themselves: they continue an order that goes."""


def with_order_cells(rows: Iterable[SheetRow], columns: OrderColumns) -> list[SheetRow]:
    """Every row that continues an order, with the cells of the order's first row."""
    by_number = {row.row_number: row for row in rows}
    named = (columns.number, *columns.own)
    return [
        replace(row, order_cells={name: by_number[row.continues].data.get(name, "") for name in named})
        if row.continues in by_number
        else row
        for row in by_number.values()
    ]


def order_of(row: SheetRow, columns: OrderColumns) -> str:
    """What all rows of an order have in common; rows without an order number have only themselves."""
    number = order_key(read_order_number(row.filled.data.get(columns.number)))
    return f"order {number}" if number else f"row {row.row_number}"


def whole_orders(everything: Sequence[SheetRow], matching: Sequence[int], columns: OrderColumns) -> WholeOrders:
    """The orders of the `matching` row numbers, in that order: with each row, the rows that continue it or the row that
    it continues."""
    by_number = {row.row_number: row for row in everything}
    meant = set(matching)
    leads = {_lead(by_number[number]) for number in matching if number in by_number}
    orders: dict[str, list[SheetRow]] = {
        order_of(by_number[number], columns): [] for number in matching if number in by_number
    }
    joined: dict[str, list[SheetRow]] = {}
    for row in everything:
        if _lead(row) not in leads:
            continue
        name = order_of(row, columns)
        orders.setdefault(name, []).append(row)
        if row.row_number not in meant:
            joined.setdefault(name, []).append(row)
    return WholeOrders(list(orders.values()), list(joined.values()))


def _lead(row: SheetRow) -> int:
    return row.row_number if row.continues is None else row.continues


def reached(everything: Iterable[SheetRow], breaking: set[int], reach: Reach, columns: OrderColumns) -> set[int]:
    """The row numbers that stay out when the rows `breaking` a condition do."""
    if reach == "line":
        return breaking
    if reach == "row":
        return {row.row_number for row in everything if row.row_number in breaking or row.continues in breaking}
    rows = list(everything)
    names = {order_of(row, columns) for row in rows if row.row_number in breaking}
    return {row.row_number for row in rows if order_of(row, columns) in names}


def without(orders: Iterable[Sequence[SheetRow]], numbers: set[int]) -> list[list[SheetRow]]:
    """The orders without these rows; orders of which nothing is left are gone."""
    kept = ([row for row in order if row.row_number not in numbers] for order in orders)
    return [order for order in kept if order]


def missing_rows(
    everything: Iterable[SheetRow], orders: Iterable[Sequence[SheetRow]], out: set[int], columns: OrderColumns
) -> list[tuple[list[SheetRow], list[SheetRow]]]:
    """Orders of which only a part would go: (rows that go, rows that nothing keeps back but the clause)."""
    going = {order_of(order[0], columns): list(order) for order in orders}
    lacking: dict[str, list[SheetRow]] = {}
    numbers = {row.row_number for order in going.values() for row in order}
    for row in everything:
        name = order_of(row, columns)
        if name in going and row.row_number not in numbers | out:
            lacking.setdefault(name, []).append(row)
    return [(going[name], rows) for name, rows in lacking.items()]
