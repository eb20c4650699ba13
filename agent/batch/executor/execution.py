"""Runs an approved job: a few shipments in flight, nothing new after a failure or a doubt, results to the sheet."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

from sqlalchemy import Connection, func, select

from agent.batch.executor.charges import charge_text
from agent.batch.executor.evidence import UNBELIEVED
from agent.batch.executor.observers import Observers
from agent.batch.executor.outcome import Outcome
from agent.batch.executor.reaping import reap
from agent.batch.executor.request_holders import find_request_holders
from agent.batch.executor.result import Stop
from agent.batch.executor.row_step import Sender, Step, Unrecorded, send
from agent.batch.writeback.outbox import Outgoing
from agent.errors import UNEXPECTED, ShipchatError
from agent.ledger import workers
from agent.ledger.faults import (
    BUDGET_REACHED,
    DEARER,
    LOST_ANSWER,
    MANY_DOUBTS,
    OTHER_CURRENCY,
    PLAN_CHANGED,
    STOPPED_BY_UPS,
    TAKEN,
    THROTTLED,
    UNRECORDED,
)
from agent.ledger.tables import Job, JobRow, Shipment, table_of
from agent.planning.wording import money
from agent.settings import Settings

PAGE = 200
WAIT_FOR_OTHERS_S = 1.0
OF_THE_ACCOUNT = "E-50"
"""Codes of the UPS server for credentials: what is wrong with one row is wrong with all, and is told once."""
DOUBTS_IN_A_ROW = 3
SHIPMENTS, ROWS = table_of(Shipment), table_of(JobRow)


@dataclass(slots=True)
class Run:
    """One execution of one job; `stopped` says why nothing new starts."""

    sender: Sender
    settings: Settings
    observers: Observers
    outgoing: Outgoing
    total_rows: int
    concurrency: int
    on_error: str
    currency: str
    """What the plan counts in; charges in another one cannot be held against quotes and budget."""
    stopped: Stop | None = None
    taken: list[int] = field(default_factory=list)
    """Sheet rows that were approved and are not sent: another batch holds them."""
    doubts: int = 0
    doubts_in_a_row: int = 0
    _passed_over: set[int] = field(default_factory=set)
    _feed: "asyncio.Lock" = field(default_factory=asyncio.Lock)

    async def run(self, first: Callable[[], Awaitable[None]]) -> None:
        """Send what is pending, after `first`; a fault is the reason that the batch stopped, and is raised again."""
        try:
            await first()
            await self._send_all()
        except ShipchatError as fault:
            self.stop(Stop(fault.code, fault.message))
            raise
        except Exception as fault:
            self.stop(Stop(UNEXPECTED.code, f"an unexpected error ({type(fault).__name__})"))
            raise
        if self.taken and self.stopped is None:
            rows = ", ".join(map(str, sorted(self.taken)))
            self.stop(Stop(TAKEN.code, TAKEN.message.format(rows=rows)))

    async def _send_all(self) -> None:
        """What is in flight is finished and recorded even when stopped or cancelled."""
        waiting = self._pending() if self.sender.lease is None else self._taken(self.sender.lease.worker)
        workers = [asyncio.create_task(self._work(waiting)) for _ in range(self.concurrency)]
        try:
            await self._all(workers)
        except asyncio.CancelledError:
            # Ctrl-C: nothing new starts, each answer is waited for. A second one leaves doubts, on record.
            self.sender.halted = True
            try:
                await self._all(workers)
            except asyncio.CancelledError:
                for worker in workers:
                    worker.cancel()
                await asyncio.gather(*workers, return_exceptions=True)
            raise

    async def _all(self, workers: "list[asyncio.Task[None]]") -> None:
        """Wait for all; one that fails (a ledger that cannot be written) halts the others."""
        done, left = await asyncio.wait(workers, return_when=asyncio.FIRST_EXCEPTION)
        if any(not worker.cancelled() and worker.exception() is not None for worker in done):
            self.sender.halted = True
        if left:
            await asyncio.wait(left)
        # Each fault is taken up, so that none is printed with its stack trace later; the first one is told.
        faults = [worker.exception() for worker in workers if not worker.cancelled()]
        for fault in filter(None, faults):
            raise fault

    async def _work(self, waiting: AsyncIterator[int]) -> None:
        while not self.sender.halted:
            async with self._feed:
                shipment_id = await anext(waiting, None)
            if shipment_id is None or self.sender.halted:
                return
            await self._one(shipment_id, await send(self.sender, shipment_id))

    async def _pending(self) -> AsyncIterator[int]:
        """Ids in row order, page by page: memory stays flat at any size."""
        after = 0

        def page(connection: Connection) -> list[int]:
            query = (
                select(SHIPMENTS.c.id)
                .where(SHIPMENTS.c.job_id == self.sender.job_id, SHIPMENTS.c.state == "pending", SHIPMENTS.c.id > after)
                .order_by(SHIPMENTS.c.id)
                .limit(PAGE)
            )
            return list(connection.scalars(query))

        while ids := await asyncio.to_thread(self.sender.ledger.read, page):
            for after in ids:
                yield after

    async def _taken(self, worker: int) -> AsyncIterator[int]:
        """On a shared ledger: what this worker takes, a few rows at a time, so that other stations find some, too.

        While others have rows of the batch it waits: those of one that dies are free again.
        """
        ledger, job_id = self.sender.ledger, self.sender.job_id
        while not self.sender.halted:
            ids = await ledger.write_async(workers.take, worker, job_id, self.concurrency, sorted(self._passed_over))
            for one in ids:
                yield one
            if not ids:
                if not await ledger.read_async(workers.has_others, worker, job_id):
                    return
                await self.sender.sleep(WAIT_FOR_OTHERS_S)
                await ledger.write_async(reap)

    async def _one(self, shipment_id: int, step: Step) -> None:
        if step.ended == "budget":
            self.stop(Stop(BUDGET_REACHED.code, BUDGET_REACHED.message.format(**self._budget_words())))
            return
        if step.ended == "changed":
            self.stop(Stop(PLAN_CHANGED.code, PLAN_CHANGED.message.format(job_id=self.sender.job_id)))
            return
        if step.ended == "throttled":
            self._throttled()
            return
        if step.ended == "later" and step.answered is not None:
            self.stop(Stop(step.answered.code, step.answered.message, paused=True))
            return
        if step.ended == "taken":
            self.taken.append(await self._sheet_row(shipment_id))
            if self.sender.lease is not None:
                self._passed_over.add(shipment_id)
                worker = self.sender.lease.worker
                await self.sender.ledger.write_async(workers.give_back, worker, shipment_id)
            return
        if step.ended == "stopped":
            self.sender.halted = True
            return
        if step.claimed is None or step.answered is None:
            return
        if self.sender.request_holders_may_be_new and step.ended != "in_doubt":
            self.sender.request_holders = await asyncio.to_thread(find_request_holders)
            self.sender.request_holders_may_be_new = False
        self.doubts_in_a_row = self.doubts_in_a_row + 1 if step.ended == "in_doubt" else 0
        if step.ended in {"completed", "created"}:
            await self._notify_completed(step)
            self._check_charge(step)
        else:
            await self._notify_failed(step)
            await self._decide(step)
        self.outgoing.wake()

    async def _decide(self, step: Step) -> None:
        """Fail-fast, or with `--on-error continue` its limits (docs/money.md)."""
        answered, claimed = step.answered, step.claimed
        if answered is None or claimed is None:
            return
        if step.ended == "in_doubt":
            self.doubts += 1
            # The server may have died: until another answer came, nobody knows which process holds a request.
            self.sender.request_holders, self.sender.request_holders_may_be_new = None, True
            tolerated = max(1, self.total_rows // 100)
            if self.doubts_in_a_row >= DOUBTS_IN_A_ROW or self.doubts > tolerated:
                self.stop(Stop(MANY_DOUBTS.code, MANY_DOUBTS.message.format(count=self.doubts)))
            elif self.on_error == "stop":
                kind = UNBELIEVED if answered.code == UNBELIEVED.code else LOST_ANSWER
                self.stop(Stop(kind.code, kind.message.format(row=claimed.sheet_row, reason=answered.message)))
            return
        if answered.http_status in {401, 403} or answered.code.startswith(OF_THE_ACCOUNT):
            self.stop(Stop(STOPPED_BY_UPS.code, STOPPED_BY_UPS.message.format(reason=answered.message)))
        elif self.on_error == "stop":
            self.stop(Stop(answered.code, f"row {claimed.sheet_row}: {answered.message}"))

    def _check_charge(self, step: Step) -> None:
        claimed, answered = step.claimed, step.answered
        if claimed is None or answered is None:
            return
        if answered.charge_cents is not None and answered.currency not in (None, self.currency):
            words = OTHER_CURRENCY.message.format(
                row=claimed.sheet_row, charged=answered.currency, planned=self.currency
            )
            self.stop(Stop(OTHER_CURRENCY.code, words))
        elif claimed.quote_cents is not None and step.charge_cents > self.settings.tolerated_cents(claimed.quote_cents):
            self.stop(
                Stop(DEARER.code, charge_text(claimed.sheet_row, step.charge_cents, claimed.quote_cents, self.currency))
            )

    def stop(self, why: Stop) -> None:
        """Nothing new starts; the first reason is the one that is told."""
        self.sender.halted = True
        if self.stopped is None:
            self.stopped = why

    def _throttled(self) -> None:
        limiter = self.sender.limiter
        asks = f"it names {limiter.named_s:.0f} seconds" if limiter.named_s else "it names no time"
        words = THROTTLED.message.format(waited=f"{limiter.waited_s:.0f}", asks=asks)
        self.stop(Stop(THROTTLED.code, words, paused=True))

    async def _sheet_row(self, shipment_id: int) -> int:
        query = select(func.min(ROWS.c.sheet_row)).where(ROWS.c.shipment_id == shipment_id)
        return int(await self.sender.ledger.read_async(lambda connection: connection.scalar(query)) or 0)

    async def notify_unrecorded(self) -> None:
        """After a run: what was at UPS and could not be recorded is in doubt, whatever the ledger can still say."""
        for left in self.sender.unrecorded.values():
            claimed = left.claimed
            row, known = claimed.sheet_row, what_is_known(left)
            await self.observers.notify(
                "on_row_failed",
                self.sender.job_id,
                claimed.primary_row,
                UNRECORDED.code,
                UNRECORDED.message.format(row=row, known=known),
                sheet_row=row,
                recipient=claimed.recipient,
                reference=claimed.reference,
                in_doubt=True,
            )

    async def _notify_completed(self, step: Step) -> None:
        claimed, answered = step.claimed, step.answered
        if claimed is None or answered is None:
            return
        paths = [path for path in answered.label_paths if path]
        await self.observers.notify(
            "on_row_completed",
            self.sender.job_id,
            claimed.primary_row,
            ", ".join(answered.tracking_numbers),
            sheet_row=claimed.sheet_row,
            recipient=claimed.recipient,
            tracking_numbers=answered.tracking_numbers,
            cost_cents=step.charge_cents,
            label_path=paths[0] if paths else None,
        )

    async def _notify_failed(self, step: Step) -> None:
        claimed, answered = step.claimed, step.answered
        if claimed is None or answered is None:
            return
        await self.observers.notify(
            "on_row_failed",
            self.sender.job_id,
            claimed.primary_row,
            answered.code,
            answered.message,
            sheet_row=claimed.sheet_row,
            recipient=claimed.recipient,
            reference=claimed.reference,
            in_doubt=step.ended == "in_doubt",
        )

    def _budget_words(self) -> dict[str, str]:
        query = select(table_of(Job)).where(table_of(Job).c.id == self.sender.job_id)
        job = self.sender.ledger.read(lambda connection: connection.execute(query).one())
        left = (job.budget_cents or 0) - job.spent_cents - job.reserved_cents
        allowed, spare = money(job.budget_cents or 0, self.currency), money(max(left, 0), self.currency)
        return {"allowed": allowed, "needed": f"more than {spare}"}


def what_is_known(left: Unrecorded) -> str:
    """Of a request whose end is not on record: `its label 1Z... was made`."""
    answered = left.answered
    if answered is None or answered.outcome == Outcome.UNKNOWN:
        return "its answer is not known"
    if answered.outcome == Outcome.NOT_DONE:
        return f"UPS refused it: {answered.message}"
    numbers = ", ".join(answered.tracking_numbers)
    charge = "" if answered.charge_cents is None else f" for {money(answered.charge_cents, answered.currency or '')}"
    return f"its label {numbers} was made{charge}"
