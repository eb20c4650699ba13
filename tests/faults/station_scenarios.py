"""Named stories of stations that share a ledger, and the product with one of their defences removed.

Two lives at once in one process, over a real database: what one of them is told while it is frozen, the other one does.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, text

from agent.batch.executor import job_lifecycle, reaping, transitions
from agent.batch.service import BatchService
from agent.errors import ShipchatError
from agent.ledger import workers
from agent.ledger.store import Ledger
from tests.faults.judge import judge
from tests.faults.mutation import Mutant, swap
from tests.faults.scenarios import resume_all
from tests.faults.world import Crash, Fuse, World, plan_of, yes
from tests.ledgers import asked

Scenario = Callable[[World], Awaitable[list[str]]]
OVER = text("UPDATE workers SET lease_until = 0 WHERE ended_at IS NULL")


async def approved(world: World, orders: list[str]) -> str:
    plan = plan_of(orders)
    world.plans.append(plan)
    return str(await world.live(lambda service: service.approve(plan, yes(plan))))


def lease_is_over(connection: Any) -> None:
    """The clock of the database went on while the workers were frozen, and another station finds that."""
    connection.execute(OVER)
    reaping.reap(connection)


async def refused(work: Awaitable[Any]) -> str:
    """The code of a refusal; empty where it was none."""
    try:
        await work
    except ShipchatError as refusal:
        return refusal.code
    return ""


async def frozen_before_its_intent(world: World) -> list[str]:
    """A station that took rows is frozen past its lease: it sends none of them."""
    job = await approved(world, ["A1", "A2", "A3", "A4"])

    async def work(service: BatchService) -> str:
        take = workers.take

        def taken(connection: Any, *more: Any) -> list[int]:
            ids = take(connection, *more)
            # Right after its rows were taken.
            lease_is_over(connection)
            return ids

        service_take, workers.take = workers.take, taken
        try:
            return await refused(service.execute(job, concurrency=1))
        finally:
            workers.take = service_take

    code = await world.live(work)
    sent = [f"FENCE {name} was sent by a worker that was over" for name in world.carrier.requests]
    await resume_all(world)
    return [*sent, *([] if code == "E-4253" else [f"FENCE it was told {code!r}"]), *judge(world)]


async def frozen_at_ups(world: World) -> list[str]:
    """A station is frozen while its request is at UPS: the answer that it has afterwards is not recorded by it."""
    job = await approved(world, ["A1"])

    async def work(service: BatchService) -> str:
        def over(_reference: str) -> None:
            service.ledger.write(lease_is_over)

        world.carrier.faults = over
        return await refused(service.execute(job, concurrency=1))

    code = await world.live(work)
    world.carrier.faults = lambda _reference: None
    states = [row[0] for row in asked(world.ledger_place, "SELECT state FROM shipments")]
    found = [] if states == ["in_doubt"] else [f"FENCE a worker that was over recorded {states}"]
    await resume_all(world)
    return [*found, *([] if code == "E-4253" else [f"FENCE it was told {code!r}"]), *judge(world)]


async def dies_at_ups(world: World) -> list[str]:
    """A station dies while its request is at UPS, which makes the label; another one sends the rest of the batch."""
    job = await approved(world, ["A1", "A2", "A3"])

    async def work(service: BatchService) -> None:
        def beside(_reference: str) -> None:
            world.carrier.faults = lambda _reference: "lost_after_spool"
            another_dies(service, world, job)
            world.carrier.faults = lambda _reference: None

        world.carrier.faults = beside
        await service.execute(job, concurrency=1)

    await world.live(work)
    await resume_all(world)
    return judge(world)


def another_dies(service: BatchService, world: World, job: str) -> None:
    """Another machine takes a row and sends it; that is the last that is heard of it."""
    who = workers.Process("another", "another machine", "[0, -1]")

    def claimed(connection: Connection) -> transitions.Claimed:
        worker = workers.begin(connection, job, who, 60.0)
        (row,) = workers.take(connection, worker, job, 1, [])
        return transitions.claim(connection, job, row, transitions.Intent(1.0, who.machine, None, worker=worker))

    sent = service.ledger.write(claimed)
    with suppress(ConnectionResetError):
        world.carrier.shipping_create({"reference": sent.reference, "shipment": sent.planned["payload"]})

    def over(connection: Connection) -> None:
        connection.execute(text("UPDATE workers SET lease_until = 0 WHERE station = 'another'"))
        reaping.reap(connection)

    service.ledger.write(over)


async def answer_is_lost(world: World) -> list[str]:
    """The answer of a request that made its label is lost."""
    job = await approved(world, ["A1"])
    world.carrier.faults = lambda _reference: "lost_after"
    await world.live(lambda service: service.execute(job, concurrency=1, on_error="continue"))
    world.carrier.faults = lambda _reference: None
    await resume_all(world)
    return judge(world)


async def two_at_one_batch(world: World) -> list[str]:
    """Two stations send one batch: each row by one of them, both to the end."""
    orders = [f"A{n}" for n in range(1, 13)]
    job = await approved(world, orders)

    async def one() -> Any:
        return await world.live(lambda service: service.resume(job, concurrency=2))

    ended = await asyncio.gather(one(), one())
    found = [f"JOIN {result}" for result in ended if not (result and result.success)]
    count = len(world.carrier.records)
    return [*found, *([] if count == len(orders) else [f"JOIN {count} labels"]), *judge(world)]


class DiesBefore(Fuse):
    """Kills its life before the first effect whose name begins so."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def tick(self, name: str) -> None:
        if not self.dead and name.startswith(self.name):
            self.dead = True
            raise Crash
        super().tick(name)


def elsewhere(world: World, name: str) -> World:
    """Another station: a home and a memory of its own; the ledger, UPS and the sheet are the same."""
    folder = world.folder / name
    folder.mkdir()
    settings = world.settings.model_copy(update={"home": folder, "state": folder / "state", "station": name})
    return replace(world, folder=folder, settings=settings)


async def dies_before_the_sheet(world: World) -> list[str]:
    """A station dies with results that the sheet has not got yet: another one, which can reach it, writes them."""
    job = await approved(world, ["A1", "A2", "A3"])
    await world.live(lambda service: service.execute(job, concurrency=1), DiesBefore("before data write_back"))
    bought = [label.tracking_number for label in world.carrier.records]
    found = [] if bought and not world.sheet.cells else [f"OUTBOX {len(bought)} bought, {world.sheet.cells} written"]
    await resume_all(elsewhere(world, "second"))
    written = sorted(world.sheet.cells.values())
    missing = sorted({label.tracking_number for label in world.carrier.records} - set(written))
    return [*found, *(f"OUTBOX {number} is not in the sheet" for number in missing), *judge(world)]


async def a_pause_reaches_all(world: World) -> list[str]:
    """Two stations send one batch, and a third one is told to pause it: both stop, and the rest goes later."""
    orders = [f"A{n}" for n in range(1, 41)]
    job = await approved(world, orders)
    sent: list[int] = []

    async def one(station: World) -> Any:
        return await station.live(lambda service: service.resume(job, concurrency=1))

    def both_at_work(_reference: str) -> None:
        working = asked(world.ledger_place, "SELECT count(*) FROM workers WHERE ended_at IS NULL")[0][0]
        if working == 2 and not sent:
            sent.append(len(world.carrier.requests))
            ledger = Ledger.open(world.ledger_place)
            ledger.write(job_lifecycle.request_pause, job)
            ledger.close()

    world.carrier.faults = both_at_work
    ended = await asyncio.gather(one(world), one(elsewhere(world, "second")))
    world.carrier.faults = lambda _reference: None
    found = [] if sent else ["PAUSE the two were never at work together"]
    # What each of them had in flight, or had claimed just then, is ended.
    late = len(world.carrier.requests) - sum(sent) > 4
    found += [f"PAUSE {len(world.carrier.requests)} sent, {sent} before it"] if late else []
    found += [f"PAUSE {result}" for result in ended if result is None or result.success]
    await resume_all(world)
    count = len(world.carrier.records)
    return [*found, *([] if count == len(orders) else [f"PAUSE {count} labels"]), *judge(world)]


SCENARIOS: dict[str, Scenario] = {
    one.__name__: one
    for one in (
        *(frozen_before_its_intent, frozen_at_ups, dies_at_ups, answer_is_lost, two_at_one_batch),
        *(dies_before_the_sheet, a_pause_reaches_all),
    )
}


def _back_to_pending(connection: Any, worker: Any, how: str) -> None:
    workers.end(connection, worker.id, how)
    mine = {"worker": worker.id}
    sent = "SELECT id FROM shipments WHERE worker_id = :worker AND state = 'submitting'"
    connection.execute(text(f"UPDATE job_rows SET status = 'pending' WHERE shipment_id IN ({sent})"), mine)
    free = "UPDATE shipments SET state = 'pending', worker_id = NULL WHERE worker_id = :worker AND state = 'submitting'"
    connection.execute(text(free), mine)


MUTANTS = (
    Mutant(
        "expired_to_pending",
        swap("agent.batch.executor.reaping._end", lambda _old: _back_to_pending),
        "dies_at_ups",
        "I1",
    ),
    Mutant(
        "no_fence_before_the_request",
        swap(
            "agent.ledger.workers.may_send", lambda _old: lambda connection, *_: (workers.database_now(connection), 0.0)
        ),
        "frozen_before_its_intent",
        "FENCE",
    ),
    Mutant(
        "no_fence_at_the_record",
        swap("agent.ledger.workers.may_record", lambda _old: lambda *_: None),
        "frozen_at_ups",
        "FENCE a worker",
    ),
    Mutant(
        "two_attempts",
        swap(
            "agent.batch.executor.row_step._repeat_after",
            lambda _old: lambda answered, attempt: 0.0 if answered.outcome != "done" and attempt < 2 else None,
        ),
        "answer_is_lost",
        "I1",
    ),
)
