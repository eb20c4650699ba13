"""Opens sources: from import options to a table that answers, and back to whether it changed."""

import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from mcp_servers.data.faults import NO_HEADER, NOT_A_SHEET
from mcp_servers.data.fitting import fitting
from mcp_servers.data.managed import map_columns
from mcp_servers.data.model import Descriptor, Excluded, Found, HeaderCandidate, Override
from mcp_servers.data.reading.csv_file import (
    CsvFormat,
    detect_csv,
    encoding_candidates,
    quotes_as_letters,
    read_rows,
    reading,
)
from mcp_servers.data.reading.excel_file import ExcelSheet, lost_digits
from mcp_servers.data.reading.header import column_names, repeated
from mcp_servers.data.reading.old_workbook import open_workbook
from mcp_servers.data.reading.sheet_xml import column_letters
from mcp_servers.data.reading.sheets import choose_sheet, told
from mcp_servers.data.reading.workbook import unpacking
from mcp_servers.data.table.checksums import header_fingerprint
from mcp_servers.data.table.clean import load_clean
from mcp_servers.data.table.gaps import close_gap
from mcp_servers.data.table.loading import LoadStats, load_rows, unguard
from mcp_servers.data.table.non_data_rows import TOTAL_REASON, find_non_data_rows, remove
from mcp_servers.data.table.results import Results, results_in, some_values
from mcp_servers.data.table.sidecar_results import add_results
from mcp_servers.data.table.source import SourceTable, open_connection
from mcp_servers.data.writing.held import viewing
from mcp_servers.data.writing.replace import Signature, signature
from mcp_servers.data.writing.sheet_view import fingerprint
from mcp_servers.data.writing.sidecar import sidecar_path
from mcp_servers.shared.faults import ToolFault, fault

HIDDEN_REASON = "hidden row"


@dataclass(frozen=True, slots=True)
class ImportOptions:
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
    results: Results
    found: Found = field(default_factory=Found)

    @property
    def other_headers(self) -> list[int]:
        """Rows that could be the header too."""
        return [one.header_row for one in self.found.header_candidates[1:]]

    @property
    def header_fingerprint(self) -> str:
        """Digest of the header names without the managed ones, in order."""
        return header_fingerprint(self.descriptor.telling_header)

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
    """The file's absolute path with links resolved: one sheet has one name.

    Raises E-1003 for what is not a file: a pipe would wait for ever, a device never ends.
    """
    file = Path(path).expanduser().resolve()
    try:
        mode = file.stat().st_mode
    except OSError:
        # Whoever opens it says what is the matter.
        return file
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise fault(
            NOT_A_SHEET,
            where=str(file),
            path=file,
            wanted="a sheet",
            reason="it is not a regular file",
            instead="a CSV file or a workbook",
        )
    return file


def open_csv_source(
    path: str,
    options: ImportOptions,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    quote: str | None = None,
) -> OpenSource:
    """Read a text file. Raises E-1002 to E-1007, E-1014, E-1017 to E-1019 and E-1530."""
    file = resolved(path)
    with fitting(file):
        return _open_csv(file, options, encoding, delimiter, quote)


def _open_csv(
    file: Path, options: ImportOptions, encoding: str | None, delimiter: str | None, quote: str | None
) -> OpenSource:
    layout = detect_csv(
        file,
        encoding=encoding,
        delimiter=delimiter,
        quote=quote,
        header_row=options.header_row,
        ours=options.columns.values(),
    )
    try:
        return _open_text(file, layout, options)
    except ToolFault as refusal:
        other = None
        if quote is None:
            other = quotes_as_letters(file, layout, refusal, options.header_row, options.columns.values())
        if other is None:
            raise
    source = _open_text(file, other, options)
    source.warnings.insert(0, "Quotes are read as ordinary letters: some cells have a lone one.")
    return source


def _open_text(file: Path, layout: CsvFormat, options: ImportOptions) -> OpenSource:
    with reading(file):
        before = signature(file)
    descriptor = Descriptor(
        type="csv",
        path=str(file),
        header_row=layout.header_row,
        encoding=layout.encoding.shown,
        delimiter=layout.dialect.delimiter,
        quote=layout.dialect.quote,
        skip_blanks=layout.dialect.skip_blanks,
    )
    connection = open_connection()
    width = _width(layout.header)
    with reading(file):
        stats = load_clean(connection, file, layout, width) or load_rows(connection, read_rows(file, layout), width)
    unguard(connection, stats)
    source = build(descriptor, Loaded(layout.header, connection, stats), options)
    source.signature = before
    source.warnings[:0] = [*_where_results_go(file, read_only=False), *_csv_warnings(layout)]
    source.found.header_candidates = layout.candidates
    source.found.encoding_candidates = encoding_candidates(file, layout, descriptor.header)
    return source


def open_excel_source(
    path: str, options: ImportOptions, *, sheet: str | None = None, include_hidden: bool = False
) -> OpenSource:
    """Read one sheet of a workbook. Raises E-1002, E-1003, E-1006, E-1007, E-1014, E-1016 and E-1530."""
    file = resolved(path)
    with fitting(file), reading(file), unpacking(file):
        return _open_workbook(file, options, sheet, include_hidden=include_hidden)


def _open_workbook(file: Path, options: ImportOptions, sheet: str | None, *, include_hidden: bool) -> OpenSource:
    before = signature(file)
    workbook = open_workbook(file)
    info, other_sheets = choose_sheet(file, workbook, sheet)
    view = ExcelSheet(workbook, info)
    chosen = view.choose_header(options.header_row)
    if chosen is None:
        raise fault(NO_HEADER, path=f"{file} [{info.name}]")
    header_row, header = chosen
    hidden = view.hidden_data(header_row)
    totals = view.totals(header_row)
    left_out = [Excluded(number, TOTAL_REASON) for number in totals]
    left_out += [] if include_hidden else [Excluded(one, HIDDEN_REASON) for one in hidden if one not in totals]
    descriptor = Descriptor(
        type="excel",
        path=str(file),
        sheet=info.name,
        header_row=header_row,
        include_hidden=include_hidden,
        read_only=workbook.read_only,
    )
    connection = open_connection()
    stats = load_rows(connection, view.data_rows(header_row), _width(header))
    source = build(descriptor, Loaded(header, connection, stats), options, left_out=left_out)
    source.signature = before
    names = column_names(header, stats.width)
    source.found.header_candidates = view.candidates
    source.found.hidden_rows = hidden
    source.found.hidden_columns = [names[one] for one in view.grid.hidden_columns if one < len(names)]
    source.found.other_sheets = other_sheets
    source.warnings[:0] = [*told(info.name, other_sheets), *_excel_warnings(view, source, header_row)]
    source.warnings[:0] = _where_results_go(file, read_only=workbook.read_only)
    return source


def _where_results_go(file: Path, *, read_only: bool) -> list[str]:
    """Said before anything is bought: the results will not be in the sheet."""
    sidecar = sidecar_path(file).name
    if read_only:
        return [f"{file.name} is read only: tracking numbers go to {sidecar} beside it."]
    if os.access(file, os.W_OK):
        return []
    return [f"You have no permission to change {file.name}: tracking numbers go to {sidecar} beside it."]


@dataclass(frozen=True, slots=True)
class Loaded:
    """Rows as table `cells` of a connection, with their header as it stands in the source."""

    header: Sequence[str]
    connection: duckdb.DuckDBPyConnection
    stats: LoadStats


def build(
    descriptor: Descriptor,
    loaded: Loaded,
    options: ImportOptions,
    *,
    left_out: Sequence[Excluded] = (),
    only_data: bool = False,
) -> OpenSource:
    """Make a source of rows that were loaded; totals and notes are left out by name, unless
    the source holds `only_data`. Fills the descriptor."""
    header, connection, stats = loaded.header, loaded.connection, loaded.stats
    every = column_names(header, stats.width)
    offset = descriptor.header_row or 0
    descriptor.columns = map_columns(every, options.columns, lambda name: some_values(connection, every.index(name)))
    managed_names = list(descriptor.managed.values())
    descriptor.header = names = close_gap(connection, every, managed_names)
    descriptor.types = {name: one for name, one in options.types.items() if name in names}
    remove(connection, [one.sheet_row - offset for one in left_out])
    non_data = [] if only_data else find_non_data_rows(connection, names, managed_names, offset)
    remove(connection, [one.sheet_row - offset for one in non_data])
    excluded = sorted([*left_out, *non_data], key=lambda one: one.sheet_row)
    descriptor.excluded = [one.sheet_row - offset for one in excluded]
    told: list[str] = []
    if descriptor.type != "database":
        stats, names, told = add_results(connection, stats, names, descriptor)
        descriptor.header = names
    apart = [*managed_names, *descriptor.computed]
    table = SourceTable(connection, stats, names, sheet_offset=offset, managed=apart, overrides=descriptor.types)
    descriptor.fingerprint, descriptor.last_row = table.fingerprint, table.last_row
    warnings = _table_warnings(stats, [one for one in excluded if one.reason != HIDDEN_REASON])
    warnings += told
    results = results_in(table, descriptor.managed)
    found = Found(blank_rows=stats.blank, repeats=repeated(header, names), lost_digits=dict(table.lost_digits))
    return OpenSource(descriptor, table, excluded, warnings, None, results, found)


def verify(descriptor: Descriptor, known: Signature | None) -> Verified:
    """Compare a file with its import; `known` is the file's signature when it was last seen unchanged."""
    file = descriptor.file
    if not file.is_file():
        return Verified(True, True, None, f"{file} is gone.")
    if known is not None and signature(file) == known:
        return Verified(False, False, descriptor.fingerprint, "The file is untouched.")
    with fitting(file), reading(file), viewing(descriptor) as sheet:
        found = fingerprint(sheet) if sheet is not None else None
    return compared(descriptor, found)


def compared(descriptor: Descriptor, found: str | None) -> Verified:
    """What a fingerprint of now says about the one of the import."""
    if found is None:
        return Verified(True, False, None, "The header changed.")
    if found == descriptor.fingerprint:
        return Verified(False, False, found, "The rows are the same.")
    return Verified(True, False, found, "Rows were changed, added, removed or moved.")


def _width(header: Sequence[str]) -> int:
    width = len(header)
    while width > 1 and not header[width - 1].strip():
        width -= 1
    return width


def _table_warnings(stats: LoadStats, non_data: Sequence[Excluded]) -> list[str]:
    found = []
    if stats.blank:
        found.append(f"{stats.blank} blank rows were skipped; they keep their numbers.")
    if non_data:
        rows = ", ".join(str(one.sheet_row) for one in non_data[:20])
        found.append(f"{len(non_data)} rows are not data and were left out (rows {rows}).")
    return found


def _csv_warnings(layout: CsvFormat) -> list[str]:
    found = []
    if layout.encoding.guessed:
        name = layout.encoding.codec
        found.append(f"The encoding was guessed: {name}. Name another with `encoding` if names look wrong.")
    if layout.header_row > 1:
        found.append(f"The header was found in row {layout.header_row}; the rows above it are left alone.")
    return [*found, *_header_doubt(layout.candidates)]


def _header_doubt(candidates: Sequence[HeaderCandidate]) -> list[str]:
    if not candidates:
        return []
    rows = ", ".join(str(one.header_row) for one in candidates[1:])
    return [f"Row {rows} could be the header too; name the right one with `header_row`."]


def _excel_warnings(view: ExcelSheet, source: OpenSource, header_row: int) -> list[str]:
    found = []
    if header_row > 1:
        found.append(f"The header was found in row {header_row}; the rows above it are left alone.")
    found += _header_doubt(view.candidates)
    if (hidden := len(source.found.hidden_rows)) and not source.descriptor.include_hidden:
        found.append(f"{hidden} hidden rows were left out; `include_hidden` takes them in.")
    if view.grid.hidden_columns:
        letters = ", ".join(column_letters(column) for column in view.grid.hidden_columns[:10])
        found.append(f"Hidden columns were read too: {letters}.")
    merged = [number for number in view.merged_downwards if number > header_row]
    if merged:
        found.append(f"Merged cells were filled down in rows {', '.join(map(str, merged[:20]))}.")
    return [*found, *_side_notes(source), *_lost_digits(view, source, header_row)]


def _side_notes(source: OpenSource) -> list[str]:
    """Texts that stand apart, right of the table: a nameless column behind an empty nameless one."""
    table = source.table
    nameless = {column.position for column in table.columns if column.name == f"Column_{column.position + 1}"}
    empty = {one for one in nameless if table.columns[one].nulls == table.row_count}
    apart = [one.name for one in table.columns if one.position in nameless - empty and one.position - 1 in empty]
    return [f"Side notes right of the table are kept as data of column {', '.join(apart)}."] if apart else []


def _lost_digits(view: ExcelSheet, source: OpenSource, header_row: int) -> list[str]:
    """Note the numbers that are too long for a spreadsheet, column by column, and say so."""
    lost: dict[int, list[int]] = {}
    for number, row in view.grid.rows.items():
        if number > header_row:
            for cell in view.grid.cells(row):
                if lost_digits(cell):
                    lost.setdefault(cell.column, []).append(number)
    left_out = {one.sheet_row for one in source.excluded}
    found = []
    for column, all_rows in sorted(lost.items()):
        if rows := [number for number in all_rows if number not in left_out]:
            name = source.table.names[column]
            source.found.lost_digits[name] = sorted({*source.found.lost_digits.get(name, ()), *rows})
            listed = ", ".join(map(str, rows[:20]))
            found.append(
                f'Column "{name}": your spreadsheet lost digits of long numbers in rows {listed}; '
                "it cannot serve as a key."
            )
    return found
