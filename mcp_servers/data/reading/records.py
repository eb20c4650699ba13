"""A text file's records, with the exact text of each: what a CSV reader sees, and where in the file it stands."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol, TextIO

from mcp_servers.data.faults import OPEN_QUOTE, SWALLOWED
from mcp_servers.shared.faults import fault

csv.field_size_limit(1 << 30)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How cells are told apart. An empty quote means that quotes are ordinary letters."""

    delimiter: str = ","
    quote: str = '"'


@dataclass(frozen=True, slots=True)
class Span:
    """One cell inside its record's text: where it stands and what it says."""

    start: int
    end: int
    text: str
    quoted: bool


GUARDED = re.compile(r'="([^"]*)"')


def unguarded(cell: str) -> str:
    """The text of a cell that is written as `="02116"`, which keeps spreadsheets from making a number of it."""
    match = GUARDED.fullmatch(cell)
    return match[1] if match is not None else cell


class Reader(Protocol):
    """A CSV reader: records as cells, and how many lines they took so far."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...
    def __next__(self) -> list[str]: ...


def read_cells(lines: Iterable[str], dialect: Dialect) -> Reader:
    """Every record as its cells, blank lines as []; line ends inside quotes stay as they are."""
    if not dialect.quote:
        return csv.reader(lines, delimiter=dialect.delimiter, quoting=csv.QUOTE_NONE)
    return csv.reader(lines, delimiter=dialect.delimiter, quotechar=dialect.quote)


def open_text(text: str) -> TextIO:
    """The text as lines that end in LF, CR or CRLF, untranslated."""
    return io.StringIO(text, newline="")


def split_records(text: str, dialect: Dialect) -> Iterator[tuple[str, list[str]]]:
    """Every record's own text (with its line end) and its cells; the texts joined are the file."""
    taken: list[str] = []

    def lines() -> Iterator[str]:
        for line in open_text(text):
            taken.append(line)
            yield line

    for cells in read_cells(lines(), dialect):
        yield "".join(taken), cells
        taken.clear()


def line_end(record: str) -> str:
    """The record's line end: CRLF, LF, CR or none."""
    if record.endswith("\r\n"):
        return "\r\n"
    return record[-1] if record.endswith(("\n", "\r")) else ""


def spans(record: str, dialect: Dialect) -> list[Span]:
    """The cells of one record where they stand, read exactly as `read_cells` reads them."""
    end = len(record) - len(line_end(record))
    found: list[Span] = []
    position = 0
    while True:
        span = _span(record, position, end, dialect)
        found.append(span)
        if span.end >= end:
            return found
        position = span.end + 1


def _span(record: str, start: int, end: int, dialect: Dialect) -> Span:
    quote = dialect.quote
    if not quote or start >= end or record[start] != quote:
        stop = record.find(dialect.delimiter, start, end)
        stop = end if stop < 0 else stop
        return Span(start, stop, record[start:stop], quoted=False)
    parts: list[str] = []
    position = start + 1
    while True:
        close = record.find(quote, position, end)
        if close < 0:
            return Span(start, end, "".join(parts) + record[position:end], quoted=True)
        parts.append(record[position:close])
        if record[close + 1 : close + 2] == quote and close + 1 < end:
            parts.append(quote)
            position = close + 2
            continue
        # What follows a closing quote belongs to the cell as ordinary text, as the reader has it.
        stop = record.find(dialect.delimiter, close + 1, end)
        stop = end if stop < 0 else stop
        parts.append(record[close + 1 : stop])
        return Span(start, stop, "".join(parts), quoted=True)


def check_own_lines(cells: list[str], width: int, sheet_row: int, dialect: Dialect, path: object) -> None:
    """Refuse a cell that holds whole rows of the sheet: a lone quote would swallow every row up to the next one."""
    for cell in cells:
        for line in cell.splitlines()[1:-1] if "\n" in cell or "\r" in cell else ():
            if width > 2 and line.count(dialect.delimiter) == width - 1:
                raise fault(SWALLOWED, path=path, sheet_row=sheet_row)


def check_closed(record: str, dialect: Dialect, sheet_row: int, path: object) -> None:
    """Refuse a record whose last quoted cell runs to the end of the file."""
    if not dialect.quote or dialect.quote not in record:
        return
    body = record[: len(record) - len(line_end(record))]
    last = spans(record, dialect)[-1]
    if not last.quoted:
        return
    inner = body[last.start + 1 :]
    if inner.replace(dialect.quote * 2, "").count(dialect.quote) == 0:
        raise fault(OPEN_QUOTE, path=path, sheet_row=sheet_row)
