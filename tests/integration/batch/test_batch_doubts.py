"""Doubts, line by line of the money contract: what closes them, what a person can do, and what never happens by itself."""

from dataclasses import replace
from typing import Any

import pytest

from agent.batch.service import BatchService
from agent.errors import ShipchatError
from tests.faults.carrier import ONE_NUMBER_LESS
from tests.faults.judge import judge
from tests.faults.scenarios import once
from tests.faults.world import World, plan_of, yes
from tests.integration.batch.batch_steps import always, approved, holdings, shipped
from tests.numbers import practice_number


@pytest.mark.parametrize("fault", ["lost_after", "lost_after_spool", "unknown_after", "no_number"])
async def test_a_lost_answer_is_found_again(service: BatchService, world: World, fault: str) -> None:
    world.carrier.faults = once(fault)
    job_id, result = await shipped(service, world, plan_of(["A1", "A2"]), concurrency=1)
    assert result.failed_rows == 1
    assert service.unsettled()[0].in_doubt == 1
    assert (await service.resume(job_id)).successful_rows == 2
    assert len(world.carrier.records) == 2
    assert judge(world) == []


async def test_not_found_is_never_proof(service: BatchService, world: World) -> None:
    world.carrier.faults = once("lost_before")
    job_id, _result = await shipped(service, world, plan_of(["A1"]))
    for _ in range(3):
        await service.resume(job_id)
    assert service.outcome(job_id).in_doubt[0]["reference"] == world.carrier.requests[0]
    assert len(world.carrier.requests) == 1


@pytest.mark.parametrize("field", ["postal_code", "country_code", "created_on", "package_count"])
@pytest.mark.parametrize("value", [None, "other"])
async def test_a_match_that_ups_does_not_prove_closes_nothing(
    service: BatchService, world: World, monkeypatch: pytest.MonkeyPatch, field: str, value: str | None
) -> None:
    world.carrier.faults = once("lost_after")
    job_id, _result = await shipped(service, world, plan_of(["A1"]))
    found = world.carrier._found
    wrong = {"created_on": "20200101", "package_count": 2}.get(field, value) if value else None

    def omitting(*arguments: Any) -> dict[str, Any]:
        answer = found(*arguments)
        answer["shipment"][field] = wrong
        return answer

    monkeypatch.setattr(type(world.carrier), "_found", lambda _self, *arguments: omitting(*arguments))
    await service.resume(job_id)
    assert service.outcome(job_id).rows["in_doubt"] == 1


async def test_a_label_that_a_release_did_not_see_is_raised_by_the_watch_list(
    service: BatchService, world: World
) -> None:
    world.carrier.faults = once("lost_after")
    job_id, _result = await shipped(service, world, plan_of(["A1"]))
    world.carrier.records[0].visible = False
    assert await service.release(job_id, None, now=True) == [2]
    await service.resume(job_id)
    assert await service.check_watch_list() == []
    world.carrier.records[0].visible = True
    (alarm,) = await service.check_watch_list()
    assert world.carrier.records[0].tracking_number in alarm.text
    assert [watched.alarm is not None for watched in service.watch_list()] == [True]


async def test_a_row_whose_earlier_label_shows_is_not_sent_again(service: BatchService, world: World) -> None:
    world.carrier.faults = once("lost_after")
    job_id, _result = await shipped(service, world, plan_of(["A1"]))
    lost = world.carrier.records[0]
    lost.visible = False
    await service.release(job_id, None, now=True)
    lost.visible = True
    await service.resume(job_id)
    assert len(world.carrier.requests) == 1, "the label of the first attempt showed before the second was sent"
    (doubt,) = service.outcome(job_id).in_doubt
    assert lost.tracking_number in doubt["reason"]
    await service.adopt(job_id, doubt["sheet_row"], lost.tracking_number)
    assert service.outcome(job_id).rows["completed"] == 1
    assert service.watch_list() == []
    assert await service.check_watch_list() == []


async def test_the_label_that_an_alarm_names_can_be_voided(service: BatchService, world: World) -> None:
    world.carrier.faults = once("lost_after")
    job_id, _result = await shipped(service, world, plan_of(["A1"], budget_cents=5000))
    lost = world.carrier.records[0]
    lost.visible = False
    await service.release(job_id, None, now=True)
    await service.resume(job_id)
    lost.visible = True
    with pytest.raises(ShipchatError, match="E-4241"):
        await service.void_watched(job_id, lost.tracking_number)
    for _ in range(2):
        (alarm,) = await service.check_watch_list()
        assert f"--tracking {lost.tracking_number}" in alarm.text, "told again at every start"
    assert await service.void_watched(job_id, lost.tracking_number)
    assert lost.voided
    assert len(world.carrier.open_labels()) == 1
    assert await service.check_watch_list() == []
    assert judge(world) == []


async def test_a_closed_row_is_not_sent_by_the_same_sentence(service: BatchService, world: World) -> None:
    """Closing says: stop looking. It does not say that there is no label."""
    world.carrier.faults = once("lost_after")
    job_id, _result = await shipped(service, world, plan_of(["A1"]))
    assert await service.close(job_id, None) == [2]
    again = plan_of(["A1"])
    with pytest.raises(ShipchatError, match="E-4208"):
        await service.approve(again, yes(again))
    assert holdings(service, "simulator", ["order:A1"])["order:A1"].state == "closed"
    await shipped(service, world, plan_of(["A1"], reship=True))
    assert len(world.carrier.records) == 2


async def test_numbers_for_some_of_the_packages_are_a_doubt(service: BatchService, world: World) -> None:
    plan = plan_of(["A1"])
    two = {**plan.shipments[0].payload, "packages": plan.shipments[0].payload["packages"] * 2}
    world.carrier.faults = once(ONE_NUMBER_LESS)
    job_id, _result = await shipped(service, world, replace(plan, shipments=(replace(plan.shipments[0], payload=two),)))
    (doubt,) = service.outcome(job_id).in_doubt
    assert "1 tracking numbers for 2 packages" in doubt["reason"]
    with pytest.raises(ShipchatError, match="E-4237"):
        await service.adopt(job_id, doubt["sheet_row"], world.carrier.records[0].tracking_number)


@pytest.mark.parametrize("number", ["1Z999AA10123456784", "SIMSIM", "1ZSIMSIM 12345678"])
async def test_a_practice_batch_adopts_practice_numbers_only(service: BatchService, world: World, number: str) -> None:
    world.carrier.faults = once("lost_before")
    job_id, _result = await shipped(service, world, plan_of(["A1"]))
    with pytest.raises(ShipchatError, match="E-4225"):
        await service.adopt(job_id, 2, number)


async def test_any_row_of_a_shipment_names_it(service: BatchService, world: World) -> None:
    plan = plan_of(["A1"])
    lines = replace(plan.shipments[0], row_numbers=(1, 2), sheet_rows=(2, 3), row_checksums=("one", "two"))
    job_id, _result = await shipped(service, world, replace(plan, shipments=(lines,)))
    assert service.voidable(job_id, None) == [2]
    assert await service.void(job_id, [3]) == [3]
    assert world.sheet.cells == {}


async def test_a_batch_that_has_ended_cannot_be_cancelled(service: BatchService, world: World) -> None:
    job_id, _result = await shipped(service, world, plan_of(["A1"]))
    with pytest.raises(ShipchatError, match="E-4206"):
        await service.cancel(job_id)
    assert service.outcome(job_id).status == "completed"


async def test_a_kill_can_be_adopted_or_closed_without_a_resume(service: BatchService, world: World) -> None:
    job_id = await approved(service, world, plan_of(["A1", "A2"]))
    service.ledger.write(
        lambda connection: connection.exec_driver_sql(
            "UPDATE shipments SET state = 'submitting', intent_at = '2026-11-20T00:00:00.000000Z'"
        )
    )
    assert await service.close(job_id, [2]) == [2]
    await service.adopt(job_id, 3, practice_number(777), unchecked=True)
    assert service.outcome(job_id).tracking[0]["tracking_number"] == practice_number(777)


async def test_release_waits_ten_minutes_unless_told(service: BatchService, world: World) -> None:
    world.settings.release_wait_s = 600
    world.carrier.faults = once("lost_before")
    job_id, _result = await shipped(service, world, plan_of(["A1"]))
    with pytest.raises(ShipchatError, match="E-4214"):
        await service.release(job_id, None)
    searches = world.carrier.searches
    assert await service.release(job_id, None, now=True) == [2]
    assert world.carrier.searches - searches == 2, "the waiting is waived, the look-ups are not"


async def test_adopt_and_close(service: BatchService, world: World) -> None:
    world.carrier.faults = always("lost_before")
    job_id, _result = await shipped(service, world, plan_of(["A1", "A2"]), concurrency=2)
    doubts = service.outcome(job_id).in_doubt
    number = practice_number(999)
    assert await service.adopt(job_id, doubts[0]["sheet_row"], number, unchecked=True) == "unchecked"
    with pytest.raises(ShipchatError, match="E-4207"):
        await service.adopt(job_id, 99, practice_number(888))
    if len(doubts) > 1:
        with pytest.raises(ShipchatError, match="E-4216"):
            await service.adopt(job_id, doubts[1]["sheet_row"], number)
        await service.close(job_id, [doubts[1]["sheet_row"]])
    outcome = service.outcome(job_id)
    assert outcome.tracking[0]["tracking_number"] == number
    assert outcome.rows["in_doubt"] == 0


async def test_a_doubt_says_what_was_looked_up_and_with_what_result(service: BatchService, world: World) -> None:
    """What a person needs to decide: when it was sent, why it is in doubt, each look-up's result."""
    world.carrier.faults = once("lost_before")
    job_id, _result = await shipped(service, world, plan_of(["A1", "A2"]), concurrency=1)
    (line,) = await service.doubts()
    assert (line.job_id, line.look_ups, line.looked_up_at, line.found) == (job_id, 0, None, "")
    assert line.why.startswith("E-")
    assert await service.rows_in_doubt() == {job_id: {line.sheet_row}}
    await service.settle(job_id)
    (looked,) = await service.doubts(job_id)
    assert (looked.look_ups, looked.reference) == (1, world.carrier.requests[0])
    assert looked.looked_up_at is not None
    assert looked.found
    await service.close(job_id, None)
    assert (await service.doubts(), await service.rows_in_doubt()) == ([], {})
