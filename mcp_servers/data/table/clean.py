"""The short way into the table for large, clean text files: DuckDB's own reader, once it is certain that it sees the
same rows as ours: as many as the file has lines, none ragged, nothing odd in its bytes. In doubt, the long way."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb

from mcp_servers.data.reading.csv_file import CsvFormat, open_csv
from mcp_servers.data.table.loading import LoadStats
from mcp_servers.data.table.values import literal

SMALLEST = 16 << 20
"""Below this many bytes the long way is quick enough, and one way is simpler than two."""
_BUFFER = 32_000_000
"""Bytes that a thread of the reader takes at a time: its own 8 MB rarely fill a row group, so rows are copied twice."""
_CHUNK = 1 << 20
_ODD = (b"\x00", b"\x1a", b"\x1b", b"\x1e", b"\x1f")
_ODD_WIDE = b"\xc2\x9b"
_WHITE = "".join(chr(code) for code in range(0x3001) if chr(code).isspace())
"""What `str.strip` takes off."""


def load_clean(connection: duckdb.DuckDBPyConnection, path: Path, layout: CsvFormat, width: int) -> LoadStats | None:
    """Create table `cells` straight from the file; None when the file needs the careful reader."""
    if path.stat().st_size < SMALLEST or layout.encoding.codec != "utf-8" or width != len(layout.header):
        return None
    if layout.dialect.skip_blanks or not _plain_head(path, layout):
        return None
    # The bytes are looked through while DuckDB reads them: each mostly leaves a core idle.
    looking = ThreadPoolExecutor(1)
    counted = looking.submit(_count_lines, path, layout)
    try:
        _read(connection, path, layout, width)
    except duckdb.Error:
        # Ragged, an open quote, a line too long: the careful reader says what it is, or reads it.
        connection.execute("DROP TABLE IF EXISTS cells")
        return None
    finally:
        looking.shutdown()
    read = connection.execute("SELECT count(*) FROM cells").fetchall()[0][0]
    if (lines := counted.result()) is None or read != lines - layout.header_row:
        # A blank line was dropped, or a cell holds a line end.
        connection.execute("DROP TABLE cells")
        return None
    blank = _drop_blank(connection, width)
    return LoadStats(width, separators=False, blank=blank, controls=False)


def _read(connection: duckdb.DuckDBPyConnection, path: Path, layout: CsvFormat, width: int) -> None:
    """Fill table `cells` from the file, on every core."""
    columns = ", ".join(f"'c{position}': 'VARCHAR'" for position in range(width))
    quote = literal(layout.dialect.quote)
    connection.execute(
        f"CREATE TABLE cells AS SELECT 0::BIGINT AS row_number, * FROM read_csv({literal(str(path))}, "
        f"auto_detect=false, header=false, skip={layout.header_row}, delim={literal(layout.dialect.delimiter)}, "
        f"quote={quote}, escape={quote}, null_padding=false, strict_mode=true, ignore_errors=false, "
        f"buffer_size={_BUFFER}, columns={{{columns}}})"
    )
    # A new table's rows stand in the file's order, and `rowid` is their place from 0. Numbering them while they are
    # read (`row_number() OVER ()`) would let one thread only do all the work.
    connection.execute("UPDATE cells SET row_number = rowid + 1")


def _drop_blank(connection: duckdb.DuckDBPyConnection, width: int) -> int:
    """Take out rows of empty cells; answers how many stood above the last filled one."""
    # The comparison spares nearly every cell the trimming.
    suspect = "(c{0} < '!' OR c{0} >= '\u0085')"
    empty = " AND ".join(
        f"(c{n} IS NULL OR {suspect.format(n)} AND trim(c{n}, {literal(_WHITE)}) = '')" for n in range(width)
    )
    numbers = [row[0] for row in connection.execute(f"SELECT row_number FROM cells WHERE {empty}").fetchall()]
    if not numbers:
        return 0
    connection.execute(f"DELETE FROM cells WHERE {empty}")
    last = connection.execute("SELECT max(row_number) FROM cells").fetchall()[0][0] or 0
    return sum(number < last for number in numbers)


def _plain_head(path: Path, layout: CsvFormat) -> bool:
    """Whether the header and what stands above it are one line each, so that lines can be skipped."""
    with open_csv(path, layout.encoding) as file:
        lines = [file.readline() for _ in range(layout.header_row)]
    quote = layout.dialect.quote
    return all(line.strip() and (not quote or line.count(quote) % 2 == 0) for line in lines)


def _count_lines(path: Path, layout: CsvFormat) -> int | None:
    """The file's lines; None where its bytes hold something on which two readers could differ."""
    odd = _OddBytes(layout)
    window = bytearray(_CHUNK)
    lines = kept = 0
    with path.open("rb", buffering=0) as file, memoryview(window) as view:
        while got := file.readinto(view[kept:]):
            end = kept + got
            if odd.found(window, end):
                return None
            lines += window.count(b"\n", kept, end)
            # What stands across two chunks is looked at again with the second.
            kept = min(end, 2)
            window[:kept] = window[end - kept : end]
    if odd.at_end(window[:kept]):
        return None
    return lines + (window[kept - 1 : kept] != b"\n")


class _OddBytes:
    """Looks for what two readers could read differently; searches that begin with a certain byte are quick."""

    def __init__(self, layout: CsvFormat) -> None:
        delimiter, self._quote = layout.dialect.delimiter.encode(), layout.dialect.quote.encode()
        self._lone_return = re.compile(rb"\r[^\n]")
        # Blanks between a quote and the end of its cell are part of the cell for us.
        self._behind = re.compile(self._quote + b" [ \r\n" + re.escape(delimiter) + b"]")
        self._before = re.compile(b" " + self._quote)
        self._touching = (delimiter + b" " + self._quote, b"\n " + self._quote, b"  " + self._quote)

    def found(self, window: bytearray, end: int) -> bool:
        """Whether it stands in the window's first `end` bytes."""
        if any(window.find(mark, 0, end) >= 0 for mark in _ODD) or self._lone_return.search(window, 0, end):
            return True
        if not window.isascii() and window.find(_ODD_WIDE, 0, end) >= 0:
            return True
        if not self._quote or window.find(self._quote, 0, end) < 0:
            return False
        if self._behind.search(window, 0, end):
            return True
        quoted = self._before.search(window, 0, end) is not None
        return quoted and any(window.find(mark, 0, end) >= 0 for mark in self._touching)

    def at_end(self, tail: bytearray) -> bool:
        """Whether the file's last bytes are it."""
        return bool(self._quote) and tail.endswith(self._quote + b" ")
