"""Carries rows from a reader into DuckDB: a nameless temporary file in a form without quotes, which DuckDB reads in
parallel without ever dropping a line."""

import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import duckdb

from mcp_servers.data.reading.header import is_blank
from mcp_servers.data.reading.records import GUARDED
from mcp_servers.data.table.aggregates import aggregated
from mcp_servers.data.table.checksums import SEPARATOR
from mcp_servers.data.table.values import literal

_ESCAPED = re.compile("[\n\r\x1e\x1f\x00]")
_ESCAPES = {"\n": "\x1en", "\r": "\x1er", "\x1f": "\x1es", "\x1e": "\x1ee", "\x00": "\x1ez"}
_BATCH = 2000
_FIRST, _PAST = "'=\"'", "'=#'"


@dataclass(frozen=True, slots=True)
class LoadStats:
    """What the rows were like: columns that hold anything, whether a cell holds a separator, how many were blank,
    whether control characters may be in it."""

    width: int
    separators: bool
    blank: int
    controls: bool = True


def load_rows(
    connection: duckdb.DuckDBPyConnection, rows: Iterable[tuple[int, list[str]]], header_width: int
) -> LoadStats:
    """Create table `cells(row_number, c0, c1, ...)`: cells as typed, empty ones NULL, blank rows left out."""
    with tempfile.TemporaryFile(prefix="shipchat-") as file:
        shape = _RowShape(header_width)
        batch: list[str] = []
        for line in shape.lines(rows):
            batch.append(line)
            if len(batch) >= _BATCH:
                file.write("".join(batch).encode("utf-8"))
                batch.clear()
        file.write("".join(batch).encode("utf-8"))
        file.flush()
        _create(connection, f"/dev/fd/{file.fileno()}", shape, empty=not file.tell())
    return LoadStats(shape.width, shape.separators, shape.blank, shape.controls)


def unguard(connection: duckdb.DuckDBPyConnection, stats: LoadStats) -> None:
    """Cells written as `="02116"` become their text, as `records.unguarded` has it."""
    cells = [f"c{position}" for position in range(stats.width)]
    # A comparison of the first letters costs next to nothing.
    held = aggregated(connection, [f"bool_or({cell} >= {_FIRST} AND {cell} < {_PAST})" for cell in cells])
    for cell, guarded in zip(cells, held, strict=True):
        if guarded:
            connection.execute(
                f"UPDATE cells SET {cell} = nullif(regexp_extract({cell}, {literal(GUARDED.pattern)}, 1), '') "
                f"WHERE regexp_full_match({cell}, {literal(GUARDED.pattern)})"
            )


class _RowShape:
    def __init__(self, width: int) -> None:
        self.width = width
        self.longest = width
        self.blank = 0
        self.separators = False
        self.controls = False
        self.escaped: set[int] = set()

    def lines(self, rows: Iterable[tuple[int, list[str]]]) -> Iterator[str]:
        pending_blank = 0
        for number, cells in rows:
            joined = SEPARATOR.join(cells)
            if not joined[:1].isalnum() and is_blank(cells):
                pending_blank += 1
                continue
            self.blank += pending_blank
            pending_blank = 0
            self.longest = max(self.longest, len(cells))
            if len(cells) > self.width:
                filled = len(cells)
                while filled > self.width and not cells[filled - 1].strip():
                    filled -= 1
                self.width = max(self.width, filled)
            self.controls = self.controls or "\x1b" in joined or "\x9b" in joined or "\x00" in joined
            # Single letters are looked for far quicker than a class of them.
            if (
                "\n" in joined
                or "\r" in joined
                or "\x1e" in joined
                or "\x00" in joined
                or joined.count(SEPARATOR) >= len(cells)
            ):
                joined = SEPARATOR.join(self._escape(position, cell) for position, cell in enumerate(cells))
            yield f"{number}{SEPARATOR}{joined}\n"

    def _escape(self, position: int, cell: str) -> str:
        if not _ESCAPED.search(cell):
            return cell
        self.escaped.add(position)
        self.separators = self.separators or "\x1e" in cell or "\x1f" in cell
        return _ESCAPED.sub(lambda match: _ESCAPES[match[0]], cell)


def _create(connection: duckdb.DuckDBPyConnection, path: str, shape: _RowShape, *, empty: bool) -> None:
    columns = [f"c{position}" for position in range(shape.width)]
    if empty:
        connection.execute(f"CREATE TABLE cells (row_number BIGINT, {', '.join(f'{c} VARCHAR' for c in columns)})")
        return
    read = [f"c{position}" for position in range(max(shape.longest, 1))]
    types = ", ".join(["'row_number': 'BIGINT'", *(f"'{name}': 'VARCHAR'" for name in read)])
    chosen = ", ".join(
        f"{_unescaped(name)} AS {name}" if position in shape.escaped else name
        for position, name in enumerate(read[: shape.width])
    )
    connection.execute(
        f"CREATE TABLE cells AS SELECT row_number, {chosen} FROM read_csv('{path}', auto_detect=false, header=false, "
        f"delim='{SEPARATOR}', quote='', escape='', new_line='\\n', null_padding=true, strict_mode=false, "
        f"max_line_size=67108864, columns={{{types}}})"
    )


def _unescaped(column: str) -> str:
    expression = column
    for plain, escape in (("10", "n"), ("13", "r"), ("0", "z"), ("31", "s"), ("30", "e")):
        expression = f"replace({expression}, chr(30) || '{escape}', chr({plain}))"
    return expression
