"""Tools that open sources."""

import asyncio
from functools import partial

from pydantic import Field

from mcp_servers.data.app import DataServer
from mcp_servers.data.model import Descriptor, Override
from mcp_servers.data.sources import OpenSource, open_csv_source, resolved
from mcp_servers.data.tools.answers import ImportAnswer, import_answer
from mcp_servers.shared.tools import Arguments, ToolTable

_COLUMNS = "where results go, e.g. {'tracking_number': 'Tracking #'}; a column that does not exist yet is appended"


class ImportCsvArguments(Arguments):
    """A delimited text file; what is left out is detected."""

    path: str
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    encoding: str | None = None
    header_row: int | None = Field(default=None, ge=1, description="1-based row of the header")
    quote: str | None = Field(default=None, max_length=1, description="'' when quotes are ordinary letters")
    columns: dict[str, str] | None = Field(default=None, description=_COLUMNS)


def register(table: ToolTable[DataServer]) -> None:
    """Add the tools to the server's table."""

    @table.tool(read_only=True, idempotent=True)
    async def import_csv(app: DataServer, arguments: ImportCsvArguments) -> ImportAnswer:
        """Open a delimited text file as the active source. Delimiter, quoting, encoding and header row are detected
        and reported; no row is dropped and no row number shifts. Text stays as typed. Importing a source that is open
        reads it again. The folder is not touched."""
        kept = _kept(app, Descriptor(type="csv", path=str(resolved(arguments.path))))
        opener = partial(
            open_csv_source,
            arguments.path,
            encoding=arguments.encoding,
            delimiter=arguments.delimiter,
            quote=arguments.quote,
            header_row=arguments.header_row,
            columns=arguments.columns,
            types=kept,
        )
        source: OpenSource = await asyncio.to_thread(opener)
        app.activate(source)
        return import_answer(source)


def _kept(app: DataServer, sketch: Descriptor) -> dict[str, Override]:
    """What a person said about this source's types before."""
    known = app.known(sketch.source_id)
    return dict(known.types) if known is not None else {}
