"""The server's state: the active source, the descriptors it has met, a write queue per source."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

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
        self._last_rows: dict[str, int] = {}
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
        self._last_rows[source_id] = max(source.table.last_row, self._last_rows.get(source_id, 0))
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

    def as_read(self, known: Descriptor, sent: Descriptor | None) -> Descriptor:
        """The source as a caller read its rows: where another import met other columns since (one was added, the
        database computes one now), the checksums that the caller names are still those of the columns of then."""
        if sent is None or sent.original_header == known.original_header:
            return known
        names = ("header", "columns", "computed", "fingerprint", "excluded", "last_row")
        return known.model_copy(update={name: getattr(sent, name) for name in names})

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

    async def located(self, descriptor: Descriptor, changes: Sequence[Change], sent: Descriptor | None) -> list[Change]:
        """Say of every change whether there ever was such a row, as far as the imports of this process and the
        descriptor that was `sent` tell, and give it the checksum of the row as it was imported, if that source is open.
        """
        known = [self._last_rows.get(descriptor.source_id), descriptor.last_row, sent.last_row if sent else None]
        last = max((number for number in known if number is not None), default=None)
        active = self._active
        if active is None or active.descriptor.source_id != descriptor.source_id:
            return [replace(one, absent=True) if _beyond(one.row_number, last) else one for one in changes]
        held = active.table.last_row
        bare = [one.row_number for one in changes if one.checksum is None and not _beyond(one.row_number, held)]
        rows = await asyncio.to_thread(active.table.find, bare)

        def located(change: Change) -> Change:
            number = change.row_number
            if _beyond(number, last):
                return replace(change, absent=True)
            if change.checksum is not None:
                return change
            if number > held:
                # An earlier import had it.
                return replace(change, absent=False)
            return replace(change, checksum=rows[number].checksum) if number in rows else replace(change, absent=True)

        return [located(change) for change in changes]

    async def close(self) -> None:
        """Write what is queued, drop every lock."""
        for queue in self._queues.values():
            await queue.finish()
        if self._active is not None:
            self._active.table.close()


def _beyond(row_number: int, last: int | None) -> bool:
    return row_number < 1 or (last is not None and row_number > last)


@asynccontextmanager
async def lifespan() -> AsyncIterator[DataServer]:
    """The server's state for as long as it runs."""
    server = DataServer()
    try:
        yield server
    finally:
        with anyio.CancelScope(shield=True):
            await server.close()
