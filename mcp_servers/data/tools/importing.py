"""Tools that look at files and open sources."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Literal

from pydantic import Field

from mcp_servers.data.app import DataServer
from mcp_servers.data.guard.clause import compile_clause
from mcp_servers.data.inspecting import WORKBOOKS, inspect
from mcp_servers.data.model import ColumnType, Descriptor, Override
from mcp_servers.data.sources import ImportOptions, OpenSource, open_csv_source, open_excel_source, resolved
from mcp_servers.data.tools.answers import FileRow, FileRowsAnswer, OverrideAnswer
from mcp_servers.data.tools.import_answers import ImportAnswer, InspectAnswer, import_answer, part_answer
from mcp_servers.data.writing.backups import number_kept
from mcp_servers.data.writing.locks import clear_leftovers
from mcp_servers.shared.tools import Arguments, ToolTable

_COLUMNS = "where results go, e.g. {'tracking_number': 'Tracking #'}; a column that does not exist yet is appended"


class PathArguments(Arguments):
    """A file."""

    path: str


class FileRowsArguments(Arguments):
    """A file beside the active source, and which page of its rows."""

    path: str
    sheet: str | None = Field(default=None, description="of a workbook; chosen by score when not named")
    limit: int = Field(default=1000, ge=1, le=10_000)
    offset: int = Field(default=0, ge=0)


class ImportCsvArguments(Arguments):
    """A delimited text file; what is left out is detected."""

    path: str
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    encoding: str | None = None
    header_row: int | None = Field(default=None, ge=1, description="1-based row of the header")
    quote: str | None = Field(default=None, max_length=1, description="'' when quotes are ordinary letters")
    columns: dict[str, str] | None = Field(default=None, description=_COLUMNS)


class ImportExcelArguments(Arguments):
    """A workbook; what is left out is detected."""

    path: str
    sheet: str | None = None
    header_row: int | None = Field(default=None, ge=1, description="1-based row of the header")
    include_hidden: bool = Field(default=False, description="take hidden and filtered rows in")
    columns: dict[str, str] | None = Field(default=None, description=_COLUMNS)


class ImportDatabaseArguments(Arguments):
    """A table or a query."""

    url: str = Field(description="SQLAlchemy URL (PostgreSQL, MySQL, MariaDB, SQLite) or db:NAME")
    table: str | None = Field(default=None, description="table, or schema.table")
    query: str | None = Field(default=None, description="one SELECT; results cannot be written back to it")
    key_columns: list[str] | None = Field(default=None, description="where the table has no primary key")
    where: str | None = Field(default=None, description="condition in the database's own SQL, for large tables")
    add_columns: bool = Field(default=False, description="yes to new columns for results that the table lacks")
    all_rows: bool = Field(default=False, description="yes to a table of more than 10,000 rows without a condition")
    columns: dict[str, str] | None = Field(default=None, description=_COLUMNS)


class OverrideArguments(Arguments):
    """How a column of the active source is to be read."""

    column: str
    type: ColumnType
    date_order: Literal["mdy", "dmy"] | None = Field(default=None, description="what 03/04/2026 means")


def register(table: ToolTable[DataServer]) -> None:
    """Add the tools to the server's table."""

    @table.tool("Inspect a file", read_only=True, idempotent=True)
    async def inspect_file(app: DataServer, arguments: PathArguments) -> InspectAnswer:
        """Tell what is in a CSV file or workbook before it is imported: encoding, delimiter, quoting, sheets with their
        row counts, the header row and what else could be it. Nothing is imported; every guess can be overridden."""
        found = await asyncio.to_thread(inspect, arguments.path)
        return InspectAnswer(
            path=str(found.path),
            source_type="csv" if found.kind == "csv" else "excel",
            parts=[part_answer(part) for part in found.parts],
            encoding=found.encoding,
            encoding_guessed=found.encoding_guessed,
            delimiter=found.delimiter,
            quote=found.quote,
            other_header_rows=found.other_header_rows,
        )

    @table.tool("Rows of a file beside the open sheet", read_only=True, idempotent=True)
    async def read_file_rows(app: DataServer, arguments: FileRowsArguments) -> FileRowsAnswer:
        """Deliver a page of the rows of a CSV file or workbook, such as a catalogue of articles, read as an import
        reads them. The active source stays as it is."""
        return await asyncio.to_thread(_file_rows, arguments)

    @table.tool("Open a CSV or text file", read_only=True, idempotent=True)
    async def import_csv(app: DataServer, arguments: ImportCsvArguments) -> ImportAnswer:
        """Open a delimited text file as the active source. Delimiter, quoting, encoding and header row are detected
        and reported; no row is dropped and no row number shifts. Text stays as typed. Importing a source that is open
        reads it again. The folder is not touched."""
        number_kept()  # A wrong setting is told before labels are bought.
        options = _options(app, arguments, Descriptor(type="csv", path=str(resolved(arguments.path))))
        return await _opened(
            app,
            partial(
                open_csv_source,
                arguments.path,
                options,
                encoding=arguments.encoding,
                delimiter=arguments.delimiter,
                quote=arguments.quote,
            ),
        )

    @table.tool("Open a workbook", read_only=True, idempotent=True, answers_like="import_csv")
    async def import_excel(app: DataServer, arguments: ImportExcelArguments) -> ImportAnswer:
        """Open one sheet of a workbook (.xlsx, .xlsm; read only: .ods, .xls, .xlsb) as the active source. Sheet and
        header row are chosen by score when not named; hidden rows stay out unless asked for; dates and ZIP codes come
        as the text that people see. Cells without a usable value are listed in `bad_cells`. The folder is not
        touched."""
        number_kept()
        sketch = Descriptor(type="excel", path=str(resolved(arguments.path)), sheet=arguments.sheet)
        opener = partial(
            open_excel_source,
            arguments.path,
            _options(app, arguments, sketch),
            sheet=arguments.sheet,
            include_hidden=arguments.include_hidden,
        )
        return await _opened(app, opener)

    _register_database(table)

    @table.tool("Set a column's type", read_only=True, idempotent=True)
    async def override_column_type(app: DataServer, arguments: OverrideArguments) -> OverrideAnswer:
        """Say how a column of the active source is read: as text, integer, decimal, date or boolean, and for dates
        whether 03/04/2026 is 4 March (mdy) or 3 April (dmy). Kept in the descriptor."""
        source = app.active
        column = source.table.column(arguments.column)
        source.descriptor.types[column.name] = Override(type=arguments.type, date_order=arguments.date_order)
        await asyncio.to_thread(source.table.retype, source.descriptor.types)
        column = source.table.column(column.name)
        return OverrideAnswer(
            source_id=source.descriptor.source_id,
            name=column.name,
            type=column.type,
            date_order=column.date_order,
            descriptor=source.descriptor,
        )


def _file_rows(arguments: FileRowsArguments) -> FileRowsAnswer:
    if resolved(arguments.path).suffix.lower() in WORKBOOKS:
        source = open_excel_source(arguments.path, ImportOptions(), sheet=arguments.sheet)
    else:
        source = open_csv_source(arguments.path, ImportOptions())
    table = source.table
    try:
        every = compile_clause("TRUE", table.columns, table.sheet_offset)
        rows = table.rows(every, [], arguments.limit, arguments.offset)
        return FileRowsAnswer(
            columns=[column.name for column in table.columns],
            rows=[FileRow(sheet_row=row.sheet_row, data=row.data) for row in rows],
            total_count=table.count(every),
        )
    finally:
        table.close()


def _register_database(table: ToolTable[DataServer]) -> None:
    @table.tool("Open a database table", read_only=True, idempotent=True, answers_like="import_csv", open_world=True)
    async def import_database(app: DataServer, arguments: ImportDatabaseArguments) -> ImportAnswer:
        """Open a snapshot of a database table, or of one SELECT, as the active source. The key is the table's own, or
        named. A table of more than 10,000 rows needs a condition or an explicit yes. The password stays in this
        process: no answer, descriptor or log holds it."""
        # Loaded when the first database is: SQLAlchemy costs a third of a second.
        from mcp_servers.data.databases import database_descriptor, open_database_source

        descriptor = database_descriptor(
            arguments.url,
            table=arguments.table,
            query=arguments.query,
            where=arguments.where,
            key_columns=arguments.key_columns or [],
            add_columns=arguments.add_columns,
        )
        options = _options(app, arguments, descriptor)
        app.keep_url(descriptor.source_id, arguments.url)
        return await _opened(
            app,
            partial(open_database_source, descriptor, arguments.url, options, all_rows=arguments.all_rows),
        )


async def _opened(app: DataServer, opener: Callable[[], OpenSource]) -> ImportAnswer:
    source = await asyncio.to_thread(opener)
    if source.descriptor.path is not None:
        await asyncio.to_thread(clear_leftovers, source.descriptor.file)
    app.activate(source)
    return import_answer(source)


def _options(
    app: DataServer,
    arguments: ImportCsvArguments | ImportExcelArguments | ImportDatabaseArguments,
    sketch: Descriptor,
) -> ImportOptions:
    """What the person says now, and what they said about this source's types and columns before."""
    known = app.met(sketch)
    columns = arguments.columns if arguments.columns is not None else dict(known.columns) if known is not None else {}
    header_row = None if isinstance(arguments, ImportDatabaseArguments) else arguments.header_row
    return ImportOptions(header_row, columns, dict(known.types) if known is not None else {})
