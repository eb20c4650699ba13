"""What the result cells of rows hold now; they are found as for a write. Nothing is imported, locked or changed."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from mcp_servers.data.model import SHIPPED_AT, TRACKING, Change, Descriptor
from mcp_servers.data.reading.csv_file import reading
from mcp_servers.data.reading.encoding import current_encoding
from mcp_servers.data.reading.excel_file import ExcelSheet
from mcp_servers.data.reading.old_workbook import open_workbook
from mcp_servers.data.reading.workbook import unpacking
from mcp_servers.data.writing.cells import find_rows, has_number
from mcp_servers.data.writing.csv_edit import CsvSheet
from mcp_servers.data.writing.excel_edit import ExcelView
from mcp_servers.data.writing.replace import SheetBusyError
from mcp_servers.data.writing.sheet_view import SheetView
from mcp_servers.data.writing.sidecar import read_sidecar

ROLES_HELD = (TRACKING, SHIPPED_AT)
Held = dict[str, str]
"""The result cells of a row that are not blank, by role."""


@contextmanager
def viewing(descriptor: Descriptor) -> Iterator[SheetView | None]:
    """A file's rows as they are now; None where the workbook has no such sheet any more. Raises E-4011, OSError."""
    file = descriptor.file
    if descriptor.type == "csv":
        encoding = current_encoding(file, descriptor.encoding)
        text = file.read_bytes()[len(encoding.mark) :].decode(encoding.codec)
        yield CsvSheet.of(text, descriptor)
        return
    with unpacking(file):
        workbook = open_workbook(file)
        info = next((info for info in workbook.sheets if info.name == descriptor.sheet), None)
        yield ExcelView(ExcelSheet(workbook, info), descriptor) if info is not None else None


def held_in_file(descriptor: Descriptor, rows: Sequence[Change]) -> list[Held | None]:
    """The result cells of rows (a change without cells each); None for a row that is not there. Raises E-4011."""
    with reading(descriptor.file), viewing(descriptor) as sheet:
        if sheet is None or not sheet.header_found:
            return [None] * len(rows)
        places = find_rows(rows, sheet.checksum, lambda: sheet.by_checksum, lambda place: sheet.cell(place, TRACKING))
        sidecar = _SidecarResults(descriptor)
        return [
            sidecar.over(row, filled({role: sheet.cell(place, role) for role in ROLES_HELD}))
            if place is not None
            else None
            for row, place in zip(rows, places, strict=True)
        ]


class _SidecarResults:
    """Results in the file beside a sheet, as the next import counts them."""

    def __init__(self, descriptor: Descriptor) -> None:
        self._first = descriptor.read_only
        self._lines: dict[tuple[str, str], dict[str, str]] = {}
        try:
            self._lines = read_sidecar(descriptor.file)
        except SheetBusyError:
            # A file of that name that is not ours says nothing of a sheet that takes its results itself.
            if descriptor.read_only:
                raise
        self._by_checksum = {checksum: line for (_, checksum), line in self._lines.items() if checksum}

    def over(self, row: Change, cells: Held) -> Held:
        """A row's cells with what is beside the sheet for it."""
        checksum = row.checksum or ""
        line = self._lines.get((str(row.row_number), checksum)) or self._by_checksum.get(checksum) or {}
        told = filled({role: line.get(role) or "" for role in ROLES_HELD})
        if TRACKING in told and (self._first or not has_number(cells.get(TRACKING, ""))):
            return cells | told
        return cells


def filled(cells: Mapping[str, str]) -> Held:
    """The cells that are not blank."""
    return {role: text.strip() for role, text in cells.items() if text.strip()}
