"""Tools that write results back."""

import asyncio
from collections.abc import Sequence

from pydantic import Field

from mcp_servers.data.app import DataServer
from mcp_servers.data.faults import UNKNOWN_ROW
from mcp_servers.data.managed import agreed_cells
from mcp_servers.data.model import SHIPPED_AT, TRACKING, Change, Descriptor, Outcome
from mcp_servers.data.tools.write_answers import LockAnswer, WriteAnswer, WriteManyAnswer, WriteResult
from mcp_servers.data.writing.cells import safe_text, utc_now
from mcp_servers.data.writing.target import Written
from mcp_servers.shared.faults import fault
from mcp_servers.shared.tools import Arguments, ToolTable


class ResultRow(Arguments):
    """One row's result."""

    row_number: int = Field(description="from 1, as the import numbers the data rows")
    tracking_number: str = Field(description="'' leaves or, with `expected`, clears the cell")
    shipped_at: str | None = Field(default=None, description="ISO 8601 in UTC; now when left out")
    row_checksum: str | None = Field(default=None, description="the row's checksum when it was read")
    extra: dict[str, str] | None = Field(default=None, description="STATUS, ERROR_MESSAGE or names mapped at import")
    expected: str | None = Field(
        default=None,
        description="a text in the tracking cell that may be replaced; '' as tracking_number clears only this",
    )
    expected_shipped_at: str | None = Field(
        default=None, description="a text in the cell of shipped_at that may be replaced"
    )


class WriteBackArguments(ResultRow):
    """One row's result and its source."""

    source_id: str | None = None
    descriptor: Descriptor | None = Field(default=None, description="for a source not imported in this process")
    confirm: bool = Field(default=False, description="a database table may get the columns that it lacks")


class WriteManyArguments(Arguments):
    """Results and their source."""

    rows: list[ResultRow]
    source_id: str | None = None
    descriptor: Descriptor | None = Field(default=None, description="for a source not imported in this process")
    confirm: bool = Field(default=False, description="a database table may get the columns that it lacks")
    final: bool = Field(default=False, description="the batch ends: write at once, then drop the lock")


class SourceArguments(Arguments):
    """Which source."""

    source_id: str | None = None
    descriptor: Descriptor | None = None


def register(table: ToolTable[DataServer]) -> None:
    """Add the tools to the server's table."""

    @table.tool("Write a result into a row", read_only=False, destructive=False, idempotent=True)
    async def write_back(app: DataServer, arguments: WriteBackArguments) -> WriteAnswer:
        """Write one row's tracking number into its source. Answers when the write is durable. Only the agreed cells of
        that row change, and only while they are blank, hold the result already or hold what is expected there; the row
        is found again by its checksum; before a session's first write the sheet is copied. `success` is false, and
        `outcome` and `reason` say why, where the result went beside the sheet instead; a row that there never was is
        refused and written nowhere."""
        descriptor = _prepared(app, arguments)
        (written,) = await _write(app, descriptor, arguments, [arguments], final=False)
        if written.outcome is Outcome.NOT_FOUND:
            raise fault(UNKNOWN_ROW, where=f"row {arguments.row_number}", row_number=arguments.row_number)
        if written.refusal is not None:
            raise written.refusal
        return WriteAnswer(
            success=written.outcome.success,
            source_type=descriptor.type,
            row_number=arguments.row_number,
            tracking_number=arguments.tracking_number,
            where=written.where,
            outcome=written.outcome.value,
            reason=written.reason,
            sidecar_path=str(written.sidecar) if written.sidecar else None,
        )

    @table.tool("Write results into rows", read_only=False, destructive=False, idempotent=True)
    async def write_back_many(app: DataServer, arguments: WriteManyArguments) -> WriteManyAnswer:
        """Write many rows' results into their source in one rewrite. Answers when it is durable. A result whose cells
        somebody else filled goes to a file beside the sheet. With `final` the batch ends: all that cannot go into the
        sheet goes to that file, and the lock is dropped."""
        descriptor = _prepared(app, arguments)
        written = await _write(app, descriptor, arguments, arguments.rows, final=arguments.final)
        if written and all(one.refusal is not None for one in written):
            raise next(one.refusal for one in written if one.refusal is not None)
        sidecar = next((one.sidecar for one in written if one.sidecar), None)
        return WriteManyAnswer(
            results=[
                WriteResult(
                    row_number=one.row_number,
                    success=one.outcome.success,
                    where=one.where,
                    outcome=one.outcome.value,
                    reason=one.reason,
                    refusal=one.refusal.as_dict() if one.refusal is not None else None,
                )
                for one in written
            ],
            written=sum(one.outcome in (Outcome.WRITTEN, Outcome.UNCHANGED) for one in written),
            sidecar_path=str(sidecar) if sidecar else None,
            source_type=descriptor.type,
        )

    @table.tool("Lock a source for writing", read_only=False, destructive=False, idempotent=True)
    async def lock_source(app: DataServer, arguments: SourceArguments) -> LockAnswer:
        """Hold a sheet until its batch ends, so that no second process writes to it. Refused with the holder's name
        when another process holds it; the lock of a process that died is taken over. A database needs none."""
        descriptor = app.resolve(arguments.source_id, arguments.descriptor)
        holder = await asyncio.to_thread(app.queue(descriptor).target.lock)
        return LockAnswer.model_validate({"source_id": descriptor.source_id, "locked": bool(holder), **holder})


def _prepared(app: DataServer, arguments: WriteBackArguments | WriteManyArguments) -> Descriptor:
    descriptor = app.as_read(app.resolve(arguments.source_id, arguments.descriptor), arguments.descriptor)
    agreed = descriptor.add_columns or (arguments.descriptor is not None and arguments.descriptor.add_columns)
    if arguments.confirm or agreed:
        app.queue(descriptor).target.allow_new_columns()
    return descriptor


async def _write(
    app: DataServer,
    descriptor: Descriptor,
    arguments: WriteBackArguments | WriteManyArguments,
    rows: Sequence[ResultRow],
    *,
    final: bool,
) -> list[Written]:
    """What became of every result, in order. What has nothing to be found by is answered without the sheet."""
    queue = app.queue(descriptor)
    changes = await app.located(descriptor, [_change(descriptor, row) for row in rows], arguments.descriptor)
    sent = [change for change in changes if change.checksum is not None or not change.absent]
    if not final:
        written = await queue.write(sent)
    else:
        queue.hurry()
        try:
            written = await queue.write(sent)
        finally:
            await queue.finish()
    found = iter(written)
    return [
        Written(change.row_number, Outcome.NOT_FOUND) if change.checksum is None and change.absent else next(found)
        for change in changes
    ]


def _change(descriptor: Descriptor, row: ResultRow) -> Change:
    cells = agreed_cells(descriptor, row.extra or {})
    number = safe_text(row.tracking_number)
    if number or row.expected is not None:
        cells[TRACKING] = number
        cells[SHIPPED_AT] = (row.shipped_at or utc_now()) if number else (row.shipped_at or "")
    elif row.shipped_at:
        cells[SHIPPED_AT] = row.shipped_at
    return Change(
        row.row_number,
        cells,
        row.row_checksum,
        row.expected,
        row.expected_shipped_at,
        keep_time=row.shipped_at is None,
        descriptor=descriptor,
    )
