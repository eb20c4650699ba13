"""Disks that are full or cannot be written, rows that share a shipment, commands that meet an unplanned job."""

import ast
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from agent.batch.service import BatchService
from agent.errors import ShipchatError
from agent.ledger import JobService
from agent.ledger.store import Ledger
from tests.faults.judge import judge
from tests.faults.scenarios import once
from tests.faults.world import World, plan_of
from tests.integration.batch.batch_steps import approved, shipped
from tests.ledgers import empty, fill

ROOT = Path(__file__).parents[3]


@pytest.mark.ledger_file
async def test_a_ledger_head_that_cannot_be_written_stops_before_the_first_request(
    service: BatchService, world: World
) -> None:
    (world.folder / "labels" / f"ledger-head.{os.getpid()}.new").mkdir()
    job_id = await approved(service, world, plan_of(["A1"]))
    with pytest.raises(ShipchatError, match="E-4203"):
        await service.execute(job_id)
    assert world.carrier.requests == []
    (world.folder / "labels" / f"ledger-head.{os.getpid()}.new").rmdir()
    assert (await service.resume(job_id)).successful_rows == 1


@pytest.mark.ledger_file
async def test_a_lease_that_nobody_can_take_is_told(service: BatchService, world: World) -> None:
    job_id = await approved(service, world, plan_of(["A1"]))
    lock = world.ledger_place.with_suffix(".lock")
    lock.unlink(missing_ok=True)
    lock.mkdir()
    with pytest.raises(ShipchatError, match=r"E-4203.*ledger\.lock"):
        await service.execute(job_id)
    assert world.carrier.requests == []


def test_a_home_that_cannot_be_written_is_told_without_a_stack_trace(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    home = {"SHIPCHAT_HOME": str(tmp_path / "file" / "home")}
    command = [Path(sys.executable).with_name("shipchat"), "jobs", "list"]
    done = subprocess.run(command, env=os.environ | home, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1
    assert "E-4203" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.ledger_file
async def test_a_disk_that_is_full_when_the_answer_comes_loses_nothing(world: World) -> None:
    """The label is bought and cannot be recorded: it is a doubt that the next start finds."""
    plan = plan_of(["A1", "A2", "A3"])
    ledger = Ledger.open(world.ledger_place)
    service = BatchService(ledger, world.settings, world.sheet, world.carrier)
    job_id = await approved(service, world, plan)
    world.carrier.faults = lambda _reference: fill(world.ledger_place)
    with pytest.raises(ShipchatError, match="E-4203"):
        await service.execute(job_id, concurrency=1)
    ledger.close()
    assert len(world.carrier.records) == 1, "nothing new was sent"
    empty(world.ledger_place)
    world.carrier.faults = lambda _reference: None
    result = await world.live(lambda later: later.resume(job_id))
    assert result.successful_rows == 3
    assert len(world.carrier.requests) == 3
    assert judge(world) == []


async def test_rows_of_one_shipment_share_its_label_and_its_price(service: BatchService, world: World) -> None:
    plan = plan_of(["A1"])
    lines = replace(plan.shipments[0], row_numbers=(1, 3), sheet_rows=(2, 4), row_checksums=("one", "two"))
    other = plan_of(["A2"], row_numbers=[2]).shipments[0]
    job_id, result = await shipped(service, world, replace(plan, shipments=(lines, other)))
    assert (result.total_rows, result.successful_rows, result.total_cost_cents) == (3, 3, 2000)
    first, second, third = service.outcome(job_id).tracking
    assert first["tracking_number"] == third["tracking_number"] != second["tracking_number"]
    assert (first["cost_cents"], third["cost_cents"]) == (1000, 0)
    assert world.sheet.cells == {n: item["tracking_number"] for n, item in enumerate((first, second, third), 1)}
    assert len(world.carrier.requests) == 2


async def test_rows_of_one_shipment_fail_and_are_retried_together(service: BatchService, world: World) -> None:
    plan = plan_of(["A1"])
    lines = replace(plan.shipments[0], row_numbers=(1, 3), sheet_rows=(2, 4), row_checksums=("one", "two"))
    world.carrier.faults = once("refused")
    job_id, result = await shipped(service, world, replace(plan, shipments=(lines,)))
    assert result.failed_rows == 2
    assert [row.row_number for row in service.retry_rows(job_id).rows] == [1, 3]
    apart = tuple(
        replace(lines, identity=f"order:A1#{n}", row_numbers=(n,), sheet_rows=(n + 1,), row_checksums=(str(n),))
        for n in (1, 3)
    )
    await approved(service, world, replace(plan, shipments=apart, amends_job_id=job_id))
    assert (await service.execute(job_id)).successful_rows == 2
    assert sorted(name[-8:] for name in world.carrier.requests) == ["00000101", "00000102", "00000301"]


BARE = {"agent.batch.compat.unplanned_jobs", "agent.batch"}
"""Where the executor of unplanned jobs can be had."""


def test_no_command_and_no_session_reaches_the_executor_of_unplanned_jobs() -> None:
    """They make planned jobs only. Names of `agent.batch` itself are for the outside."""
    found = []
    for path in sorted((ROOT / "agent").rglob("*.py")):
        if path.parent.name == "batch":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module in BARE:
                found += [f"{path.name}: {name.name}" for name in node.names if "Executor" in name.name]
    assert found == []


@pytest.mark.parametrize("verb", ["execute", "resume"])
async def test_an_unplanned_job_is_not_sent_by_the_service(service: BatchService, world: World, verb: str) -> None:
    with service.ledger.session() as session:
        jobs = JobService(session)
        job = jobs.create_job("Sample", "Ship all")
        jobs.create_rows(job.id, [{"row_number": 1}])
        job_id = job.id
    with pytest.raises(ShipchatError, match="E-4217"):
        await getattr(service, verb)(job_id)
    assert world.carrier.requests == []
