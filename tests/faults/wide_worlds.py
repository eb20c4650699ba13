"""The worlds of `wide`: one seed = one world, its lives, its faults and its end."""

import errno
import random
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy.exc import OperationalError

from agent.batch.service import BatchService
from agent.errors import ShipchatError
from agent.ledger import tables
from agent.ledger.faults import DEARER, OTHER_CURRENCY
from agent.ledger.writer import Ended, Writer
from tests.faults.carrier import FAULTS, UNFIT
from tests.faults.wide import Parcel, Wide, forgiven
from tests.faults.world import Fuse, new_world

SENTENCES: dict[str, Callable[[Wide, BatchService], Any]] = {
    "say": Wide.say,
    "re_ship": Wide.re_ship,
    "two_stations": Wide.two_stations,
    "resume": Wide.resume,
    "release": Wide.release,
    "close": Wide.close,
    "cancel": Wide.cancel,
    "void": Wide.void,
    "adopt": Wide.adopt,
}
ACTS = (
    "say",
    "say",
    "say",
    "re_ship",
    "two_stations",
    "resume",
    "resume",
    "release",
    "close",
    "cancel",
    "void",
    "adopt",
)


async def one_world(seed: int, folder: Path, template: Path) -> tuple[Wide, list[str]]:
    """Everything that happens in the world of this seed, and what is broken in the end."""
    chance = random.Random(seed)
    world = new_world(folder, template)
    parcels = [_parcel(chance, truth) for truth in range(chance.randint(1, 5))]
    wide = Wide(world, chance, parcels)
    world.carrier.faults = _faulty(wide, UNFIT)
    world.sheet.failing = chance.random() < 0.1
    for _ in range(chance.randint(2, 6)):
        if chance.random() < 0.2:
            wide.copy()
        if chance.random() < 0.15:
            wide.restore()
        act = chance.choice(ACTS)
        wide.counts[act] += 1
        await _life(wide, SENTENCES[act])
        wide.broken += wide.judged(recovered=False)
    await _faults_off(wide)
    wide.counts += Counter(labels=len(world.carrier.records), requests=len(world.carrier.requests))
    return wide, wide.broken


def _parcel(chance: random.Random, truth: int) -> Parcel:
    order = chance.choice([f"10{truth:02d}", f"10{truth:02d}", f"a-{truth}", ""])
    return Parcel(truth, order, chance.choice([1, 1, 1, 2, 3]), truth + 1)


def _faulty(wide: Wide, odd: tuple[str, ...]) -> Callable[[str], str | None]:
    likely = wide.chance.choice([0.0, 0.1, 0.3, 0.6])

    def fault(_reference: str) -> str | None:
        if wide.chance.random() >= likely:
            return None
        name = wide.chance.choice((*FAULTS, *odd))
        wide.counts[f"fault {name}"] += 1
        return name

    return fault


async def _life(wide: Wide, act: Callable[[Wide, BatchService], Any]) -> None:
    """One life: it may end by a kill, meet a full disk, or live on another day."""
    chance = wide.chance
    fuse = Fuse(chance.randint(1, 80) if chance.random() < 0.5 else None)
    disk: AbstractContextManager[Any] = nullcontext()
    wide.commit_failed = chance.random() < 0.1
    if wide.commit_failed:
        wide.counts["disk full"] += 1
        disk = patch.object(Writer, "_apply", _full_after(chance.randint(1, 20)))
    jump = chance.choice([0, 0, 0, 0, 0, 0, -1, 1, 40])
    wide.counts["clock jumps"] += jump != 0
    wide.jumped = wide.jumped or jump != 0

    async def work(service: BatchService) -> None:
        try:
            await act(wide, service)
        except ShipchatError as refusal:
            if refusal.code == "E-4203" and not wide.commit_failed:
                raise

    with disk, patch.object(tables, "datetime", _jumped(jump)) if jump else nullcontext():
        await wide.world.live(work, fuse)
    wide.counts["deaths"] += fuse.dead and fuse.count == fuse.at


def _full_after(commits: int) -> Any:
    apply, left = Writer._apply, [commits]

    def full(writer: Any, connection: Any, jobs: list[Any]) -> list[Ended]:
        left[0] -= 1
        if left[0] < 0:
            fault = OperationalError("COMMIT", {}, OSError(errno.ENOSPC, "database or disk is full"))
            return [Ended(fault=writer._trouble(fault)) for _ in jobs]
        return apply(writer, connection, jobs)

    return full


def _jumped(days: int) -> type[datetime]:
    class Jumped(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return datetime.now(tz) + timedelta(days=days)

    return Jumped


async def _faults_off(wide: Wide) -> None:
    """Liveness: no more faults, UPS's index has caught up; recovery ends, and a second one changes nothing."""
    world = wide.world
    world.carrier.faults = lambda _reference: None
    world.sheet.failing = False
    wide.commit_failed = False
    for label in world.carrier.records:
        label.visible = True

    async def recover(service: BatchService) -> None:
        for job in service.unsettled():
            await forgiven(_settled(service, job.job_id))
        await service.check_watch_list()

    await world.live(recover)
    wide.broken += wide.judged(recovered=True)
    before = [(label.reference, label.voided) for label in world.carrier.records]
    await world.live(recover)
    if [(label.reference, label.voided) for label in world.carrier.records] != before:
        wide.broken.append("I9 a second recovery changed the carrier's records")
    await world.live(lambda service: forgiven(wide.say(service)))
    wide.broken += wide.judged(recovered=True)


async def _settled(service: BatchService, job: str) -> None:
    if (await service.resume(job)).error_code in {DEARER.code, OTHER_CURRENCY.code}:
        # A charge above its quote, or in another currency, that a look-up found stops the batch once; the person goes on.
        await service.resume(job)
