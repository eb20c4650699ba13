"""Pause, cancel, resume and delete at awkward moments; the outbox over several starts."""

import getpass
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent.batch.service import BatchService
from agent.errors import ShipchatError
from agent.ledger import AuditService, JobService
from agent.ledger.lease import lease
from agent.planning.digest import plan_digest
from tests.faults.judge import judge
from tests.faults.scenarios import once
from tests.faults.world import World, plan_of, yes
from tests.integration.batch.batch_steps import approved, shipped


def during_look_up(world: World, monkeypatch: pytest.MonkeyPatch, act: Callable[[], Awaitable[None]]) -> None:
    """Something happens while UPS is asked for the first time."""
    call, done = type(world.carrier).__call__, []

    async def acting(carrier: Any, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if tool == "shipping_find" and not done:
            done.append(True)
            await act()
        return await call(carrier, tool, arguments)

    monkeypatch.setattr(type(world.carrier), "__call__", acting)


@pytest.mark.parametrize(
    ("verb", "status", "rest"), [("pause", "paused", "pending"), ("cancel", "cancelled", "skipped")]
)
async def test_a_wish_during_the_look_ups_counts(
    service: BatchService, world: World, monkeypatch: pytest.MonkeyPatch, verb: str, status: str, rest: str
) -> None:
    world.carrier.faults = once("lost_after")
    job_id, _result = await shipped(service, world, plan_of(["A1", "A2", "A3"]), concurrency=1)
    during_look_up(world, monkeypatch, lambda: getattr(service, verb)(job_id))
    await service.resume(job_id)
    outcome = service.outcome(job_id)
    assert (outcome.status, outcome.rows[rest], outcome.rows["completed"]) == (status, 2, 1)
    assert len(world.carrier.requests) == 1
    if verb == "pause":
        assert (await service.resume(job_id)).successful_rows == 3, "the wish belonged to the run that it was said in"
    assert judge(world) == []


async def test_the_doubts_of_a_cancelled_batch_are_looked_up_by_resume(service: BatchService, world: World) -> None:
    world.carrier.faults = once("lost_after")
    job_id, _result = await shipped(service, world, plan_of(["A1", "A2"]), concurrency=1)
    await service.cancel(job_id)
    assert [job.job_id for job in service.unsettled()] == [job_id], "named whatever its status"
    result = await service.resume(job_id)
    assert (result.successful_rows, result.failed_rows) == (1, 0)
    assert service.outcome(job_id).status == "cancelled"
    assert list(world.sheet.cells) == [1], "what was found is handed over"
    assert len(world.carrier.requests) == 1, "what was skipped stays so"
    with pytest.raises(ShipchatError, match="E-4206"):
        await service.resume(job_id)
    assert judge(world) == []


async def test_a_release_after_a_cancel_is_sent_by_the_next_resume(service: BatchService, world: World) -> None:
    world.carrier.faults = once("lost_before")
    job_id, _result = await shipped(service, world, plan_of(["A1", "A2"]), concurrency=1)
    await service.cancel(job_id)
    assert await service.release(job_id, None, now=True) == [2]
    with pytest.raises(ShipchatError, match="E-4207"):
        await service.release(job_id, [2], now=True)
    assert await service.release(job_id, None, now=True) == [], "released once"
    await service.resume(job_id)
    assert [name[-2:] for name in world.carrier.requests] == ["01", "02"]
    assert service.outcome(job_id).rows == {"completed": 1, "failed": 0, "in_doubt": 0, "pending": 0, "skipped": 1}
    assert judge(world) == []


@pytest.mark.ledger_file
async def test_nothing_is_approved_while_a_batch_runs_elsewhere(service: BatchService, world: World) -> None:
    """It could not be executed, and would hold its rows."""
    plan = plan_of(["A1"])
    with lease(world.ledger_place), pytest.raises(ShipchatError, match="E-4204"):
        await service.approve(plan, yes(plan))
    assert service.jobs() == []


async def test_a_crash_is_looked_up_before_a_retry_sends(service: BatchService, world: World) -> None:
    world.carrier.faults = once("refused")
    job_id, _result = await shipped(service, world, plan_of(["A1", "A2"]), concurrency=1)
    service.ledger.write(
        lambda connection: connection.exec_driver_sql(
            "UPDATE shipments SET state = 'submitting', intent_at = created_at FROM batch_jobs"
            " WHERE batch_jobs.id = job_id AND state = 'pending'"
        )
    )
    amendment = plan_of(["A1"], amends_job_id=job_id)
    await approved(service, world, amendment)
    await service.execute(job_id)
    assert world.carrier.searches == 1
    assert service.outcome(job_id).rows["in_doubt"] == 1


async def test_an_unsettled_bare_job_is_not_deleted(service: BatchService) -> None:
    with service.ledger.session() as session:
        jobs = JobService(session)
        job = jobs.create_job("Sample", "Ship all")
        row = jobs.create_rows(job.id, [{"row_number": 1}])[0]
        jobs.fail_row(row.id, "E-4220", "lost", "in_doubt")
        job_id = job.id
    with pytest.raises(ShipchatError, match="E-4213"):
        service.delete(job_id)


@pytest.mark.ledger_file
async def test_what_a_sheet_is_owed_is_handed_over_at_a_later_start(service: BatchService, world: World) -> None:
    world.sheet.failing = True
    job_id, _result = await shipped(service, world, plan_of(["A1", "A2"]))
    for _ in range(2):
        await service.deliver_pending()
        assert service.unsettled()[0].pending_results == 2, "still owed, still named"
    with lease(world.ledger_place):
        world.sheet.failing = False
        await service.deliver_pending()
        assert service.unsettled()[0].pending_results == 2, "a batch that runs elsewhere is not disturbed"
    await service.deliver_pending()
    assert len(world.sheet.cells) == 2
    assert service.unsettled() == []
    assert service.outcome(job_id).status == "completed"
    assert judge(world) == []


async def test_a_start_does_not_wait_for_a_sheet_that_is_gone(service: BatchService, world: World) -> None:
    plan = plan_of(["A1"])
    plan = replace(
        plan, source=replace(plan.source, descriptor={"type": "csv", "path": str(world.folder / "gone.csv")})
    )
    world.sheet.failing = True
    job_id, _result = await shipped(service, world, plan)
    world.sheet.failing = False
    await service.deliver_pending()
    assert world.sheet.written == [], "it was not even tried"
    assert "gone.csv is gone." in service.outcome(job_id).sheet_text
    assert service.unsettled()[0].pending_results == 1


async def test_the_outbox_never_writes_into_whichever_sheet_is_open(service: BatchService, world: World) -> None:
    world.sheet.failing = True
    job_id, _result = await shipped(service, world, plan_of(["A1"]))
    service.ledger.write(lambda connection: connection.exec_driver_sql("UPDATE plans SET header = NULL"))
    world.sheet.failing = False
    assert "`--to FILE`" in await service.writeback(job_id)
    assert world.sheet.cells == {}


async def test_a_plan_is_kept_while_results_are_owed_to_its_sheet(service: BatchService, world: World) -> None:
    world.sheet.failing = True
    job_id, _result = await shipped(service, world, plan_of(["A1"]))
    world.settings.purge_days = -1
    await service.check_watch_list()
    world.sheet.failing = False
    await service.writeback(job_id)
    assert len(world.sheet.cells) == 1
    service.ledger.write(lambda connection: connection.exec_driver_sql("UPDATE shipments SET planned = '{}'"))
    await service.check_watch_list()
    headers = service.ledger.read(lambda c: c.exec_driver_sql("SELECT count(header) FROM plans").scalar())
    assert headers == 0, "and deleted afterwards"


async def test_rows_that_a_cancel_skipped_are_purged(service: BatchService, world: World) -> None:
    world.carrier.faults = once("refused")
    job_id, _result = await shipped(service, world, plan_of(["A1", "A2"]), concurrency=1)
    service.restart(job_id)
    world.settings.purge_days = -1
    await service.check_watch_list()
    assert service.ledger.read(lambda c: c.exec_driver_sql("SELECT count(planned) FROM shipments").scalar()) == 0


async def test_a_single_row_can_be_dismissed_or_written(service: BatchService, world: World) -> None:
    world.sheet.failing = True
    job_id, _result = await shipped(service, world, plan_of(["A1", "A2", "A3"]))
    world.sheet.failing = False
    await service.writeback(job_id, [2], dismiss=True)
    assert service.unsettled()[0].pending_results == 2
    await service.writeback(job_id, [3])
    assert list(world.sheet.cells) == [2]
    with pytest.raises(ShipchatError, match="E-4207"):
        await service.writeback(job_id, [99])


async def test_a_copy_gets_all_results_not_only_those_that_are_owed(
    service: BatchService, world: World, tmp_path: Path
) -> None:
    """The sheet that held the first numbers is gone; the copy is from before the batch."""
    job_id, _result = await shipped(service, world, plan_of(["A1", "A2"]))
    world.sheet.cells.clear()

    async def data(tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if tool == "import_csv":
            return {"source_id": "copy", "descriptor": {"path": arguments["path"]}}
        assert arguments["source_id"] == "copy"
        return await world.sheet(tool, arguments)

    service.data = data
    assert await service.writeback(job_id, to=tmp_path / "copy.csv") == "Tracking numbers are in copy.csv."
    assert sorted(world.sheet.cells) == [1, 2]


async def test_a_copy_that_cannot_be_opened_changes_nothing(service: BatchService, world: World) -> None:
    job_id, _result = await shipped(service, world, plan_of(["A1"]))

    async def data(_tool: str, _arguments: dict[str, Any]) -> dict[str, Any]:
        return {"isError": True, "code": "E-1002", "message": "There is no such file.", "remedy": "Check the path."}

    service.data = data
    with pytest.raises(ShipchatError, match="E-1002"):
        await service.writeback(job_id, to=Path("/nowhere.csv"))
    assert service.unsettled() == []


async def test_a_batch_that_shipped_nothing_says_nothing_of_a_sheet(service: BatchService, world: World) -> None:
    world.carrier.faults = once("refused")
    job_id, _result = await shipped(service, world, plan_of(["A1"]))
    assert service.outcome(job_id).sheet_text == ""


async def test_who_watches_hears_how_many_are_sent_now(service: BatchService, world: World) -> None:
    heard = []

    class Watcher:
        def on_batch_started(self, job_id: str, total_rows: int, pending_rows: int) -> None:
            heard.append((total_rows, pending_rows))

    service.add_observer(Watcher())
    world.carrier.faults = once("refused")
    job_id, _result = await shipped(service, world, plan_of(["A1", "A2"]), concurrency=1)
    await service.resume(job_id)
    await service.resume(job_id)
    assert heard == [(2, 2), (2, 1), (2, 0)]


async def test_an_error_that_ends_in_a_full_stop_is_told_with_one(service: BatchService, world: World) -> None:
    world.carrier.faults = once("refused")
    job_id, _result = await shipped(service, world, plan_of(["A1", "A2"]), concurrency=1)
    service.ledger.write(
        lambda connection: connection.exec_driver_sql("UPDATE job_rows SET error_message = 'It does not exist.'")
    )
    (named,) = service.unsettled()
    assert named.job_id == job_id
    assert named.prompt.endswith("Last error: E-3001: It does not exist.")


async def test_a_retry_says_what_goes_with_it_and_its_cap_adds_to_the_batchs(
    service: BatchService, world: World
) -> None:
    world.carrier.faults = once("refused")
    job_id, _result = await shipped(service, world, plan_of(["A1", "A2", "A3"], budget_cents=3000), concurrency=1)
    retry = service.retry_rows(job_id)
    assert (retry.waiting_rows, retry.waiting_cents, retry.budgeted) == (2, 2000, True)
    await approved(service, world, plan_of(["A1"], amends_job_id=job_id, budget_cents=1000))
    assert (await service.execute(job_id)).successful_rows == 3
    assert judge(world) == []


async def test_a_row_without_a_quote_joins_no_capped_batch(service: BatchService, world: World) -> None:
    world.carrier.faults = once("refused")
    job_id, _result = await shipped(service, world, plan_of(["A1"], budget_cents=3000))
    plan = plan_of(["A1"], amends_job_id=job_id)
    plan = replace(plan, shipments=(replace(plan.shipments[0], quote_cents=None),))
    with pytest.raises(ShipchatError, match="E-4212"):
        await service.approve(plan, yes(plan))


async def test_the_unplanned_job_of_a_restart_becomes_the_planned_one(service: BatchService, world: World) -> None:
    world.carrier.faults = once("refused")
    job_id, _result = await shipped(service, world, plan_of(["A1", "A2"]), concurrency=1)
    fresh = service.restart(job_id)
    plan = plan_of(["A1", "A2"])
    world.plans.append(plan)
    assert await service.approve(plan, yes(plan), into=fresh) == fresh
    assert (await service.execute(fresh)).successful_rows == 2
    assert {job.id: job.status for job in service.jobs()} == {job_id: "cancelled", fresh: "completed"}
    assert judge(world) == []
    later = plan_of(["A3"], row_numbers=[3])
    assert await service.approve(later, yes(later), into=fresh) != fresh, "it has a plan already"


async def test_what_a_plan_chose_can_be_told_again(service: BatchService, world: World) -> None:
    job_id, _result = await shipped(service, world, plan_of(["A1", "A2"]))
    planned = service.selected(job_id)
    assert (planned.row_numbers, planned.filter_clause, planned.service_code) == ([1, 2], "true", "03")
    assert planned.quoted_cents == 2000
    assert planned.source is not None
    assert planned.source["name"] == "orders.csv"


async def test_the_record_of_an_approval_says_who_when_and_by_what_words(service: BatchService, world: World) -> None:
    plan = plan_of(["A1"])
    await approved(service, world, plan)
    with service.ledger.session() as session:
        entries = [json.loads(line) for line in AuditService(session).export(None, "jsonl")]
    (entry,) = [entry for entry in entries if entry["event"] == "approved"]
    told = {name: entry["details"][name] for name in ("digest", "who", "by", "words", "sentence")}
    assert told == {
        "digest": plan_digest(plan),
        "who": getpass.getuser(),
        "by": "words",
        "words": "yes",
        "sentence": "Ship them?",
    }
    assert entry["at"].endswith("Z")


async def test_a_resumed_batch_holds_its_sheet_again_and_a_busy_one_stops_nothing(
    service: BatchService, world: World
) -> None:
    world.carrier.faults = once("refused")
    job_id, _result = await shipped(service, world, plan_of(["A1", "A2"]), concurrency=1)
    locked = []

    async def data(tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if tool == "lock_source":
            locked.append(arguments["source_id"])
            return {"isError": True, "code": "E-1202", "message": "held by pid 7"}
        return await world.sheet(tool, arguments)

    service.data = data
    assert (await service.resume(job_id)).successful_rows == 1
    assert locked == ["source-1"]
