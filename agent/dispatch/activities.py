"""A worker's steps as activities of Temporal: each shows signs of life, and no fault takes words into the history."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from temporalio import activity
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError

from agent.dispatch.orders import FINISH, OPEN, PAGE, ROW, FinishOrder, OpenOrder, Page, PageOrder, RowEnd, RowOrder
from agent.dispatch.rows import WorkerRows
from agent.dispatch.workflow import FRESH
from agent.errors import ShipchatError
from agent.faultlog import unexpected

T = TypeVar("T")
logger = logging.getLogger(__name__)
SIGNS = 3
"""Signs of life within the time after which a worker counts as lost."""


class BatchActivities:
    """The activities of one worker."""

    def __init__(self, rows: WorkerRows, client: Client, home: Path) -> None:
        self._rows = rows
        self._client = client
        self._home = home
        self._workflows: dict[str, str] = {}
        """Which workflow hands out a batch."""

    def all(self) -> list[Callable[..., Any]]:
        return [self.open, self.page, self.row, self.finish]

    @activity.defn(name=OPEN)
    async def open(self, order: OpenOrder) -> str:
        told = activity.info()
        self._workflows[order.job_id] = told.workflow_id or ""
        if told.attempt > 1 or told.started_time - told.scheduled_time > FRESH:
            # Another worker may have sent rows since.
            order = replace(order, seen="")
        return await self._alive(self._rows.open(order))

    @activity.defn(name=PAGE)
    async def page(self, order: PageOrder) -> Page:
        return await self._alive(self._rows.page(order))

    @activity.defn(name=ROW)
    async def row(self, order: RowOrder) -> RowEnd:
        self._workflows[order.job_id] = activity.info().workflow_id or ""
        return await self._alive(self._rows.row(order))

    @activity.defn(name=FINISH)
    async def finish(self, order: FinishOrder) -> str:
        return await self._alive(self._rows.finish(order))

    async def watch(self, every_s: float) -> None:
        """End what nobody hands out any more: its workflow was terminated."""
        while True:
            await asyncio.sleep(every_s)
            for job_id in self._rows.working_on():
                if await self._is_closed(self._workflows.get(job_id, "")):
                    await self._rows.end(job_id)

    async def _is_closed(self, workflow_id: str) -> bool:
        # A server that is away says nothing about it.
        with suppress(RPCError):
            told = await self._client.get_workflow_handle(workflow_id).describe()
            return told.status not in (WorkflowExecutionStatus.RUNNING, WorkflowExecutionStatus.CONTINUED_AS_NEW)
        return False

    async def _alive(self, work: Awaitable[T]) -> T:
        """Do it with signs of life. A fault goes to this worker's log; the server learns its code."""
        signs = asyncio.create_task(_signs())
        try:
            return await work
        except ShipchatError as refusal:
            logger.warning("%s", refusal)
            raise ApplicationError(refusal.code, type=refusal.code) from None
        except Exception as fault:  # noqa: BLE001 - its words may hold a row's data
            surprise = unexpected(self._home, fault)
            logger.warning("%s", surprise)
            raise ApplicationError(surprise.code, type=type(fault).__name__) from None
        finally:
            signs.cancel()


async def _signs() -> None:
    limit = activity.info().heartbeat_timeout
    while limit is not None:
        activity.heartbeat()
        await asyncio.sleep(limit.total_seconds() / SIGNS)
