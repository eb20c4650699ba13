"""The names that `agent.batch` exports, with mocks for both tool callers."""

import asyncio
from typing import Any
from unittest.mock import AsyncMock

import pytest

from agent.batch import BatchExecutor, BatchResult
from agent.errors import ShipchatError
from agent.ledger import AuditService, JobService, JobStatus, RowStatus


def executor(jobs: JobService, audit: AuditService, data: AsyncMock, ups: AsyncMock, **more: Any) -> BatchExecutor:
    return BatchExecutor(job_service=jobs, audit_service=audit, data_mcp_call=data, ups_mcp_call=ups, **more)


def tools(mock: AsyncMock) -> list[str]:
    return [call.args[0] for call in mock.await_args_list]


async def run(subject: BatchExecutor, job_id: str, template: Any = '{"to": "{{ name }}"}') -> BatchResult:
    return await subject.execute(job_id, template, {"name": "Shop"})


async def test_every_row_ships_once_and_is_written_back(
    jobs: JobService, audit: AuditService, data: AsyncMock, ups: AsyncMock, job_id: str
) -> None:
    result = await run(executor(jobs, audit, data, ups), job_id)
    assert result == BatchResult(True, job_id, 5, 5, 5, 0, 6250)
    assert tools(ups) == ["shipping_create"] * 5
    assert [call.args[1]["shipment"] for call in ups.await_args_list] == [{"to": f"Person {n}"} for n in range(1, 6)]
    assert tools(data) == ["get_row", "write_back"] * 5
    assert [call.args[1]["row_checksum"] for call in data.await_args_list if call.args[0] == "write_back"] == [
        f"c{n}" for n in range(1, 6)
    ]
    assert jobs.require(job_id).status == "completed"
    assert {row.status for row in jobs.get_rows(job_id)} == {"completed"}
    assert len({call.args[1]["reference"] for call in ups.await_args_list}) == 5
    assert audit.verify() == []


async def test_results_gather_above_concurrency_one(
    jobs: JobService, audit: AuditService, data: AsyncMock, ups: AsyncMock, job_id: str
) -> None:
    result = await run(executor(jobs, audit, data, ups, concurrency=3), job_id)
    assert result.success
    assert "write_back" not in tools(data)
    written = [
        row for call in data.await_args_list if call.args[0] == "write_back_many" for row in call.args[1]["rows"]
    ]
    assert sorted(row["row_number"] for row in written) == [1, 2, 3, 4, 5]


async def test_a_definite_failure_stops_at_its_row(
    jobs: JobService, audit: AuditService, data: AsyncMock, ups: AsyncMock, job_id: str
) -> None:
    good = await ups("shipping_create", {})
    ups.reset_mock()
    refusal = {"isError": True, "code": "E-3001", "message": "bad ZIP", "outcome": "not_done"}
    ups.side_effect = [good, refusal]
    result = await run(executor(jobs, audit, data, ups), job_id)
    assert (result.success, result.successful_rows, result.failed_rows, result.error_code) == (False, 1, 1, "E-3001")
    assert [row.status for row in jobs.get_rows(job_id)] == ["completed", "failed", "pending", "pending", "pending"]
    job = jobs.require(job_id)
    assert (job.status, job.error_code) == ("failed", "E-3001")


@pytest.mark.parametrize(
    "answer",
    [
        RuntimeError("pipe closed"),
        {"isError": True, "code": "E-3102", "message": "lost"},
        {"trackingNumbers": []},
        {"outcome": "unknown", "trackingNumbers": ["1Z1"]},
    ],
)
async def test_what_is_not_known_is_in_doubt_and_never_sent_again(
    jobs: JobService, audit: AuditService, data: AsyncMock, ups: AsyncMock, job_id: str, answer: Any
) -> None:
    ups.side_effect = [answer]
    result = await run(executor(jobs, audit, data, ups), job_id)
    assert result.failed_rows == 1
    assert jobs.get_rows(job_id)[0].status == RowStatus.in_doubt
    later = AsyncMock(return_value={"trackingNumbers": ["1Z9"]})
    again = await run(executor(jobs, audit, data, later), job_id)
    assert later.await_count == 4
    assert (again.successful_rows, again.failed_rows, again.success) == (4, 1, False)


async def test_the_intent_is_committed_before_the_request(
    jobs: JobService, audit: AuditService, data: AsyncMock, ups: AsyncMock, job_id: str
) -> None:
    seen = []

    async def look(tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        jobs.session.rollback()
        seen.append([row.status for row in jobs.get_rows(job_id)].count("submitting"))
        return {"trackingNumbers": ["1Z1"]}

    ups.side_effect = look
    await run(executor(jobs, audit, data, ups), job_id)
    assert seen == [1] * 5


async def test_a_row_that_was_under_way_at_a_crash_is_in_doubt(
    jobs: JobService, audit: AuditService, data: AsyncMock, ups: AsyncMock, job_id: str
) -> None:
    jobs.update_status(job_id, JobStatus.running)
    jobs.start_row(jobs.get_rows(job_id)[0].id)
    result = await run(executor(jobs, audit, data, ups), job_id)
    assert ups.await_count == 4
    assert result.failed_rows == 1
    assert jobs.get_rows(job_id)[0].status == RowStatus.in_doubt


async def test_a_sheet_that_cannot_be_written_is_a_warning(
    jobs: JobService, audit: AuditService, data: AsyncMock, ups: AsyncMock, job_id: str
) -> None:
    async def answer(tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if tool == "write_back":
            raise OSError("locked")
        return {"row_number": arguments["row_number"], "data": {"name": "x"}, "checksum": "c"}

    data.side_effect = answer
    result = await run(executor(jobs, audit, data, ups), job_id)
    assert result.success
    assert jobs.require(job_id).status == "completed_with_warnings"


@pytest.mark.parametrize("concurrency", [1, 5])
async def test_results_beside_the_sheet_are_a_warning_and_not_sent_again(
    jobs: JobService, audit: AuditService, data: AsyncMock, ups: AsyncMock, job_id: str, concurrency: int
) -> None:
    async def answer(tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        beside = {"success": False, "where": "sidecar", "outcome": "sidecar"}
        if tool == "write_back":
            return beside | {"row_number": arguments["row_number"]}
        if tool == "write_back_many":
            return {"results": [beside | {"row_number": row["row_number"]} for row in arguments["rows"]]}
        return {"row_number": arguments["row_number"], "data": {"name": "x"}, "checksum": "c"}

    data.side_effect = answer
    result = await run(executor(jobs, audit, data, ups, concurrency=concurrency), job_id)
    assert result.success
    assert (jobs.require(job_id).status, result.error_code) == ("completed_with_warnings", "E-4221")
    assert result.error_message == "5 results are in a file beside the sheet"
    sent = [call.args[1] for call in data.await_args_list if call.args[0].startswith("write_back")]
    rows = [row["row_number"] for one in sent for row in one.get("rows", [one])]
    assert sorted(rows) == [1, 2, 3, 4, 5]


async def test_an_observer_that_raises_changes_nothing(
    jobs: JobService, audit: AuditService, data: AsyncMock, ups: AsyncMock, job_id: str
) -> None:
    class Watcher:
        def __init__(self) -> None:
            self.seen: list[Any] = []

        def on_batch_started(self, job_id: str, total_rows: int) -> None:
            raise RuntimeError("screen gone")

        async def on_row_completed(self, job_id: str, row_number: int, tracking_number: str) -> None:
            self.seen.append(row_number)

        def on_batch_completed(self, job_id: str, summary: dict[str, Any]) -> None:
            self.seen.append(summary["status"])

    subject, watcher = executor(jobs, audit, data, ups), Watcher()
    subject.add_observer(watcher)
    assert (await run(subject, job_id)).success
    assert watcher.seen == [1, 2, 3, 4, 5, "completed"]


async def test_a_job_is_not_executed_twice_at_once(
    jobs: JobService, audit: AuditService, data: AsyncMock, ups: AsyncMock, job_id: str
) -> None:
    gate = asyncio.Event()

    async def slow(tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        await gate.wait()
        return {"trackingNumbers": ["1Z1"]}

    ups.side_effect = slow
    first = asyncio.ensure_future(run(executor(jobs, audit, data, ups), job_id))
    while not ups.await_count:
        await asyncio.sleep(0)
    with pytest.raises(ShipchatError, match="E-4227"):
        await run(executor(jobs, audit, data, ups), job_id)
    gate.set()
    assert (await first).successful_rows == 5
    assert ups.await_count == 5


@pytest.mark.parametrize("template", ["", {}, "{}", None])
async def test_an_empty_template_renders_an_empty_payload(
    jobs: JobService, audit: AuditService, data: AsyncMock, ups: AsyncMock, job_id: str, template: Any
) -> None:
    assert (await run(executor(jobs, audit, data, ups), job_id, template)).success
    assert ups.await_args_list[0].args[1]["shipment"] == {}


async def test_cancelling_leaves_the_row_in_doubt_and_the_job_resumable(
    jobs: JobService, audit: AuditService, data: AsyncMock, ups: AsyncMock, job_id: str
) -> None:
    async def hang(tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        await asyncio.Event().wait()
        return {}

    ups.side_effect = hang
    task = asyncio.ensure_future(run(executor(jobs, audit, data, ups), job_id))
    while not ups.await_count:
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert [row.status for row in jobs.get_rows(job_id)] == ["in_doubt"] + ["pending"] * 4
    assert jobs.require(job_id).status == "paused"


async def test_an_answer_that_is_no_object_is_a_doubt(
    jobs: JobService, audit: AuditService, data: AsyncMock, job_id: str
) -> None:
    result = await run(executor(jobs, audit, data, AsyncMock(return_value=None)), job_id)
    assert (result.success, result.failed_rows, result.error_code) == (False, 1, "E-4220")
    assert [row.status for row in jobs.get_rows(job_id)] == ["in_doubt", *["pending"] * 4]


async def test_a_resumed_batch_names_the_row_that_failed_before(
    jobs: JobService, audit: AuditService, data: AsyncMock, ups: AsyncMock, job_id: str
) -> None:
    jobs.fail_row(jobs.get_rows(job_id)[1].id, "E-3001", "bad ZIP")
    result = await run(executor(jobs, audit, data, ups), job_id)
    assert (result.success, result.successful_rows, result.failed_rows) == (False, 4, 1)
    assert (result.error_code, result.error_message) == ("E-3001", "row 2: bad ZIP")
