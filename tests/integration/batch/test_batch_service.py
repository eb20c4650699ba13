"""What the money contract says of a batch, line by line, over a real ledger; the carrier's records are the judge."""

import asyncio
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent.batch import BatchExecutor
from agent.batch.executor.concurrency_limit import ConcurrencyLimiter
from agent.batch.service import BatchService
from agent.errors import ShipchatError
from agent.ledger import AuditService, JobService
from agent.ledger.store import Ledger
from agent.planning.model import Budget, Plan
from tests.faults.judge import judge
from tests.faults.scenarios import once
from tests.faults.world import World, plan_of, yes
from tests.integration.batch.batch_steps import always, approved, holdings, shipped


async def test_a_batch_ships_and_tells_it(service: BatchService, world: World) -> None:
    job_id, result = await shipped(service, world, plan_of(["A1", "A2", "A3"]))
    assert (result.success, result.successful_rows, result.total_cost_cents) == (True, 3, 3000)
    outcome = service.outcome(job_id)
    assert outcome.status == "completed"
    assert outcome.rows == {"completed": 3, "failed": 0, "in_doubt": 0, "pending": 0, "skipped": 0}
    assert [item["sheet_row"] for item in outcome.tracking] == [2, 3, 4]
    assert world.sheet.cells == {item["row_number"]: item["tracking_number"] for item in outcome.tracking}
    assert service.unsettled() == []
    assert judge(world) == []


async def test_another_digest_is_refused(service: BatchService, world: World) -> None:
    plan = plan_of(["A1"])
    with pytest.raises(ShipchatError, match="E-4209"):
        await service.approve(replace(plan, command="Ship more"), yes(plan))
    assert service.jobs() == []


async def test_another_environment_is_refused(service: BatchService) -> None:
    plan = replace(plan_of(["A1"]), environment="production")
    with pytest.raises(ShipchatError, match="E-4235"):
        await service.approve(plan, yes(plan))


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        (plan_of(["A1", "A2"], budget_cents=1999), "E-4211"),
        (replace(plan_of(["A1", "A2"]), budget=Budget(max_rows=1)), "E-4211"),
        (
            replace(
                plan_of(["A1"], budget_cents=5000),
                shipments=(replace(plan_of(["A1"]).shipments[0], quote_cents=None),),
            ),
            "E-4212",
        ),
        (replace(plan_of(["A1"]), shipments=plan_of(["A1"]).shipments * 2), "E-4223"),
    ],
)
async def test_a_plan_that_may_not_be_approved(service: BatchService, plan: Plan, code: str) -> None:
    with pytest.raises(ShipchatError, match=code):
        await service.approve(plan, yes(plan))


async def test_rows_of_another_batch_are_held_and_named(service: BatchService, world: World) -> None:
    job_id, _result = await shipped(service, world, plan_of(["A1"]))
    held = holdings(service, "simulator", ["order:A1", "order:A2"])
    assert list(held) == ["order:A1"]
    assert (held["order:A1"].job_id, held["order:A1"].state) == (job_id, "completed")
    assert holdings(service, "production", ["order:A1"]) == {}
    again = plan_of(["A1"])
    with pytest.raises(ShipchatError, match="E-4208"):
        await service.approve(again, yes(again))


async def test_a_reship_that_was_typed_makes_one_more(service: BatchService, world: World) -> None:
    await shipped(service, world, plan_of(["A1"]))
    await shipped(service, world, plan_of(["A1"], reship=True))
    assert len(world.carrier.records) == 2
    assert judge(world) == []


async def test_the_first_failure_stops_and_resume_does_not_touch_it(service: BatchService, world: World) -> None:
    world.carrier.faults = once("refused")
    job_id, result = await shipped(service, world, plan_of(["A1", "A2", "A3"]), concurrency=1)
    assert (result.failed_rows, result.error_code, len(world.carrier.requests)) == (1, "E-3001", 1)
    assert service.outcome(job_id).status == "failed"
    again = await service.resume(job_id)
    assert (again.successful_rows, again.failed_rows) == (2, 1)
    assert service.outcome(job_id).failed[0]["code"] == "E-3001"
    assert judge(world) == []


async def test_on_error_continue_ships_the_rest(service: BatchService, world: World) -> None:
    world.carrier.faults = once("refused")
    _job, result = await shipped(service, world, plan_of(["A1", "A2", "A3"]), on_error="continue", concurrency=1)
    assert (result.successful_rows, result.failed_rows) == (2, 1)


async def test_three_doubts_stop_even_with_continue(service: BatchService, world: World) -> None:
    world.carrier.faults = always("unknown_before")
    orders = [f"A{number}" for number in range(1, 500)]
    _job, result = await shipped(service, world, plan_of(orders), on_error="continue", concurrency=1)
    assert result.error_code == "E-4229"
    assert len(world.carrier.requests) == 3


@pytest.mark.parametrize(("fault", "requests"), [("blocked", 1), ("wrong_key", 1), ("expired", 2)])
async def test_a_blocked_account_always_stops(service: BatchService, world: World, fault: str, requests: int) -> None:
    world.carrier.faults = always(fault)
    _job, result = await shipped(service, world, plan_of(["A1", "A2"]), on_error="continue", concurrency=1)
    assert result.error_code == "E-4230"
    assert len(world.carrier.requests) == requests


@pytest.mark.parametrize("fault", ["throttled", "unreached", "expired"])
async def test_a_certain_refusal_is_repeated_under_the_same_reference(
    service: BatchService, world: World, fault: str
) -> None:
    world.carrier.faults = once(fault)
    _job, result = await shipped(service, world, plan_of(["A1"]))
    assert result.success
    assert len(world.carrier.requests) == 2
    assert len(set(world.carrier.requests)) == 1
    assert judge(world) == []


async def test_a_surprising_charge_stops(service: BatchService, world: World) -> None:
    world.carrier.faults = once("dear")
    job_id, result = await shipped(service, world, plan_of(["A1", "A2"], budget_cents=9000), concurrency=1)
    assert (result.error_code, result.successful_rows) == ("E-4219", 1)
    assert len(world.carrier.records) == 1
    assert (await service.resume(job_id)).successful_rows == 2
    assert judge(world) == []


async def test_the_budget_stops_before_the_request_that_would_exceed_it(service: BatchService, world: World) -> None:
    world.carrier.faults = once("dear")
    job_id, _result = await shipped(service, world, plan_of(["A1", "A2"], budget_cents=2000), concurrency=1)
    again = await service.resume(job_id)
    assert again.error_code == "E-4218"
    assert len(world.carrier.records) == 1
    assert judge(world) == []


async def test_in_doubt_rows_count_as_spent(service: BatchService, world: World) -> None:
    world.carrier.faults = once("unknown_before")
    job_id, _result = await shipped(service, world, plan_of(["A1", "A2"], budget_cents=2000), concurrency=1)
    await service.release(job_id, None, now=True)
    again = await service.resume(job_id)
    assert again.error_code == "E-4218", "the released attempt was never proven: its money stays reserved"
    assert judge(world) == []


async def test_retry_is_an_amendment_with_its_own_digest(service: BatchService, world: World) -> None:
    world.carrier.faults = once("refused")
    job_id, _result = await shipped(service, world, plan_of(["A1", "A2"]), concurrency=1)
    await service.resume(job_id)
    retry = service.retry_rows(job_id)
    assert [(row.row_number, row.code) for row in retry.rows] == [(1, "E-3001")]
    assert retry.rows[0].planned is not None
    wrong = plan_of(["A2"], row_numbers=[2], amends_job_id=job_id)
    with pytest.raises(ShipchatError, match=r"E-42(08|33)"):
        await service.approve(wrong, yes(wrong))
    amendment = plan_of(["A1"], amends_job_id=job_id)
    assert await approved(service, world, amendment) == job_id
    result = await service.execute(job_id)
    assert (result.success, result.successful_rows, result.total_rows) == (True, 2, 2)
    assert [name[-2:] for name in world.carrier.requests] == ["01", "01", "02"]
    assert judge(world) == []


async def test_a_label_that_is_not_on_disk_is_fetched_again(service: BatchService, world: World) -> None:
    world.carrier.faults = once("bad_label")
    job_id, _result = await shipped(service, world, plan_of(["A1"]))
    assert service.outcome(job_id).rows["in_doubt"] == 1
    await service.resume(job_id)
    assert service.outcome(job_id).rows["completed"] == 1
    assert len(world.carrier.requests) == 1
    assert judge(world) == []


async def test_cancel_skips_what_is_pending_and_keeps_what_was_bought(service: BatchService, world: World) -> None:
    world.carrier.faults = once("refused")
    job_id, _result = await shipped(service, world, plan_of(["A1", "A2", "A3"]), concurrency=1)
    await service.cancel(job_id)
    assert service.outcome(job_id).rows["skipped"] == 2
    with pytest.raises(ShipchatError, match="E-4206"):
        await service.resume(job_id)
    await shipped(service, world, plan_of(["A2"], row_numbers=[2]))
    assert judge(world) == []


async def test_pause_and_interrupt_finish_what_is_in_flight(
    service: BatchService, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, asked = asyncio.Event(), asyncio.Event()
    create = world.carrier.__call__

    async def slow(tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if tool == "shipping_create":
            asked.set()
            await gate.wait()
        return await create(tool, arguments)

    service.ups = slow
    job_id = await approved(service, world, plan_of(["A1", "A2", "A3"]))
    task = asyncio.ensure_future(service.execute(job_id, concurrency=1))
    await asked.wait()
    task.cancel()
    await asyncio.sleep(0)
    gate.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    outcome = service.outcome(job_id)
    assert (outcome.status, outcome.rows["completed"], outcome.rows["in_doubt"]) == ("paused", 1, 0)
    asked.clear()
    gate.clear()
    task = asyncio.ensure_future(service.resume(job_id, concurrency=1))
    await asked.wait()
    await service.pause(job_id)
    gate.set()
    await task
    outcome = service.outcome(job_id)
    assert (outcome.status, outcome.rows["completed"], outcome.rows["pending"]) == ("paused", 2, 1)
    assert (await service.resume(job_id)).success
    assert judge(world) == []


@pytest.mark.ledger_file
async def test_two_windows_on_one_ledger(service: BatchService, world: World) -> None:
    job_id = await approved(service, world, plan_of(["A1", "A2"]))
    other = Ledger.open(world.ledger_place)
    second = BatchService(other, world.settings, world.sheet, world.carrier)
    results = await asyncio.gather(service.resume(job_id), second.resume(job_id), return_exceptions=True)
    other.close()
    assert [type(result).__name__ for result in results].count("ShipchatError") == 1
    assert judge(world) == []


@pytest.mark.ledger_file
async def test_a_restored_ledger_asks_before_it_sends(world: World) -> None:
    plan = plan_of(["A1", "A2", "A3"])
    world.plans.append(plan)
    backup = Path(f"{world.ledger_place}.backup")

    async def approve(service: BatchService) -> None:
        await service.approve(plan, yes(plan))

    async def run(service: BatchService) -> None:
        for job in service.unsettled():
            await service.resume(job.job_id)

    await world.live(approve)
    shutil.copy(world.ledger_place, backup)
    await world.live(run)
    assert len(world.carrier.records) == 3
    for name in world.folder.glob("ledger.sqlite*"):
        if name != backup:
            name.unlink()
    shutil.copy(backup, world.ledger_place)
    await world.live(run)
    assert len(world.carrier.requests) == 3, "nothing was sent again"
    assert judge(world) == []


async def test_old_payloads_are_purged_and_identities_stay(service: BatchService, world: World) -> None:
    job_id, _result = await shipped(service, world, plan_of(["A1"]))
    world.settings.purge_days = -1
    await service.check_watch_list()
    stored = service.ledger.read(lambda c: c.exec_driver_sql("SELECT planned FROM shipments").scalar())
    assert stored is None
    assert list(holdings(service, "simulator", ["order:A1"])) == ["order:A1"]
    assert service.outcome(job_id).rows["completed"] == 1


async def test_history_export_and_delete(service: BatchService, world: World) -> None:
    job_id, _result = await shipped(service, world, plan_of(["A1"]))
    assert [job.id for job in service.jobs(status="completed", name="all orders")] == [job_id]
    assert service.jobs(since="2999-01-01") == []
    assert world.carrier.records[0].tracking_number in service.export_csv(job_id)
    service.delete(job_id)
    assert service.jobs() == []
    assert list(holdings(service, "simulator", ["order:A1"])) == ["order:A1"], "its rows stay shipped"
    with service.ledger.session() as session:
        assert any("deleted" in line for line in AuditService(session).export())


async def test_an_unsettled_job_cannot_be_deleted(service: BatchService, world: World) -> None:
    world.carrier.faults = once("lost_before")
    job_id, _result = await shipped(service, world, plan_of(["A1"]))
    with pytest.raises(ShipchatError, match="E-4213"):
        service.delete(job_id)


async def test_restart_is_a_new_unplanned_job(service: BatchService, world: World) -> None:
    world.carrier.faults = once("refused")
    job_id, _result = await shipped(service, world, plan_of(["A1", "A2"]), concurrency=1)
    fresh = service.restart(job_id)
    assert fresh != job_id
    assert service.outcome(job_id).status == "cancelled"
    with pytest.raises(ShipchatError, match="E-4217"):
        await service.execute(fresh)


async def test_a_planned_job_is_not_an_unplanned_one(service: BatchService, world: World) -> None:
    job_id = await approved(service, world, plan_of(["A1"]))
    with service.ledger.session() as session:
        executor = BatchExecutor(JobService(session), AuditService(session), world.sheet, world.carrier)
        with pytest.raises(ShipchatError, match="E-4226"):
            await executor.execute(job_id, "", {})


async def test_observers_hear_everything_and_can_break_nothing(service: BatchService, world: World) -> None:
    heard: list[Any] = []

    class Watcher:
        def on_batch_started(self, job_id: str, total_rows: int) -> None:
            heard.append(("started", total_rows))

        async def on_row_completed(self, job_id: str, row_number: int, tracking_number: str, **more: Any) -> None:
            heard.append((row_number, more["recipient"], more["cost_cents"]))
            raise RuntimeError("screen gone")

        def on_batch_completed(self, job_id: str, summary: dict[str, Any]) -> None:
            heard.append(summary["status"])

    service.add_observer(Watcher())
    _job, result = await shipped(service, world, plan_of(["A1"]))
    assert result.success
    assert heard == [("started", 1), (1, "Person A1", 1000), "completed"]


@pytest.mark.ledger_file
async def test_commits_come_before_requests(
    service: BatchService, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order of durable intent and request, recorded where both happen (a kill cannot show it)."""
    log: list[str] = []
    apply = service.ledger._writer._apply

    def recorded(connection: Any, jobs: list[Any]) -> Any:
        outcomes = apply(connection, jobs)
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        connection.rollback()
        log.append("commit")
        return outcomes

    async def ups(tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if tool == "shipping_create":
            log.append("request")
        return await world.carrier(tool, arguments)

    monkeypatch.setattr(service.ledger._writer, "_apply", recorded)
    service.ups = ups
    await shipped(service, world, plan_of(["A1", "A2", "A3"]), concurrency=1)
    places = [place for place, what in enumerate(log) if what == "request"]
    assert len(places) == 3
    assert all(log[place - 1] == log[place + 1] == "commit" for place in places)


async def test_a_429_lowers_the_limit_once_a_wave_and_successes_raise_it() -> None:
    limiter = ConcurrencyLimiter(16)
    async with limiter as wave:
        limiter.slower(wave)
        limiter.slower(wave)
    assert limiter.limit == 8
    for _ in range(200):
        limiter.faster()
    assert limiter.limit == 16


async def test_audit_entries_hold_digests_of_request_and_answer(service: BatchService, world: World) -> None:
    await shipped(service, world, plan_of(["A1"]))
    with service.ledger.session() as session:
        entries = [json.loads(line) for line in AuditService(session).export(None, "jsonl")]
    details = {entry["event"]: entry["details"] for entry in entries}
    assert len(details["intent"]["request_sha256"]) == len(details["created"]["answer_sha256"]) == 64
    assert details["approved"]["words"] == "yes"
