"""Which rows a command means: the person's clause, the conditions that must hold, and what they leave out."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, TypeVar

from agent.errors import from_reply, is_refusal
from agent.planning.model import SheetRow
from agent.planning.whole_orders import (
    OrderColumns,
    Reach,
    WholeOrders,
    missing_rows,
    reached,
    whole_orders,
    with_order_cells,
    without,
)
from agent.tool_caller import ToolCaller

Unit = TypeVar("Unit")
PAGE = 1000
MOST_SENTENCES = 10
LONGEST_READ = 2000
"""Letters of a cell that the rules of shipping look at: ten times what the longest field of UPS takes."""
POSITIONS = frozenset({"sheet_row", "row_number"})
"""Not columns: the order of the sheet itself ("the last 5 orders")."""

LEFT_OUT: Final = "left out by you"
"""Why rows are not in a preview that the person took out of it."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that must hold for a row to be shipped, and how its absence is called."""

    clause: str
    reason: str
    reach: Reach = "order"
    """What a row that breaks it takes with it, where an order takes several rows."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The selection part of a proposal."""

    where: str
    order_by: tuple[tuple[str, bool], ...] = ()
    limit: int | None = None
    every: int | None = None
    sample: int | None = None
    seed: int | None = None
    left_out: frozenset[int] = frozenset()
    """Sheet rows that the person took out of the preview."""


@dataclass(slots=True)
class Selected:
    """The rows that a command means, and those it does not, with the reason."""

    rows: list[SheetRow]
    clause: str
    excluded: dict[str, list[int]] = field(default_factory=dict)
    boundary: list[str] = field(default_factory=list)
    parts: list[tuple[list[SheetRow], list[SheetRow]]] = field(default_factory=list)
    """Orders of which the clause takes only some rows: those, and the others that could go."""

    def exclude(self, reason: str, orders: Sequence[Sequence[SheetRow]], numbers: set[int]) -> None:
        """Note which of the orders' rows stay out for a reason."""
        out = [row.sheet_row for order in orders for row in order if row.row_number in numbers]
        if out:
            self.excluded.setdefault(reason, []).extend(out)


def quoted(column: str) -> str:
    """A column's name as a clause writes it."""
    return '"' + column.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as a clause writes it."""
    return "'" + text.replace("'", "''") + "'"


def says(column: str, words: Sequence[str]) -> str:
    """The clause for rows whose cell is one of these texts (case and outer blanks aside)."""
    return f"{quoted(column)} IN ({', '.join(map(literal, words))})"


def begins(column: str, words: Sequence[str]) -> str:
    """The clause for rows whose cell begins with one of these texts."""
    return " OR ".join(f"starts_with(lower({quoted(column)}), {literal(word.casefold())})" for word in words)


def after(column: str, day: date) -> str:
    """The clause for rows whose cell is a later day."""
    return f"{quoted(column)} > {literal(day.isoformat())}"


def has_number(column: str) -> str:
    """The clause for rows whose cell holds a number or a date: `n/a`, `pending` and `0` do not count."""
    return "(" + " OR ".join(f"contains({quoted(column)}, '{digit}')" for digit in range(1, 10)) + ")"


def holds_number(text: str) -> bool:
    """The same of one text."""
    return any(digit in text for digit in "123456789")


def all_of(clauses: Sequence[str]) -> str:
    """The clauses ANDed, each in parentheses: a condition that must hold never widens an OR inside another."""
    return " AND ".join(f"({clause})" for clause in clauses) or "TRUE"


async def fetch(
    data: ToolCaller, where: str, order_by: Sequence[tuple[str, bool]] = (), limit: int | None = None
) -> list[SheetRow]:
    """All rows of a clause, in order, page by page.

    Raises:
        ShipchatError: what the data server refused about the clause.
    """
    if order_by and order_by[0][0] in POSITIONS:
        rows = await fetch(data, where)
        return sorted(rows, key=lambda row: row.row_number, reverse=order_by[0][1])[:limit]
    rows = []
    while limit is None or len(rows) < limit:
        reply = await data(
            "get_rows_by_filter",
            {
                "where_clause": where,
                "order_by": [{"column": column, "descending": descending} for column, descending in order_by],
                "limit": PAGE if limit is None else min(PAGE, limit - len(rows)),
                "offset": len(rows),
            },
        )
        if is_refusal(reply):
            raise from_reply(reply)
        page = [_row(item) for item in reply["rows"]]
        rows += page
        if not page or len(rows) >= reply["total_count"]:
            break
    return rows


async def select(
    data: ToolCaller, wanted: Wanted, must_hold: Sequence[Condition], columns: OrderColumns | None = None
) -> Selected:
    """The rows to ship: clause AND conditions, ordered, then cut to what was asked for.

    With `columns`, where orders take several rows of the sheet, whole orders are chosen, kept back and counted.
    """
    if columns is not None:
        return await _select_orders(data, wanted, must_hold, columns)
    kept = [wanted.where]
    excluded: dict[str, list[int]] = {}
    for condition in must_hold:
        out = await fetch(data, all_of([*kept, f"NOT ({condition.clause})"]))
        if out:
            excluded[condition.reason] = [row.sheet_row for row in out]
        kept.append(condition.clause)
    clause = all_of(kept)
    rows = await fetch(data, clause, wanted.order_by, rows_needed(wanted))
    taken_out = [row.sheet_row for row in rows if row.sheet_row in wanted.left_out]
    if taken_out:
        excluded[LEFT_OUT] = taken_out
    rows = [row for row in rows if row.sheet_row not in wanted.left_out]
    kept_rows, beyond = cut(rows, wanted)
    selected = Selected(kept_rows, clause, excluded)
    if beyond is not None:
        selected.boundary += _next_row(beyond, wanted)
    selected.boundary += await _boundary(data, wanted.where, must_hold)
    return selected


async def _select_orders(
    data: ToolCaller, wanted: Wanted, must_hold: Sequence[Condition], columns: OrderColumns
) -> Selected:
    everything = with_order_cells(await fetch(data, "TRUE"), columns)
    matching = await fetch(data, wanted.where, wanted.order_by)
    found = whole_orders(everything, [row.row_number for row in matching], columns)
    selected = Selected([], all_of([wanted.where, *(condition.clause for condition in must_hold)]))
    orders, out = found.orders, set[int]()
    for condition in must_hold:
        breaking = {row.row_number for row in await fetch(data, f"NOT ({condition.clause})")}
        out |= (kept_back := reached(everything, breaking, condition.reach, columns))
        selected.exclude(condition.reason, orders, kept_back)
        orders = without(orders, kept_back)
    named = {row.row_number for order in orders for row in order if row.sheet_row in wanted.left_out}
    out |= (taken_out := reached(everything, named, "row", columns))
    selected.exclude(LEFT_OUT, orders, taken_out)
    kept, beyond = cut(without(orders, taken_out), wanted)
    selected.rows = [row for order in kept for row in order]
    selected.parts = missing_rows(everything, kept, out, columns)
    if beyond is not None:
        selected.boundary += _next_row(beyond[0], wanted)
    selected.boundary += await _boundary(data, wanted.where, must_hold)
    selected.boundary += _joined_words(found, kept, columns)
    return selected


def _joined_words(found: WholeOrders, kept: list[list[SheetRow]], columns: OrderColumns) -> list[str]:
    """Orders of which the clause means a part only, and that go whole because the rest continues it."""
    going = {row.row_number for order in kept for row in order}
    joined = [rows for rows in found.joined if all(row.row_number in going for row in rows)]
    sentences = [
        f"Order {rows[0].filled.data.get(columns.number, '')}is shipped whole, with row"
        f" {', '.join(str(row.sheet_row) for row in rows)}."
        for rows in joined[:MOST_SENTENCES]
    ]
    more = len(joined) - MOST_SENTENCES
    return sentences + ([f"{more}more orders are shipped whole."] if more > 0 else [])


def cut(rows: list[Unit], wanted: Wanted) -> tuple[list[Unit], Unit | None]:
    """`every`, `sample` and `limit` applied in this order to rows or orders; with the first that a limit leaves out."""
    if wanted.every:
        rows = rows[:: wanted.every]
    if wanted.sample is not None and wanted.sample < len(rows):
        chosen = random.Random(wanted.seed or 0).sample(range(len(rows)), wanted.sample)
        rows = [rows[index] for index in sorted(chosen)]
    if wanted.limit is not None and wanted.limit < len(rows):
        return rows[: wanted.limit], rows[wanted.limit]
    return rows, None


def _next_row(beyond: SheetRow, wanted: Wanted) -> list[str]:
    """What a limit leaves out first, where it was sorted by something that can be told."""
    if not wanted.order_by or wanted.order_by[0][0] in POSITIONS:
        return []
    column = wanted.order_by[0][0]
    return [f"Row {beyond.sheet_row} is the next one: {column} {beyond.data.get(column, '')!r}."]


def rows_needed(wanted: Wanted) -> int | None:
    """How many rows are enough to cut a selection; None where all are needed."""
    if wanted.limit is None or wanted.every or wanted.sample is not None:
        return None
    return wanted.limit + len(wanted.left_out) + 1


_COMPARISON = re.compile(r'(("(?:[^"]|"")+")\s*(<=|>=|<|>)\s*(\d+(?:\.\d+)?|\'\d{4}-\d\d-\d\d\'))')
_BEYOND = {">": ("<=", True), ">=": ("<", True), "<": (">=", False), "<=": (">", False)}


async def _boundary(data: ToolCaller, where: str, must_hold: Sequence[Condition]) -> list[str]:
    """The nearest row that only this comparison keeps out: what a wrong `>` instead of `>=` would show."""
    sentences = []
    for comparison, column, operator, value in dict.fromkeys(_COMPARISON.findall(where)):
        opposite, descending = _BEYOND[operator]
        name = column[1:-1].replace('""', '"')
        beyond = f"{column} {opposite} {value}"
        if_beyond = _replaced(where, comparison, beyond)
        outside = all_of([beyond, f"NOT ({where})", if_beyond, *(c.clause for c in must_hold)])
        nearest = await fetch(data, outside, ((name, descending),), 1)
        if nearest:
            row = nearest[0]
            sentences.append(f"Row {row.sheet_row} is just outside: {name} is {row.data.get(name, '')}.")
    return sentences


def _replaced(where: str, comparison: str, other: str) -> str:
    """Not by `str.replace`: a comparison with 4 begins as one with 40 does."""
    return _COMPARISON.sub(lambda found: other if found.group() == comparison else found.group(), where)


def _row(item: dict[str, Any]) -> SheetRow:
    sheet_row = item.get("sheet_row", item["row_number"])
    data = {name: _read_part(cell) for name, cell in item["data"].items()}
    return SheetRow(item["row_number"], sheet_row, data, item["checksum"], item.get("continues"))


def _read_part(cell: Any) -> Any:
    """The beginning of a cell that is longer than anything on a label: rules take the square of a text's length."""
    return cell[:LONGEST_READ] if isinstance(cell, str) and len(cell) > LONGEST_READ else cell
