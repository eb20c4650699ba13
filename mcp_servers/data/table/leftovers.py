"""Rows that are no data: totals and what stands under a gap. They are named with the reason, never just dropped."""

import re
from collections.abc import Sequence

import duckdb

from mcp_servers.data.model import Excluded

_TOTAL = re.compile(r"(grand\s+|sub-?|sub\s+)?(totals?|sum|summe|gesamt|insgesamt)\b[^\w]*\w{0,12}", re.IGNORECASE)
_NARROWEST = 4
_MOST = 20_000


def find_leftovers(
    cursor: duckdb.DuckDBPyConnection, names: Sequence[str], managed: Sequence[str], sheet_offset: int
) -> list[Excluded]:
    """Narrow rows that call themselves a total, and narrow rows at the end that stand under a blank one.

    A row is narrow when at most half of its original cells are filled; sheets of fewer than four columns have none.
    """
    original = [f"c{position}" for position, name in enumerate(names) if name not in set(managed)]
    if len(original) < _NARROWEST:
        return []
    filled = " + ".join(f"CAST({cell} IS NOT NULL AS INTEGER)" for cell in original)
    narrow = cursor.execute(
        f"SELECT row_number, {', '.join(original)} FROM cells WHERE {filled} <= {len(original) // 2} "
        f"ORDER BY row_number LIMIT {_MOST}"
    ).fetchall()
    found = {
        row[0]: "looks like a total"
        for row in narrow
        if any(isinstance(cell, str) and _TOTAL.fullmatch(cell.strip()) for cell in row[1:])
    }
    for number in _below_gap(cursor, [row[0] for row in narrow]):
        found.setdefault(number, "stands under a gap: a note or a second table")
    return [Excluded(number + sheet_offset, reason) for number, reason in sorted(found.items())]


def _below_gap(cursor: duckdb.DuckDBPyConnection, narrow: Sequence[int]) -> list[int]:
    """The unbroken run of narrow rows at the sheet's end, from its first blank line on."""
    numbers = [
        row[0]
        for row in cursor.execute(
            f"SELECT row_number FROM cells ORDER BY row_number DESC LIMIT {len(narrow) + 1}"
        ).fetchall()
    ]
    known = set(narrow)
    tail: list[int] = []
    for number in numbers:
        if number not in known:
            break
        tail.append(number)
    above = numbers[len(tail)] if len(tail) < len(numbers) else 0
    found: list[int] = []
    for number in reversed(tail):
        if found or number - above > 1:
            found.append(number)
        above = number
    return found


def remove(connection: duckdb.DuckDBPyConnection, numbers: Sequence[int]) -> None:
    """Take rows out of the table; their numbers stay unused."""
    if numbers:
        connection.execute(f"DELETE FROM cells WHERE row_number IN ({', '.join(str(int(n)) for n in numbers)})")
