"""The workflow alone, over a real Temporal server, with activities that are told what to answer."""

import asyncio
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from temporalio import activity
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowHandle
from temporalio.worker import Replayer, Worker

from agent.dispatch import orders
from agent.dispatch.connecting import connect
from agent.dispatch.dispatcher import Dispatcher
from agent.dispatch.orders import (
    BatchEnd,
    BatchOrder,
    FinishOrder,
    OpenOrder,
    Page,
    PageOrder,
    PendingRow,
    RowEnd,
    RowOrder,
)
from agent.dispatch.workflow import BatchWorkflow
from agent.errors import ShipchatError
from agent.temporal_settings import TemporalSettings

pytestmark = pytest.mark.slow


class Rows:
    """Shipments 1 to n; each call is remembered."""

    def __init__(self, count: int, row: Callable[["Rows", RowOrder], RowEnd] | None = None) -> None:
        self.pending = list(range(1, count + 1))
        self.calls: list[int] = []
        self.pages: list[PageOrder] = []
        self.finished: list[FinishOrder] = []
        self.opened = 0
        self.seen = ""
        self.refused = ""
        self._row = row or (lambda _rows, _order: RowEnd("completed"))

    def activities(self) -> list[Any]:
        @activity.defn(name=orders.OPEN)
        async def open_batch(order: OpenOrder) -> str:
            self.opened += 1
            self.seen = order.seen
            return self.refused

        @activity.defn(name=orders.PAGE)
        async def page(order: PageOrder) -> Page:
            self.pages.append(order)
            found = [one for one in self.pending if one > order.after][: order.size]
            return Page([PendingRow(one, f"row-{one}") for one in found])

        @activity.defn(name=orders.ROW)
        async def row(order: RowOrder) -> RowEnd:
            self.calls.append(order.shipment_id)
            end = self._row(self, order)
            if end.ended != orders.NOT_BEGUN:
                self.pending.remove(order.shipment_id)
            return end

        @activity.defn(name=orders.FINISH)
        async def finish(order: FinishOrder) -> str:
            self.finished.append(order)
            return "completed"

        return [open_batch, page, row, finish]


@asynccontextmanager
async def handed_out(
    address: str, rows: Rows, **more: Any
) -> AsyncIterator[tuple[Client, "WorkflowHandle[Any, BatchEnd]"]]:
    client = await connect(TemporalSettings(address=address), "client")
    queue = uuid.uuid4().hex
    order = BatchOrder("job", 2, **({"on_error": "continue", "lost_after_s": 30.0} | more))
    async with Worker(client, task_queue=queue, workflows=[BatchWorkflow], activities=rows.activities()):
        yield (
            client,
            await client.start_workflow(orders.WORKFLOW, order, id=queue, task_queue=queue, result_type=BatchEnd),
        )


async def test_every_row_is_handed_out_once_and_the_history_replays(address: str) -> None:
    rows = Rows(450)
    async with handed_out(address, rows, seen="7:abc") as (_client, handle):
        end = await handle.result()
        history = await handle.fetch_history()
    assert end == BatchEnd("completed", counts={"completed": 450})
    assert Counter(rows.calls) == Counter(range(1, 451))
    assert rows.seen == "7:abc"
    assert [page.after for page in rows.pages] == [0, 200, 400, 450]
    await Replayer(workflows=[BatchWorkflow]).replay_workflow(history)


async def test_a_large_batch_goes_on_in_new_runs_and_opens_once(address: str) -> None:
    rows = Rows(7)
    async with handed_out(address, rows, rows_per_run=2) as (client, handle):
        first_run = handle.first_execution_run_id
        end = await handle.result()
        told = await client.get_workflow_handle(handle.id).describe()
    assert told.run_id != first_run
    assert end.counts == {"completed": 7}
    assert (sorted(rows.calls), rows.opened, len(rows.finished)) == (list(range(1, 8)), 1, 1)


@pytest.mark.parametrize(("on_error", "sent"), [("continue", [1, 2, 3, 4, 5, 6]), ("stop", None)])
async def test_a_row_whose_answer_does_not_come_is_never_handed_out_again(
    address: str, on_error: str, sent: list[int] | None
) -> None:
    def row(_rows: Rows, order: RowOrder) -> RowEnd:
        if order.shipment_id == 2:
            raise RuntimeError("whatever")
        return RowEnd("completed")

    rows = Rows(6, row)
    async with handed_out(address, rows, on_error=on_error) as (_client, handle):
        end = await handle.result()
        told = "".join(str(event) for event in (await handle.fetch_history()).events)
    assert "whatever" in told
    assert "stack_trace" not in told, "it would name folders of this machine"
    assert Counter(rows.calls)[2] == 1
    assert end.counts["lost"] == 1
    assert rows.finished == [FinishOrder("job")]
    if sent is not None:
        assert sorted(rows.calls) == sent
    else:
        assert len(rows.calls) < 6


async def test_lost_answers_in_a_row_end_the_hand_out(address: str) -> None:
    def row(_rows: Rows, _order: RowOrder) -> RowEnd:
        raise RuntimeError("whatever")

    rows = Rows(50, row)
    async with handed_out(address, rows) as (_client, handle):
        end = await handle.result()
    assert end.counts["lost"] in (3, 4), "two were in flight"


async def test_a_row_that_was_given_back_is_handed_out_again(address: str) -> None:
    def row(rows: Rows, order: RowOrder) -> RowEnd:
        given_back = order.shipment_id == 2 and Counter(rows.calls)[2] == 1
        return RowEnd(orders.NOT_BEGUN if given_back else "completed")

    rows = Rows(4, row)
    async with handed_out(address, rows) as (_client, handle):
        end = await handle.result()
    assert Counter(rows.calls) == {1: 1, 2: 2, 3: 1, 4: 1}
    assert end.counts == {"completed": 4}


async def test_what_the_ledger_stops_is_stopped(address: str) -> None:
    rows = Rows(50, lambda _rows, order: RowEnd("failed", stopped=True))
    async with handed_out(address, rows) as (_client, handle):
        end = await handle.result()
    assert len(rows.calls) <= 3
    assert len(rows.finished) == 1
    assert end.counts == {"failed": len(rows.calls)}


async def test_a_refused_batch_hands_nothing_out(address: str) -> None:
    rows = Rows(3)
    rows.refused = "E-4205"
    async with handed_out(address, rows) as (_client, handle):
        assert await handle.result() == BatchEnd("", "E-4205")
    assert (rows.calls, rows.finished) == ([], [])


@pytest.mark.parametrize(("signal", "wanted"), [("pause", "pause"), ("cancel", "cancel"), (None, "pause")])
async def test_pause_and_cancel_let_end_what_is_in_flight(address: str, signal: str | None, wanted: str) -> None:
    """By signal, and where somebody cancels the workflow itself."""
    begun, go_on = asyncio.Event(), asyncio.Event()
    rows = Rows(9)
    held = rows.activities()

    @activity.defn(name=orders.ROW)
    async def row(order: RowOrder) -> RowEnd:
        rows.calls.append(order.shipment_id)
        begun.set()
        await go_on.wait()
        return RowEnd("completed")

    rows.activities = lambda: [held[0], held[1], row, held[3]]  # type: ignore[method-assign]
    async with handed_out(address, rows) as (_client, handle):
        await begun.wait()
        await (handle.signal(signal) if signal else handle.cancel())
        while (told := await handle.query(BatchWorkflow.progress)).wanted != wanted:
            await asyncio.sleep(0.05)
        assert told.in_flight >= 1
        go_on.set()
        end = await handle.result()
    assert end.counts == {"completed": len(rows.calls)}
    assert len(rows.calls) <= 2
    assert rows.finished == [FinishOrder("job", wanted)]


async def test_one_approval_is_handed_out_once(address: str) -> None:
    """A running one and one that has ended; an approval of other rows of the batch is another hand-out."""
    dispatcher = Dispatcher(TemporalSettings(address=address, task_queue=uuid.uuid4().hex))
    order = BatchOrder(uuid.uuid4().hex[:12], 2, "stop", 30.0)
    hand_out = await dispatcher.start(order, 1)
    with pytest.raises(ShipchatError, match="E-4352"):
        await dispatcher.start(order, 1)
    await hand_out.handle.terminate()
    with pytest.raises(ShipchatError, match="E-4354"):
        await hand_out.end()
    with pytest.raises(ShipchatError, match="E-4352"):
        await dispatcher.start(order, 1)
    other = await dispatcher.start(order, 2)
    await other.handle.terminate()
    assert not await dispatcher.has_worker()


async def test_an_activity_of_a_row_is_tried_once_by_the_server_too(address: str) -> None:
    """The policy that Temporal was given is in its history."""
    rows = Rows(2)
    async with handed_out(address, rows) as (_client, handle):
        await handle.result()
        history = await handle.fetch_history()
    scheduled = [
        event.activity_task_scheduled_event_attributes
        for event in history.events
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED
    ]
    attempts = {
        one.activity_id: one.retry_policy.maximum_attempts for one in scheduled if one.activity_type.name == "row"
    }
    assert attempts == {"row-1": 1, "row-2": 1}
