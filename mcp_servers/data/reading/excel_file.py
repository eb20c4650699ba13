"""Reads one sheet of a workbook: every cell as the text that people see as data, every row under its own number."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from math import inf, isfinite

from mcp_servers.data.faults import HEADER_OUT_OF_RANGE
from mcp_servers.data.model import HeaderCandidate
from mcp_servers.data.reading.groups import grouped
from mcp_servers.data.reading.header import MOST_COLUMNS, check_width, choose_header, is_blank, named
from mcp_servers.data.reading.number_format import LONGEST_EXACT, adds_text, shown
from mcp_servers.data.reading.old_workbook import AnyWorkbook, OldGrid
from mcp_servers.data.reading.sheet_xml import CellXml, SheetXml, unescape_controls
from mcp_servers.data.reading.workbook import SheetInfo
from mcp_servers.shared.faults import fault

_SAMPLE_ROWS = 200


class ExcelSheet:
    """One worksheet as rows of text. Row numbers here are the sheet's own, from 1. Use it inside `unpacking`."""

    def __init__(self, workbook: AnyWorkbook, info: SheetInfo, *, cut: bool = False) -> None:
        """`cut`: rows that reach too far to the right are cut off instead of refused, for a look at the sheet."""
        self.workbook = workbook
        self.info = info
        self._cut = cut
        self.candidates: tuple[HeaderCandidate, ...] = ()
        """The header that was chosen by score and what else could be it; empty where there is no doubt."""
        self.grid: SheetXml | OldGrid = workbook.grid(info)

    @property
    def xml(self) -> SheetXml:
        """The grid as what can be spliced; a workbook that is only read has none."""
        if not isinstance(self.grid, SheetXml):
            raise TypeError(f"{self.workbook.path.name} is only read")
        return self.grid

    def texts(self, number: int) -> list[str]:
        """A row's cells as text, merged ranges filled; [] where the sheet has nothing."""
        row = self.grid.rows.get(number)
        return self.texts_of(number, self.grid.cells(row) if row is not None else ())

    def texts_of(self, number: int, found: Iterable[CellXml]) -> list[str]:
        """The same for cells that were parsed already."""
        cells: list[str] = []
        for cell in found:
            text = self.text(cell)
            if text:
                cells.extend([""] * (cell.column + 1 - len(cells)))
                cells[cell.column] = text
        for column, text in self._filled.get(number, ()):
            cells.extend([""] * (column + 1 - len(cells)))
            cells[column] = text
        if self._cut:
            return cells[:MOST_COLUMNS]
        check_width(cells, number, f"{self.workbook.path} [{self.info.name}]")
        return cells

    def text(self, cell: CellXml) -> str:
        """One cell as text: numbers by their format where it says more than the number (ZIP codes, dates)."""
        if cell.formula is not None and cell.text is None:
            return f"={cell.formula}"
        if cell.text is None:
            return ""
        if cell.kind == "s":
            return unescape_controls(self.workbook.string(cell.text))
        if cell.kind in ("str", "inlineStr"):
            return unescape_controls(cell.text)
        if cell.kind == "b":
            return "TRUE" if cell.text.strip() == "1" else "FALSE"
        if cell.kind == "d":
            return cell.text.replace("T00:00:00", "")
        return cell.text if cell.kind == "e" else self._number(cell)

    def _number(self, cell: CellXml) -> str:
        assert cell.text is not None
        try:
            value = float(cell.text)
        except ValueError:
            return cell.text
        if not isfinite(value):
            return cell.text
        styles = self.workbook.date_styles
        if cell.style < len(styles) and styles[cell.style] and value >= 0:
            return _moment(value, since_1904=self.workbook.since_1904) or number_text(value)
        formats = self.workbook.formats
        code = formats[cell.style] if cell.style < len(formats) else "General"
        return (shown(code, value) if adds_text(code) else None) or number_text(value)

    @cached_property
    def _filled(self) -> dict[int, list[tuple[int, str]]]:
        """What merged ranges say in the cells that they cover (down, not across: a title stays one cell)."""
        found: dict[int, list[tuple[int, str]]] = {}
        for merged in self.grid.merged:
            row = self.grid.rows.get(merged.top)
            if row is None or merged.bottom == merged.top or merged.bottom - merged.top > 100_000:
                continue
            first = next((cell for cell in self.grid.cells(row) if cell.column == merged.left), None)
            if first is None or not (text := self.text(first)):
                continue
            for number in range(merged.top + 1, merged.bottom + 1):
                found.setdefault(number, []).append((merged.left, text))
        return found

    @property
    def merged_downwards(self) -> list[int]:
        """Rows that take a text from a merged range."""
        return sorted(self._filled)

    @cached_property
    def numbers(self) -> list[int]:
        """The rows that the sheet writes down, and those inside merged ranges, in order."""
        return sorted(set(self.grid.rows) | set(self._filled))

    def choose_header(self, header_row: int | None) -> tuple[int, list[str]] | None:
        """The header's row and texts; None where the sheet is blank. Raises E-1007."""
        if header_row is not None:
            cells = self.texts(header_row)
            if is_blank(cells):
                raise fault(HEADER_OUT_OF_RANGE, path=self.workbook.path, header_row=header_row, reason="it is blank")
            return header_row, self._two_rows(header_row, cells)
        numbered = []
        for number in self.numbers:
            cells = self.texts(number)
            if not is_blank(cells):
                numbered.append((number, cells))
            if len(numbered) >= _SAMPLE_ROWS:
                break
        choice = choose_header([cells for _, cells in numbered])
        if choice is None:
            return None
        number, cells = numbered[choice.index]
        if choice.others:
            near = [numbered[index] for index in (choice.index, *choice.others)]
            self.candidates = tuple(HeaderCandidate(row, named(self._two_rows(row, [*texts]))) for row, texts in near)
        return number, self._two_rows(number, cells)

    def _two_rows(self, number: int, cells: list[str]) -> list[str]:
        """A header with the names of groups that the row above it says."""
        above = [one for one in self.grid.merged if one.bottom == number - 1 and one.right > one.left]
        return grouped(self.texts(number - 1), cells, [(one.left, one.right) for one in above])

    def hidden(self, number: int) -> bool:
        """Whether a row is hidden or filtered away."""
        row = self.grid.rows.get(number)
        return row is not None and row.hidden

    def hidden_data(self, header_row: int) -> list[int]:
        """The hidden rows below the header that hold anything."""
        below = (number for number in self.numbers if number > header_row)
        return [number for number in below if self.hidden(number) and not is_blank(self.texts(number))]

    def totals(self, header_row: int) -> list[int]:
        """The rows below the header that a table under it declares to be its totals."""
        header = {column for column, text in enumerate(self.texts(header_row)) if text.strip()}
        found: set[int] = set()
        for rows in self.workbook.totals_rows(self.info):
            below = rows.top > header_row
            if below and len(header & set(range(rows.left, rows.right + 1))) * 2 > len(header):
                found.update(range(rows.top, rows.bottom + 1))
        return [number for number in sorted(found) if not is_blank(self.texts(number))]

    def data_rows(self, header_row: int) -> Iterator[tuple[int, list[str]]]:
        """Every row below the header that is written down, with its 1-based number; gaps are yielded once as blank."""
        for number in self.numbers:
            if number > header_row:
                yield number - header_row, self.texts(number)


def number_text(value: float) -> str:
    """A number as Excel would type it back: 15 digits of a fraction, no exponent, no `.0`."""
    if value == int(value) and abs(value) < 1e21:
        return str(int(value))
    value = float(f"{value:.15g}")
    return f"{Decimal(repr(value)):f}" if abs(value) < 1 else repr(value)


def lost_digits(cell: CellXml) -> bool:
    """Whether a number is too long for a spreadsheet to have kept all its digits."""
    if cell.kind != "n" or cell.text is None or cell.formula is not None:
        return False
    try:
        return LONGEST_EXACT <= abs(float(cell.text)) < inf
    except ValueError:
        return False


def _moment(value: float, *, since_1904: bool) -> str | None:
    # Late: openpyxl is 175 modules, of which a text file needs none.
    from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

    try:
        moment = from_excel(value, CALENDAR_MAC_1904 if since_1904 else CALENDAR_WINDOWS_1900)
    except (OverflowError, ValueError):
        return None
    if isinstance(moment, datetime):
        moment = (moment + timedelta(microseconds=500)).replace(microsecond=0)
        return moment.date().isoformat() if moment.time() == time() else moment.isoformat(sep=" ")
    if isinstance(moment, (date, time)):
        return moment.isoformat()
    return None
