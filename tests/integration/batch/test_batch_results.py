"""Results on their way to the sheet: written, beside it, dismissed, cleared again."""

from typing import Any

import pytest

from agent.batch.service import BatchService
from agent.batch.writeback import outbox
from agent.errors import ShipchatError
from tests.faults.judge import judge
from tests.faults.world import World, plan_of
from tests.integration.batch.batch_steps import holdings, shipped


async def test_void_clears_the_cell_and_frees_the_row(service: BatchService, world: World) -> None:
    job_id, _result = await shipped(service, world, plan_of(["A1", "A2"]))
    assert service.voidable(job_id, None) == [2, 3]
    assert await service.void(job_id, [2]) == [2]
    assert list(world.sheet.cells) == [2]
    assert service.outcome(job_id).spent_cents == 1000
    assert holdings(service, "simulator", ["order:A1"]) == {}
    with pytest.raises(ShipchatError, match="E-4224"):
        await service.void(job_id, [2])
    await shipped(service, world, plan_of(["A1"]))
    assert judge(world) == []


async def test_a_cell_that_somebody_else_changed_is_not_cleared(service: BatchService, world: World) -> None:
    job_id, _result = await shipped(service, world, plan_of(["A1"]))
    world.sheet.cells[1] = "typed by hand"
    await service.void(job_id, None)
    assert world.sheet.cells == {1: "typed by hand"}


async def test_labels_without_a_sheet_are_a_warning_and_stay_pending(service: BatchService, world: World) -> None:
    world.sheet.failing = True
    job_id, result = await shipped(service, world, plan_of(["A1", "A2"]))
    assert result.success
    assert service.outcome(job_id).status == "completed_with_warnings"
    assert service.unsettled()[0].pending_results == 2
    world.sheet.failing = False
    await service.writeback(job_id)
    assert len(world.sheet.cells) == 2
    assert service.unsettled() == []
    assert judge(world) == []


@pytest.mark.parametrize("concurrency", [1, 5])
async def test_results_in_a_file_beside_the_sheet_are_durable_and_a_warning(
    service: BatchService, world: World, concurrency: int
) -> None:
    world.sheet.beside = {2}
    job_id, result = await shipped(service, world, plan_of(["A1", "A2", "A3"]), concurrency=concurrency)
    assert result.success
    outcome = service.outcome(job_id)
    assert outcome.status == "completed_with_warnings"
    assert outcome.sheet_text == "Results that did not fit the sheet are in /tmp/sheet.tracking.csv."
    assert [one for one in outcome.warnings if "beside" in one] == [
        f"1 results are in a file beside the sheet, not in it: `shipchat jobs writeback {job_id}` tries again, "
        "`--to FILE` writes them into a copy."
    ]
    assert (sorted(world.sheet.cells), world.sheet.sent.count(2)) == ([1, 3], 1)
    assert service.unsettled() == [], "nothing is owed"
    await service.deliver_pending()
    assert world.sheet.sent.count(2) == 1, "no start tries again"
    # A person asks for it: it goes beside the sheet once more, then into it.
    await service.writeback(job_id)
    assert service.outcome(job_id).status == "completed_with_warnings"
    world.sheet.beside = set()
    assert await service.writeback(job_id) == "Tracking numbers are in orders.csv."
    assert service.outcome(job_id).status == "completed"
    assert sorted(world.sheet.cells) == [1, 2, 3]


@pytest.mark.parametrize("concurrency", [1, 5])
async def test_a_row_that_the_sheet_never_had_holds_up_no_other(
    service: BatchService, world: World, concurrency: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "MOST_PER_CALL", 1)
    monkeypatch.setattr(outbox, "RETRIES_S", (3600.0,))
    world.sheet.unknown = {1, 2}
    job_id, result = await shipped(service, world, plan_of(["A1", "A2", "A3"]), concurrency=concurrency)
    assert result.success
    assert sorted(world.sheet.cells) == [3]
    assert [world.sheet.sent.count(row) for row in (1, 2, 3)] == [1, 1, 1], "nothing is gained by sending it again"
    outcome = service.outcome(job_id)
    assert outcome.status == "completed_with_warnings"
    assert outcome.sheet_text == "orders.csv has no data row 1, 2: what belongs there is in the ledger only."
    assert service.unsettled()[0].pending_results == 2, "its number is not lost"
    world.sheet.unknown = set()
    await service.deliver_pending()
    assert (sorted(world.sheet.cells), service.unsettled()) == ([1, 2, 3], [])
    assert judge(world) == []


async def test_an_outbox_can_be_dismissed(service: BatchService, world: World) -> None:
    world.sheet.failing = True
    job_id, _result = await shipped(service, world, plan_of(["A1"]))
    await service.writeback(job_id, dismiss=True)
    assert service.unsettled() == []
    assert service.outcome(job_id).tracking[0]["tracking_number"] == world.carrier.records[0].tracking_number


async def test_the_sheet_is_written_at_once_then_at_times_and_at_the_end(
    service: BatchService, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "GATHER_S", 3600.0)
    calls: list[str] = []

    async def data(tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        calls.append(tool)
        return await world.sheet(tool, arguments)

    service.data = data
    _job, result = await shipped(service, world, plan_of([f"A{number}" for number in range(40)]))
    assert (result.successful_rows, len(world.sheet.cells)) == (40, 40)
    # The first results, and what had gathered when the batch ended: its end does not wait for the time to be over.
    assert calls.count("write_back_many") == 2
