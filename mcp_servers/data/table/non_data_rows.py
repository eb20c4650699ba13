"""Rows that are not data: totals and what stands under a gap. They are named with the reason, never just dropped."""

import re
from collections.abc import Mapping, Sequence

import duckdb

from mcp_servers.data.model import Excluded
from mcp_servers.data.reading.header import names_columns
from mcp_servers.data.table.totals import is_total
from mcp_servers.data.table.values import literal

_NUMBER = re.compile(r"[-+$€£¥]?\s?\d[\d.,]*\s?[%$€£¥]?")
_NARROWEST = 4
_MOST = 20_000
_LAST_ROWS = 20
"""Totals that are as wide as an order stand at the end."""
_TYPICAL_ROWS = 2000
TOTAL_REASON = "looks like a total"
_GAP_REASON = "stands under a gap: a note or a second table"


def find_non_data_rows(
    cursor: duckdb.DuckDBPyConnection, names: Sequence[str], managed: Sequence[str], sheet_offset: int
) -> list[Excluded]:
    """Rows that repeat the header, rows that call themselves a total, narrow rows that head a section, narrow rows at
    the end that stand under a blank one or hold nothing but sums, and a second table under a gap.

    A row is narrow when at most half of its original cells are filled; sheets of fewer than four columns have none.
    """
    original = {f"c{position}": name for position, name in enumerate(names) if name not in set(managed)}
    if len(original) < _NARROWEST:
        return []
    repeated = _repeats(cursor, original)
    found = dict.fromkeys(_second_table(cursor, list(original), repeated), _GAP_REASON)
    found |= dict.fromkeys(repeated, "repeats the header")
    narrow = [(number, cells) for number, cells in _narrow(cursor, list(original)) if number not in found]
    typical = _typical(cursor, list(original))
    found |= {
        number: TOTAL_REASON
        for number, cells in [*narrow, *_last_rows(cursor, list(original))]
        if number not in found and is_total(cells, typical)
    }
    at_the_end = _below_gap(cursor, [number for number, _ in narrow])
    under_gap = _under_gap(cursor, [number for number, cells in narrow if sum(cell is not None for cell in cells) == 1])
    for number, cells in narrow:
        texts = [cell.strip() for cell in cells if cell is not None]
        if number in found:
            continue
        if number in at_the_end:
            found[number] = _GAP_REASON
        elif number in under_gap and not _NUMBER.fullmatch(texts[0]):
            found[number] = "stands alone under a gap: a section's title"
    if narrow and (last := narrow[-1])[0] not in found and _only_sums(cursor, list(original), *last):
        found[last[0]] = TOTAL_REASON
    return [Excluded(number + sheet_offset, reason) for number, reason in sorted(found.items())]


def _filled(cells: Sequence[str]) -> str:
    """How many of a row's cells are filled, as SQL."""
    return _sum_of([f"CAST({cell} IS NOT NULL AS INTEGER)" for cell in cells])


def _typical(cursor: duckdb.DuckDBPyConnection, cells: Sequence[str]) -> float:
    """How many cells a full row has filled: as many as the fullest quarter; subtotals can be half of all rows."""
    rows = f"SELECT {_filled(cells)} AS filled FROM cells ORDER BY row_number LIMIT {_TYPICAL_ROWS}"
    return float(cursor.execute(f"SELECT coalesce(quantile_cont(filled, 0.75), 0) FROM ({rows})").fetchall()[0][0])


def _last_rows(cursor: duckdb.DuckDBPyConnection, cells: Sequence[str]) -> list[tuple[int, Sequence[str | None]]]:
    rows = cursor.execute(
        f"SELECT row_number, {', '.join(cells)} FROM cells ORDER BY row_number DESC LIMIT {_LAST_ROWS}"
    ).fetchall()
    return [(row[0], row[1:]) for row in rows]


def _narrow(cursor: duckdb.DuckDBPyConnection, cells: Sequence[str]) -> list[tuple[int, Sequence[str | None]]]:
    rows = cursor.execute(
        f"SELECT row_number, {', '.join(cells)} FROM cells WHERE {_filled(cells)} <= {len(cells) // 2} "
        f"ORDER BY row_number LIMIT {_MOST}"
    ).fetchall()
    return [(row[0], row[1:]) for row in rows]


def _sum_of(terms: Sequence[str]) -> str:
    """The terms added up pair by pair: DuckDB refuses a sum of a thousand that nests once a term."""
    if len(terms) == 1:
        return terms[0]
    half = len(terms) // 2
    return f"({_sum_of(terms[:half])} + {_sum_of(terms[half:])})"


def _repeats(cursor: duckdb.DuckDBPyConnection, original: Mapping[str, str]) -> list[int]:
    """Rows whose every cell under a named column says that column's name, or its last words (`Name` in a column that
    is `Ship To Name` by the group above its header)."""
    said = [_says(cell, name) for cell, name in original.items() if not name.startswith("Column_")]
    rows = cursor.execute(f"SELECT row_number FROM cells WHERE {' AND '.join(said) or 'false'}").fetchall()
    return [row[0] for row in rows]


def _says(cell: str, name: str) -> str:
    exact = f"{cell} = {literal(name)}"
    return f"({exact} OR ends_with({literal(name)}, ' ' || {cell}))" if " " in name else exact


def _second_table(cursor: duckdb.DuckDBPyConnection, cells: Sequence[str], repeated: Sequence[int]) -> list[int]:
    """The rows from another header under a gap to the end of the sheet."""
    rows, last = cursor.execute("SELECT count(*), max(row_number) FROM cells").fetchall()[0]
    if not rows or rows == last:
        return []
    above = "SELECT row_number AS number, lag(row_number) OVER (ORDER BY row_number) AS above FROM cells"
    gaps = cursor.execute(
        f"SELECT number FROM ({above}) WHERE number - above > 1 ORDER BY number LIMIT {_MOST}"
    ).fetchall()
    under = ", ".join(str(row[0]) for row in gaps) or "0"
    heads = cursor.execute(
        f"SELECT row_number, {', '.join(cells)} FROM cells WHERE row_number IN ({under}) ORDER BY row_number"
    ).fetchall()
    for number, *texts in heads:
        if number not in repeated and names_columns([text for text in texts if text is not None]):
            below = cursor.execute(
                f"SELECT row_number FROM cells WHERE row_number >= {number} LIMIT {_MOST}"
            ).fetchall()
            return [row[0] for row in below]
    return []


def _under_gap(cursor: duckdb.DuckDBPyConnection, numbers: Sequence[int]) -> set[int]:
    """Those of the rows above which the sheet has a blank one; the header stands above row 1."""
    above = ", ".join(str(number - 1) for number in numbers if number > 1)
    if not above:
        return set()
    stand = {row[0] for row in cursor.execute(f"SELECT row_number FROM cells WHERE row_number IN ({above})").fetchall()}
    return {number for number in numbers if number > 1 and number - 1 not in stand}


def _only_sums(
    cursor: duckdb.DuckDBPyConnection, names: Sequence[str], number: int, cells: Sequence[str | None]
) -> bool:
    """Whether the sheet's last row holds numbers alone, and nothing where the rows above begin."""
    if cursor.execute("SELECT max(row_number) FROM cells").fetchall()[0][0] != number:
        return False
    first = next((position for position, cell in enumerate(cells) if cell is not None), 0)
    before = " OR ".join(f"{cell} IS NOT NULL" for cell in names[:first]) or "false"
    begun = cursor.execute(f"SELECT bool_or({before}) FROM cells WHERE row_number < {number}").fetchall()[0][0]
    return bool(begun) and all(_NUMBER.fullmatch(cell.strip()) for cell in cells if cell is not None)


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
