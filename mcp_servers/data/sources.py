"""Opens sources: from a person's wishes to a table that answers, and back to whether it changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from mcp_servers.data.faults import NO_HEADER
from mcp_servers.data.managed import map_columns
from mcp_servers.data.model import Descriptor, Excluded, Override
from mcp_servers.data.reading.csv_file import CsvFormat, detect_csv, read_rows, reading
from mcp_servers.data.reading.encoding import current_encoding
from mcp_servers.data.reading.excel_file import ExcelSheet, choose_sheet, lost_digits
from mcp_servers.data.reading.header import column_names, is_blank
from mcp_servers.data.reading.sheet_xml import column_letters
from mcp_servers.data.reading.workbook import Workbook
from mcp_servers.data.table.checksums import header_fingerprint
from mcp_servers.data.table.clean import feed_clean
from mcp_servers.data.table.feed import Fed, feed
from mcp_servers.data.table.leftovers import find_leftovers, remove
from mcp_servers.data.table.source import SourceTable, open_connection
from mcp_servers.data.writing.csv_edit import CsvSheet
from mcp_servers.data.writing.excel_edit import ExcelView
from mcp_servers.data.writing.replace import Signature, signature
from mcp_servers.data.writing.sheet_view import fingerprint
from mcp_servers.shared.faults import fault


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the person said about a source; the rest is detected."""

    header_row: int | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    types: Mapping[str, Override] = field(default_factory=dict)


@dataclass(slots=True)
class OpenSource:
    """The active source: its table and what its reading told."""

    descriptor: Descriptor
    table: SourceTable
    excluded: list[Excluded]
    warnings: list[str]
    signature: Signature | None
    other_headers: tuple[int, ...] = ()
    """Rows that could be the header too."""

    @property
    def header_fingerprint(self) -> str:
        """Digest of the header names without the managed ones, in order."""
        return header_fingerprint(self.descriptor.original_header)

    @property
    def all_warnings(self) -> list[str]:
        """Of the reading and of the columns."""
        return [*self.warnings, *self.table.warnings]


@dataclass(frozen=True, slots=True)
class Verified:
    """Whether a source still is what was imported."""

    changed: bool
    missing: bool
    fingerprint: str | None
    details: str


def resolved(path: str) -> Path:
    """The file's absolute path with links resolved: one sheet has one name."""
    return Path(path).expanduser().resolve()


def open_csv_source(
    path: str,
    wishes: Wishes,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    quote: str | None = None,
) -> OpenSource:
    """Read a text file. Raises E-1002 to E-1007 and E-1014."""
    file = resolved(path)
    layout = detect_csv(file, encoding=encoding, delimiter=delimiter, quote=quote, header_row=wishes.header_row)
    with reading(file):
        before = signature(file)
    descriptor = Descriptor(
        type="csv",
        path=str(file),
        header_row=layout.header_row,
        encoding=layout.encoding.shown,
        delimiter=layout.dialect.delimiter,
        quote=layout.dialect.quote,
    )
    connection = open_connection()
    width = _width(layout.header)
    with reading(file):
        fed = feed_clean(connection, file, layout, width) or feed(connection, read_rows(file, layout), width)
    source = build(descriptor, layout.header, connection, fed, wishes)
    source.signature = before
    source.warnings[:0] = _csv_warnings(layout)
    source.other_headers = layout.other_headers
    return source


def open_excel_source(
    path: str, wishes: Wishes, *, sheet: str | None = None, include_hidden: bool = False
) -> OpenSource:
    """Read one sheet of a workbook. Raises E-1002, E-1003, E-1006, E-1007, E-1014 and E-1016."""
    file = resolved(path)
    with reading(file):
        workbook = Workbook(file)
        before = signature(file)
    info, told = choose_sheet(file, workbook, sheet)
    view = ExcelSheet(workbook, info)
    chosen = view.choose_header(wishes.header_row)
    if chosen is None:
        raise fault(NO_HEADER, path=f"{file} [{info.name}]")
    header_row, header = chosen
    hidden = [] if include_hidden else _hidden_rows(view, header_row)
    descriptor = Descriptor(
        type="excel", path=str(file), sheet=info.name, header_row=header_row, include_hidden=include_hidden
    )
    connection = open_connection()
    fed = feed(connection, view.data_rows(header_row), _width(header))
    source = build(descriptor, header, connection, fed, wishes, left_out=hidden)
    source.signature = before
    source.warnings[:0] = [*told, *_excel_warnings(view, header_row, hidden)]
    source.other_headers = view.other_headers
    return source


def build(
    descriptor: Descriptor,
    header: Sequence[str],
    connection: duckdb.DuckDBPyConnection,
    fed: Fed,
    wishes: Wishes,
    *,
    left_out: Sequence[Excluded] = (),
    only_data: bool = False,
) -> OpenSource:
    """Make a source of rows that were fed; totals and notes are left out by name, unless
    the source holds `only_data`. Fills the descriptor."""
    names = column_names(header, fed.width)
    offset = descriptor.header_row or 0
    descriptor.header = names
    descriptor.columns = map_columns(names, wishes.columns)
    descriptor.types = {name: one for name, one in wishes.types.items() if name in names}
    remove(connection, [one.sheet_row - offset for one in left_out])
    managed_names = list(descriptor.managed.values())
    leftovers = [] if only_data else find_leftovers(connection, names, managed_names, offset)
    remove(connection, [one.sheet_row - offset for one in leftovers])
    excluded = sorted([*left_out, *leftovers], key=lambda one: one.sheet_row)
    descriptor.excluded = [one.sheet_row - offset for one in excluded]
    table = SourceTable(connection, fed, names, sheet_offset=offset, managed=managed_names, overrides=descriptor.types)
    descriptor.fingerprint = table.fingerprint
    return OpenSource(descriptor, table, excluded, _table_warnings(fed, leftovers), None)


def verify(descriptor: Descriptor, known: Signature | None) -> Verified:
    """Compare a file with its import; `known` is the file's signature when it was last seen unchanged."""
    file = descriptor.file
    if not file.is_file():
        return Verified(True, True, None, f"{file} is gone.")
    if known is not None and signature(file) == known:
        return Verified(False, False, descriptor.fingerprint, "The file is untouched.")
    with reading(file):
        found = _file_fingerprint(descriptor, file)
    return compared(descriptor, found)


def compared(descriptor: Descriptor, found: str | None) -> Verified:
    """What a fingerprint of now says about the one of the import."""
    if found is None:
        return Verified(True, False, None, "The header changed.")
    if found == descriptor.fingerprint:
        return Verified(False, False, found, "The rows are the same.")
    return Verified(True, False, found, "Rows were changed, added, removed or moved.")


def _file_fingerprint(descriptor: Descriptor, file: Path) -> str | None:
    if descriptor.type == "csv":
        encoding = current_encoding(file, descriptor.encoding)
        text = file.read_bytes()[len(encoding.mark) :].decode(encoding.codec)
        return fingerprint(CsvSheet.of(text, descriptor))
    workbook = Workbook(file)
    info = next((info for info in workbook.sheets if info.name == descriptor.sheet), None)
    return fingerprint(ExcelView(ExcelSheet(workbook, info), descriptor)) if info is not None else None


def _width(header: Sequence[str]) -> int:
    width = len(header)
    while width > 1 and not header[width - 1].strip():
        width -= 1
    return width


def _hidden_rows(view: ExcelSheet, header_row: int) -> list[Excluded]:
    return [
        Excluded(number, "hidden row")
        for number in view.numbers
        if number > header_row and view.hidden(number) and not is_blank(view.texts(number))
    ]


def _table_warnings(fed: Fed, leftovers: Sequence[Excluded]) -> list[str]:
    found = []
    if fed.blank:
        found.append(f"{fed.blank} blank rows were skipped; they keep their numbers.")
    if leftovers:
        rows = ", ".join(str(one.sheet_row) for one in leftovers[:20])
        found.append(f"{len(leftovers)} rows are no data and were left out (rows {rows}).")
    return found


def _csv_warnings(layout: CsvFormat) -> list[str]:
    found = []
    if layout.encoding.guessed:
        name = layout.encoding.codec
        found.append(f"The encoding was guessed: {name}. Name another with `encoding` if names look wrong.")
    if layout.header_row > 1:
        found.append(f"The header was found in row {layout.header_row}; the rows above it are left alone.")
    if layout.other_headers:
        rows = ", ".join(map(str, layout.other_headers))
        found.append(f"Row {rows} could be the header too; name the right one with `header_row`.")
    return found


def _excel_warnings(view: ExcelSheet, header_row: int, hidden: Sequence[Excluded]) -> list[str]:
    found = []
    if header_row > 1:
        found.append(f"The header was found in row {header_row}; the rows above it are left alone.")
    if hidden:
        found.append(f"{len(hidden)} hidden rows were left out; `include_hidden` takes them in.")
    if view.xml.hidden_columns:
        letters = ", ".join(column_letters(column) for column in view.xml.hidden_columns[:10])
        found.append(f"Hidden columns were read too: {letters}.")
    merged = [number for number in view.merged_downwards if number > header_row]
    if merged:
        found.append(f"Merged cells were filled down in rows {', '.join(map(str, merged[:20]))}.")
    lost: dict[int, list[int]] = {}
    for number, row in view.xml.rows.items():
        if number > header_row:
            for cell in view.xml.cells(row):
                if lost_digits(cell):
                    lost.setdefault(cell.column, []).append(number)
    for column, rows in lost.items():
        listed = ", ".join(map(str, rows[:20]))
        found.append(
            f"Column {column_letters(column)}: your spreadsheet lost digits of long numbers in rows {listed}; "
            "it cannot serve as a key."
        )
    return found
