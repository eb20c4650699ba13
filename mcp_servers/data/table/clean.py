"""The short way into the table for large, clean text files: DuckDB's own reader, once it is certain that it sees the
same rows as ours: as many as the file has lines, none ragged, nothing odd in its bytes. In doubt, the long way."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb

from mcp_servers.data.reading.csv_file import CsvFormat, open_csv
from mcp_servers.data.table.feed import Fed
from mcp_servers.data.table.values import literal

SMALLEST = 16 << 20
"""Below this many bytes the long way is quick enough, and one way is simpler than two."""
_CHUNK = 1 << 24
_ODD = (b"\x00", b"\x1b", b"\x1e", b"\x1f")
_ODD_WIDE = b"\xc2\x9b"


def feed_clean(connection: duckdb.DuckDBPyConnection, path: Path, layout: CsvFormat, width: int) -> Fed | None:
    """Create table `cells` straight from the file; None when the file needs the careful reader."""
    if path.stat().st_size < SMALLEST or layout.encoding.codec != "utf-8" or width != len(layout.header):
        return None
    if not _plain_head(path, layout):
        return None
    columns = ", ".join(f"'c{position}': 'VARCHAR'" for position in range(width))
    quote = layout.dialect.quote
    # The bytes are looked through while DuckDB reads them: each mostly leaves a core idle.
    looking = ThreadPoolExecutor(1)
    counted = looking.submit(_count_lines, path, layout)
    try:
        connection.execute(
            f"CREATE TABLE cells AS SELECT row_number() OVER () AS row_number, * FROM read_csv({literal(str(path))}, "
            f"auto_detect=false, header=false, skip={layout.header_row}, delim={literal(layout.dialect.delimiter)}, "
            f"quote={literal(quote)}, escape={literal(quote)}, null_padding=false, strict_mode=true, "
            f"ignore_errors=false, columns={{{columns}}})"
        )
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
    return Fed(width, separators=False, blank=blank, controls=False)


def _drop_blank(connection: duckdb.DuckDBPyConnection, width: int) -> int:
    """Take out rows of empty cells; answers how many stood above the last filled one."""
    empty = " AND ".join(f"(c{n} IS NULL OR trim(c{n}) = '')" for n in range(width))
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
    delimiter, quote = layout.dialect.delimiter.encode(), layout.dialect.quote.encode()
    # Blanks between a quote and a delimiter are part of the cell for us.
    touching = (delimiter + b" " + quote, quote + b" " + delimiter, b"\n " + quote)
    lines, tail = 0, b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            if any(mark in chunk for mark in _ODD) or (not chunk.isascii() and _ODD_WIDE in chunk):
                return None
            window = tail + chunk
            if quote and quote in chunk and any(mark in window for mark in touching):
                return None
            if b"\r" in chunk and window.count(b"\r") - window.endswith(b"\r") != window.count(b"\r\n"):
                return None
            lines += chunk.count(b"\n")
            tail = chunk[-2:] if not chunk.endswith(b"\r") else chunk[-1:]
    return lines + (not tail.endswith(b"\n"))
