"""The server's state: the active source, the descriptors it has met, a write queue per source."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import anyio

from mcp_servers.data.faults import NO_BACKUP, NO_SOURCE, UNKNOWN_SOURCE, WRONG_SOURCE
from mcp_servers.data.model import Change, Descriptor
from mcp_servers.data.sources import OpenSource
from mcp_servers.data.writing.file_target import CsvTarget, ExcelTarget, FileTarget
from mcp_servers.data.writing.queue import WriteQueue
from mcp_servers.data.writing.replace import Signature
from mcp_servers.data.writing.target import Target
from mcp_servers.shared.faults import fault


class DataServer:
    """One per process; used from its event loop."""

    def __init__(self) -> None:
        self._active: OpenSource | None = None
        self._known: dict[str, Descriptor] = {}
        self._row_counts: dict[str, int] = {}
        self._signatures: dict[str, Signature | None] = {}
        self._urls: dict[str, str] = {}
        self._queues: dict[str, WriteQueue] = {}

    @property
    def active(self) -> OpenSource:
        """The source that questions go to; raises E-1001."""
        if self._active is None:
            raise fault(NO_SOURCE)
        return self._active

    def activate(self, source: OpenSource) -> None:
        """Make an opened source the active one and remember how to find it."""
        if self._active is not None:
            self._active.table.close()
        self._active = source
        source_id = source.descriptor.source_id
        self._known[source_id] = source.descriptor
        self._row_counts[source_id] = source.table.row_count
        self._signatures[source_id] = source.signature
        if (queue := self._queues.get(source_id)) is not None:
            queue.target.adopt(source.descriptor)

    def met(self, sketch: Descriptor) -> Descriptor | None:
        """What is known of a source; a workbook whose sheet is not named is the last one of that file."""
        if sketch.type != "excel" or sketch.sheet is not None:
            return self._known.get(sketch.source_id)
        same = [one for one in self._known.values() if one.type == "excel" and one.path == sketch.path]
        return same[-1] if same else None

    def signature(self, source_id: str) -> Signature | None:
        """The source's file as it was imported."""
        return self._signatures.get(source_id)

    def resolve(self, source_id: str | None, descriptor: Descriptor | None) -> Descriptor:
        """The descriptor of the source that a call names, else of the active one; raises E-1001, E-1010, E-1015."""
        if descriptor is not None:
            if source_id is not None and descriptor.source_id != source_id:
                raise fault(WRONG_SOURCE, found=descriptor.source_id, asked=source_id)
            return self._known.setdefault(descriptor.source_id, descriptor)
        if source_id is None:
            return self.active.descriptor
        if source_id not in self._known:
            raise fault(UNKNOWN_SOURCE, source_id=source_id)
        return self._known[source_id]

    def queue(self, descriptor: Descriptor) -> WriteQueue:
        """The source's one write queue."""
        source_id = descriptor.source_id
        if source_id not in self._queues:
            self._queues[source_id] = WriteQueue(self._target(descriptor))
        return self._queues[source_id]

    def _target(self, descriptor: Descriptor) -> Target:
        source_id = descriptor.source_id
        if descriptor.type == "database":
            # Loaded when the first database is: SQLAlchemy costs a third of a second.
            from mcp_servers.data.writing.database_target import DatabaseTarget

            return DatabaseTarget(descriptor, self.database_url(descriptor))
        kind = CsvTarget if descriptor.type == "csv" else ExcelTarget
        return kind(descriptor, self._row_counts.get(source_id, 0))

    def keep_url(self, source_id: str, url: str) -> None:
        """Remember a database's URL, password included, in this process's memory only."""
        self._urls[source_id] = url

    def database_url(self, descriptor: Descriptor) -> str:
        """What opens a database again: the URL of its import here, else the descriptor's own without a password."""
        return self._urls.get(descriptor.source_id, descriptor.url or "")

    def file_target(self, descriptor: Descriptor) -> FileTarget:
        """The source's target, for what only files have; raises E-1203 for a database."""
        target = self.queue(descriptor).target
        if not isinstance(target, FileTarget):
            raise fault(NO_BACKUP, backup="of a database")
        return target

    async def with_checksums(self, descriptor: Descriptor, changes: Sequence[Change]) -> list[Change]:
        """Give every change that names no checksum the one of the row as it was imported, if that source is open."""
        bare = [change.row_number for change in changes if change.checksum is None]
        active = self._active
        if not bare or active is None or active.descriptor.source_id != descriptor.source_id:
            return list(changes)
        rows = await asyncio.to_thread(active.table.find, bare)
        return [
            change
            if change.checksum is not None or change.row_number not in rows
            else Change(
                change.row_number, change.cells, rows[change.row_number].checksum, change.expected, change.keep_time
            )
            for change in changes
        ]

    async def close(self) -> None:
        """Write what is queued, drop every lock."""
        for queue in self._queues.values():
            await queue.finish()
        if self._active is not None:
            self._active.table.close()


@asynccontextmanager
async def lifespan() -> AsyncIterator[DataServer]:
    """The server's state for as long as it runs."""
    server = DataServer()
    try:
        yield server
    finally:
        with anyio.CancelScope(shield=True):
            await server.close()
