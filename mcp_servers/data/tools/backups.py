"""Tools for the copies from before a session's first write."""

import asyncio

from pydantic import Field

from mcp_servers.data.app import DataServer
from mcp_servers.data.model import Descriptor
from mcp_servers.data.tools.write_answers import BackupsAnswer, RestoreAnswer, backup_answer
from mcp_servers.data.writing.backups import Backups
from mcp_servers.shared.tools import Arguments, ToolTable


class SourceArguments(Arguments):
    """Which source; the active one when left out."""

    source_id: str | None = None
    descriptor: Descriptor | None = None


class RestoreArguments(SourceArguments):
    """Which backup."""

    backup_id: str = Field(description="an id that list_backups told")


def register(table: ToolTable[DataServer]) -> None:
    """Add the tools to the server's table."""

    @table.tool("List backups", read_only=True, idempotent=True)
    async def list_backups(app: DataServer, arguments: SourceArguments) -> BackupsAnswer:
        """List a sheet's backups, the newest first, with time, size, row count and SHA-256. Databases have none."""
        descriptor = app.resolve(arguments.source_id, arguments.descriptor)
        if descriptor.type == "database":
            return BackupsAnswer(source_id=descriptor.source_id, backups=[])
        backups = Backups(descriptor.file)
        found = await asyncio.to_thread(backups.list)
        return BackupsAnswer(
            source_id=descriptor.source_id,
            folder=str(backups.folder),
            backups=[backup_answer(one) for one in found],
        )

    @table.tool("Restore a backup", read_only=False, destructive=True, idempotent=True)
    async def restore_backup(app: DataServer, arguments: RestoreArguments) -> RestoreAnswer:
        """Put a backup in the sheet's place, after backing up the sheet as it is now. Import the sheet again to read
        what was restored."""
        descriptor = app.resolve(arguments.source_id, arguments.descriptor)
        replaced = await asyncio.to_thread(app.file_target(descriptor).restore, arguments.backup_id)
        return RestoreAnswer(
            source_id=descriptor.source_id, restored=arguments.backup_id, replaced=backup_answer(replaced)
        )
