"""One run of a job from end to end: send what is pending, hand results to the sheet, record how it ended."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from agent.batch.approval import approving, retry_plan
from agent.batch.executor import job_lifecycle, queries
from agent.batch.executor.concurrency_limit import ConcurrencyLimiter
from agent.batch.executor.execution import Feed, Run
from agent.batch.executor.observers import Observers
from agent.batch.executor.request_holders import find_request_holders
from agent.batch.executor.reserving import Tolerance
from agent.batch.executor.result import BatchResult, Stop
from agent.batch.executor.row_step import Sender
from agent.batch.executor.sheet_check import leave_out_changed
from agent.batch.recovery.clock import ClockWatch
from agent.batch.recovery.rollback_guard import RollbackGuard
from agent.batch.writeback.outbox import Outgoing
from agent.errors import from_reply, is_refusal
from agent.ledger.documents import shipments_with_documents
from agent.ledger.store import Ledger
from agent.settings import Settings
from agent.tool_caller import ToolCaller


@dataclass(frozen=True, slots=True)
class JobRunner:
    """Runs jobs over one ledger, one at a time: its caller holds the lease."""

    ledger: Ledger
    settings: Settings
    data: ToolCaller
    ups: ToolCaller
    observers: Observers
    guard: RollbackGuard
    clock: ClockWatch
    sleep: Callable[[float], Awaitable[None]]
    boot_clock: Callable[[], float]

    async def run(
        self, job_id: str, concurrency: int, on_error: str, stop: Stop | None = None, feed: Feed | None = None
    ) -> BatchResult:
        """Send what is pending, or what `feed` names of it, and hand results over; `stop` = why nothing is sent.

        Raises:
            ShipchatError: what the UPS server answers when it cannot start, or a fault of the ledger.
        """
        job = await self.ledger.read_async(queries.job_of, job_id)
        header = await self.ledger.read_async(approving.plan_header, job_id)
        outgoing = Outgoing(self.ledger, self.data, job_id, header.get("source", {}), one_by_one=concurrency == 1)
        pending = await self._prepare(job, header, outgoing)
        sender = await self._sender(job, header, concurrency)
        currency = str(header.get("currency") or "USD")
        run = Run(
            sender, self.settings, self.observers, outgoing, job.total_rows, concurrency, on_error, currency, feed
        )
        if stop is not None:
            run.stop(stop)
        await self.observers.notify("on_batch_started", job_id, job.total_rows, pending_rows=pending)
        writer = asyncio.create_task(outgoing.serve(), name="outbox")
        try:
            await run.run(lambda: self._begin(job_id))
        finally:
            await run.notify_unrecorded()
            whole = await outgoing.end(writer)
            status = "running"
            if run.stopped is not None or feed is None or not feed.goes_on:
                tolerated = self.settings.tolerated_cents
                status = await self.ledger.write_async(
                    job_lifecycle.finish, job_id, run.stopped, effects_missing=not whole, tolerated=tolerated
                )
            await self.guard.end(job_id)
        result = await self.ledger.read_async(job_lifecycle.result, job_id, run.stopped)
        if status == "failed" or run.stopped is not None:
            reason = run.stopped.reason if run.stopped is not None else ""
            stopped_early = run.stopped is not None
            await self.observers.notify("on_batch_failed", job_id, reason or "rows failed", stopped_early=stopped_early)
        await self.observers.notify("on_batch_completed", job_id, {"status": status, **result.counts()})
        return result

    async def _prepare(self, job: Any, header: dict[str, Any], outgoing: Outgoing) -> int:
        """The servers are up, the sheet is held, rows whose cells changed are out; how many rows are pending."""
        pending = await self.ledger.read_async(retry_plan.waiting_rows, job.id)
        if not pending:
            return pending
        # The UPS server must be up before the first intent, so that its process is on record with it.
        reply = await self.ups("service_list", {})
        if is_refusal(reply):
            raise from_reply(reply)
        await outgoing.hold()
        if await leave_out_changed(self.ledger, self.data, job.id, header, job.environment):
            return await self.ledger.read_async(retry_plan.waiting_rows, job.id)
        return pending

    async def _sender(self, job: Any, header: dict[str, Any], concurrency: int) -> Sender:
        return Sender(
            self.ledger,
            self.ups,
            job.id,
            job.environment,
            header.get("label_format", "ZPL"),
            await asyncio.to_thread(find_request_holders),
            ConcurrencyLimiter(concurrency, patience_s=self.settings.ups_patience_s, clock=self.boot_clock),
            self.guard.journal,
            with_documents=await self.ledger.read_async(shipments_with_documents, job.id),
            tolerance=Tolerance(self.settings.tolerated_cents, concurrency),
            sleep=self.sleep,
        )

    async def _begin(self, job_id: str) -> None:
        await self.guard.begin(job_id)
        for text in (self.guard.take_warning(), self.clock.take_warning()):
            if text is not None:
                await self.observers.notify("on_warning", job_id, text)
