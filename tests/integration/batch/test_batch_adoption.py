"""Adoption: what a person names is checked like any answer, and a wrong one can be taken back."""

from dataclasses import replace
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import text

from agent.batch.service import BatchService
from agent.errors import ShipchatError
from tests.faults.carrier import Label
from tests.faults.judge import judge
from tests.faults.scenarios import once
from tests.faults.world import World, plan_of
from tests.integration.batch.batch_steps import always, shipped
from tests.numbers import practice_number


async def in_doubt(service: BatchService, world: World, *, visible: bool = True) -> str:
    """A batch of one row whose label was made and whose answer was lost."""
    world.carrier.faults = once("lost_after")
    job_id, _result = await shipped(service, world, plan_of(["A1"]))
    world.carrier.records[0].visible = visible
    return job_id


def a_label(world: World, serial: int, **changes: Any) -> Label:
    """A label of somebody's that UPS has besides."""
    made = replace(world.carrier.records[0], reference="NOBODYS", order="X", tracking_number=practice_number(serial))
    world.carrier.records.append(replace(made, **changes))
    return world.carrier.records[-1]


def shipment_of(service: BatchService) -> Any:
    query = "SELECT state, attempt, reference, adopted, charge_cents FROM shipments ORDER BY id"
    return service.ledger.read(lambda connection: connection.exec_driver_sql(query).first())


def money_of(service: BatchService) -> tuple[int, int]:
    query = "SELECT reserved_cents, spent_cents FROM batch_jobs"
    return tuple(service.ledger.read(lambda c: c.exec_driver_sql(query).one()))  # type: ignore[return-value]


def audited(service: BatchService, event: str) -> int:
    query = text("SELECT count(*) FROM audit WHERE event = :event")
    return int(service.ledger.read(lambda c: c.execute(query, {"event": event}).scalar_one()))


async def test_a_label_that_ups_shows_to_be_the_rows_is_adopted(service: BatchService, world: World) -> None:
    job_id = await in_doubt(service, world, visible=False)
    assert await service.adopt(job_id, 2, world.carrier.records[0].tracking_number) == "checked"
    assert service.outcome(job_id).rows["completed"] == 1
    assert judge(world) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"postal_code": "10001"}, "not to 93721"),
        ({"country_code": "CA"}, "CA, not to"),
        ({"created_on": "20200101"}, "before the request"),
        ({"voided": True}, "void"),
    ],
)
@pytest.mark.parametrize("unchecked", [False, True])
async def test_another_shipments_number_is_refused_whatever_is_said(
    service: BatchService, world: World, changes: dict[str, Any], said: str, unchecked: bool
) -> None:
    job_id = await in_doubt(service, world, visible=False)
    strange = a_label(world, 500, **changes)
    with pytest.raises(ShipchatError, match="E-4288") as refused:
        await service.adopt(job_id, 2, strange.tracking_number, unchecked=unchecked)
    assert said in refused.value.message
    assert shipment_of(service).state == "in_doubt"


@pytest.mark.parametrize(
    ("order", "answers"), [("A1", ["checked", "checked"]), ("X", ["E-4289", "unchecked"])], ids=["by order", "unknown"]
)
async def test_after_a_restore_a_label_of_the_forgotten_job_can_be_adopted(
    service: BatchService, world: World, order: str, answers: list[str]
) -> None:
    job_id = await in_doubt(service, world, visible=False)
    service.ledger.write(lambda connection: connection.exec_driver_sql("UPDATE shipments SET code = 'E-4240'"))
    made = a_label(world, 600, reference="SCZZZZZZZZ00000101", order=order, created_on="20260101")
    for unchecked, said in zip([False, True], answers, strict=True):
        try:
            assert await service.adopt(job_id, 2, made.tracking_number, unchecked=unchecked) == said
        except ShipchatError as refused:
            assert refused.code == said
        if shipment_of(service).state != "in_doubt":
            break
    assert shipment_of(service).state == "completed"
    if order == "A1":
        assert await service.void(job_id, None) == [2]


async def test_what_ups_cannot_confirm_is_adopted_only_when_told(service: BatchService, world: World) -> None:
    job_id = await in_doubt(service, world, visible=False)
    with pytest.raises(ShipchatError, match="E-4289"):
        await service.adopt(job_id, 2, practice_number(501))
    assert await service.adopt(job_id, 2, practice_number(501), unchecked=True) == "unchecked"
    query = "SELECT details FROM audit WHERE event = 'created'"
    assert "unchecked" in service.ledger.read(lambda c: c.exec_driver_sql(query).scalar_one())


@pytest.mark.parametrize(
    "number",
    [
        practice_number(502)[:-1] + str((int(practice_number(502)[-1]) + 3) % 10),
        "1Z999AA10123456784",
        "12345",
        practice_number(502).lower(),
        practice_number(502) + "0",
    ],
)
async def test_what_is_no_practice_number_is_refused(service: BatchService, world: World, number: str) -> None:
    job_id = await in_doubt(service, world)
    with pytest.raises(ShipchatError, match="E-4225"):
        await service.adopt(job_id, 2, number, unchecked=True)


async def test_another_rows_number_is_refused(service: BatchService, world: World) -> None:
    job_id = await in_doubt(service, world, visible=False)
    await shipped(service, world, plan_of(["B1"], row_numbers=[2]))
    with pytest.raises(ShipchatError, match="E-4216"):
        await service.adopt(job_id, 2, world.carrier.records[1].tracking_number, unchecked=True)


async def test_a_wrong_adoption_is_taken_back_and_the_real_label_found(service: BatchService, world: World) -> None:
    job_id = await in_doubt(service, world, visible=False)
    wrong, before = practice_number(503), shipment_of(service)
    reserved = money_of(service)
    await service.adopt(job_id, 2, wrong, unchecked=True)
    assert world.sheet.cells == {1: wrong}
    assert await service.undo_adoption(job_id, 2) == [wrong]
    assert tuple(shipment_of(service)) == tuple(before), "same attempt, same reference, in doubt again"
    assert money_of(service) == reserved
    assert world.sheet.cells == {}
    assert audited(service, "adoption_undone") == 1
    world.carrier.records[0].visible = True
    await service.resume(job_id)
    assert world.sheet.cells == {1: world.carrier.records[0].tracking_number}
    assert len(world.carrier.requests) == 1
    assert judge(world) == []


async def test_undoing_leaves_a_cell_that_holds_something_else(service: BatchService, world: World) -> None:
    job_id = await in_doubt(service, world, visible=False)
    await service.adopt(job_id, 2, practice_number(504), unchecked=True)
    world.sheet.cells[1] = "typed by a person"
    await service.undo_adoption(job_id, 2)
    assert world.sheet.cells == {1: "typed by a person"}


async def test_a_number_that_ups_shows_to_be_anothers_is_taken_back_without_an_adoption(
    service: BatchService, world: World
) -> None:
    """An answer without an echo can name another row's number before that row is sent: nothing contradicts it then."""
    make = type(world.carrier)._make
    to_come = practice_number(2)

    def early(carrier: Any, *arguments: Any, **more: Any) -> dict[str, Any]:
        answer = make(carrier, *arguments, **more)
        return answer | {"trackingNumbers": [to_come], "shipmentIdentificationNumber": to_come}

    with patch.object(type(world.carrier), "_make", early):
        job_id, _result = await shipped(service, world, plan_of(["A1"]))
    other, _result = await shipped(service, world, plan_of(["B1"], row_numbers=[2]))
    assert [service.outcome(job).rows["in_doubt"] for job in (job_id, other)] == [0, 1]
    assert await service.undo_adoption(job_id, 2) == [to_come]
    for job in (other, job_id):
        await service.resume(job)
    held = [service.outcome(job).tracking[0]["tracking_number"] for job in (job_id, other)]
    assert held == [label.tracking_number for label in world.carrier.records]
    assert judge(world) == []


async def test_only_an_adoption_can_be_undone(service: BatchService, world: World) -> None:
    job_id, _result = await shipped(service, world, plan_of(["A1"]))
    with pytest.raises(ShipchatError, match="E-4290"):
        await service.undo_adoption(job_id, 2)
    with pytest.raises(ShipchatError, match="E-4207"):
        await service.undo_adoption(job_id, 99)
    assert shipment_of(service).state == "completed"


async def test_an_undone_adoption_puts_the_earlier_attempt_back_on_the_watch_list(
    service: BatchService, world: World
) -> None:
    job_id = await in_doubt(service, world, visible=False)
    lost = world.carrier.records[0]
    await service.release(job_id, None, now=True)
    lost.visible = True
    await service.resume(job_id)
    reserved = money_of(service)
    await service.adopt(job_id, 2, lost.tracking_number)
    assert service.watch_list() == []
    await service.undo_adoption(job_id, 2)
    assert [watched.reference for watched in service.watch_list()] == [lost.reference]
    assert money_of(service) == reserved


async def test_a_void_takes_back_no_strangers_shipment(service: BatchService, world: World) -> None:
    job_id = await in_doubt(service, world, visible=False)
    # When it was adopted UPS did not know it; now it shows that it goes to somebody else.
    await service.adopt(job_id, 2, practice_number(505), unchecked=True)
    strange = a_label(world, 505, postal_code="10001")
    with pytest.raises(ShipchatError, match="E-4291"):
        await service.void(job_id, None)
    assert not strange.voided
    assert shipment_of(service).state == "completed"


async def test_an_adopted_label_that_is_shown_to_be_ours_can_be_voided(service: BatchService, world: World) -> None:
    job_id = await in_doubt(service, world, visible=False)
    await service.adopt(job_id, 2, world.carrier.records[0].tracking_number)
    assert await service.void(job_id, None) == [2]
    assert world.carrier.records[0].voided
    assert world.sheet.cells == {}


async def test_an_adopted_label_that_is_void_already_is_voided_here_too(service: BatchService, world: World) -> None:
    job_id = await in_doubt(service, world, visible=False)
    await service.adopt(job_id, 2, world.carrier.records[0].tracking_number)
    world.carrier.records[0].voided = True
    assert await service.void(job_id, None) == [2]


async def test_nothing_of_a_batch_is_voided_where_one_adoption_is_not_shown_to_be_ours(
    service: BatchService, world: World
) -> None:
    world.carrier.faults = always("lost_before")
    job_id, _result = await shipped(service, world, plan_of(["A1", "A2"]), concurrency=1)
    await service.adopt(job_id, 2, practice_number(506), unchecked=True)
    world.carrier.faults = always("")
    await service.resume(job_id)
    with pytest.raises(ShipchatError, match="E-4291"):
        await service.void(job_id, None)
    assert len(world.carrier.open_labels()) == 1
    assert await service.void(job_id, [3]) == [3], "the others can be voided by themselves"


async def test_a_watched_number_that_another_row_has_is_not_voided(service: BatchService, world: World) -> None:
    job_id = await in_doubt(service, world, visible=False)
    await service.close(job_id, None)
    other, _result = await shipped(service, world, plan_of(["B1"], row_numbers=[2]))
    foreign = world.carrier.records[1].tracking_number
    world.carrier.records[0].visible = True
    world.carrier.records[0].tracking_number = foreign
    (alarm,) = await service.check_watch_list()
    assert "--tracking" not in alarm.text, "voiding it is not offered"
    service.ledger.write(
        lambda c: c.exec_driver_sql(f"UPDATE shipments SET shipment_number = '{foreign}' WHERE unproven")
    )
    with pytest.raises(ShipchatError, match="E-4216"):
        await service.void_watched(job_id, foreign)
    assert service.outcome(other).rows["completed"] == 1
