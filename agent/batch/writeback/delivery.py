"""Pending results go to their sheet outside of a run: at a start, after a decision, or when a person asks for it."""

from contextlib import suppress
from pathlib import Path
from typing import Any

from agent.batch.approval.approving import plan_header
from agent.batch.executor import job_lifecycle, queries
from agent.batch.executor.charges import Tolerated
from agent.batch.executor.reaping import is_at_work
from agent.batch.writeback.outbox import Outgoing, queue_again
from agent.errors import ShipchatError, from_reply, is_refusal
from agent.ledger.lease import is_free, lease_of, seat_for
from agent.ledger.store import Ledger
from agent.sheet.reopening import reopen
from agent.tool_caller import ToolCaller


async def deliver(
    ledger: Ledger, data: ToolCaller, job_id: str, source: dict[str, Any] | None = None, rows: list[int] | None = None
) -> bool:
    """Hand a job's pending results over, to its own sheet or to `source`; False when something is still pending."""
    outgoing = await _outgoing(ledger, data, job_id, source, rows)
    try:
        return await outgoing.end(None)
    finally:
        await outgoing.leave()


async def deliver_each_pending(ledger: Ledger, data: ToolCaller, tolerated: Tolerated) -> None:
    """At a start: every job's pending results once more. What cannot be written stays pending, and is named."""
    job_ids = await ledger.read_async(queries.with_pending_results)
    if not job_ids or not is_free(ledger.place):
        return
    for job_id in job_ids:
        # Another window or station that was faster does it.
        with suppress(ShipchatError), lease_of(ledger.place, job_id):
            if await ledger.read_async(is_at_work, job_id):
                continue
            outgoing = await _outgoing(ledger, data, job_id)
            try:
                if await outgoing.once():
                    await ledger.write_async(job_lifecycle.delivered, job_id, tolerated)
            finally:
                await outgoing.leave()


async def write_again(
    ledger: Ledger, data: ToolCaller, job_id: str, rows: list[int] | None, to: Path | None, tolerated: Tolerated
) -> bool:
    """Finish an outbox as a person asks: into its sheet, or all results it ever had into the copy `to`.

    Raises:
        ShipchatError: what the data server says of the copy.
    """
    source = await _copy_of(ledger, data, job_id, to) if to else None
    await ledger.write_async(queue_again, job_id, rows, everything=to is not None)
    whole = await deliver(ledger, data, job_id, source, rows)
    if whole:
        await ledger.write_async(job_lifecycle.delivered, job_id, tolerated)
    return whole


async def _outgoing(
    ledger: Ledger, data: ToolCaller, job_id: str, source: dict[str, Any] | None = None, rows: list[int] | None = None
) -> Outgoing:
    header = await ledger.read_async(plan_header, job_id)
    seat = seat_for(ledger.place, job_id)
    return Outgoing(ledger, data, job_id, source or header.get("source") or {}, rows=rows, seat=seat)


async def _copy_of(ledger: Ledger, data: ToolCaller, job_id: str, to: Path) -> dict[str, Any]:
    """The copy of a job's sheet that a person named, opened as the sheet was."""
    header = await ledger.read_async(plan_header, job_id)
    reply = await reopen(data, (header.get("source") or {}).get("descriptor") or {}, copy=to)
    if is_refusal(reply):
        raise from_reply(reply)
    return {"source_id": reply["source_id"], "descriptor": reply["descriptor"], "name": to.name}
