"""Whether a record is one row: a stray quote or inch mark swallows everything up to the next one.

A record is doubted where it holds a quote and spans lines, or lacks cells. It is refused where the quoting is broken,
or where what stands inside its quotes has the shape of the cells and rows around it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mcp_servers.data.faults import OPEN_QUOTE, RAGGED, SWALLOWED
from mcp_servers.data.reading.header import check_width, filled_width, is_blank, names_columns
from mcp_servers.data.reading.records import Dialect, Span, line_end, open_text, spans
from mcp_servers.shared.faults import ToolFault, fault

_NEIGHBOURS = 50
_NAMED_ROWS = 10
_ALIKE = 2 / 3
_BELOW, _BESIDE = "the rows below it", "the cells beside it"


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What rows without any quote look like at the beginning of a sheet: how wide they are, what their columns hold."""

    full: frozenset[int]
    """Cells of a whole row: as many as the header has, with and without the columns at its end that are ours."""
    widths: frozenset[int]
    kinds: tuple[frozenset[str], ...]
    blank_led: bool
    """Whether the header itself has blanks behind its delimiters."""

    @classmethod
    def of(
        cls, header: Sequence[str], own: int, below: Iterable[tuple[str, list[str]]], dialect: Dialect
    ) -> "Neighbours":
        """Learnt from the records below a header whose last `own` columns are ours."""
        plain = [cells for text, cells in below if not dialect.quote or dialect.quote not in text]
        plain = [cells for cells in plain if not is_blank(cells)]
        near = plain[:_NEIGHBOURS]
        kinds = [frozenset(_kind(cells[at]) for cells in near if at < len(cells)) for at in range(len(header))]
        full = frozenset((len(header), len(header) - own))
        led = any(cell.startswith(" ") for cell in header[1:])
        return cls(full, full | {len(cells) for cells in plain}, tuple(kinds), led)

    def alike(self, cells: Iterable[tuple[int, str]]) -> bool:
        """Whether cells, each with its column, are for the most part such as stand there. A comma of prose, which has a
        blank behind it, is none between two cells."""
        known, fitting = 0, 0
        for column, cell in cells:
            if column > 0 and cell.startswith(" ") and not self.blank_led:
                return False
            if cell.strip() and column < len(self.kinds):
                known += 1
                fitting += not self.kinds[column] or _kind(cell) in self.kinds[column]
        return not known or fitting > _ALIKE * known

    def could_be_row(self, cells: Sequence[str]) -> bool:
        """Whether a line could be a row of this sheet."""
        return len(cells) > 1 and len(cells) in self.widths and self.alike(enumerate(cells))


def _kind(cell: str) -> str:
    """What a cell is made of: letters, digits, both, something else or nothing."""
    letters = re.search(r"[^\W\d_]", cell) is not None
    digits = re.search(r"\d", cell) is not None
    return "letters" * letters + "digits" * digits or ("other" if cell.strip() else "")


def _alone(line: str, dialect: Dialect) -> list[str]:
    """A line's cells as if it were a record: a quote that is open at its end is a letter of its cell."""
    texts: list[str] = []
    while True:
        found = spans(line, dialect)
        if found[-1].closed:
            return [*texts, *(span.text for span in found)]
        texts += [span.text for span in found[:-1]]
        # A letter before the quote makes it one too.
        line = "x" + line[found[-1].start :]


def check_closed(found: Sequence[Span], sheet_row: int, path: object) -> None:
    """Refuse a record whose last quoted cell runs to the end of the file."""
    if not found[-1].closed:
        raise fault(OPEN_QUOTE, path=path, sheet_row=sheet_row)


@dataclass(slots=True)
class _Wide:
    """Rows that hold so many cells more than the header, the first few by number."""

    count: int = 0
    prose: int = 0
    first: list[int] = field(default_factory=list)


class RowChecks:
    """Looks at every record of one sheet. Raises E-1005, E-1017, E-1018 and, at the end, E-1019."""

    def __init__(
        self, header: Sequence[str], header_row: int, neighbours: Neighbours, dialect: Dialect, path: Path
    ) -> None:
        self._header = [*header]
        self._header_row = header_row
        self._neighbours = neighbours
        self._dialect = dialect
        self._path = path
        self._width = len(header)
        # Without quotes nothing is looked for, which no text holds.
        self._quote = dialect.quote or "\x00\x00"
        self._wide: dict[int, _Wide] = {}
        self._rows = 0
        self._blank_above = self._second_table = False
        self._last: tuple[int, str] | None = None
        """The last record with a quote: only the sheet's last can be open without spanning lines."""

    def look(self, sheet_row: int, record: str, cells: list[str]) -> None:
        """Check the next record; blank cells beyond what is read are cut off."""
        if self._quote in record:
            self._check_quotes(sheet_row, record, cells)
        if len(cells) <= self._width and cells and cells[0] and not self._blank_above:
            self._rows += sheet_row > self._header_row
            return
        check_width(cells, sheet_row, self._path)
        if sheet_row > self._header_row:
            self._count(sheet_row, cells)

    def _check_quotes(self, sheet_row: int, record: str, cells: Sequence[str]) -> None:
        self._last = (sheet_row, record)
        end = len(record) - len(line_end(record))
        one_line = record.find("\n", 0, end) < 0 and record.find("\r", 0, end) < 0
        if one_line and len(cells) in self._neighbours.full and not any(self._quote in cell for cell in cells):
            return
        found = spans(record, self._dialect)
        check_closed(found, sheet_row, self._path)
        longest = max(found, key=lambda span: len(_lines(_body(span))))
        if len(_lines(_body(longest))) > 1 and self._swallows_below(record, found, longest):
            raise self._swallowed(sheet_row, _BELOW)
        if sheet_row > self._header_row and self._swallows_beside(found):
            raise self._swallowed(sheet_row, _BESIDE)

    def _swallows_below(self, record: str, found: Sequence[Span], longest: Span) -> bool:
        near, body = self._neighbours, _body(longest)
        if longest.tail.strip() or (self._loose(body) and len(found) not in near.widths):
            return True
        alone = [_alone(line, self._dialect) for line in _lines(record)]
        rows = [near.could_be_row(line) for line in alone if any(cell.strip() for cell in line)]
        inner = [near.could_be_row(line) and len(line) in near.full for line in alone[1:-1]]
        return all(rows) or any(inner) or any(self._two_rows(body, found.index(longest), full) for full in near.full)

    def _two_rows(self, body: str, column: int, width: int) -> bool:
        """Whether a cell of several lines ends one row of that width and begins another one."""
        delimiter = self._dialect.delimiter
        lines = _lines(body)
        first, last = lines[0].split(delimiter), lines[-1].split(delimiter)
        behind = width - 1 - column
        if width < 3 or behind < 0 or len(first) <= behind or len(last) <= column:
            return False
        ends = zip(range(column + 1, width), first[len(first) - behind :], strict=True) if behind else ()
        return self._neighbours.alike([*ends, *enumerate(last[:column])])

    def _swallows_beside(self, found: Sequence[Span]) -> bool:
        """Whether the cells that a record of one line lacks may stand inside its quotes."""
        near, width = self._neighbours, len(found)
        if width in near.full:
            # As wide as a whole row though it lacks cells: then a stray delimiter makes up for them.
            return any(self._loose(_body(span)) for span in found if span.tail.strip())
        if width in near.widths or width > max(near.full):
            return False
        missing = min(full - width for full in near.full if full > width)
        # A quote without its other half may have torn a row of several lines.
        torn = any(span.tail.strip() or span.text.count(self._quote) % 2 for span in found)
        return torn or missing <= sum(self._loose(_body(span)) for span in found)

    def _loose(self, body: str) -> int:
        """How many delimiters inside quotes are not part of prose, where a space follows them."""
        delimiter = self._dialect.delimiter
        return body.count(delimiter) - (0 if self._neighbours.blank_led else body.count(f"{delimiter} "))

    def _swallowed(self, sheet_row: int, what: str) -> ToolFault:
        return fault(SWALLOWED, path=self._path, sheet_row=sheet_row, what=what)

    def _count(self, sheet_row: int, cells: Sequence[str]) -> None:
        if is_blank(cells):
            self._blank_above = True
            return
        if self._blank_above and self._width > 3 and not self._second_table:
            # Another table under a gap is left out whole, whatever its width.
            named = names_columns([cell for cell in cells if cell.strip()])
            self._second_table = named and [*cells[: self._width]] != self._header
        self._blank_above = False
        if self._second_table:
            return
        self._rows += 1
        over = filled_width(cells) - self._width
        if over > 0:
            wide = self._wide.setdefault(over, _Wide())
            wide.count += 1
            wide.prose += any(cell.startswith(" ") for cell in cells[1:]) and not self._neighbours.blank_led
            wide.first = [*wide.first, sheet_row][:_NAMED_ROWS]

    def finish(self) -> None:
        """After the last record: rows may hold more than the header names only where most of them do; a column without
        a name is not a column that a stray delimiter made."""
        if self._last is not None:
            sheet_row, record = self._last
            check_closed(spans(record, self._dialect), sheet_row, self._path)
        nameless = 0
        for over in self._wide:
            filling = sum(wide.count - wide.prose for more, wide in self._wide.items() if more >= over)
            if filling > 1 and filling * 2 > self._rows:
                nameless = max(nameless, over)
        rows = sorted(row for over, wide in self._wide.items() if over > nameless for row in wide.first)
        if rows:
            listed = ", ".join(map(str, rows[:_NAMED_ROWS])) + (" ..." if len(rows) > _NAMED_ROWS else "")
            raise fault(RAGGED, path=self._path, rows=listed, width=self._width + nameless)


def _lines(text: str) -> list[str]:
    return list(open_text(text))


def _body(span: Span) -> str:
    """What a cell's quotes enclose."""
    return span.text[: len(span.text) - len(span.tail)] if span.quoted else ""


def fits_as_letters(header: Sequence[str], rows: Iterable[Sequence[str]], quote: str) -> bool:
    """Whether quotes are letters of a sheet for certain: no cell is written as a writer of quotes would have it, and
    no row with a quote lacks a cell."""
    if any(_wrapped(cell, quote) for cell in header):
        return False
    for cells in rows:
        if any(quote in cell for cell in cells):
            doubled = any(_wrapped(cell, quote) and quote * 2 in cell[1:-1] for cell in cells)
            if doubled or len(cells) != len(header):
                return False
    return True


def _wrapped(cell: str, quote: str) -> bool:
    return len(cell) > 1 and cell.startswith(quote) and cell.endswith(quote)
