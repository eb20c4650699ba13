"""Snapshots of a whole home, and the lives before and after they come back."""

import shutil
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from agent.batch.service import BatchService
from agent.planning.model import Plan
from tests.faults.world import World, plan_of, yes

ORDERS = ["A1", "A2", "A3", "A4"]


@dataclass(frozen=True)
class Snapshot:
    """A copy of the home, and of what the sheet and the spool held then."""

    folder: Path
    cells: dict[int, str]
    spool: dict[str, dict[str, Any]]


def snapshot(world: World, name: str = "snapshot") -> Snapshot:
    copy = world.folder.with_name(name)
    shutil.copytree(world.folder, copy)
    return Snapshot(copy, dict(world.sheet.cells), dict(world.carrier.spool))


def restore(world: World, taken: Snapshot, *, sheet: bool = True, state: bool = False) -> None:
    """The home as it was. `state`: the state directory comes back with it, as with a user's whole home folder."""
    for entry in world.folder.iterdir():
        if state or entry != world.settings.state:
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    for entry in taken.folder.iterdir():
        target = world.folder / entry.name
        if not target.exists():
            shutil.copytree(entry, target) if entry.is_dir() else shutil.copy(entry, target)
    world.carrier.spool = dict(taken.spool)
    if sheet:
        world.sheet.cells = dict(taken.cells)


def sheet_plan(orders: list[str] | None = None, **more: Any) -> Plan:
    plan = plan_of(orders or ORDERS, **more)
    return replace(plan, source=replace(plan.source, descriptor={"type": "csv", "path": "/orders.csv"}))


async def approve(world: World, plan: Plan) -> str:
    world.plans.append(plan)
    return str(await world.live(lambda service: service.approve(plan, yes(plan))))


async def ship(world: World, plan: Plan) -> str:
    """As one process does: approved, then executed."""
    world.plans.append(plan)

    async def work(service: BatchService) -> str:
        job_id = await service.approve(plan, yes(plan))
        await service.execute(job_id)
        return job_id

    return str(await world.live(work))


async def resume(world: World, job_id: str) -> Any:
    return await world.live(lambda service: service.resume(job_id))


def pause_after(world: World, service: BatchService, count: int) -> None:
    """A person pauses once so many labels are made."""

    class Watcher:
        seen = 0

        async def on_row_completed(self, job_id: str, *_facts: Any) -> None:
            self.seen += 1
            if self.seen == count:
                await service.pause(job_id)

    service.add_observer(Watcher())


async def paused(world: World, plan: Plan, count: int = 2) -> str:
    world.plans.append(plan)

    async def work(service: BatchService) -> str:
        pause_after(world, service, count)
        job_id = await service.approve(plan, yes(plan))
        await service.execute(job_id, concurrency=1)
        return job_id

    return str(await world.live(work))


def labels_per_order(world: World) -> dict[str, int]:
    return Counter(label.order for label in world.carrier.open_labels())


def assert_one_label_each(world: World, orders: list[str] | None = None) -> None:
    assert labels_per_order(world) == dict.fromkeys(orders or ORDERS, 1)
