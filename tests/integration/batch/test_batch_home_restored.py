"""The whole home comes back from a snapshot: ledger, labels, rollback guard and spool. Nothing is bought twice."""

import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent.batch.service import BatchService
from agent.errors import ShipchatError
from agent.planning.model import Plan
from tests.faults.world import Fuse, World, yes
from tests.integration.batch.batch_steps import holdings
from tests.integration.batch.home_snapshots import (
    ORDERS,
    Snapshot,
    approve,
    assert_one_label_each,
    labels_per_order,
    pause_after,
    paused,
    restore,
    resume,
    sheet_plan,
    ship,
    snapshot,
)

pytestmark = [pytest.mark.slow, pytest.mark.ledger_file]

RESTORES = pytest.mark.parametrize(("sheet", "state"), [(False, False), (True, True)], ids=["home", "home+sheet+state"])


@RESTORES
async def test_resume_after_a_snapshot_of_the_approval(world: World, sheet: bool, state: bool) -> None:
    job_id = await approve(world, sheet_plan())
    taken = snapshot(world)
    await resume(world, job_id)
    restore(world, taken, sheet=sheet, state=state)
    result = await resume(world, job_id)
    assert_one_label_each(world)
    assert result.successful_rows == 4


@RESTORES
async def test_resume_after_a_snapshot_of_a_paused_batch(world: World, sheet: bool, state: bool) -> None:
    job_id = await paused(world, sheet_plan())
    assert len(world.carrier.records) == 2
    taken = snapshot(world)
    await resume(world, job_id)
    restore(world, taken, sheet=sheet, state=state)
    result = await resume(world, job_id)
    assert_one_label_each(world)
    assert result.successful_rows == 4


@pytest.mark.parametrize(
    ("moment", "sheet"), [("before", False), ("before", True), ("approved", True), ("paused", True), ("after", True)]
)
async def test_the_same_sentence_after_a_snapshot(world: World, moment: str, sheet: bool) -> None:
    """The rows are planned anew, under a new batch with new references: only the order numbers tell."""
    if moment == "before":
        await world.live(_nothing)
        taken = snapshot(world)
        await ship(world, sheet_plan())
    elif moment == "after":
        await ship(world, sheet_plan())
        taken = snapshot(world)
        await ship(world, sheet_plan(["B1"], row_numbers=[9]))
    else:
        job_id = await (approve if moment == "approved" else paused)(world, sheet_plan())
        taken = snapshot(world)
        await resume(world, job_id)
    restore(world, taken, sheet=sheet)
    if moment in {"approved", "paused"}:
        # Given up, so that the sentence may plan the rows again.
        await world.live(lambda service: service.cancel(job_id))
    everything = [*ORDERS, *(["B1"] if moment == "after" else [])]
    numbers = dict(zip([*ORDERS, "B1"], [1, 2, 3, 4, 9], strict=True))
    held = await world.live(_held)
    left = [order for order in everything if f"order:{order}" not in held]
    await ship(world, sheet_plan(left, row_numbers=[numbers[order] for order in left]))
    assert_one_label_each(world, everything)


async def _held(service: BatchService) -> set[str]:
    """What a preview leaves out."""
    identities = [f"order:{order}" for order in [*ORDERS, "B1"]]
    return set(holdings(service, "simulator", identities))


async def _nothing(_service: BatchService) -> None:
    """A start that does nothing: the ledger's file is there afterwards."""


@pytest.mark.parametrize("sheet", [False, True])
async def test_a_home_on_another_machine_counts_as_restored(world: World, sheet: bool) -> None:
    """No guard there at all, but the ledger says that one was kept."""
    await ship(world, sheet_plan(["B1"], row_numbers=[9]))
    taken = snapshot(world)
    await ship(world, sheet_plan())
    restore(world, taken, sheet=sheet)
    shutil.rmtree(world.settings.state)
    await ship(world, sheet_plan())
    assert_one_label_each(world, [*ORDERS, "B1"])


async def test_a_home_without_a_guard_outside_is_taken_over_once(world: World) -> None:
    """An upgrade: the ledger ran batches before there was a guard outside the home. That is no alarm."""
    await ship(world, sheet_plan(["B1"], row_numbers=[9]))
    await ship(world, sheet_plan(["B2"], row_numbers=[10]))
    shutil.rmtree(world.settings.state)
    forget_the_guard(world)
    await ship(world, sheet_plan(["B3"], row_numbers=[11]))
    assert world.carrier.searches == 0, "nothing was looked up"
    taken = snapshot(world)
    await ship(world, sheet_plan())
    restore(world, taken)
    await ship(world, sheet_plan())
    assert world.carrier.searches > 0
    assert_one_label_each(world, [*ORDERS, "B1", "B2", "B3"])


def without_order_numbers(plan: Plan) -> Plan:
    """Rows that nobody can search for at UPS: their identity is all that there is."""
    items = []
    for item in plan.shipments:
        payload = {key: value for key, value in item.payload.items() if key != "customer_reference"}
        items.append(replace(item, identity=f"row:{item.order_number}", order_number=None, payload=payload))
    return replace(plan, shipments=tuple(items))


@pytest.fixture
def anonymous(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """UPS's records name labels by their recipient; searches by order number find nothing."""
    make = type(world.carrier)._make

    def named(self: Any, reference: str, payload: dict[str, Any], *how: Any, **more: Any) -> dict[str, Any]:
        person = payload["ship_to"]["name"].removeprefix("Person ")
        return make(self, reference, payload | {"customer_reference": person}, *how, **more)

    monkeypatch.setattr(type(world.carrier), "_make", named)
    return world


@pytest.mark.parametrize("moment", ["before", "other"])
async def test_rows_without_order_numbers_are_known_by_what_this_machine_sent(anonymous: World, moment: str) -> None:
    """Ledger and sheet are restored, UPS cannot be searched: the journal outside the home tells."""
    world = anonymous
    if moment == "before":
        await world.live(_nothing)
    else:
        await ship(world, without_order_numbers(sheet_plan(["B1"], row_numbers=[9])))
    taken = snapshot(world)
    await ship(world, without_order_numbers(sheet_plan()))
    restore(world, taken)
    await ship(world, without_order_numbers(sheet_plan()))
    orders = [*ORDERS, *(["B1"] if moment == "other" else [])]
    assert_one_label_each(world, orders)
    # And not only the first time.
    await ship(world, without_order_numbers(sheet_plan(["C1"], row_numbers=[11])))
    assert_one_label_each(world, [*orders, "C1"])


async def test_a_refused_row_is_not_doubted_after_a_restore(anonymous: World) -> None:
    """UPS certainly made nothing of it."""
    world = anonymous
    await world.live(_nothing)
    taken = snapshot(world)
    world.carrier.faults = lambda _reference: "refused"
    await ship(world, without_order_numbers(sheet_plan(["A1"])))
    world.carrier.faults = lambda _reference: None
    restore(world, taken)
    await ship(world, without_order_numbers(sheet_plan(["A1"])))
    assert_one_label_each(world, ["A1"])


async def test_a_snapshot_taken_while_a_batch_ran_that_was_killed_later(world: World) -> None:
    """Neither sequence nor end of the log was noted since the batch began: each request was. UPS shows nothing yet."""
    plan = sheet_plan()
    world.plans.append(plan)
    taken: list[Snapshot] = []
    fuse = Fuse()

    class Watcher:
        def on_row_completed(self, *_facts: Any) -> None:
            if not taken:
                taken.append(snapshot(world))
            elif len(world.carrier.records) == 3:
                fuse.dead = True

    async def work(service: BatchService) -> None:
        service.add_observer(Watcher())
        await service.execute(await service.approve(plan, yes(plan)), concurrency=1)

    await world.live(work, fuse)
    assert len(world.carrier.records) == 3
    restore(world, taken[0])
    for label in world.carrier.records:
        label.visible = False
    (job_id,) = world.job_ids()
    result = await resume(world, job_id)
    assert_one_label_each(world)
    assert (result.successful_rows, result.failed_rows) == (2, 2), "one was known, one is new, two are in doubt"


@pytest.mark.parametrize("moment", ["approved", "paused"])
async def test_everything_restored_then_cancelled_then_said_again(world: World, moment: str) -> None:
    """The state directory came back, too: nobody can notice. The old references are still UPS's."""
    job_id = await (approve if moment == "approved" else paused)(world, sheet_plan())
    taken = snapshot(world)
    await resume(world, job_id)
    restore(world, taken, state=True)
    await world.live(lambda service: service.cancel(job_id))
    held = await world.live(_held)
    left = [order for order in ORDERS if f"order:{order}" not in held]
    await ship(world, sheet_plan(left, row_numbers=[ORDERS.index(order) + 1 for order in left]))
    assert_one_label_each(world)


async def test_a_retry_after_a_restore_finds_its_own_reference(world: World) -> None:
    """The next attempt has the reference that it had before the restore."""
    world.carrier.faults = lambda reference: "refused" if reference.endswith("00000101") else None
    job_id = await ship(world, sheet_plan())
    world.carrier.faults = lambda _reference: None
    assert "A1" not in labels_per_order(world)
    taken = snapshot(world)

    async def retry(service: BatchService) -> None:
        failed = service.retry_rows(job_id).rows
        orders = [row.identity.removeprefix("order:") for row in failed]
        numbers = [row.row_number for row in failed]
        plan = sheet_plan(orders, row_numbers=numbers, amends_job_id=job_id)
        await service.execute(await service.approve(plan, yes(plan)))

    await world.live(retry)
    assert_one_label_each(world)
    restore(world, taken, state=True)
    await world.live(retry)
    assert_one_label_each(world)


async def test_what_one_process_cancels_it_need_not_look_up(world: World) -> None:
    plan = sheet_plan()

    async def work(service: BatchService) -> None:
        await service.cancel(await service.approve(plan, yes(plan)))
        again = sheet_plan()
        await service.execute(await service.approve(again, yes(again)))

    await world.live(work)
    assert world.carrier.searches == 0
    assert_one_label_each(world)


async def test_a_state_directory_that_cannot_be_written_is_told_once(world: World, tmp_path: Path) -> None:
    """The batch goes on: a guard is no reason to stop after money moved, nor before."""
    blocked = tmp_path / "file"
    blocked.write_text("")
    world.settings.state = blocked / "state"
    told: list[str] = []

    class Listener:
        def on_warning(self, _job_id: str, text: str) -> None:
            told.append(text)

    async def work(service: BatchService) -> None:
        service.add_observer(Listener())
        for order, row in (("A1", 1), ("A2", 2)):
            plan = sheet_plan([order], row_numbers=[row])
            await service.execute(await service.approve(plan, yes(plan)))

    await world.live(work)
    assert [text[:6] for text in told] == ["E-4260"]
    assert_one_label_each(world, ["A1", "A2"])


async def test_nothing_is_looked_up_twice_in_one_life(world: World) -> None:
    """Paused and resumed by the same process, which saw all of it."""
    plan = sheet_plan()

    async def work(service: BatchService) -> None:
        pause_after(world, service, 2)
        job_id = await service.approve(plan, yes(plan))
        await service.execute(job_id, concurrency=1)
        await service.resume(job_id, concurrency=1)

    await world.live(work)
    assert world.carrier.searches == 0
    assert_one_label_each(world)


async def test_a_home_that_is_restored_below_a_living_process_is_looked_up(world: World) -> None:
    plan = sheet_plan()
    world.plans.append(plan)

    async def first(service: BatchService) -> str:
        pause_after(world, service, 2)
        return await service.approve(plan, yes(plan))

    job_id = str(await world.live(first))
    taken = snapshot(world)

    async def work(service: BatchService) -> None:
        pause_after(world, service, 2)
        await service.resume(job_id, concurrency=1)
        assert len(world.carrier.records) == 2
        service.ledger.close()
        restore(world, taken, state=True)
        service.ledger = type(service.ledger).open(world.ledger_place)
        service._guard.ledger = service.ledger
        await service.resume(job_id)
        service.ledger.close()

    await world.live(work)
    assert_one_label_each(world)


def silent(_self: Any, _arguments: dict[str, Any]) -> dict[str, Any]:
    raise ConnectionResetError("no way to UPS")


def overloaded(_self: Any, _arguments: dict[str, Any]) -> dict[str, Any]:
    """As the UPS server answers after a time-out, a 429 or a 503 of UPS."""
    return {"status": "unknown", "reason": "E-3004: UPS is busy", "unanswered": True}


@pytest.mark.parametrize("silent", [silent, overloaded])
async def test_while_ups_cannot_be_asked_rows_of_an_earlier_run_wait(world: World, silent: Any) -> None:
    """They stay pending: that UPS is busy is no reason to doubt them."""
    job_id = await approve(world, sheet_plan())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(world.carrier), "shipping_find", silent)
        with pytest.raises(ShipchatError, match="E-4242"):
            await resume(world, job_id)
    assert world.carrier.records == []
    assert (await resume(world, job_id)).successful_rows == 4


async def test_a_number_in_the_sheet_keeps_a_row_of_an_earlier_run_from_being_sent(world: World) -> None:
    job_id = await approve(world, sheet_plan())
    world.sheet.cells[2] = "1ZSIMSIM0000009999"
    result = await resume(world, job_id)
    assert result.successful_rows == 3
    assert labels_per_order(world) == {"A1": 1, "A3": 1, "A4": 1}


def forget_the_guard(world: World) -> None:
    """The ledger is as a version without the guard left it."""
    ledger = sqlite3.connect(world.ledger_place)
    ledger.execute("DELETE FROM ledger WHERE key NOT IN ('ledger', 'sequence')")
    ledger.commit()
    ledger.close()
