"""Voids whose outcome is unknown, charges in other money, tracking numbers that belong to somebody else."""

from typing import Any

import pytest

from agent.batch.service import BatchService
from tests.faults.carrier import Label
from tests.faults.judge import judge
from tests.faults.scenarios import once
from tests.faults.world import World, plan_of
from tests.integration.batch.batch_steps import holdings, shipped

LOST: dict[str, Any] = {"isError": True, "code": "E-3103", "message": "no answer", "outcome": "unknown"}
TOO_LATE: dict[str, Any] = {
    "isError": True,
    "code": "E-3001",
    "message": "outside the window",
    "outcome": "not_done",
    "ups_code": "190102",
    "http_status": 400,
}
TOKEN: dict[str, Any] = {
    "isError": True,
    "code": "E-5003",
    "message": "token",
    "outcome": "not_done",
    "ups_code": "250002",
    "http_status": 401,
}


def voids_answer(world: World, monkeypatch: pytest.MonkeyPatch, *answers: dict[str, Any] | None) -> None:
    """UPS's answers to voids in order; None = its true one. `True` under "made": it voids, and the answer is lost."""
    void, left = type(world.carrier).shipping_void, list(answers)

    def answer(carrier: Any, arguments: dict[str, Any]) -> dict[str, Any]:
        given = left.pop(0) if left else None
        if given is None or given.get("made"):
            done = void(carrier, arguments)
            return done if given is None else LOST
        return given

    monkeypatch.setattr(type(world.carrier), "shipping_void", answer)


async def test_a_void_whose_answer_is_lost_counts_as_spent_and_is_repeated(
    service: BatchService, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id, _result = await shipped(service, world, plan_of(["A1"]))
    voids_answer(world, monkeypatch, {"made": True})
    assert await service.void(job_id, None) == []
    outcome = service.outcome(job_id)
    assert (outcome.rows["in_doubt"], outcome.spent_cents, outcome.in_doubt[0]["reason"]) == (1, 1000, "voiding")
    assert service.unsettled()[0].in_doubt == 1, "named at every start"
    assert list(holdings(service, "simulator", ["order:A1"])) == ["order:A1"], "it may still be valid"
    await service.resume(job_id)
    outcome = service.outcome(job_id)
    assert (outcome.rows["skipped"], outcome.spent_cents) == (1, 0)
    assert world.sheet.cells == {}
    assert judge(world) == []


@pytest.mark.parametrize(("answer", "state"), [(TOO_LATE, "completed"), (TOKEN, "voiding")])
async def test_after_a_lost_void_only_upss_own_word_keeps_the_label(
    service: BatchService, world: World, monkeypatch: pytest.MonkeyPatch, answer: dict[str, Any], state: str
) -> None:
    job_id, _result = await shipped(service, world, plan_of(["A1"]))
    voids_answer(world, monkeypatch, LOST, answer)
    await service.void(job_id, None)
    await service.resume(job_id)
    (label,) = world.carrier.records
    states = service.ledger.read(lambda c: c.exec_driver_sql("SELECT state FROM shipments").scalars().all())
    assert states == [state]
    assert not label.voided
    assert world.sheet.cells == {1: label.tracking_number}
    if state == "completed":
        assert service.unsettled() == []
        assert service.outcome(job_id).status == "completed"
        assert judge(world) == []


async def test_a_first_void_that_ups_refuses_leaves_the_label_bought(
    service: BatchService, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id, _result = await shipped(service, world, plan_of(["A1"]))
    voids_answer(world, monkeypatch, TOKEN)
    assert await service.void(job_id, None) == []
    assert service.outcome(job_id).rows["completed"] == 1
    assert judge(world) == []


async def test_a_crash_between_void_and_its_record_is_repeated_safely(service: BatchService, world: World) -> None:
    job_id, _result = await shipped(service, world, plan_of(["A1", "A2"]))
    service.ledger.write(
        lambda c: c.exec_driver_sql("UPDATE shipments SET state = 'voiding' WHERE primary_row = 1") and None
    )
    world.carrier.records[0].voided = True
    assert await service.settle(job_id) == 0
    assert service.outcome(job_id).spent_cents == 1000
    assert list(world.sheet.cells) in ([1, 2], [2])


async def test_a_doubt_that_was_voided_at_ups_becomes_voided(service: BatchService, world: World) -> None:
    world.carrier.faults = once("lost_after")
    job_id, _result = await shipped(service, world, plan_of(["A1"], budget_cents=1000))
    world.carrier.records[0].voided = True
    await service.resume(job_id)
    assert service.outcome(job_id).rows["skipped"] == 1
    assert holdings(service, "simulator", ["order:A1"]) == {}, "it may be planned again"
    assert judge(world) == []


async def test_a_surprising_charge_that_is_found_again_stops_before_the_next_row(
    service: BatchService, world: World
) -> None:
    """The answer was lost, the label was found: its charge is above the quote by more than the tolerance."""
    world.carrier.faults = once("lost_after_spool")
    job_id, _result = await shipped(service, world, plan_of(["A1", "A2"]), concurrency=1)
    (answer,) = world.carrier.spool.values()
    answer["totalCharges"]["monetaryValue"] = "50.00"
    world.carrier.records[0].charge_cents = 5000
    result = await service.resume(job_id)
    assert (result.error_code, result.successful_rows, len(world.carrier.requests)) == ("E-4219", 1, 1)
    assert list(world.sheet.cells) == [1], "what was found is handed over"
    assert (await service.resume(job_id)).successful_rows == 2
    assert judge(world) == []


async def test_a_charge_in_another_currency_stops_the_batch(
    service: BatchService, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = type(world.carrier)._make

    def abroad(carrier: Any, *arguments: Any, **more: Any) -> dict[str, Any]:
        return make(carrier, *arguments, **more) | {"totalCharges": {"monetaryValue": "10.00", "currencyCode": "CAD"}}

    monkeypatch.setattr(type(world.carrier), "_make", abroad)
    job_id, result = await shipped(service, world, plan_of(["A1", "A2"], budget_cents=9000), concurrency=1)
    assert (result.error_code, result.successful_rows, len(world.carrier.records)) == ("E-4243", 1, 1)
    assert service.outcome(job_id).rows["pending"] == 1


async def test_a_match_whose_number_another_row_holds_closes_nothing(service: BatchService, world: World) -> None:
    world.carrier.faults = once("lost_after")
    job_id, _result = await shipped(service, world, plan_of(["A1"]))
    other, _result = await shipped(service, world, plan_of(["B1"], row_numbers=[2]))
    world.carrier.records[0].tracking_number = world.carrier.records[1].tracking_number
    await service.resume(job_id)
    (doubt,) = service.outcome(job_id).in_doubt
    assert service.outcome(other).rows["completed"] == 1
    reason = service.ledger.read(
        lambda c: c.exec_driver_sql("SELECT reason FROM shipments WHERE state = 'in_doubt'").scalar()
    )
    assert "belongs to row 3 of batch" in str(reason)
    assert doubt["reference"] == world.carrier.requests[0]


async def test_several_matches_close_nothing_and_the_person_sees_why(service: BatchService, world: World) -> None:
    world.carrier.faults = once("lost_after")
    job_id, _result = await shipped(service, world, plan_of(["A1"]))
    first = world.carrier.records[0]
    twin = {name: getattr(first, name) for name in Label.__slots__} | {"tracking_number": "1ZSIMSIM7777777777"}
    world.carrier.records.append(Label(**twin))
    await service.resume(job_id)
    (doubt,) = service.outcome(job_id).in_doubt
    assert "several shipments carry this reference" in doubt["reason"]


@pytest.mark.parametrize(("doubts", "requests"), [(1, 6), (2, 3)])
async def test_continue_tolerates_one_doubt_of_a_small_batch(
    service: BatchService, world: World, doubts: int, requests: int
) -> None:
    """More than max(1, 1 % of the rows) stops: here rows 1 and 3 are lost."""
    plan = ["unknown_before", None, "unknown_before" if doubts == 2 else None, None, None, None]
    world.carrier.faults = lambda _reference: plan[len(world.carrier.requests) - 1]
    orders = [f"A{number}" for number in range(1, 7)]
    _job, result = await shipped(service, world, plan_of(orders), on_error="continue", concurrency=1)
    assert len(world.carrier.requests) == requests
    assert result.error_code == ("E-4229" if doubts == 2 else None)
