"""Scenarios that each of the named defects must fail; each returns what is broken, empty when all is well.

`test_scenarios` shows that the product passes them, `test_mutants` that the suite bites.
"""

import asyncio
from typing import Any

from agent.batch.service import BatchService
from agent.errors import ShipchatError
from agent.ledger.place import is_shared
from agent.planning.model import Plan
from tests.faults.judge import judge
from tests.faults.world import World, plan_of, yes
from tests.ledgers import edited


async def ship(world: World, plan: Plan, **more: Any) -> None:
    """Approve and execute one plan."""
    world.plans.append(plan)

    async def work(service: BatchService) -> None:
        await service.execute(await service.approve(plan, yes(plan)), **more)

    await world.live(work)


async def resume_all(world: World) -> None:
    async def work(service: BatchService) -> None:
        for job in service.unsettled():
            await service.resume(job.job_id)

    await world.live(work)


def once(fault: str) -> Any:
    """The first request meets the fault, later ones none."""
    faults = [fault]
    return lambda _reference: faults.pop() if faults else None


async def plain(world: World) -> list[str]:
    """Five rows without any trouble."""
    await ship(world, plan_of(["A1", "A2", "A3", "A4", "A5"]))
    return judge(world)


async def lost_answer(world: World) -> list[str]:
    """UPS makes the label, the answer is lost, and a search does not show it yet."""
    world.carrier.faults = once("unknown_after")
    await ship(world, plan_of(["A1", "A2"]))
    await resume_all(world)
    return judge(world)


async def only_the_spool_knows(world: World) -> list[str]:
    """The server has the answer on disk, UPS's index does not show the label yet."""
    world.carrier.faults = once("hidden")
    await ship(world, plan_of(["A1", "A2"]))
    await resume_all(world)
    return judge(world)


async def released_although_made(world: World) -> list[str]:
    """A person releases a doubt whose label UPS has: the look-ups of the release must find it."""
    world.carrier.faults = once("lost_after")
    await ship(world, plan_of(["A1"]))

    given_up: list[int] = []

    async def work(service: BatchService) -> None:
        for job in service.unsettled():
            given_up.extend(await service.release(job.job_id, None, now=True))
            await service.resume(job.job_id)

    await world.live(work)
    found = judge(world)
    if len(world.carrier.records) > 1:
        found.append("I1 the release bought a second label that a look-up would have prevented")
    if given_up:
        found.append(f"I8 rows {given_up} were given up although a look-up shows their label")
    return found


async def released_for_good(world: World) -> list[str]:
    """Nothing was made: the release leads to one label under a new attempt and a new reference."""
    world.carrier.faults = once("lost_before")
    await ship(world, plan_of(["A1"]))

    async def work(service: BatchService) -> None:
        for job in service.unsettled():
            await service.release(job.job_id, None, now=True)
            await service.resume(job.job_id)

    await world.live(work)
    requests = world.carrier.requests
    found = judge(world)
    if len(set(requests)) != 2 or [name[-2:] for name in requests] != ["01", "02"]:
        found.append(f"I1 references of two attempts: {requests}")
    if len(world.carrier.records) != 1:
        found.append("I3 the released row was not shipped")
    return found


async def said_twice(world: World) -> list[str]:
    """The same sentence twice, each approved before either ships; the sheet takes no number, so that its cells warn
    nobody."""
    world.sheet.failing = True
    first, second = plan_of(["A1", "A2"]), plan_of(["A1", "A2"])
    world.plans += [first]

    async def work(service: BatchService) -> None:
        jobs = [await service.approve(first, yes(first))]
        try:
            jobs.append(await service.approve(second, yes(second)))
        except ShipchatError as refusal:
            assert refusal.code == "E-4208"
        for job_id in jobs:
            await service.execute(job_id)

    await world.live(work)
    return judge(world, recovered=False)


async def plan_edited(world: World) -> list[str]:
    """Somebody edits the stored plan between the approval and the resume."""
    plan = plan_of(["A1", "A2"])
    world.plans.append(plan)

    async def approve(service: BatchService) -> None:
        await service.approve(plan, yes(plan))

    await world.live(approve)
    edited(world.ledger_place, "UPDATE shipments SET planned = replace(planned, 'Juniper', 'Elsewhere')")

    async def work(service: BatchService) -> None:
        for job in service.unsettled():
            try:
                await service.resume(job.job_id)
            except ShipchatError as refusal:
                assert refusal.code == "E-4210"

    await world.live(work)
    return judge(world, recovered=False)


async def two_at_once(world: World) -> list[str]:
    """Two windows on one job: the second is refused, unless the ledger is shared."""
    plan = plan_of(["A1", "A2", "A3", "A4"])
    world.plans.append(plan)
    refused = []

    async def work(service: BatchService) -> None:
        job_id = await service.approve(plan, yes(plan))

        async def one() -> None:
            try:
                await service.resume(job_id, concurrency=1)
            except Exception as refusal:
                refused.append(getattr(refusal, "code", repr(refusal)))

        await asyncio.gather(one(), one())

    await world.live(work)
    # On a shared ledger the second one joins the first.
    expected = [] if is_shared(world.ledger_place) else ["E-4204"]
    return judge(world) + ([] if refused == expected else [f"F17 the second window was not refused: {refused}"])


SCENARIOS = {
    scenario.__name__: scenario
    for scenario in (
        plain,
        lost_answer,
        only_the_spool_knows,
        released_although_made,
        released_for_good,
        said_twice,
        plan_edited,
        two_at_once,
    )
}
