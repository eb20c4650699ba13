"""Method (a): a 5-row job, killed just before and just after every effect, one after the other; some of them quickly."""

from pathlib import Path
from typing import Any

import pytest

from agent.batch.service import BatchService
from tests.faults.judge import judge
from tests.faults.world import Fuse, World, new_world, plan_of, run, without_waiting, yes

pytestmark = pytest.mark.fault

ORDERS = ["A1", "A2", "A3", "A4", "A5"]
EACH, SOME = pytest.param(1, marks=pytest.mark.slow), 11
"""Every effect, or a few of them: the steps between have no common divisor with the effects of a row."""


async def one_life(world: World, concurrency: int, fuse: Fuse | None = None) -> None:
    """Say the sentence: approve and ship."""
    plan = world.plans[0]

    async def work(service: BatchService) -> Any:
        job_id = await service.approve(plan, yes(plan))
        return await service.execute(job_id, concurrency=concurrency)

    await world.live(work, fuse)


async def recover(world: World) -> None:
    """The next start: look up, continue, until nothing changes."""

    async def work(service: BatchService) -> None:
        for job in service.unsettled():
            await service.resume(job.job_id)

    await world.live(work)


def effects(folder: Path, template: Path, concurrency: int) -> int:
    world = new_world(folder, template)
    world.plans.append(plan_of(ORDERS))
    fuse = Fuse()
    run(one_life(world, concurrency, fuse))
    assert judge(world) == []
    return fuse.count


@pytest.mark.parametrize("step", [SOME, EACH])
@pytest.mark.parametrize("concurrency", [1, 4])
def test_a_crash_at_any_effect_buys_nothing_twice_and_loses_nothing(
    tmp_path: Path, empty_ledger: Path, monkeypatch: pytest.MonkeyPatch, concurrency: int, step: int
) -> None:
    without_waiting(monkeypatch)
    count = effects(tmp_path / "whole", empty_ledger, concurrency)
    assert count >= 40, "each row has commits, a request and a write-back of its own"
    for at in range(1, count + 1, step):
        world = new_world(tmp_path / f"at-{at}", empty_ledger)
        world.plans.append(plan_of(ORDERS))
        fuse = Fuse(at)
        run(one_life(world, concurrency, fuse))
        place = f"killed at effect {at} ({fuse.log[-1]})"
        assert judge(world, recovered=False) == [], place
        run(recover(world))
        assert judge(world) == [], place
        after = [(label.reference, label.tracking_number) for label in world.carrier.records]
        run(recover(world))
        assert [(label.reference, label.tracking_number) for label in world.carrier.records] == after, f"I9 {place}"
        assert len(after) <= len(ORDERS), place


@pytest.mark.parametrize("step", [SOME, EACH])
def test_a_crash_during_recovery_changes_nothing(
    tmp_path: Path, empty_ledger: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    without_waiting(monkeypatch)
    for at in range(1, 40, step):
        world = new_world(tmp_path / f"at-{at}", empty_ledger)
        world.plans.append(plan_of(ORDERS))
        run(one_life(world, 1, Fuse(14)))
        fuse = Fuse(at)

        async def die_again(world: World = world, fuse: Fuse = fuse) -> None:
            async def work(service: BatchService) -> None:
                for job in service.unsettled():
                    await service.resume(job.job_id)

            await world.live(work, fuse)

        run(die_again())
        run(recover(world))
        assert judge(world) == [], f"killed at effect {at} of the recovery ({fuse.log[-1]})"
        assert len(world.carrier.records) <= len(ORDERS)
