"""Odd answers on every way into the ledger: what is told by the create request, kept by the spool, found at UPS."""

import asyncio
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from agent.batch.service import BatchService
from tests.faults.judge import judge
from tests.faults.scenarios import once
from tests.faults.world import World, new_world, plan_of, without_waiting
from tests.integration.batch.batch_steps import approved, shipped
from tests.numbers import practice_number

Odd = Callable[[dict[str, Any], str], dict[str, Any]]


def numbered(*numbers: str) -> dict[str, Any]:
    return {"trackingNumbers": list(numbers), "shipmentIdentificationNumber": numbers[0]}


def charged(amount: str) -> dict[str, Any]:
    return {"totalCharges": {"monetaryValue": amount, "currencyCode": "USD"}}


WRONG_DIGIT = practice_number(2)[:-1] + str((int(practice_number(2)[-1]) + 1) % 10)
ODD: dict[str, tuple[Odd, str]] = {
    "another row's number": (lambda _told, other: numbered(other), "belongs to row 3"),
    "a wrong check digit": (lambda _told, _other: numbered(WRONG_DIGIT), "last digit"),
    "no number of UPS": (lambda _told, _other: numbered("12345"), "12345 is not"),
    "a real number": (lambda _told, _other: numbered("1Z999AA10123456784"), "a real number"),
    "two numbers": (
        lambda told, _other: numbered(*(told["trackingNumbers"] or [practice_number(71)]), practice_number(70)),
        "2 tracking numbers for 1",
    ),
    "no number": (lambda _told, _other: {"trackingNumbers": []}, "no tracking number"),
    "another context": (lambda _told, _other: {"customerContext": "SCABCDEFGH00000901"}, "SCABCDEFGH00000901"),
    "another shipment": (
        lambda _told, other: {"shipmentIdentificationNumber": other},
        "not one of its packages",
    ),
    "a negative charge": (lambda _told, _other: charged("-5000.00"), "-5000.00"),
    "NaN": (lambda _told, _other: charged("NaN"), "NaN"),
    "an ambiguous charge": (lambda _told, _other: charged("12,50"), "12,50"),
}


def state(service: BatchService, job_id: str) -> tuple[str, str]:
    query = text("SELECT state, coalesce(reason, '') FROM shipments WHERE job_id = :job")
    return tuple(service.ledger.read(lambda c: c.execute(query, {"job": job_id}).one()))  # type: ignore[return-value]


async def first_row(service: BatchService, world: World) -> str:
    """Another row that is completed: its number."""
    await shipped(service, world, plan_of(["B1"], row_numbers=[2]))
    return world.carrier.records[0].tracking_number


@pytest.mark.parametrize("odd", ODD)
async def test_an_odd_answer_is_in_doubt_and_then_found(
    service: BatchService, world: World, monkeypatch: pytest.MonkeyPatch, odd: str
) -> None:
    other = await first_row(service, world)
    change, said = ODD[odd]
    make = type(world.carrier)._make

    def oddly(*arguments: Any, **more: Any) -> dict[str, Any]:
        answer = make(*arguments, **more)
        return answer | change(answer, other)

    with monkeypatch.context() as patched:
        patched.setattr(type(world.carrier), "_make", oddly)
        job_id, result = await shipped(service, world, plan_of(["A1"], budget_cents=5000))
    ended, reason = state(service, job_id)
    assert (ended, result.failed_rows, result.total_cost_cents) == ("in_doubt", 1, 0)
    assert said in reason
    await service.resume(job_id)
    assert len(world.carrier.requests) == 2, "nothing is sent again"
    assert service.outcome(job_id).tracking[0]["tracking_number"] == world.carrier.records[1].tracking_number
    assert judge(world) == []


async def test_an_odd_spool_is_passed_over(service: BatchService, world: World) -> None:
    other = await first_row(service, world)
    world.carrier.faults = once("lost_after_spool")
    job_id, _result = await shipped(service, world, plan_of(["A1"]))
    kept = world.carrier.spool[world.carrier.requests[1]]
    world.carrier.records[1].visible = False
    for name, (change, said) in ODD.items():
        kept["found"] = change(kept, other)
        await service.settle(job_id)
        ended, reason = state(service, job_id)
        assert (ended, said in reason) == ("in_doubt", True), f"{name}: UPS does not know it yet, what was kept is told"
    world.carrier.records[1].visible = True
    await service.settle(job_id)
    assert service.outcome(job_id).tracking[0]["tracking_number"] == world.carrier.records[1].tracking_number


@pytest.mark.parametrize("voided", [False, True])
async def test_an_odd_find_closes_nothing(
    service: BatchService, world: World, monkeypatch: pytest.MonkeyPatch, voided: bool
) -> None:
    other = await first_row(service, world)
    world.carrier.faults = once("lost_after")
    job_id, _result = await shipped(service, world, plan_of(["A1"]))
    find = type(world.carrier)._found
    odd: list[Odd] = []

    def oddly(*arguments: Any) -> dict[str, Any]:
        found = find(*arguments)
        return found | {"shipment": found["shipment"] | odd[-1](found["shipment"], other) | {"voided": voided}}

    with monkeypatch.context() as patched:
        patched.setattr(type(world.carrier), "_found", oddly)
        for name, (change, said) in ODD.items():
            odd.append(change)
            await service.settle(job_id)
            ended, reason = state(service, job_id)
            assert (ended, said in reason) == ("in_doubt", True), name
    await service.resume(job_id)
    assert service.outcome(job_id).rows["completed"] == 1
    assert judge(world) == []


async def test_a_charge_found_in_another_currency_stops_the_batch(
    service: BatchService, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.carrier.faults = once("lost_after")
    job_id, _result = await shipped(service, world, plan_of(["A1", "A2"]), concurrency=1)
    find = type(world.carrier)._found

    def oddly(*arguments: Any) -> dict[str, Any]:
        found = find(*arguments)
        charges = {"totalCharges": {"monetaryValue": "9.00", "currencyCode": "EUR"}}
        return found | {"shipment": found["shipment"] | charges}

    monkeypatch.setattr(type(world.carrier), "_found", oddly)
    result = await service.resume(job_id)
    assert (result.error_code, len(world.carrier.requests)) == ("E-4243", 1)


WHOLE = ("trackingNumbers", "shipmentIdentificationNumber", "customerContext", "labelPaths", "labelSha256s")


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_no_mixture_of_odd_answers_ends_with_a_foreign_number(
    seed: int, tmp_path_factory: pytest.TempPathFactory, empty_ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Answers of four rows, each right, swapped whole with an earlier one, or odd in up to two ways; then look-ups.

    Foreign numbers are those of rows that were answered rightly: of others the ledger has not heard yet.
    """
    without_waiting(monkeypatch)
    dice = random.Random(seed)
    world = new_world(tmp_path_factory.mktemp("mixed") / "world", empty_ledger)
    make, answers = type(world.carrier)._make, list[dict[str, Any]]()

    def oddly(carrier: Any, reference: str, *arguments: Any, **more: Any) -> dict[str, Any]:
        answer = make(carrier, reference, *arguments, **more) | {"customerContext": reference}
        earlier = dice.choice(answers) if answers else None
        if earlier is not None and dice.random() < 0.4:
            return answer | {key: earlier[key] for key in WHOLE}
        oddities = dice.randrange(3)
        if not oddities:
            answers.append(dict(answer))
        for _ in range(oddities):
            other = earlier["trackingNumbers"][0] if earlier else WRONG_DIGIT
            answer |= dice.choice(list(ODD.values()))[0](answer, other)
        return answer

    async def live(service: BatchService) -> None:
        job_id = await approved(service, world, plan_of(["A1", "A2", "A3", "A4"]))
        await service.execute(job_id, concurrency=1, on_error=dice.choice(["stop", "continue"]))
        for _ in range(5):
            await service.resume(job_id, concurrency=1)

    with patch.object(type(world.carrier), "_make", oddly):
        asyncio.run(world.live(live))
    assert judge(world) == []
    assert len(world.carrier.requests) == len(set(world.carrier.requests)) == 4
