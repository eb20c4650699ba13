"""Rewrites the agreed cells of a delimited text; every other character stays.

A file that gets columns gets them in every record, in the same rewrite: readers that insist on equally many cells in
every record (DuckDB, R, csvkit, and the search for a delimiter) would refuse it otherwise.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from mcp_servers.data.model import Change, Descriptor, Outcome
from mcp_servers.data.reading.groups import grouped
from mcp_servers.data.reading.header import column_names, is_blank
from mcp_servers.data.reading.records import Dialect, line_end, spans, split_records, unguarded
from mcp_servers.data.reading.shapes import check_closed
from mcp_servers.data.table.checksums import row_checksum
from mcp_servers.data.writing.sheet_view import LAST_NEW_COLUMN, apply_changes

_HEADER_SEARCH = 60
_HINT = "sep="
_END_OF_FILE = "\x1a"
"""Programs of the DOS age end a text with it."""


@dataclass(slots=True)
class Edited:
    """The new text (None when nothing changes) and what became of each change; None = its row was not found."""

    text: str | None
    outcomes: list[Outcome | None]


@dataclass
class CsvSheet:
    """A delimited text as records, seen through the descriptor of its import."""

    records: list[str]
    cells: list[list[str]]
    descriptor: Descriptor
    dialect: Dialect

    @classmethod
    def of(cls, text: str, descriptor: Descriptor) -> "CsvSheet":
        """Split a text by the descriptor's dialect."""
        quote = descriptor.quote if descriptor.quote is not None else '"'
        dialect = Dialect(descriptor.delimiter or ",", quote, descriptor.skip_blanks)
        records, cells = [], []
        for record, texts in split_records(text, dialect):
            records.append(record)
            cells.append([unguarded(text) for text in texts] if '="' in record else texts)
        return cls(records, cells, descriptor, dialect)

    @cached_property
    def header_index(self) -> int | None:
        """Where the header stands now: its old place, else the first record that names all the old columns."""
        old: int = (self.descriptor.header_row or 1) - 1
        for index in (old, *range(min(_HEADER_SEARCH, len(self.cells)))):
            if index < len(self.cells) and self._names_all(index):
                return int(index)
        return None

    def _names_all(self, index: int) -> bool:
        return set(self.descriptor.original_header) <= set(self._names(index, len(self.cells[index])))

    def _names(self, index: int, width: int) -> list[str]:
        """The columns' names if the header stands there, as the import has them."""
        header = grouped(self.cells[index - 1] if index else (), self.cells[index])
        return column_names(header, max(width, len(self.descriptor.header)))

    @cached_property
    def width(self) -> int:
        """Cells of the widest record at or below the header."""
        start = self.header_index or 0
        return max((len(cells) for cells in self.cells[start:]), default=0)

    @cached_property
    def filled_width(self) -> int:
        """One past the last column of the import and the last cell at or below the header that holds anything: new
        columns begin here, in the empty ones that delimiters at the ends of lines make."""
        widest = 1 + max(self._original, default=-1)
        for cells in self.cells[self.header_index or 0 :]:
            filled = len(cells)
            while filled > widest and not cells[filled - 1].strip():
                filled -= 1
            widest = max(widest, filled)
        return widest

    @cached_property
    def positions(self) -> dict[str, int]:
        """Column name -> its place, managed columns that exist included."""
        assert self.header_index is not None
        return {name: position for position, name in enumerate(self._names(self.header_index, self.width))}

    @cached_property
    def _original(self) -> list[int]:
        return [self.positions[name] for name in self.descriptor.original_header]

    def checksum(self, number: int) -> str | None:
        """The checksum of data row `number`; None where there is none."""
        index = (self.header_index or 0) + number
        if number < 1 or index >= len(self.cells) or is_blank(self.cells[index]):
            return None
        cells = self.cells[index]
        return row_checksum(cells[position] if position < len(cells) else "" for position in self._original)

    @cached_property
    def by_checksum(self) -> dict[str, list[int]]:
        """Every row's number under its checksum."""
        found: dict[str, list[int]] = {}
        for number in range(1, len(self.cells) - (self.header_index or 0)):
            if (checksum := self.checksum(number)) is not None:
                found.setdefault(checksum, []).append(number)
        return found

    @property
    def header_found(self) -> bool:
        """Whether the columns of the import are still there."""
        return self.header_index is not None

    def last_row(self) -> int:
        """The number of the last record below the header."""
        return len(self.cells) - (self.header_index or 0) - 1

    def cell(self, number: int, name: str) -> str:
        """What a row holds under a role or column name; '' where there is nothing."""
        position = self.positions.get(self.descriptor.managed.get(name, name))
        cells = self.cells[(self.header_index or 0) + number]
        return cells[position] if position is not None and position < len(cells) else ""

    def fixed(self, number: int, name: str) -> bool:
        """Nothing is computed in a text file; a new column needs room within what an import reads."""
        column = self.descriptor.managed.get(name, name)
        return column not in self.positions and self.filled_width > LAST_NEW_COLUMN

    def set(self, number: int, name: str, value: str) -> None:
        """Write one cell, adding its column when the sheet has none."""
        column = self.descriptor.managed.get(name, name)
        if column not in self.positions:
            self._append_column(column)
        self._put((self.header_index or 0) + number, self.positions[column], value)

    def _append_column(self, column: str) -> None:
        assert self.header_index is not None
        position, _ = self.filled_width, self.own_width
        self._put(self.header_index, position, column)
        self.positions[column] = position
        self.filled_width = position + 1

    def level(self) -> None:
        """Give every record as many cells as the widest has, where the header's last columns are ours.

        They are after columns were added, and in a file of version 0.1, which left untouched rows short. A line that
        holds nothing stays one. Rows above the header are not records of the table: a title keeps its bytes, unless it
        is as wide as the header was, as spreadsheet programs write it: then the file was a rectangle and stays one.
        """
        assert self.header_index is not None
        header = self.header_index
        written = [name for name, position in self.positions.items() if self._header_text(position)]
        if not written or written[-1] not in self.descriptor.managed.values():
            return
        width = max(len(cells) for cells in self.cells[header:])
        for index, cells in enumerate(self.cells):
            if len(cells) < width and self._is_record(index, cells):
                self._extend(index, width)

    def _is_record(self, index: int, cells: list[str]) -> bool:
        if not cells or cells == [_END_OF_FILE]:
            return False
        if index >= (self.header_index or 0):
            return True
        hint = index == 0 and self.records[0].startswith(_HINT)
        return len(cells) >= self.own_width and not hint

    @cached_property
    def own_width(self) -> int:
        """Cells of the header without our columns at its end; ask before the first one is added."""
        assert self.header_index is not None
        ours = set(self.descriptor.managed.values())
        cells = self.cells[self.header_index]
        names = column_names(cells, len(cells))
        while len(names) > 1 and names[-1] in ours:
            names.pop()
        return len(names)

    def _header_text(self, position: int) -> str:
        assert self.header_index is not None
        cells = self.cells[self.header_index]
        return cells[position].strip() if position < len(cells) else ""

    def _extend(self, index: int, width: int) -> None:
        """Empty cells behind a record that has fewer."""
        record, cells = self.records[index], self.cells[index]
        end = len(record) - len(line_end(record))
        self.records[index] = record[:end] + self.dialect.delimiter * (width - max(len(cells), 1)) + record[end:]
        cells.extend([""] * (width - len(cells)))

    def _put(self, index: int, position: int, value: str) -> None:
        if position >= len(self.cells[index]):
            self._extend(index, position + 1)
        record = self.records[index]
        found = spans(record, self.dialect)
        filled = [span for span in found if span.end > span.start]
        text = self._render(value, all_quoted=bool(filled) and all(span.quoted for span in filled))
        self.records[index] = record[: found[position].start] + text + record[found[position].end :]
        self.cells[index][position] = value

    def _render(self, value: str, *, all_quoted: bool) -> str:
        quote, delimiter = self.dialect.quote, self.dialect.delimiter
        if not quote:
            return " ".join(value.replace(delimiter, " ").split())
        special = value != value.strip() or any(mark in value for mark in (delimiter, quote, "\n", "\r"))
        if special or (all_quoted and value):
            return quote + value.replace(quote, quote * 2) + quote
        return value


def edit_csv(text: str, descriptor: Descriptor, changes: Sequence[Change]) -> Edited:
    """Apply results, in order, to the rows that they belong to. Raises E-1005 where the last quote never closes."""
    sheet = CsvSheet.of(text, descriptor)
    if sheet.records:
        # What is put behind an open quote becomes part of its cell.
        check_closed(spans(sheet.records[-1], sheet.dialect), len(sheet.records), descriptor.place)
    outcomes, touched = apply_changes(sheet, changes)
    if touched:
        sheet.level()
    return Edited("".join(sheet.records) if touched else None, outcomes)
