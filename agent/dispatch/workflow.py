"""The workflow of one batch: asks for pending rows page by page and hands them out, a few at once. It decides nothing.

An activity of a row is tried once. One whose answer does not come counts as in doubt and is never handed out again.
This module is replayed by Temporal: it has no clock, no chance and no I/O of its own.
"""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import TypeVar

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.workflow import ActivityCancellationType

from agent.dispatch.orders import (
    CANCEL,
    FINISH,
    NOT_BEGUN,
    OPEN,
    PAGE,
    PAUSE,
    PROGRESS,
    ROW,
    WORKFLOW,
    BatchEnd,
    BatchOrder,
    FinishOrder,
    OpenOrder,
    Page,
    PageOrder,
    PendingRow,
    Progress,
    RowEnd,
    RowOrder,
)

T = TypeVar("T")
PAGE_SIZE = 200
ONCE = RetryPolicy(maximum_attempts=1)
"""For what may buy."""
AGAIN = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30))
"""For what only reads, opens or ends: a worker that was lost is followed by another."""
LONGEST = timedelta(days=1)
"""A row step may wait for UPS; that its worker is lost is told by the missing sign of life, long before."""
FRESH = timedelta(minutes=1)
"""A worker that begins so soon takes the ledger for what the process saw that approved."""
LOST_IN_A_ROW = 3
"""So many lost answers one after the other end the hand-out, also where failures do not."""


@workflow.defn(name=WORKFLOW)
class BatchWorkflow:
    """Hands out one batch; `pause` and `cancel` are signals, `progress` is a query."""

    @workflow.init
    def __init__(self, order: BatchOrder) -> None:
        self._order = order
        self._counts: Counter[str] = Counter(order.counts)
        self._handed_out = sum(order.counts.values())
        self._in_flight: set[asyncio.Task[None]] = set()
        self._wanted = order.wanted
        self._stopped = False
        self._lost_in_a_row = 0
        self._given_back = False

    @workflow.run
    async def run(self, _order: BatchOrder) -> BatchEnd:
        work = asyncio.create_task(self._batch())
        while True:
            try:
                return await asyncio.shield(work)
            except asyncio.CancelledError:
                # Somebody cancelled the workflow: what is in flight is waited for, as after a pause.
                if work.done():
                    raise
                self.pause()

    @workflow.signal(name=PAUSE)
    def pause(self) -> None:
        """Hand nothing more out; what is in flight ends."""
        self._wanted = self._wanted or PAUSE

    @workflow.signal(name=CANCEL)
    def cancel(self) -> None:
        """The same, and what is pending is skipped."""
        self._wanted = CANCEL

    @workflow.query(name=PROGRESS)
    def progress(self) -> Progress:
        return Progress(self._handed_out, len(self._in_flight), dict(self._counts), self._wanted)

    @property
    def _ends(self) -> bool:
        return self._stopped or bool(self._wanted)

    async def _batch(self) -> BatchEnd:
        order = self._order
        after = order.after
        if not after:
            is_fresh = workflow.now() - workflow.info().start_time < FRESH
            seen = order.seen if is_fresh else ""
            refused = await self._step(OPEN, OpenOrder(order.job_id, order.concurrency, order.on_error, seen), str)
            if refused:
                return BatchEnd("", refused)
        while not self._ends:
            page = await self._step(PAGE, PageOrder(order.job_id, after, PAGE_SIZE), Page)
            if page.stopped or not page.rows:
                await workflow.wait_condition(lambda: not self._in_flight)
                if page.stopped or not self._given_back:
                    break
                after, self._given_back = 0, False
            for row in page.rows:
                await workflow.wait_condition(lambda: self._ends or len(self._in_flight) < order.concurrency)
                if self._ends:
                    break
                self._hand_out(row)
                after = row.shipment_id
            is_long = self._handed_out - sum(order.counts.values()) >= order.rows_per_run
            if not self._ends and (is_long or workflow.info().is_continue_as_new_suggested()):
                await workflow.wait_condition(lambda: not self._in_flight)
                workflow.continue_as_new(self._rest(after))
        await workflow.wait_condition(lambda: not self._in_flight)
        status = await self._step(FINISH, FinishOrder(order.job_id, self._wanted), str)
        return BatchEnd(status, counts=dict(self._counts))

    def _rest(self, after: int) -> BatchOrder:
        order = self._order
        return BatchOrder(
            order.job_id,
            order.concurrency,
            order.on_error,
            order.lost_after_s,
            order.seen,
            order.rows_per_run,
            after,
            dict(self._counts),
            self._wanted,
        )

    def _hand_out(self, row: PendingRow) -> None:
        self._handed_out += 1
        task = asyncio.create_task(self._row(row))
        self._in_flight.add(task)
        task.add_done_callback(self._in_flight.discard)

    async def _row(self, row: PendingRow) -> None:
        order = self._order
        try:
            end = await workflow.execute_activity(
                ROW,
                RowOrder(order.job_id, row.shipment_id, order.concurrency, order.on_error),
                result_type=RowEnd,
                activity_id=row.activity_id,
                start_to_close_timeout=LONGEST,
                heartbeat_timeout=timedelta(seconds=order.lost_after_s),
                retry_policy=ONCE,
                cancellation_type=ActivityCancellationType.ABANDON,
            )
        except Exception:  # noqa: BLE001 - a time-out, a lost worker, a fault: there is no answer
            # What became of it only the ledger can tell: the row is in doubt, and nobody sends it again.
            self._counts["lost"] += 1
            self._lost_in_a_row += 1
            self._stopped |= order.on_error == "stop" or self._lost_in_a_row >= LOST_IN_A_ROW
            return
        self._lost_in_a_row = 0
        if end.ended == NOT_BEGUN:
            self._handed_out -= 1
            self._given_back = True
            return
        self._counts[end.ended] += 1
        self._stopped |= end.stopped

    async def _step(self, name: str, argument: object, answer: type[T]) -> T:
        """What buys nothing; it is tried until a worker answers."""
        answered: T = await workflow.execute_activity(
            name,
            argument,
            result_type=answer,
            start_to_close_timeout=LONGEST,
            heartbeat_timeout=timedelta(seconds=self._order.lost_after_s),
            retry_policy=AGAIN,
        )
        return answered
