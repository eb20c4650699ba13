"""Method (b): many jobs, many faults, each replayable from its seed.

One seed = one world: a few orders, random faults of the carrier and the sheet, a random number of deaths at random
effects, a person who cancels, releases, closes, retries or voids; then the faults stop, recovery runs, the judge reads.
"""

import asyncio
import os
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any

from agent.batch.service import BatchService
from agent.errors import ShipchatError
from agent.ledger.faults import DEARER
from tests import ledgers
from tests.faults.carrier import FAULTS, Carrier
from tests.faults.judge import judge
from tests.faults.wide_worlds import one_world as wide_world
from tests.faults.world import Fuse, Patches, World, new_world, plan_of, without_waiting, yes

Life = Callable[[BatchService], Awaitable[Any]]


async def one_world(seed: int, folder: Path, template: Path) -> tuple[World, list[str]]:
    """Everything that happens in the world of this seed, and what is broken in the end."""
    chance = random.Random(seed)
    world = new_world(folder, template)
    orders = [f"A{number}" for number in range(1, chance.randint(2, 7))]
    budget = chance.choice([None, None, 1000 * len(orders)])
    plan = plan_of(orders, budget_cents=budget)
    world.plans.append(plan)
    world.carrier.faults = faulty(chance)
    world.sheet.failing = chance.random() < 0.15
    concurrency, on_error = chance.choice([1, 2, 4]), chance.choice(["stop", "continue"])

    async def first(service: BatchService) -> None:
        job_id = await service.approve(plan, yes(plan))
        await service.execute(job_id, concurrency=concurrency, on_error=on_error)

    await live(world, chance, first)
    broken = judge(world, recovered=False)
    for _ in range(chance.randint(0, 3)):
        await live(world, chance, a_persons_choice(chance, concurrency, on_error))
        broken += judge(world, recovered=False)
    broken += await faults_off(world)
    return world, broken


async def live(world: World, chance: random.Random, work: Life) -> None:
    """One life; three in four end by a kill."""
    fuse = Fuse(chance.randint(1, 70) if chance.random() < 0.75 else None)
    await world.live(forgiving(work), fuse)


def forgiving(work: Life) -> Life:
    """A refusal is an answer to a person, not the end of the world."""

    async def wrapped(service: BatchService) -> None:
        try:
            await work(service)
        except ShipchatError as refusal:
            if refusal.code == "E-4203":
                raise

    return wrapped


def faulty(chance: random.Random) -> Callable[[str], str | None]:
    likely = chance.choice([0.0, 0.1, 0.3, 0.6])
    return lambda _reference: chance.choice(FAULTS) if chance.random() < likely else None


def a_persons_choice(chance: random.Random, concurrency: int, on_error: str) -> Life:
    verb = chance.choice(["resume", "resume", "resume", "sentence", "release", "close", "cancel", "void", "retry"])

    async def act(service: BatchService) -> None:
        named = service.unsettled() or [job for job in service.jobs() if verb in {"void", "retry"}]
        for job in named:
            job_id = getattr(job, "job_id", None) or job.id
            await _act(service, job_id, verb, concurrency, on_error)

    return act


async def _act(service: BatchService, job_id: str, verb: str, concurrency: int, on_error: str) -> None:
    if verb == "release":
        await service.release(job_id, None, now=True)
    elif verb == "close":
        await service.close(job_id, None)
    elif verb == "cancel":
        await service.cancel(job_id)
    elif verb == "void":
        await service.void(job_id, None)
    elif verb == "retry":
        failed = service.retry_rows(job_id)
        orders = {row.identity.removeprefix("order:"): row.row_number for row in failed.rows}
        plan = plan_of(list(orders), amends_job_id=job_id, row_numbers=list(orders.values()))
        await service.execute(await service.approve(plan, yes(plan)), concurrency=concurrency)
    elif verb == "sentence":
        rows = service.outcome(job_id).rows
        plan = plan_of([f"A{number}" for number in range(1, sum(rows.values()) + 1)])
        await service.approve(plan, yes(plan))
    else:
        await service.resume(job_id, concurrency=concurrency, on_error=on_error)


async def faults_off(world: World) -> list[str]:
    """Liveness: no more faults, UPS's index has caught up; recovery ends, and a second one changes nothing."""
    world.carrier.faults = lambda _reference: None
    world.sheet.failing = False
    for label in world.carrier.records:
        label.visible = True

    async def recover(service: BatchService) -> None:
        for job in service.unsettled():
            if (await service.resume(job.job_id)).error_code == DEARER.code:
                # A charge above its quote that a look-up found stops the batch once; the person looks at it and goes on.
                await service.resume(job.job_id)
        await service.check_watch_list()

    await world.live(recover)
    broken = judge(world)
    before = snapshot(world.carrier)
    await world.live(recover)
    if snapshot(world.carrier) != before:
        broken.append("I9 a second recovery changed the records")
    return broken + judge(world)


def snapshot(carrier: Carrier) -> list[tuple[str, str, bool]]:
    return [(label.reference, label.tracking_number, label.voided) for label in carrier.records]


_patched: list[Patches] = []
NARROW = 4
"""Every fourth world is one batch under heavy fire; the others are wide."""


async def world_of(seed: int, folder: Path, template: Path) -> tuple[Counter[str], list[str]]:
    """What happened in the world of this seed, and what is broken."""
    if seed % NARROW:
        wide, broken = await wide_world(seed, folder, template)
        return wide.counts + Counter({"wide worlds": 1}), broken
    world, broken = await one_world(seed, folder, template)
    counts = Counter({"narrow worlds": 1})
    return counts + Counter(labels=len(world.carrier.records), requests=len(world.carrier.requests)), broken


def many(seeds: Iterable[int]) -> tuple[Counter[str], dict[int, list[str]]]:
    """The worlds of these seeds: counts, and what is broken by seed."""
    if not _patched:
        _patched.append(Patches())
        without_waiting(_patched[0])
    counts: Counter[str] = Counter()
    broken = {}
    # In memory where there is such a place: so many ledgers need no disk, and a process that dies loses none of it.
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None) as folder:
        template = ledgers.empty_ledger(Path(folder))
        for seed in seeds:
            place = Path(folder) / str(seed)
            told, found = asyncio.run(world_of(seed, place, template))
            for used in Path(folder).glob(f"{seed}*"):
                shutil.rmtree(used)
            counts += told
            if found:
                broken[seed] = found
    return counts, broken
