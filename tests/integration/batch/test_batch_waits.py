"""What takes minutes or weeks, told without waiting: the ladder of `--wait`, the watch list's look-back, the purge."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from agent.batch.recovery import recovery
from agent.batch.service import BatchService
from tests.faults.judge import judge
from tests.faults.scenarios import once
from tests.faults.world import World, plan_of
from tests.integration.batch.batch_steps import shipped
from tests.ledgers import asked, edited

LADDER = [10.0, 60.0, 300.0, 1800.0]
"""Back-off 10 s, 1, 5, 30 min (docs/money.md): 36 minutes and 10 seconds in all."""


@pytest.fixture
def slept(service: BatchService, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long a resume would have waited, each time; nobody does."""
    monkeypatch.setattr(recovery, "BACK_OFF_S", tuple(LADDER))
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    service._sleep = sleep
    return pauses


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (0, []),
        (1, [10.0, 50.0]),
        (36, [10.0, 60.0, 300.0, 1790.0]),
        (40, [*LADDER, 230.0]),
        (100, [*LADDER, 1800.0, 1800.0, 230.0]),
    ],
)
async def test_wait_climbs_the_ladder_to_its_end_and_no_longer(
    service: BatchService, world: World, slept: list[float], minutes: int, expected: list[float]
) -> None:
    world.carrier.faults = once("lost_before")
    job_id, _result = await shipped(service, world, plan_of(["A1"]))
    before = world.carrier.searches
    result = await service.resume(job_id, wait_minutes=minutes)
    assert slept == expected
    assert sum(slept) == minutes * 60
    assert world.carrier.searches - before == 1 + len(expected), "one look-up before, one after each pause"
    assert (result.failed_rows, service.outcome(job_id).rows["in_doubt"]) == (1, 1), "it ends with the list"


async def test_wait_ends_as_soon_as_the_label_shows(service: BatchService, world: World, slept: list[float]) -> None:
    world.carrier.faults = once("lost_after")
    job_id, _result = await shipped(service, world, plan_of(["A1", "A2"]), concurrency=1)
    world.carrier.records[0].visible = False
    pause = service._sleep

    async def index_catches_up(seconds: float) -> None:
        await pause(seconds)
        world.carrier.records[0].visible = len(slept) == 3

    service._sleep = index_catches_up
    assert (await service.resume(job_id, wait_minutes=120)).successful_rows == 2
    assert slept == LADDER[:3]
    assert judge(world) == []


def days_ago(service: BatchService, days: int) -> None:
    """The attempts and their ends move into the past."""
    for name in ("intent_at", "settled_at"):
        for row in asked(service.ledger.place, f"SELECT id, {name} FROM shipments WHERE {name} IS NOT NULL"):
            moved = datetime.fromisoformat(row[1]) - timedelta(days=days)
            at = f"{moved:%Y-%m-%dT%H:%M:%S}.000000Z"
            edited(service.ledger.place, f"UPDATE shipments SET {name} = :at WHERE id = :id", at=at, id=row[0])


def payloads(service: BatchService) -> int:
    count: Any = service.ledger.read(lambda c: c.exec_driver_sql("SELECT count(planned) FROM shipments").scalar())
    return int(count)


@pytest.mark.parametrize(("days", "kept"), [(29, 1), (31, 0)])
async def test_payloads_of_ended_rows_are_purged_after_thirty_days(
    service: BatchService, world: World, days: int, kept: int
) -> None:
    job_id, _result = await shipped(service, world, plan_of(["A1"]))
    days_ago(service, days)
    await service.check_watch_list()
    assert payloads(service) == kept
    assert service.outcome(job_id).tracking[0]["tracking_number"] == world.carrier.records[0].tracking_number


@pytest.mark.parametrize(("days", "searched"), [(29, 1), (31, 0)])
async def test_what_was_given_up_is_watched_for_thirty_days(
    service: BatchService, world: World, days: int, searched: int
) -> None:
    world.carrier.faults = once("lost_before")
    job_id, _result = await shipped(service, world, plan_of(["A1"]))
    await service.close(job_id, None)
    days_ago(service, days)
    before = world.carrier.searches
    await service.check_watch_list()
    assert world.carrier.searches - before == searched
    assert [watched.reference for watched in service.watch_list()] == world.carrier.requests, "it stays on the list"


async def test_a_payload_is_kept_as_long_as_its_attempt_is_watched(service: BatchService, world: World) -> None:
    """A look-up compares what it finds with the payload; only afterwards may it go."""
    world.settings.purge_days = 10
    world.carrier.faults = once("lost_after")
    job_id, _result = await shipped(service, world, plan_of(["A1"]))
    world.carrier.records[0].visible = False
    await service.close(job_id, None)
    days_ago(service, 20)
    await service.check_watch_list()
    assert payloads(service) == 1
    world.carrier.records[0].visible = True
    world.carrier.records[0].created_on = "29991231"
    (alarm,) = await service.check_watch_list()
    assert alarm.tracking_numbers == (world.carrier.records[0].tracking_number,)
    days_ago(service, 20)
    await service.check_watch_list()
    assert payloads(service) == 0


async def test_what_waits_keeps_its_payload_for_ever(service: BatchService, world: World) -> None:
    world.carrier.faults = once("lost_before")
    job_id, _result = await shipped(service, world, plan_of(["A1", "A2"]), concurrency=1)
    days_ago(service, 1000)
    await service.check_watch_list()
    assert payloads(service) == 2, "in doubt, and pending"
    assert (await service.resume(job_id)).successful_rows == 1
