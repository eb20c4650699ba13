"""Cells that need a person's eye: spreadsheet errors, formulas as text, control characters. They stay inert data."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from mcp_servers.data.model import Column
from mcp_servers.data.table.aggregates import aggregated
from mcp_servers.data.table.values import literal

_ERRORS = frozenset(
    (
        "#N/A",
        "#REF!",
        "#VALUE!",
        "#DIV/0!",
        "#NAME?",
        "#NULL!",
        "#NUM!",
        "#SPILL!",
        "#CALC!",
        "#GETTING_DATA",
        "#FIELD!",
    )
)
_HARMLESS = re.compile(r"[+-][\d\s().,/-]+(x\d+)?|[+-]|@\w+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f]")
_LISTED = 100
_READ = 2000


@dataclass(frozen=True, slots=True)
class BadCell:
    """A cell that cannot be shipped as it is, or must not be opened as it is."""

    sheet_row: int
    column: str
    reason: str


def find_flagged(
    cursor: duckdb.DuckDBPyConnection, columns: Sequence[Column], sheet_offset: int, *, controls: bool
) -> list[BadCell]:
    """The first hundred such cells, row by row. A formula without a stored result is a text that begins with `=`.

    `controls` = the cells may hold control characters.
    """
    hits = _hits(cursor, columns, controls=controls)
    found = []
    for column, hit in zip(columns, hits, strict=True):
        if not hit or column.type in ("integer", "decimal"):
            continue
        rows = cursor.execute(
            f"SELECT row_number, {column.cell} FROM cells WHERE left({column.cell}, 1) IN ('=', '#', '+', '-', '@') "
            f"AND NOT regexp_full_match(trim({column.cell}), {literal(_HARMLESS.pattern)}) "
            f"OR {_controls(column)} ORDER BY row_number LIMIT {_READ}"
        ).fetchall()
        for number, text in rows:
            if (reason := _reason(text)) is not None:
                found.append(BadCell(number + sheet_offset, column.name, reason))
    return sorted(found, key=lambda cell: cell.sheet_row)[:_LISTED]


def _hits(cursor: duckdb.DuckDBPyConnection, columns: Sequence[Column], *, controls: bool) -> Sequence[bool]:
    """Which columns may hold one: comparisons of the first letter, which cost next to nothing."""
    tests = []
    for column in columns:
        cell = column.cell
        test = f"({cell} >= '#' AND {cell} < '$') OR ({cell} >= '+' AND {cell} < '.')"
        test += f" OR ({cell} >= '=' AND {cell} < '>') OR ({cell} >= '@' AND {cell} < 'A')"
        tests.append(f"bool_or({test} OR {_controls(column)})" if controls else f"bool_or({test})")
    return aggregated(cursor, tests)


def _controls(column: Column) -> str:
    return " OR ".join(f"contains({column.cell}, chr({code}))" for code in (27, 155, 0))


def _reason(text: str) -> str | None:
    stripped = text.strip()
    if stripped.upper() in _ERRORS:
        return f"spreadsheet error {stripped.upper()}"
    if stripped.startswith("="):
        return "a formula without a stored result"
    if _CONTROL.search(text):
        return "control characters"
    if stripped.startswith(("+", "-", "@")) and not _HARMLESS.fullmatch(stripped):
        return "a spreadsheet would take it for a formula"
    return None
