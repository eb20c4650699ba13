"""An older ledger, a copied ledger, no ledger at all: nothing is bought that may have been bought since."""

import json
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent.batch.service import BatchService
from agent.errors import ShipchatError
from agent.ledger.store import Ledger
from agent.planning.model import Plan, Source
from agent.servers import ServerManager
from tests.faults.judge import judge
from tests.faults.scenarios import once
from tests.faults.world import World, plan_of, yes

pytestmark = [pytest.mark.slow, pytest.mark.ledger_file]

Work = Callable[[BatchService], Awaitable[Any]]


def forget(world: World, backup: Path | None) -> None:
    """The ledger's file is replaced by an older one, or is gone."""
    for name in world.folder.glob("ledger.sqlite*"):
        name.unlink()
    if backup is not None:
        shutil.copy(backup, world.ledger_place)


def backed_up(world: World) -> Path:
    return Path(shutil.copy(world.ledger_place, world.folder / "backup"))


def lose_the_spool(world: World) -> None:
    world.carrier.spool.clear()


def hide_references(world: World) -> None:
    """UPS's index knows none of our references any more."""
    lose_the_spool(world)
    for label in world.carrier.records:
        label.visible = False


async def approved(world: World, plan: Plan) -> str:
    world.plans.append(plan)
    return str(await world.live(lambda service: service.approve(plan, yes(plan))))


async def resumed(world: World, job_id: str) -> Any:
    return await world.live(lambda service: service.resume(job_id))


async def test_a_restored_ledger_is_looked_up_at_ups_without_its_spool(world: World) -> None:
    job_id = await approved(world, plan_of(["A1", "A2", "A3"]))
    backup = backed_up(world)
    await resumed(world, job_id)
    forget(world, backup)
    lose_the_spool(world)
    result = await resumed(world, job_id)
    assert len(world.carrier.requests) == 3, "nothing was sent again"
    assert result.successful_rows == 3
    assert judge(world) == []


async def test_a_number_in_the_sheet_is_evidence_where_ups_shows_nothing(world: World) -> None:
    plan = plan_of(["A1", "A2", "A3"])
    plan = replace(plan, source=replace(plan.source, descriptor={"type": "csv", "path": "/orders.csv"}))
    job_id = await approved(world, plan)
    backup = backed_up(world)
    world.carrier.faults = once("refused")
    await world.live(lambda service: service.resume(job_id, concurrency=1))
    await world.live(lambda service: service.resume(job_id, concurrency=1))
    assert sorted(world.sheet.cells) == [2, 3]
    forget(world, backup)
    hide_references(world)
    await resumed(world, job_id)
    assert len(world.carrier.records) == 3, "only the row that the sheet says nothing of was bought"
    outcome = await world.live(lambda service: _outcome(service, job_id))
    assert outcome.rows["in_doubt"] == 2
    for doubt in outcome.in_doubt:
        assert world.sheet.cells[doubt["row_number"]] in doubt["reason"]


async def _outcome(service: BatchService, job_id: str) -> Any:
    return service.outcome(job_id)


@pytest.mark.parametrize("backup_first", [True, False])
async def test_a_batch_that_the_restored_ledger_never_knew_is_not_bought_again(
    world: World, backup_first: bool
) -> None:
    """The sheet was restored, too: only UPS knows the order. So new batches are looked up for a while."""
    await world.live(_nothing)
    backup = backed_up(world) if backup_first else None
    await resumed(world, await approved(world, plan_of(["A1", "A2"])))
    forget(world, backup)
    lose_the_spool(world)
    other = await approved(world, plan_of(["B1"], row_numbers=[9]))
    await resumed(world, other)
    assert len(world.carrier.records) == 3, "an order that UPS does not know is shipped"
    again = await approved(world, plan_of(["A1", "A2"]))
    await resumed(world, again)
    assert len(world.carrier.records) == 3, "those that UPS knows are not"
    outcome = await world.live(lambda service: _outcome(service, again))
    assert outcome.rows["in_doubt"] == 2
    assert "order A1" in outcome.in_doubt[0]["reason"]


async def _nothing(_service: BatchService) -> None:
    """A start that does nothing: the ledger's file is there afterwards."""


@pytest.mark.parametrize("is_behind", [False, True])
async def test_the_head_file_of_an_earlier_version_counts_until_the_next_batch(world: World, is_behind: bool) -> None:
    for order, row in (("A1", 1), ("A2", 2)):
        await resumed(world, await approved(world, plan_of([order], row_numbers=[row])))
    head, earlier = (world.folder / "labels" / name for name in ("ledger-head.json", "witness.json"))
    seen = json.loads(head.read_text())
    head.unlink()
    earlier.write_text(json.dumps(seen | {"sequence": seen["sequence"] + is_behind}))
    plan = plan_of(["A3"], row_numbers=[3])
    world.plans.append(plan)

    async def ship(service: BatchService) -> Any:
        return await service.execute(await service.approve(plan, yes(plan)))

    searches = world.carrier.searches
    await world.live(ship)
    assert (world.carrier.searches > searches) == is_behind, "a ledger that is behind is looked up first"
    assert (head.exists(), earlier.exists()) == (True, False)
    assert judge(world) == []


@pytest.mark.parametrize("state", ["completed", "voided"])
async def test_what_the_ledger_itself_knows_is_no_evidence(world: World, state: str) -> None:
    """Another parcel of the same order, and a label that was voided, do not keep a row from being sent."""
    first = await approved(world, plan_of(["A1"]))
    await resumed(world, first)
    if state == "voided":
        await world.live(lambda service: service.void(first, None))
    (world.folder / "labels" / "ledger-head.json").unlink()
    second = await approved(world, plan_of(["A1"], reship=state == "completed"))
    assert (await resumed(world, second)).successful_rows == 1
    assert world.carrier.searches >= 2, "it was looked up"
    assert judge(world) == []


async def test_while_ups_cannot_be_asked_nothing_is_sent_and_nothing_is_doubted(world: World) -> None:
    job_id = await approved(world, plan_of(["A1", "A2"]))
    backup = backed_up(world)
    await resumed(world, job_id)
    forget(world, backup)
    lose_the_spool(world)
    find = world.carrier.shipping_find

    def silent(_arguments: dict[str, Any]) -> dict[str, Any]:
        raise ConnectionResetError("no way to UPS")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(world.carrier), "shipping_find", lambda _self, arguments: silent(arguments))
        with pytest.raises(ShipchatError, match="E-4242"):
            await resumed(world, job_id)
    assert world.carrier.shipping_find == find
    outcome = await world.live(lambda service: _outcome(service, job_id))
    assert outcome.rows == {"completed": 0, "failed": 0, "in_doubt": 0, "pending": 2, "skipped": 0}
    await resumed(world, job_id)
    assert len(world.carrier.requests) == 2
    assert judge(world) == []


async def test_a_released_attempt_after_a_restore_is_looked_up_too(world: World) -> None:
    """The backup is of the time of the doubt; afterwards it was released and shipped under attempt 2."""
    world.carrier.faults = once("lost_before")
    job_id = await approved(world, plan_of(["A1"]))
    await resumed(world, job_id)
    backup = backed_up(world)
    await world.live(lambda service: service.release(job_id, None, now=True))
    await resumed(world, job_id)
    assert len(world.carrier.records) == 1
    forget(world, backup)
    lose_the_spool(world)
    await resumed(world, job_id)
    await world.live(lambda service: service.release(job_id, None, now=True))
    await resumed(world, job_id)
    assert len(world.carrier.requests) == 2, "attempt 2 is at UPS already"
    assert judge(world) == []


async def test_the_first_start_of_a_new_ledger_is_no_restore(world: World) -> None:
    """What one process approves and sends is not looked up; what another one approved is, by its reference."""
    plan = plan_of(["A1"])

    async def ship(service: BatchService) -> Any:
        return await service.execute(await service.approve(plan, yes(plan)))

    assert (await world.live(ship)).successful_rows == 1
    assert world.carrier.searches == 0
    job_id = await approved(world, plan_of(["A2"], row_numbers=[2]))
    assert (await resumed(world, job_id)).successful_rows == 1
    assert world.carrier.searches == 1


@asynccontextmanager
async def data_server(world: World) -> AsyncIterator[BatchService]:
    """The ledger and the carrier of the fault suite, with the real data server."""
    ledger = Ledger.open(world.ledger_place)
    try:
        async with ServerManager(world.settings) as servers:
            yield BatchService(ledger, world.settings, servers.caller("data"), world.carrier)
    finally:
        ledger.close()


@pytest.mark.parametrize(("cells", "in_doubt"), [("1ZSIMSIM0000000001,2026-11-20", 1), (",", 0)])
async def test_the_real_sheet_is_read(world: World, tmp_path: Path, cells: str, in_doubt: int) -> None:
    sheet = tmp_path / "orders.csv"
    sheet.write_text(f"Order,Name,City,tracking_number,shipped_at\nA1,Dana,Fresno,{cells}\nA2,Luis,Fresno,,\n")
    async with data_server(world) as service:
        opened = await service.data("import_csv", {"path": str(sheet)})
        rows = await service.data("get_rows_by_filter", {"where_clause": "TRUE"})
        plan = plan_of(["A1", "A2"])
        shipments = tuple(
            replace(item, row_checksums=(row["checksum"],))
            for item, row in zip(plan.shipments, rows["rows"], strict=True)
        )
        source = Source(opened["source_id"], opened["descriptor"], opened["fingerprint"], opened["name"])
        plan = replace(plan, shipments=shipments, source=source)
        (world.folder / "labels" / "ledger-head.json").write_text('{"ledger": "another", "sequence": 7}')
        job_id = await service.approve(plan, yes(plan))
        await service.execute(job_id)
        outcome = service.outcome(job_id)
    assert (outcome.rows["in_doubt"], outcome.rows["completed"]) == (in_doubt, 2 - in_doubt)
