"""Batches that are approved here and run by workers: handed to Temporal, and followed in the ledger."""

import asyncio
from contextlib import suppress

from sqlalchemy import Connection, func, select

from agent.batch.approval.approving import plan_header
from agent.batch.executor import queries
from agent.batch.executor.result import BatchResult
from agent.batch.following import Follower
from agent.batch.leaving import is_left, leave
from agent.batch.service import BatchService
from agent.dispatch.dispatcher import Dispatcher, HandOut
from agent.dispatch.faults import NO_WORKER, REFUSED_THERE
from agent.dispatch.orders import CANCEL, PAUSE, BatchOrder
from agent.errors import ShipchatError, error
from agent.ledger import audit
from agent.ledger.store import Ledger
from agent.ledger.tables import Shipment, table_of
from agent.planning.model import Approval, Plan
from agent.settings import Settings
from agent.tool_caller import ToolCaller

SHIPMENTS = table_of(Shipment)
POLL_S = 0.25
"""How often the ledger is asked what the workers did."""


class DispatchedBatches(BatchService):
    """The batch engine of a session whose batches other processes run. Looking up, voiding and the like stay here."""

    def __init__(self, ledger: Ledger, settings: Settings, data: ToolCaller, ups: ToolCaller) -> None:
        super().__init__(ledger, settings, data, ups)
        self._dispatcher = Dispatcher(settings.temporal)

    async def approve(self, plan: Plan, approval: Approval, *, into: str | None = None) -> str:
        """As ever; a server that does not answer is told before anything is approved."""
        await self._dispatcher.reach()
        return await super().approve(plan, approval, into=into)

    async def execute(self, job_id: str, *, concurrency: int | None = None, on_error: str = "stop") -> BatchResult:
        """Hand the batch to Temporal and follow it to its end.

        Raises:
            ShipchatError: E-4352 where it was handed out already, E-4354 and E-4355 where its hand-out ends without
                its own end.
        """
        follower = Follower(self.ledger, self._observers, job_id)
        await follower.begin()
        await self._let_sheet_go(job_id)
        order = BatchOrder(
            job_id,
            concurrency or self.settings.concurrency,
            on_error,
            self.settings.temporal.lost_after_s,
            await self._seen(job_id),
        )
        hand_out = await self._dispatcher.start(order, await self.ledger.read_async(_plan_id, job_id))
        await self._tell_if_alone(job_id)
        end = asyncio.ensure_future(hand_out.end())
        try:
            while not end.done() and not await self._is_left(job_id):
                await follower.look()
                await asyncio.wait({end}, timeout=POLL_S)
        finally:
            end.cancel()
        await follower.look()
        await self._check_end(job_id, end, hand_out)
        return await follower.end()

    async def pause(self, job_id: str) -> None:
        """As ever; the signal only makes it prompt."""
        await super().pause(job_id)
        await self._signal(job_id, PAUSE)

    async def cancel(self, job_id: str) -> None:
        await super().cancel(job_id)
        await self._signal(job_id, CANCEL)

    async def _seen(self, job_id: str) -> str:
        """What a worker may take for granted of the ledger; nothing where this process did not approve the batch."""
        if not await self._guard.is_followed(job_id):
            return ""
        return "{}:{}".format(*await self.ledger.read_async(audit.end))

    async def _signal(self, job_id: str, signal: str) -> None:
        # The row step looks for the request in the ledger in any case.
        with suppress(ShipchatError):
            await self._dispatcher.signal(job_id, await self.ledger.read_async(_plan_id, job_id), signal)

    async def _let_sheet_go(self, job_id: str) -> None:
        """The worker's data server writes into it."""
        source = (await self.ledger.read_async(plan_header, job_id)).get("source") or {}
        target = {key: source[key] for key in ("source_id", "descriptor") if source.get(key)}
        if target:
            await self.data("write_back_many", {"rows": [], "final": True, **target})

    async def _tell_if_alone(self, job_id: str) -> None:
        alone = False
        with suppress(ShipchatError):  # the workflow has begun: a server that went away since is no fault of it
            alone = not await self._dispatcher.has_worker()
        if alone:
            temporal = self.settings.temporal
            words = NO_WORKER.message.format(queue=temporal.task_queue, address=temporal.address)
            await self._observers.notify("on_warning", job_id, f"{NO_WORKER.code}: {words} {NO_WORKER.remedy}")

    async def _is_left(self, job_id: str) -> bool:
        """Whether nobody works on it and nobody should: it ended elsewhere, or a person wants no more of it and no
        worker is there to end it."""
        job = await self.ledger.read_async(queries.job_of, job_id)
        if job.status == "running" and job.requested_action is None:
            return False
        if not await is_left(self.ledger, job_id):
            return False
        if job.status == "running":
            await leave(self.ledger, self.settings, self.data, job_id)
        return True

    async def _check_end(self, job_id: str, end: "asyncio.Future[str]", hand_out: HandOut) -> None:
        if end.cancelled() or not end.done():
            return
        if refused := end.result():
            job = await self.ledger.read_async(queries.job_of, job_id)
            if job.error_code == refused:
                raise ShipchatError(refused, job.error_message or "", REFUSED_THERE.remedy.format(job_id=job_id))
            raise error(REFUSED_THERE, job_id=job_id, code=refused)


def _plan_id(connection: Connection, job_id: str) -> int:
    """The plan that was approved last: one hand-out for each approval."""
    return int(connection.scalar(select(func.max(SHIPMENTS.c.plan_id)).where(SHIPMENTS.c.job_id == job_id)) or 0)
