"""Cells that need a person's eye: spreadsheet errors, formulas as text, control characters. They stay inert data."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from mcp_servers.data.model import Column

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


@dataclass(frozen=True, slots=True)
class BadCell:
    """A cell that cannot be shipped as it is, or must not be opened as it is."""

    sheet_row: int
    column: str
    reason: str


def find_flagged(cursor: duckdb.DuckDBPyConnection, columns: Sequence[Column], sheet_offset: int) -> list[BadCell]:
    """The first hundred such cells, row by row. A formula without a stored result is a text that begins with `=`."""
    tests = [
        f"({c.cell} IS NOT NULL AND (left({c.cell}, 1) IN ('=', '#', '+', '-', '@') OR contains({c.cell}, chr(27)) "
        f"OR contains({c.cell}, chr(155)) OR contains({c.cell}, chr(0))))"
        for c in columns
    ]
    hits = cursor.execute(f"SELECT {', '.join(f'bool_or({test})' for test in tests)} FROM cells").fetchall()[0]
    found = []
    for column, test, hit in zip(columns, tests, hits, strict=True):
        if not hit or column.type in ("integer", "decimal"):
            continue
        rows = cursor.execute(
            f"SELECT row_number, {column.cell} FROM cells WHERE {test} ORDER BY row_number LIMIT 2000"
        ).fetchall()
        for number, text in rows:
            if (reason := _reason(text)) is not None:
                found.append(BadCell(number + sheet_offset, column.name, reason))
    return sorted(found, key=lambda cell: cell.sheet_row)[:_LISTED]


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
