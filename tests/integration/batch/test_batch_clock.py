"""The wall clock was moved: the label is found all the same, and the person is told which times were found."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from agent.batch.executor import request_holders, transitions
from agent.batch.recovery import clock
from agent.batch.service import BatchService
from agent.ledger import audit, tables
from tests.faults.world import World, plan_of, yes
from tests.integration.batch.test_batch_home_restored import approve


class Clock:
    """The wall clock of this machine, moved by a test; the carrier's own stays right."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.ahead = timedelta()
        right = clock.wall_clock
        patch.setattr(clock, "wall_clock", lambda: right() + self.ahead)

        def now() -> str:
            return (right() + self.ahead).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"

        for module in (audit, transitions, tables):
            patch.setattr(module, "now", now)


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


class Told:
    def __init__(self) -> None:
        self.texts: list[str] = []

    def on_warning(self, _job_id: str, text: str) -> None:
        self.texts.append(text)


def lose_answers(world: World) -> None:
    world.carrier.faults = lambda _reference: "lost_after"


async def lost(world: World, order: str = "A1") -> str:
    """UPS makes the label, its answer is lost."""
    plan = plan_of([order])
    world.plans.append(plan)
    lose_answers(world)

    async def work(service: BatchService) -> str:
        job_id = await service.approve(plan, yes(plan))
        await service.execute(job_id)
        return job_id

    return str(await world.live(work))


@pytest.mark.parametrize("ahead", [timedelta(days=1), timedelta(days=400)])
async def test_a_clock_that_was_ahead_at_the_attempt_hides_no_label(
    world: World, wall: Clock, ahead: timedelta
) -> None:
    wall.ahead = ahead
    job_id = await lost(world)
    wall.ahead = timedelta()
    world.carrier.faults = lambda _reference: None
    result = await world.live(lambda service: service.resume(job_id))
    assert result.successful_rows == 1
    assert len(world.carrier.records) == 1


async def test_after_a_restart_of_the_machine_the_doubt_names_what_was_found(
    world: World, wall: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How long ago the attempt was, nobody knows any more: the label is older than it, by the day, and is named."""
    wall.ahead = timedelta(days=3)
    job_id = await lost(world)
    monkeypatch.setattr(clock, "is_here", lambda _recorded: False)
    world.carrier.faults = lambda _reference: None
    await world.live(lambda service: service.resume(job_id))
    (doubt,) = (await _outcome(world, job_id)).in_doubt
    label = world.carrier.records[0]
    assert label.tracking_number in doubt["reason"]
    assert f"made on {label.created_on}, before the request" in doubt["reason"]


async def _outcome(world: World, job_id: str) -> Any:
    async def work(service: BatchService) -> Any:
        return service.outcome(job_id)

    return await world.live(work)


async def test_a_clock_behind_the_ledger_is_told_with_both_times(world: World, wall: Clock) -> None:
    wall.ahead = timedelta(days=1)
    job_id = await approve(world, plan_of(["A1"]))
    there = clock.wall_clock()
    wall.ahead = timedelta()
    told = Told()

    async def work(service: BatchService) -> Any:
        service.add_observer(told)
        return await service.resume(job_id)

    assert (await world.live(work)).successful_rows == 1
    (text,) = told.texts
    assert text.startswith("E-4263")
    for moment in (clock.wall_clock(), there):
        assert f"{moment:%Y-%m-%d %H:}" in text


@pytest.mark.parametrize("ahead", [timedelta(days=1), timedelta(hours=-5)])
async def test_a_clock_that_moves_under_a_living_process_is_told_once(
    world: World, wall: Clock, ahead: timedelta
) -> None:
    told = Told()

    async def work(service: BatchService) -> None:
        service.add_observer(told)
        for number, order in enumerate(["A1", "A2", "A3"], 1):
            plan = plan_of([order], row_numbers=[number])
            await service.execute(await service.approve(plan, yes(plan)))
            if number == 1:
                wall.ahead = ahead

    await world.live(work)
    assert [text[:6] for text in told.texts] == ["E-4264"]
    assert f"{clock.wall_clock() - ahead:%Y-%m-%d %H:}" in told.texts[0]


async def test_a_clock_that_is_right_is_not_spoken_of(world: World, wall: Clock) -> None:
    """A time server sets it by a second."""
    told = Told()

    async def work(service: BatchService) -> None:
        service.add_observer(told)
        wall.ahead = timedelta(seconds=-1)
        plan = plan_of(["A1"])
        await service.execute(await service.approve(plan, yes(plan)))

    await world.live(work)
    assert told.texts == []


def test_the_time_of_an_attempt_is_exact_within_one_run_of_the_machine() -> None:
    """Recorded two days ahead, ten minutes ago."""

    class Shipment:
        intent_at = (clock.wall_clock() + timedelta(days=2)).isoformat()
        not_after = request_holders.boot_clock() - 600 + request_holders.INTENT_S
        boot_id = request_holders.boot_id()

    since = clock.wall_clock() - datetime.fromisoformat(clock.attempted_at(Shipment))
    assert timedelta(minutes=9) < since < timedelta(minutes=11)
    assert "said" in str(clock.moved_since(Shipment))
