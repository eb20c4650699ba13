"""The tool that tells what the result cells of rows hold now."""

import asyncio

from pydantic import Field

from mcp_servers.data.app import DataServer
from mcp_servers.data.model import Change, Descriptor, SourceType
from mcp_servers.data.writing.held import held_in_file
from mcp_servers.shared.tools import Answer, Arguments, ToolTable


class HeldRow(Arguments):
    """One row."""

    row_number: int = Field(description="from 1, as the import numbers the data rows")
    row_checksum: str = Field(description="the row's checksum when it was read")


class HeldArguments(Arguments):
    """Rows and their source."""

    rows: list[HeldRow]
    source_id: str | None = None
    descriptor: Descriptor | None = Field(default=None, description="for a source not imported in this process")


class HeldResult(Answer):
    """What one row's result cells hold."""

    row_number: int
    found: bool = Field(description="false: the row is gone, or is not what it was")
    tracking_number: str = ""
    shipped_at: str = ""


class HeldAnswer(Answer):
    """What the result cells hold, in the order given."""

    source_id: str
    source_type: SourceType
    results: list[HeldResult]


def register(table: ToolTable[DataServer]) -> None:
    """Add the tool to the server's table."""

    @table.tool("Read written results", read_only=True, idempotent=True)
    async def read_results(app: DataServer, arguments: HeldArguments) -> HeldAnswer:
        """Read what the tracking number and the time of shipping of rows are now, in the sheet or in the file beside
        it. Rows are found as `write_back` finds them; nothing is imported, and the active source stays."""
        known = app.resolve(arguments.source_id, arguments.descriptor)
        descriptor = app.as_read(known, arguments.descriptor)
        rows = [Change(row.row_number, {}, row.row_checksum) for row in arguments.rows]
        if descriptor.type == "database":
            from mcp_servers.data.databases import held_in_database

            held = await asyncio.to_thread(held_in_database, descriptor, app.database_url(known), rows)
        else:
            held = await asyncio.to_thread(held_in_file, descriptor, rows)
        return HeldAnswer(
            source_id=descriptor.source_id,
            source_type=descriptor.type,
            results=[
                HeldResult(row_number=row.row_number, found=cells is not None, **(cells or {}))
                for row, cells in zip(rows, held, strict=True)
            ],
        )
