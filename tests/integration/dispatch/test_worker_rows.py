"""What a worker does with the rows that are named to it, without Temporal: over a real ledger and the naive carrier."""

import asyncio
from typing import Any

from agent.batch.leaving import is_left
from agent.batch.service import BatchService
from agent.dispatch.orders import NOT_BEGUN, FinishOrder, OpenOrder, PageOrder, RowEnd, RowOrder
from agent.dispatch.rows import WorkerRows, activity_id
from agent.ledger import audit
from agent.ledger.lease import lease_of
from tests.faults.judge import judge
from tests.faults.world import World, plan_of
from tests.integration.batch.batch_steps import approved


class Worker:
    """A worker over one approved batch, and the order of each of its shipments."""

    def __init__(self, service: BatchService, job_id: str, on_error: str = "stop") -> None:
        self.rows, self.job_id, self._on_error = WorkerRows(service), job_id, on_error

    def order(self, shipment_id: int) -> RowOrder:
        return RowOrder(self.job_id, shipment_id, 4, self._on_error)

    async def open(self, seen: str = "") -> str:
        return await self.rows.open(OpenOrder(self.job_id, 4, self._on_error, seen))

    async def pending(self, after: int = 0) -> list[int]:
        return [row.shipment_id for row in (await self.rows.page(PageOrder(self.job_id, after, 2))).rows]

    async def row(self, shipment_id: int) -> RowEnd:
        return await self.rows.row(self.order(shipment_id))


async def at_work(service: BatchService, world: World, *orders: str, **more: Any) -> Worker:
    return Worker(service, await approved(service, world, plan_of(list(orders))), **more)


async def test_rows_that_are_named_are_shipped_and_the_batch_ends_as_ever(service: BatchService, world: World) -> None:
    worker = await at_work(service, world, "A1", "A2", "A3")
    assert await worker.open() == ""
    first = await worker.pending()
    rest = await worker.pending(first[-1])
    assert [await worker.row(one) for one in [*first, *rest]] == [RowEnd("completed")] * 3
    assert await worker.pending(rest[-1]) == []
    assert not await is_left(service.ledger, worker.job_id)
    assert await worker.rows.finish(FinishOrder(worker.job_id)) == "completed"
    assert await is_left(service.ledger, worker.job_id)
    assert len(world.sheet.cells) == 3
    assert judge(world) == []


async def test_only_what_was_approved_a_moment_ago_is_sent_without_look_ups(
    service: BatchService, world: World
) -> None:
    worker = await at_work(service, world, "A1", "A2")
    seen = "{}:{}".format(*service.ledger.read(audit.end))
    elsewhere = Worker(BatchService(service.ledger, world.settings, world.sheet, world.carrier), worker.job_id)
    assert await elsewhere.open(seen) == ""
    assert world.carrier.searches == 0
    await elsewhere.rows.leave()
    other = Worker(BatchService(service.ledger, world.settings, world.sheet, world.carrier), worker.job_id)
    assert await other.open(f"{seen[:-8]}deadbeef") == "", "its ledger has another entry in that place"
    assert world.carrier.searches >= 2
    await other.rows.leave()


async def test_a_row_that_is_handed_out_twice_is_sent_once(service: BatchService, world: World) -> None:
    worker = await at_work(service, world, "A1")
    (one,) = await worker.pending()
    together = await asyncio.gather(worker.row(one), worker.row(one), worker.row(one))
    assert [end.ended for end in together].count("completed") == 1
    assert (await worker.row(one)).ended == "completed", "later it is as it is in the ledger"
    await worker.rows.finish(FinishOrder(worker.job_id))
    assert len(world.carrier.records) == 1
    assert judge(world) == []


async def test_a_failure_stops_the_batch_for_its_reason(service: BatchService, world: World) -> None:
    world.carrier.faults = lambda _reference: "refused"
    worker = await at_work(service, world, "A1", "A2")
    first, second = await worker.pending()
    assert await worker.row(first) == RowEnd("failed", stopped=True)
    assert (await worker.row(second)).stopped
    assert await worker.rows.finish(FinishOrder(worker.job_id)) == "failed"
    assert service.outcome(worker.job_id).rows["pending"] == 1
    assert any("bad ZIP" in words for words in service.outcome(worker.job_id).warnings)


async def test_three_doubts_in_a_row_stop_it_where_failures_do_not(service: BatchService, world: World) -> None:
    world.carrier.faults = lambda _reference: "lost_before"
    worker = await at_work(service, world, *(f"A{n}" for n in range(1, 301)), on_error="continue")
    ends = []
    after = 0
    while not (ends and ends[-1].stopped):
        (after, *_more) = await worker.pending(after)
        ends.append(await worker.row(after))
    assert [end.ended for end in ends] == ["in_doubt"] * 3
    await worker.rows.finish(FinishOrder(worker.job_id))


async def test_a_pause_of_the_ledger_stops_the_next_row(service: BatchService, world: World) -> None:
    worker = await at_work(service, world, "A1", "A2")
    first, second = await worker.pending()
    await worker.row(first)
    await service.pause(worker.job_id)
    assert await worker.row(second) == RowEnd("stopped", stopped=True)
    assert (await worker.rows.page(PageOrder(worker.job_id, 0, 9))).stopped
    assert await worker.rows.finish(FinishOrder(worker.job_id, "pause")) == "paused"


async def test_a_cancel_that_only_temporal_heard_of_skips_the_rest(service: BatchService, world: World) -> None:
    worker = await at_work(service, world, "A1", "A2")
    first, _second = await worker.pending()
    await worker.row(first)
    assert await worker.rows.finish(FinishOrder(worker.job_id, "cancel")) == "cancelled"
    assert service.outcome(worker.job_id).rows["skipped"] == 1


async def test_a_worker_that_leaves_gives_rows_back_and_another_goes_on(service: BatchService, world: World) -> None:
    worker = await at_work(service, world, "A1", "A2")
    first, second = await worker.pending()
    await worker.row(first)
    await worker.rows.leave()
    assert await worker.row(second) == RowEnd(NOT_BEGUN)
    assert await is_left(service.ledger, worker.job_id)
    assert service.outcome(worker.job_id).status == "running"
    other = Worker(service, worker.job_id)
    assert await other.row(second) == RowEnd("completed")
    assert await other.rows.finish(FinishOrder(worker.job_id)) == "completed"
    assert judge(world) == []


async def test_what_a_dead_worker_had_at_ups_is_in_doubt_at_the_end(service: BatchService, world: World) -> None:
    """The batch was left by a process that died; this worker only ends it, and sends and asks nothing."""
    worker = await at_work(service, world, "A1", "A2")
    first, _second = await worker.pending()
    await service.ledger.write_async(_as_if_sent, first)
    searches = world.carrier.searches
    assert await worker.rows.finish(FinishOrder(worker.job_id)) == "failed"
    assert service.outcome(worker.job_id).rows | {"completed": 0} == {
        "completed": 0, "failed": 0, "in_doubt": 1, "pending": 1, "skipped": 0
    }  # fmt: skip
    assert (world.carrier.requests, world.carrier.searches) == ([], searches)


def _as_if_sent(connection: Any, shipment_id: int) -> None:
    from agent.batch.executor.state_changes import set_state

    set_state(connection, shipment_id, ("pending",), "submitting")


async def test_a_batch_of_another_ledger_is_refused(service: BatchService) -> None:
    assert await WorkerRows(service).open(OpenOrder("0" * 12, 4, "stop")) == "E-4205"


async def test_a_refusal_keeps_its_words_in_the_ledger(service: BatchService, world: World) -> None:
    """UPS cannot be asked about a row that a look-up is needed for: nothing of the batch is sent."""
    worker = await at_work(service, world, "A1")
    (one,) = await worker.pending()

    async def away(tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if tool == "shipping_find":
            return {"isError": True, "code": "E-3003", "message": "no connection"}
        return await world.carrier(tool, arguments)

    elsewhere = Worker(BatchService(service.ledger, world.settings, world.sheet, away), worker.job_id)
    assert await elsewhere.open() == "E-4242"
    assert (await elsewhere.row(one)).stopped
    assert any(words.startswith("E-4242") for words in service.outcome(worker.job_id).warnings)
    assert world.carrier.requests == []


async def test_while_another_process_works_with_the_ledger_a_worker_waits(service: BatchService, world: World) -> None:
    worker = await at_work(service, world, "A1")
    with lease_of(service.ledger.place, worker.job_id):
        opening = asyncio.create_task(worker.open())
        while not worker.rows.working_on() and not opening.done():
            await asyncio.sleep(0)
        assert not opening.done()
    assert await opening == ""
    await worker.rows.finish(FinishOrder(worker.job_id))


def test_an_activity_is_named_by_parcel_and_attempt_and_tells_neither() -> None:
    names = {
        activity_id(identity, generation, attempt)
        for identity in ("simulator:1001", "simulator:1002")
        for generation in (0, 1)
        for attempt in (1, 2)
    }
    assert len(names) == 8
    assert not any("1001" in name.split("-")[0] and "simulator" in name for name in names)
