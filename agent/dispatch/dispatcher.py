"""Starts, signals and awaits the workflow of a batch."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client, WorkflowFailureError, WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import CancelledError, TerminatedError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from agent.dispatch.connecting import connect, unreachable
from agent.dispatch.faults import HANDED_OUT_ALREADY, WORKFLOW_ENDED
from agent.dispatch.orders import WORKFLOW, BatchEnd, BatchOrder
from agent.errors import error
from agent.temporal_settings import TemporalSettings

AWAY_S = 2.0
"""A server that went away is asked again after so long; the workers go on as far as they can."""
LONGEST_POLL = timedelta(seconds=70)
"""A worker that has not asked for work for longer is gone."""


def workflow_id(job_id: str, plan_id: int) -> str:
    """One hand-out for each approval of a batch: a retry of failed rows is an approval of its own."""
    return f"{WORKFLOW}-{job_id}-{plan_id}"


@dataclass(frozen=True, slots=True)
class HandOut:
    """The workflow of one batch."""

    job_id: str
    handle: "WorkflowHandle[object, BatchEnd]"

    async def end(self) -> str:
        """Wait for its end; the code where a worker refused the batch as a whole, or nothing.

        Raises:
            ShipchatError: E-4354 where it was terminated or failed.
        """
        while True:
            try:
                return (await self.handle.result()).refused
            except WorkflowFailureError as fault:
                cause = fault.cause
                how = "terminated" if isinstance(cause, TerminatedError) else "cancelled"
                how = how if isinstance(cause, TerminatedError | CancelledError) else "failed"
                raise error(WORKFLOW_ENDED, job_id=self.job_id, how=how) from fault
            except RPCError as fault:
                if fault.status is RPCStatusCode.NOT_FOUND:
                    raise error(WORKFLOW_ENDED, job_id=self.job_id, how="it is not known there any more") from fault
                await asyncio.sleep(AWAY_S)


class Dispatcher:
    """The Temporal server of the settings, reached when it is needed."""

    def __init__(self, temporal: TemporalSettings) -> None:
        self._temporal = temporal
        self._client: Client | None = None

    async def reach(self) -> Client:
        """The connection.

        Raises:
            ShipchatError: E-4351 where no server answers.
        """
        if self._client is None:
            self._client = await connect(self._temporal, "shipchat")
        return self._client

    async def start(self, order: BatchOrder, plan_id: int) -> HandOut:
        """Begin to hand out.

        Raises:
            ShipchatError: E-4351 no server, E-4352 where this approval was handed out before.
        """
        client = await self.reach()
        name = workflow_id(order.job_id, plan_id)
        try:
            handle = await client.start_workflow(
                WORKFLOW,
                order,
                id=name,
                task_queue=self._temporal.task_queue,
                result_type=BatchEnd,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
            )
        except WorkflowAlreadyStartedError as fault:
            raise error(HANDED_OUT_ALREADY, job_id=order.job_id, workflow=name) from fault
        except RPCError as fault:
            raise unreachable(self._temporal, fault) from fault
        return HandOut(order.job_id, handle)

    async def signal(self, job_id: str, plan_id: int, signal: str) -> None:
        """Tell the workflow of a batch; one that has ended is not told.

        Raises:
            ShipchatError: E-4351 where no server answers.
        """
        client = await self.reach()
        try:
            await client.get_workflow_handle(workflow_id(job_id, plan_id)).signal(signal)
        except RPCError as fault:
            if fault.status is not RPCStatusCode.NOT_FOUND:
                raise unreachable(self._temporal, fault) from fault

    async def has_worker(self) -> bool:
        """Whether somebody takes rows from the task queue.

        Raises:
            ShipchatError: E-4351 where no server answers.
        """
        client = await self.reach()
        asked = DescribeTaskQueueRequest(
            namespace=self._temporal.namespace,
            task_queue=TaskQueue(name=self._temporal.task_queue),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
        )
        try:
            told = await client.workflow_service.describe_task_queue(asked)
        except RPCError as fault:
            raise unreachable(self._temporal, fault) from fault
        oldest = datetime.now(UTC) - LONGEST_POLL
        return any(poller.last_access_time.ToDatetime(UTC) > oldest for poller in told.pollers)
