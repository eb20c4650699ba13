"""The rows of a worker: the batches that this process works on, each an ordinary run whose shipments are named to it.

Everything that a run does is the batch engine's own: lease, look-ups, intents, outbox, reasons to stop, the end.
"""

import asyncio
import hashlib
import logging
from collections import deque
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

from sqlalchemy import Connection, select, update

from agent.batch.executor import queries
from agent.batch.executor.result import BatchResult
from agent.batch.executor.row_step import Step
from agent.batch.leaving import leave
from agent.batch.service import BatchService
from agent.dispatch.orders import (
    CANCEL,
    NOT_BEGUN,
    FinishOrder,
    OpenOrder,
    Page,
    PageOrder,
    PendingRow,
    RowEnd,
    RowOrder,
)
from agent.errors import ShipchatError
from agent.faultlog import unexpected
from agent.ledger.faults import BUSY_BATCH, BUSY_LEDGER, FENCED
from agent.ledger.tables import Job, Shipment, table_of

JOBS, SHIPMENTS = table_of(Job), table_of(Shipment)
STOPPED, LEFT = RowEnd("stopped", stopped=True), RowEnd(NOT_BEGUN)
BUSY = frozenset({BUSY_LEDGER.code, BUSY_BATCH.code, FENCED.code})
"""Refusals that say nothing against the batch: others are at it, or this worker was away for too long."""
BUSY_S = 1.0
"""While another process works with the ledger, how often it is asked for again."""
logger = logging.getLogger(__name__)


class NamedRows:
    """The feed of one run: what the dispatcher names, until it is closed."""

    def __init__(self, seen: tuple[int, str] | None = None) -> None:
        self.goes_on = False
        self.seen = seen
        self.begun = asyncio.Event()
        """The run is past its look-ups and takes shipments."""
        self.closed = False
        self._named: asyncio.Queue[int | None] = asyncio.Queue()
        self._answers: dict[int, deque[asyncio.Future[RowEnd]]] = {}

    async def ids(self) -> AsyncIterator[int]:
        self.begun.set()
        while (named := await self._named.get()) is not None:
            yield named

    def ended(self, shipment_id: int, step: Step) -> None:
        # A worker that leaves says nothing against the rows that are left.
        self._answer(shipment_id, RowEnd(step.ended, self.closed and not self.goes_on))

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            self._named.put_nowait(None)

    async def send(self, shipment_id: int) -> RowEnd:
        """Have one sent; how it ended."""
        if self.closed:
            return self._unsent
        answer = asyncio.get_running_loop().create_future()
        self._answers.setdefault(shipment_id, deque()).append(answer)
        self._named.put_nowait(shipment_id)
        # Whoever waits may be gone: the row goes on.
        return await asyncio.shield(answer)

    def over(self) -> None:
        """The run has ended: what was named and not begun stays pending."""
        self.close()
        for shipment_id in list(self._answers):
            while shipment_id in self._answers:
                self._answer(shipment_id, self._unsent)

    @property
    def _unsent(self) -> RowEnd:
        return LEFT if self.goes_on else STOPPED

    def _answer(self, shipment_id: int, end: RowEnd) -> None:
        waiting = self._answers.get(shipment_id)
        if not waiting:
            return
        answer = waiting.popleft()
        if not waiting:
            del self._answers[shipment_id]
        if not answer.done():
            answer.set_result(end)


class OpenBatch:
    """One batch that this process works on."""

    def __init__(self, batches: BatchService, order: OpenOrder) -> None:
        self.feed = NamedRows(_entry(order.seen))
        self.refusal: ShipchatError | None = None
        self._job_id = order.job_id
        batches.feeds[order.job_id] = self.feed
        run = batches.execute(order.job_id, concurrency=order.concurrency, on_error=order.on_error)
        self.task = asyncio.create_task(self._run(batches, run), name=f"batch-{order.job_id}")

    async def _run(self, batches: BatchService, run: Any) -> BatchResult | None:
        try:
            result: BatchResult = await run
        except ShipchatError as refusal:
            self.refusal = refusal
        except Exception as fault:  # noqa: BLE001 - the worker goes on with other batches
            self.refusal = unexpected(batches.settings.home, fault)
        else:
            return result
        finally:
            self.feed.over()
            batches.feeds.pop(self._job_id, None)
        logger.warning("batch %s: %s", self._job_id, self.refusal)
        with suppress(ShipchatError):  # a ledger that cannot be written is what was refused
            await batches.ledger.write_async(_note_refusal, self._job_id, self.refusal)
        return None

    async def begun(self) -> str:
        """Wait until rows are taken; the code of the refusal, or nothing."""
        taking = asyncio.create_task(self.feed.begun.wait())
        await asyncio.wait({taking, self.task}, return_when=asyncio.FIRST_COMPLETED)
        taking.cancel()
        return self.refusal.code if self.refusal is not None else ""

    async def end(self, *, goes_on: bool = False) -> None:
        """Take no more; wait until what is in flight is on record. `goes_on`: another worker takes the rest."""
        self.feed.goes_on = goes_on
        self.feed.close()
        await asyncio.shield(self.task)


class WorkerRows:
    """What the activities of one worker do, without a word about Temporal."""

    def __init__(self, batches: BatchService) -> None:
        self._batches = batches
        self._open: dict[str, OpenBatch] = {}
        self._leaving = False

    async def open(self, order: OpenOrder) -> str:
        """Begin to work on a batch; the code of the refusal, or nothing."""
        try:
            stopped = await self._ledger(_is_stopped, order.job_id)
        except ShipchatError as refusal:
            return refusal.code
        while not stopped and not self._leaving:
            refused = await self._batch(order).begun()
            if refused not in BUSY:
                return refused
            await asyncio.sleep(BUSY_S)
            stopped = await self._ledger(_is_stopped, order.job_id)
        return ""

    async def page(self, order: PageOrder) -> Page:
        """The next pending shipments of a batch, in the order of the ledger."""
        rows, stopped = await self._ledger(_page, order), await self._ledger(_is_stopped, order.job_id)
        return Page(rows, stopped)

    async def row(self, order: RowOrder) -> RowEnd:
        """One row step, at most once: a shipment that is no longer pending is left as it is."""
        state = await self._ledger(_state_of, order)
        if state != "pending":
            return RowEnd(state)
        if self._leaving:
            return LEFT
        if await self._ledger(_is_stopped, order.job_id):
            return STOPPED
        batch = self._batch(OpenOrder(order.job_id, order.concurrency, order.on_error))
        refused = await batch.begun()
        if refused in BUSY:
            # Whoever works with the ledger may be the worker that this row should have gone to.
            await asyncio.sleep(BUSY_S)
            return LEFT
        return RowEnd(refused, stopped=True) if refused else await batch.feed.send(order.shipment_id)

    async def finish(self, order: FinishOrder) -> str:
        """Nothing more is handed out: results go to the sheet, the batch gets its state, which is the answer."""
        if order.wanted == CANCEL and not await self._ledger(_is_stopped, order.job_id):
            await self._batches.cancel(order.job_id)
        await self.end(order.job_id)
        if await self._ledger(_status, order.job_id) == "running":
            await leave(self._batches.ledger, self._batches.settings, self._batches.data, order.job_id)
        return str(await self._ledger(_status, order.job_id))

    async def end(self, job_id: str) -> None:
        """Nobody hands out this batch any more: it ends here as it is."""
        batch = self._open.pop(job_id, None)
        if batch is not None:
            await batch.end()

    async def leave(self) -> None:
        """This worker stops: what is in flight is recorded, the rest is left to the others."""
        self._leaving = True
        for job_id in list(self._open):
            await self._open.pop(job_id).end(goes_on=True)

    def working_on(self) -> list[str]:
        """The batches that are open here."""
        return [job_id for job_id, batch in self._open.items() if not batch.task.done()]

    def _batch(self, order: OpenOrder) -> OpenBatch:
        batch = self._open.get(order.job_id)
        if batch is None or batch.task.done():
            batch = self._open[order.job_id] = OpenBatch(self._batches, order)
        return batch

    async def _ledger(self, query: Any, *facts: Any) -> Any:
        return await self._batches.ledger.read_async(query, *facts)


def _entry(seen: str) -> tuple[int, str] | None:
    number, _, seal = seen.partition(":")
    return (int(number), seal) if number.isdigit() and seal else None


def activity_id(identity: str, generation: int, attempt: int) -> str:
    """Which parcel and which attempt, without telling whose parcel it is."""
    return f"{hashlib.sha256(f'{generation}:{identity}'.encode()).hexdigest()[:24]}-{attempt}"


def _page(connection: Connection, order: PageOrder) -> list[PendingRow]:
    columns = (SHIPMENTS.c.id, SHIPMENTS.c.identity, SHIPMENTS.c.generation, SHIPMENTS.c.attempt)
    query = select(*columns).where(
        SHIPMENTS.c.job_id == order.job_id, SHIPMENTS.c.state == "pending", SHIPMENTS.c.id > order.after
    )
    found = connection.execute(query.order_by(SHIPMENTS.c.id).limit(order.size))
    return [PendingRow(row.id, activity_id(row.identity, row.generation, row.attempt)) for row in found]


def _state_of(connection: Connection, order: RowOrder) -> str:
    mine = (SHIPMENTS.c.id == order.shipment_id) & (SHIPMENTS.c.job_id == order.job_id)
    return str(connection.scalar(select(SHIPMENTS.c.state).where(mine)) or "unknown")


def _is_stopped(connection: Connection, job_id: str) -> bool:
    job = queries.job_of(connection, job_id)
    return bool(job.status != "running" or job.requested_action is not None)


def _note_refusal(connection: Connection, job_id: str, refusal: ShipchatError) -> None:
    """For whoever watches: the words stay in the ledger, Temporal gets the code."""
    words = {"error_code": refusal.code, "error_message": refusal.message}
    connection.execute(update(JOBS).where(JOBS.c.id == job_id, JOBS.c.status == "running").values(**words))


def _status(connection: Connection, job_id: str) -> Any:
    return queries.job_of(connection, job_id).status
