"""Splices the agreed cells into one worksheet's XML; every other character of it stays."""

import re
from collections.abc import Sequence
from functools import cached_property
from xml.sax.saxutils import escape

from mcp_servers.data.model import Change, Descriptor, Outcome
from mcp_servers.data.reading.excel_file import ExcelSheet
from mcp_servers.data.reading.header import column_names, is_blank
from mcp_servers.data.reading.sheet_xml import CellXml, RowXml, column_letters
from mcp_servers.data.table.checksums import row_checksum
from mcp_servers.data.writing.sheet_view import LAST_NEW_COLUMN, apply_changes

_HEADER_SEARCH = 60
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class ExcelView:
    """A worksheet as a view for results. Edits gather per row and are spliced once."""

    def __init__(self, sheet: ExcelSheet, descriptor: Descriptor) -> None:
        self.sheet = sheet
        self.descriptor = descriptor
        self._edits: dict[int, dict[int, str]] = {}
        self._read: dict[int, list[str]] = {}
        self._parsed: dict[int, list[CellXml]] = {}
        self._under: dict[int, set[int]] = {}

    @cached_property
    def header_row(self) -> int | None:
        """Where the header stands now: its old row, else the first one that names all the old columns."""
        old = self.descriptor.header_row or 1
        for number in (old, *self.sheet.numbers[:_HEADER_SEARCH]):
            if set(self.descriptor.original_header) <= set(self._names(number)):
                return number
        return None

    def _names(self, number: int) -> list[str]:
        chosen = self.sheet.choose_header(number) if not is_blank(self.sheet.texts(number)) else None
        header = chosen[1] if chosen is not None else []
        return column_names(header, max(len(header), len(self.descriptor.header)))

    @property
    def header_found(self) -> bool:
        """Whether the columns of the import are still there."""
        return self.header_row is not None

    @cached_property
    def positions(self) -> dict[str, int]:
        """Column name -> its place."""
        assert self.header_row is not None
        return {name: position for position, name in enumerate(self._names(self.header_row))}

    @cached_property
    def _original(self) -> list[int]:
        return [self.positions[name] for name in self.descriptor.original_header]

    def last_row(self) -> int:
        """The number of the last row that the sheet writes down."""
        return (self.sheet.numbers[-1] if self.sheet.numbers else 0) - (self.header_row or 0)

    def checksum(self, number: int) -> str | None:
        """The checksum of a data row; None where there is none."""
        return self._checksum(number, self._texts((self.header_row or 0) + number)) if number >= 1 else None

    def _checksum(self, number: int, cells: list[str]) -> str | None:
        if number < 1 or is_blank(cells):
            return None
        return row_checksum(cells[position] if position < len(cells) else "" for position in self._original)

    @cached_property
    def by_checksum(self) -> dict[str, list[int]]:
        """Every row's number under its checksum."""
        found: dict[str, list[int]] = {}
        for row in self.sheet.numbers:
            number = row - (self.header_row or 0)
            if (checksum := self._checksum(number, self.sheet.texts(row))) is not None:
                found.setdefault(checksum, []).append(number)
        return found

    def cell(self, number: int, name: str) -> str:
        """What a row holds under a role or column name."""
        position = self.positions.get(self.descriptor.managed.get(name, name))
        row = (self.header_row or 0) + number
        if position is None:
            return ""
        if position in self._edits.get(row, {}):
            return self._edits[row][position]
        cells = self._texts(row)
        return cells[position] if position < len(cells) else ""

    def _texts(self, row: int) -> list[str]:
        if row not in self._read:
            self._read[row] = self.sheet.texts_of(row, self._cells(row))
        return self._read[row]

    def _cells(self, row: int) -> list[CellXml]:
        if row not in self._parsed:
            known = self.sheet.grid.rows.get(row)
            self._parsed[row] = list(self.sheet.grid.cells(known)) if known is not None else []
        return self._parsed[row]

    def fixed(self, number: int, name: str) -> bool:
        """Whether a row's cell is computed by a formula or would not be seen under a merged one, or a new column has no
        place that an import reads."""
        header = self.header_row or 0
        position = self.positions.get(self.descriptor.managed.get(name, name))
        if position is None:
            position = self._next_position
            if position > LAST_NEW_COLUMN or self._covered(header, position):
                return True
        cells = self._cells(header + number)
        computed = any(cell.column == position and cell.formula is not None for cell in cells)
        return computed or self._covered(header + number, position)

    def _covered(self, row: int, column: int) -> bool:
        """Whether a merged cell that begins elsewhere covers this one."""
        if column not in self._under:
            last = self.sheet.numbers[-1] if self.sheet.numbers else 0
            self._under[column] = {
                covered
                for one in self.sheet.xml.merged
                if one.left <= column <= one.right
                for covered in range(one.top + (one.left == column), min(one.bottom, last) + 1)
            }
        return row in self._under[column]

    @property
    def _next_position(self) -> int:
        """Where the next new column goes: right of everything, and of hidden columns where a visible one follows."""
        first = max(self._width, *(place + 1 for place in self.positions.values()))
        hidden = set(self.sheet.xml.hidden_columns)
        return next((place for place in range(first, LAST_NEW_COLUMN) if place not in hidden), first)

    def set(self, number: int, name: str, value: str) -> None:
        """Write one cell, adding its column when the sheet has none."""
        assert self.header_row is not None
        column = self.descriptor.managed.get(name, name)
        if column not in self.positions:
            self.positions[column] = position = self._next_position
            self._edits.setdefault(self.header_row, {})[position] = column
        self._edits.setdefault(self.header_row + number, {})[self.positions[column]] = value

    @cached_property
    def _width(self) -> int:
        """One past the last column that holds anything, or computes it, in any row at or below the header."""
        start = self.header_row or 0
        rows = self.sheet.xml.rows.items()
        filled = max(
            (self.sheet.xml.last_filled(row, self._fills) for number, row in rows if number >= start), default=-1
        )
        # A cell inside a merged range would not be seen. One that is merged to the sheet's end leaves no other place.
        ranges = [one for one in self.sheet.xml.merged if one.bottom >= start and one.right < LAST_NEW_COLUMN]
        merged = max((one.right for one in ranges), default=-1)
        return 1 + max(filled, merged)

    def _fills(self, cell: CellXml) -> bool:
        return cell.formula is not None or bool(self.sheet.text(cell).strip())

    def spliced(self) -> str:
        """The sheet's XML with the edits."""
        xml = self.sheet.xml
        pieces: list[str] = []
        position = 0
        for number in sorted(self._edits):
            row = xml.rows.get(number) or self._gap_for(number)
            pieces.append(xml.xml[position : row.start])
            pieces.append(self._row(row, self._edits[number]))
            position = row.end
        pieces.append(xml.xml[position:])
        return self._grown("".join(pieces))

    def _gap_for(self, number: int) -> RowXml:
        """Where a row goes that the sheet does not write down, because merged cells are all it has."""
        end = max(row.end for other, row in self.sheet.xml.rows.items() if other < number)
        return RowXml(number, hidden=False, start=end, tag_end=end, close=end, end=end)

    def _row(self, row: RowXml, edits: dict[int, str]) -> str:
        text, prefix = self.sheet.xml.xml, self.sheet.xml.prefix
        cells = self._cells(row.number)
        tag = text[row.start : row.tag_end] or f'<{prefix}row r="{row.number}">'
        if tag.endswith("/>"):
            tag = tag[:-2].rstrip() + ">"
        pieces = [self._spans(tag, max(edits))]
        position = row.tag_end
        style = self._header_style(cells) if row.number == self.header_row else None
        for column in sorted(edits):
            old = next((cell for cell in cells if cell.column == column), None)
            after = next((cell for cell in cells if cell.column > column), None)
            start = old.start if old is not None else after.start if after is not None else row.close
            pieces.append(text[position:start])
            kept = old.style if old is not None else style
            pieces.append(self._cell(f"{column_letters(column)}{row.number}", edits[column], kept))
            position = old.end if old is not None else start
        pieces.append(text[position : row.close])
        pieces.append(f"</{prefix}row>")
        return "".join(pieces)

    def _header_style(self, cells: Sequence[CellXml]) -> int | None:
        return next((cell.style for cell in reversed(cells) if cell.text is not None), None)

    def _cell(self, reference: str, value: str, style: int | None) -> str:
        prefix = self.sheet.xml.prefix
        styled = f' s="{style}"' if style else ""
        if not value:
            return f'<{prefix}c r="{reference}"{styled}/>'
        clean = escape(_FORBIDDEN.sub(" ", value))
        inner = f'<{prefix}is><{prefix}t xml:space="preserve">{clean}</{prefix}t></{prefix}is>'
        return f'<{prefix}c r="{reference}"{styled} t="inlineStr">{inner}</{prefix}c>'

    @staticmethod
    def _spans(tag: str, column: int) -> str:
        def widen(match: re.Match[str]) -> str:
            return f'spans="{match[1]}:{max(int(match[2]), column + 1)}"'

        return re.sub(r'spans="(\d+):(\d+)"', widen, tag)

    def _grown(self, xml: str) -> str:
        """The sheet's stated extent must hold the new cells."""
        last = max(max(edits) for edits in self._edits.values())

        def widen(match: re.Match[str]) -> str:
            letters = match[4]
            wider = column_letters(last)
            longest = max(letters, wider, key=lambda one: (len(one), one))
            return f'{match[1]}"{match[2]}:{longest}{match[5]}"'

        pattern = r'(<(?:\w+:)?dimension ref=)"(([A-Z]+)\d+):([A-Z]+)(\d+)"'
        head, separator, tail = xml.partition("sheetData")
        return re.sub(pattern, widen, head) + separator + tail


def edit_excel(
    sheet: ExcelSheet, descriptor: Descriptor, changes: Sequence[Change]
) -> tuple[str | None, list[Outcome | None]]:
    """The sheet's new XML (None when nothing changes) and what became of each change."""
    view = ExcelView(sheet, descriptor)
    outcomes, touched = apply_changes(view, changes)
    return (view.spliced() if touched else None), outcomes


class ReadOnlyView(ExcelView):
    """A worksheet that takes nothing: its rows are found, and results go elsewhere."""

    def fixed(self, number: int, name: str) -> bool:
        """No cell is looked at: none is written."""
        return False

    def set(self, number: int, name: str, value: str) -> None:
        """Nothing is written."""


def find_only(sheet: ExcelSheet, descriptor: Descriptor, changes: Sequence[Change]) -> list[Outcome | None]:
    """What becomes of each change where the workbook is only read: it goes beside it if its row is there."""
    outcomes, _ = apply_changes(ReadOnlyView(sheet, descriptor), changes)
    inside = (Outcome.WRITTEN, Outcome.UNCHANGED, Outcome.LEFT, Outcome.FILLED)
    return [Outcome.SIDECAR if outcome in inside else outcome for outcome in outcomes]
