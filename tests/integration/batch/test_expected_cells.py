"""What a batch tells the sheet to replace: what was approved, and numbers of its own that were taken back."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import insert, update

from agent.batch.service import BatchService
from agent.batch.writeback.outbox import OUTBOX
from tests.faults.world import World, plan_of
from tests.integration.batch.batch_steps import shipped

pytestmark = pytest.mark.asyncio


def listen(world: World, service: BatchService) -> list[dict[str, Any]]:
    """The rows that are sent to be written."""
    sent: list[dict[str, Any]] = []
    sheet = world.sheet

    async def data(tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if tool in {"write_back", "write_back_many"}:
            sent.extend(arguments["rows"] if tool == "write_back_many" else [arguments])
        return await sheet(tool, arguments)

    service.data = data
    return sent


def with_cells(cells: dict[str, str], **more: Any) -> Any:
    plan = plan_of(["1001"], **more)
    return replace(plan, shipments=tuple(replace(one, result_cells=(cells,)) for one in plan.shipments))


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({}, ("", "")),
        ({"tracking_number": "n/a"}, ("n/a", "")),
        ({"tracking_number": "HOLD", "shipped_at": "soon"}, ("", "soon")),
    ],
)
async def test_what_was_approved_may_be_replaced(
    world: World, service: BatchService, cells: dict[str, str], expected: tuple[str, str]
) -> None:
    sent = listen(world, service)
    world.sheet.cells[1] = cells.get("tracking_number", "")
    await shipped(service, world, with_cells(cells))
    (row,) = [row for row in sent if row.get("tracking_number")]
    assert (row["expected"], row["expected_shipped_at"]) == expected


async def test_a_plan_that_kept_no_cells_expects_nothing(world: World, service: BatchService) -> None:
    sent = listen(world, service)
    await shipped(service, world, plan_of(["1001"]))
    (row,) = [row for row in sent if row.get("tracking_number")]
    assert not {"expected", "expected_shipped_at"} & row.keys()


async def test_a_number_of_its_own_that_was_taken_back_gives_way(world: World, service: BatchService) -> None:
    """Adopted wrongly, taken back and adopted anew before the sheet was written: one result, and the old number goes."""
    sent = listen(world, service)
    job_id, _ = await shipped(service, world, with_cells({}))
    (first,) = [row for row in sent if row.get("tracking_number")]
    sent.clear()
    row = {"job_id": job_id, "row_number": 1, "row_checksum": first["row_checksum"]}
    wrong = {"value": first["tracking_number"], "shipped_at": ""}
    right = {"value": "1ZRIGHT", "shipped_at": "2026-11-21T10:00:00Z"}

    def owe(connection: Any) -> None:
        connection.execute(insert(OUTBOX).values(kind="clear", **row, **wrong))
        connection.execute(insert(OUTBOX).values(kind="write", **row, **right))

    service.ledger.write(owe)
    await service.deliver_pending()
    (told,) = sent
    assert (told["tracking_number"], told["expected"]) == ("1ZRIGHT", first["tracking_number"])
    assert told["expected_shipped_at"] == first["shipped_at"]


async def test_a_void_names_its_number_and_its_time(world: World, service: BatchService) -> None:
    sent = listen(world, service)
    job_id, _ = await shipped(service, world, with_cells({}))
    (first,) = [row for row in sent if row.get("tracking_number")]
    sent.clear()
    await service.void(job_id, None)
    (told,) = [row for row in sent if "expected" in row]
    assert (told["tracking_number"], told["shipped_at"]) == ("", "")
    assert (told["expected"], told["expected_shipped_at"]) == (first["tracking_number"], first["shipped_at"])


async def test_an_answer_that_does_not_name_a_row_leaves_it_owed(world: World, service: BatchService) -> None:
    job_id, _ = await shipped(service, world, with_cells({}))
    service.ledger.write(lambda c: c.execute(update(OUTBOX).values(state="pending", went_to=None)) and None)

    async def silent(_tool: str, _arguments: dict[str, Any]) -> dict[str, Any]:
        return {"results": []}

    service.data = silent
    await service.deliver_pending()
    assert "NOT in the sheet yet" in service.outcome(job_id).sheet_text
    assert any("1 results are not in the sheet yet" in words for words in service.outcome(job_id).warnings)
