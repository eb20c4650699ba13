"""A text file's records, with the exact text of each: what a CSV reader sees, and where in the file it stands."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TextIO

csv.field_size_limit(1 << 30)

END_MARK = "\x1a"
"""What DOS programs put behind a text: no part of its last record."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How cells are told apart. An empty quote means that quotes are ordinary letters."""

    delimiter: str = ","
    quote: str = '"'
    skip_blanks: bool = False
    """Blanks before a cell are not part of it: `"a", "b"`."""


@dataclass(frozen=True, slots=True)
class Span:
    """One cell inside its record's text: where it stands and what it says.

    `closed` is false where its quote is never closed; `tail` is what stands between the closing quote and its end.
    """

    start: int
    end: int
    text: str
    quoted: bool
    closed: bool = True
    tail: str = ""


GUARDED = re.compile(r'="([^"]*)"')


def unguarded(cell: str) -> str:
    """The text of a cell that is written as `="02116"`, which keeps spreadsheets from making a number of it."""
    match = GUARDED.fullmatch(cell)
    return match[1] if match is not None else cell


def read_cells(lines: Iterable[str], dialect: Dialect) -> Iterator[list[str]]:
    """Every record as its cells, blank lines as []; line ends inside quotes stay as they are."""
    return (cells for _, cells in read_records(lines, dialect))


def read_records(lines: Iterable[str], dialect: Dialect) -> Iterator[tuple[str, list[str]]]:
    """Every record's own text (with its line end) and its cells; the texts joined are the file."""
    taken: list[str] = []

    def noted_lines() -> Iterator[str]:
        for line in lines:
            taken.append(line)
            # Only the last line can end in it: every other one ends in a line end.
            yield line.rstrip(END_MARK) if line[-1:] == END_MARK else line

    if dialect.quote:
        reader = csv.reader(
            noted_lines(), delimiter=dialect.delimiter, quotechar=dialect.quote, skipinitialspace=dialect.skip_blanks
        )
    else:
        reader = csv.reader(noted_lines(), delimiter=dialect.delimiter, quoting=csv.QUOTE_NONE)
    for cells in reader:
        yield taken[0] if len(taken) == 1 else "".join(taken), cells
        taken.clear()


def open_text(text: str) -> TextIO:
    """The text as lines that end in LF, CR or CRLF, untranslated."""
    return io.StringIO(text, newline="")


def split_records(text: str, dialect: Dialect) -> Iterator[tuple[str, list[str]]]:
    """The records of a whole text, as `read_records` has them."""
    return read_records(open_text(text), dialect)


def line_end(record: str) -> str:
    """What ends the record: CRLF, LF, CR, DOS's end mark or nothing."""
    if record.endswith("\r\n"):
        return "\r\n"
    if record.endswith(("\n", "\r")):
        return record[-1]
    return record[len(record.rstrip(END_MARK)) :]


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
    while dialect.skip_blanks and start < end and record[start] == " ":
        start += 1
    if not quote or start >= end or record[start] != quote:
        stop = record.find(dialect.delimiter, start, end)
        stop = end if stop < 0 else stop
        return Span(start, stop, record[start:stop], quoted=False)
    parts: list[str] = []
    position = start + 1
    while True:
        close = record.find(quote, position, end)
        if close < 0:
            return Span(start, end, "".join(parts) + record[position:end], quoted=True, closed=False)
        parts.append(record[position:close])
        if record[close + 1 : close + 2] == quote and close + 1 < end:
            parts.append(quote)
            position = close + 2
            continue
        # What follows a closing quote belongs to the cell as ordinary text, as the reader has it.
        stop = record.find(dialect.delimiter, close + 1, end)
        stop = end if stop < 0 else stop
        tail = record[close + 1 : stop]
        return Span(start, stop, "".join(parts) + tail, quoted=True, tail=tail)
