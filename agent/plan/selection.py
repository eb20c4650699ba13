"""Which rows a command means: the person's clause, the conditions that must hold, and what they leave out."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from agent.errors import from_reply, is_refusal
from agent.plan.model import SheetRow
from agent.seams import Call

Reach = Literal["order", "row", "line"]
"""What a row that breaks a condition takes with it: its whole order, the rows that continue it, nothing."""
PAGE = 1000
POSITIONS = frozenset({"sheet_row", "row_number"})
"""Not columns: the order of the sheet itself ("the last 5 orders")."""
PRACTICE = "SIMSIM"
"""Where a real tracking number has the shipper's account, the simulator's have this."""


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


def practice_numbers(column: str) -> str:
    """The clause for rows whose tracking number is one of practice."""
    return f"contains({quoted(column)}, '{PRACTICE}')"


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


def has_number(column: str) -> str:
    """The clause for rows whose cell holds a number or a date: `n/a`, `pending` and `0` are none."""
    return "(" + " OR ".join(f"contains({quoted(column)}, '{digit}')" for digit in range(1, 10)) + ")"


def all_of(clauses: Sequence[str]) -> str:
    """The clauses ANDed, each in parentheses: a condition that must hold never widens an OR inside another."""
    return " AND ".join(f"({clause})" for clause in clauses) or "TRUE"


async def fetch(
    data: Call, where: str, order_by: Sequence[tuple[str, bool]] = (), limit: int | None = None
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


async def select(data: Call, wanted: Wanted, must_hold: Sequence[Condition]) -> Selected:
    """The rows to ship: clause AND conditions, ordered, then cut to what was asked for."""
    kept = [wanted.where]
    excluded: dict[str, list[int]] = {}
    for condition in must_hold:
        out = await fetch(data, all_of([*kept, f"NOT ({condition.clause})"]))
        if out:
            excluded[condition.reason] = [row.sheet_row for row in out]
        kept.append(condition.clause)
    clause = all_of(kept)
    rows = await fetch(data, clause, wanted.order_by, _rows_needed(wanted))
    taken_out = [row.sheet_row for row in rows if row.sheet_row in wanted.left_out]
    if taken_out:
        excluded["left out by you"] = taken_out
    rows = [row for row in rows if row.sheet_row not in wanted.left_out]
    kept_rows, beyond = cut(rows, wanted)
    selected = Selected(kept_rows, clause, excluded)
    if beyond is not None and wanted.order_by and wanted.order_by[0][0] not in POSITIONS:
        column = wanted.order_by[0][0]
        selected.boundary.append(f"Row {beyond.sheet_row} is the next one: {column} {beyond.data.get(column, '')!r}.")
    selected.boundary += await _boundary(data, wanted.where, must_hold)
    return selected


def cut(rows: list[SheetRow], wanted: Wanted) -> tuple[list[SheetRow], SheetRow | None]:
    """`every`, `sample` and `limit` applied in this order; with the first row that a limit leaves out."""
    if wanted.every:
        rows = rows[:: wanted.every]
    if wanted.sample is not None and wanted.sample < len(rows):
        chosen = random.Random(wanted.seed or 0).sample(range(len(rows)), wanted.sample)
        rows = [rows[index] for index in sorted(chosen)]
    if wanted.limit is not None and wanted.limit < len(rows):
        return rows[: wanted.limit], rows[wanted.limit]
    return rows, None


def _rows_needed(wanted: Wanted) -> int | None:
    if wanted.limit is None or wanted.every or wanted.sample is not None:
        return None
    return wanted.limit + len(wanted.left_out) + 1


_COMPARISON = re.compile(r'("(?:[^"]|"")+")\s*(<=|>=|<|>)\s*(\d+(?:\.\d+)?|\'\d{4}-\d\d-\d\d\')')
_BEYOND = {">": ("<=", True), ">=": ("<", True), "<": (">=", False), "<=": (">", False)}


async def _boundary(data: Call, where: str, must_hold: Sequence[Condition]) -> list[str]:
    """The nearest row outside each comparison: what a wrong `>` instead of `>=` would show."""
    sentences = []
    for column, operator, value in dict.fromkeys(_COMPARISON.findall(where)):
        opposite, descending = _BEYOND[operator]
        name = column[1:-1].replace('""', '"')
        outside = all_of([f"{column} {opposite} {value}", f"NOT ({where})", *(c.clause for c in must_hold)])
        nearest = await fetch(data, outside, ((name, descending),), 1)
        if nearest:
            row = nearest[0]
            sentences.append(f"Row {row.sheet_row} is just outside: {name} is {row.data.get(name, '')}.")
    return sentences


def _row(item: dict[str, Any]) -> SheetRow:
    return SheetRow(item["row_number"], item.get("sheet_row", item["row_number"]), item["data"], item["checksum"])
