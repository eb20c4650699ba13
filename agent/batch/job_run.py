"""One run of a job from end to end: send what is pending, hand results to the sheet, record how it ended."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from agent.batch.approval import approving, retry_plan
from agent.batch.executor import job_lifecycle, queries
from agent.batch.executor.concurrency_limit import ConcurrencyLimiter
from agent.batch.executor.execution import WAIT_FOR_OTHERS_S, Feed, Run
from agent.batch.executor.observers import Observers
from agent.batch.executor.reaping import reap
from agent.batch.executor.request_holders import find_request_holders
from agent.batch.executor.reserving import Tolerance
from agent.batch.executor.result import BatchResult, Stop
from agent.batch.executor.row_step import Sender
from agent.batch.executor.sheet_check import leave_out_changed
from agent.batch.executor.worker_lease import WorkerLease
from agent.batch.recovery.clock import ClockWatch
from agent.batch.recovery.rollback_guard import RollbackGuard
from agent.batch.writeback.outbox import Outgoing
from agent.errors import ShipchatError, error, from_reply, is_refusal
from agent.ledger import pace, workers
from agent.ledger.documents import shipments_with_documents
from agent.ledger.faults import FENCED, SHARED_FOLDER
from agent.ledger.lease import seat_for
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
        self,
        job_id: str,
        concurrency: int,
        on_error: str,
        stop: Stop | None = None,
        *,
        lease: WorkerLease | None = None,
        feed: Feed | None = None,
    ) -> BatchResult:
        """Send what is pending, or what `feed` names of it, and hand results over; `stop` = why nothing is sent;
        `lease`: of a shared ledger.

        Raises:
            ShipchatError: what the UPS server answers when it cannot start, a fault of the ledger, or E-4253.
        """
        job = await self.ledger.read_async(queries.job_of, job_id)
        header = await self.ledger.read_async(approving.plan_header, job_id)
        seat = seat_for(self.ledger.place, job_id)
        outgoing = Outgoing(self.ledger, self.data, job_id, header.get("source", {}), concurrency == 1, seat=seat)
        pending = await self._prepare(job, header, outgoing)
        sender = await self._sender(job, header, concurrency)
        if lease is not None:
            sender.lease, sender.per_second = lease, self.settings.ups_requests_per_second
            sender.account = pace.account_of(job.environment, header.get("account_number", ""))
        currency = str(header.get("currency") or "USD")
        run = Run(
            sender, self.settings, self.observers, outgoing, job.total_rows, concurrency, on_error, currency, feed
        )
        if lease is not None:
            # Once it is lost, nothing more is sent. Its thread must not touch what belongs to the loop.
            loop = asyncio.get_running_loop()
            lease.when_lost(lambda: loop.call_soon_threadsafe(run.go_without))
        if stop is not None:
            run.stop(stop)
        await self.observers.notify("on_batch_started", job_id, job.total_rows, pending_rows=pending)
        writer = asyncio.create_task(outgoing.serve(), name="outbox")
        try:
            await run.run(lambda: self._begin(job_id))
        finally:
            try:
                status = await self._end(run, writer, lease)
            finally:
                await outgoing.leave(writer)
        result = await self.ledger.read_async(job_lifecycle.result, job_id, run.stopped)
        if status == "failed" or run.stopped is not None:
            reason = run.stopped.reason if run.stopped is not None else ""
            stopped_early = run.stopped is not None
            await self.observers.notify("on_batch_failed", job_id, reason or "rows failed", stopped_early=stopped_early)
        await self.observers.notify("on_batch_completed", job_id, {"status": status, **result.counts()})
        return result

    async def _end(self, run: Run, writer: "asyncio.Task[None]", lease: WorkerLease | None) -> str:
        """Hand the rest over and record how it ended; the batch's state."""
        job_id, finish = run.sender.job_id, job_lifecycle.finish
        await run.notify_unrecorded()
        if run.stopped is None and run.feed is not None and run.feed.goes_on:
            await run.outgoing.end(writer)
            await self.guard.end(job_id)
            return "running"
        if lease is not None:
            await self._others_end(job_id, lease, run.stopped)
            finish = partial(job_lifecycle.finish_one_of, worker=lease.worker)
        whole, tolerated = await run.outgoing.end(writer), self.settings.tolerated_cents
        status = await self.ledger.write_async(
            lambda c: finish(c, job_id, stop=run.stopped, effects_missing=not whole, tolerated=tolerated)
        )
        await self.guard.end(job_id)
        return status

    async def _others_end(self, job_id: str, lease: WorkerLease, stop: Stop | None) -> None:
        """What stops this station stops the batch; who still has rows of it at UPS is waited for."""
        if lease.lost or (stop is not None and stop.code == FENCED.code):
            # They go on without this one.
            return
        # A ledger that cannot be written is told by what ends the run.
        with suppress(ShipchatError):
            if stop is not None:
                await self.ledger.write_async(job_lifecycle.stop_others, job_id, lease.worker, stop)
            await self.ledger.write_async(workers.give_back, lease.worker)
            while not lease.lost and await self.ledger.read_async(workers.has_others, lease.worker, job_id):
                await self.sleep(WAIT_FOR_OTHERS_S)
                await self.ledger.write_async(reap)

    async def _prepare(self, job: Any, header: dict[str, Any], outgoing: Outgoing) -> int:
        """The servers are up, the sheet is held, rows whose cells changed are out; how many rows are pending."""
        pending = await self.ledger.read_async(retry_plan.waiting_rows, job.id)
        if not pending:
            return pending
        if self.settings.shared_folder is not None:
            await asyncio.to_thread(check_writable, self.settings.files)
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


def check_writable(folder: Path) -> None:
    """What is bought must find its place there.

    Raises:
        ShipchatError: E-4266 where it cannot be written, also where it is not there: a share that is not connected.
    """
    try:
        with TemporaryFile(dir=folder):
            pass
    except OSError as fault:
        raise error(SHARED_FOLDER, folder=folder, reason=fault.strerror or fault) from fault
