"""Own customs documents in a batch: no label without its papers, no second upload of what is known, no second label."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent.batch.recovery.audit_replay import differences
from agent.batch.service import BatchService
from agent.planning.model import Plan
from tests.faults.judge import judge
from tests.faults.world import Fuse, World, new_world, plan_of, without_waiting
from tests.integration.batch.batch_steps import approved

DOCUMENT = {
    "path": "/shop/INV-1.pdf",
    "name": "INV-1.pdf",
    "size": 9,
    "sha256": "a" * 64,
    "document_type": "002",
}


def with_documents(*orders: str) -> Plan:
    plan = plan_of(list(orders))
    shipments = [
        replace(
            item,
            documents=(DOCUMENT, DOCUMENT | {"name": "CO.pdf", "document_type": "003", "sha256": "b" * 64}),
            payload=item.payload | {"international": {}, "shipper": {"account_number": "SIMSIM"}},
        )
        for item in plan.shipments
    ]
    return replace(plan, shipments=tuple(shipments))


class Papers:
    """The UPS server's uploads as the test wants them, before the suite's own carrier."""

    def __init__(self, service: BatchService, world: World, *answers: Any) -> None:
        self.uploads: list[dict[str, Any]] = []
        self.created: list[dict[str, Any]] = []
        self.answers = list(answers)
        self._world = world
        service.ups = self

    async def __call__(self, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if tool == "document_upload":
            self.uploads.append(arguments)
            answer = self.answers.pop(0) if self.answers else None
            if isinstance(answer, BaseException):
                raise answer
            return answer or {"document_id": f"2026-11-21-01.02.03.{len(self.uploads):06}"}
        if tool == "shipping_create":
            self.created.append(arguments["shipment"]["international"])
        return await self._world.carrier(tool, arguments)


def refused(code: str, **more: Any) -> dict[str, Any]:
    return {"isError": True, "code": code, "message": "not so", "remedy": "", "retryable": False} | more


async def test_documents_are_uploaded_first_and_named_by_the_request(world: World, service: BatchService) -> None:
    papers = Papers(service, world)
    job_id = await approved(service, world, with_documents("A1"))
    assert (await service.execute(job_id)).successful_rows == 1
    assert [(one["path"], one["sha256"][0], one["document_type"]) for one in papers.uploads] == [
        ("/shop/INV-1.pdf", "a", "002"),
        ("/shop/INV-1.pdf", "b", "003"),
    ]
    (made,) = papers.created
    assert [one["document_type"] for one in made["documents"]] == ["002", "003"]
    assert service.ledger.read(differences) == []


@pytest.mark.parametrize("code", ["E-2110", "E-2111", "E-3001"])
async def test_a_document_that_cannot_go_fails_its_row_unbought(world: World, service: BatchService, code: str) -> None:
    papers = Papers(service, world, refused(code))
    job_id = await approved(service, world, with_documents("A1", "A2"))
    result = await service.execute(job_id, on_error="continue")
    assert (result.successful_rows, result.failed_rows) == (1, 1)
    (failed,) = service.outcome(job_id).failed
    assert (failed["code"], failed["message"]) == (code, "INV-1.pdf: not so")
    assert len(papers.created) == 1, "nothing was asked for of the row without its papers"
    assert service.ledger.read(differences) == []
    assert service.retry_rows(job_id).rows, "fixed, it can be retried"


@pytest.mark.parametrize(
    "trouble",
    [
        refused("E-3002", retryable=True),
        refused("E-5003", http_status=401),
        refused("E-3005", http_status=403),
        RuntimeError("the server is gone"),
    ],
)
async def test_what_is_no_fault_of_the_row_leaves_it_for_another_time(
    world: World, service: BatchService, trouble: Any
) -> None:
    papers = Papers(service, world, None, trouble)
    job_id = await approved(service, world, with_documents("A1"))
    result = await service.execute(job_id)
    assert (result.successful_rows, result.failed_rows, papers.created) == (0, 0, [])
    assert service.outcome(job_id).status == "paused"
    resumed = await service.resume(job_id)
    assert resumed.successful_rows == 1
    assert [one["document_type"] for one in papers.uploads] == ["002", "003", "003"], "what is known is not sent again"
    assert papers.created[0]["documents"][0]["document_id"].endswith("000001")


class WithPapers:
    """The suite's carrier, which takes documents too."""

    def __init__(self, carrier: Any) -> None:
        self._carrier, self.uploads = carrier, 0

    async def __call__(self, tool: str, arguments: dict[str, Any]) -> Any:
        if tool == "shipping_create":
            # What the plan could not know is there; the rest is judged as what was approved.
            international = dict(arguments["shipment"]["international"])
            assert len(international.pop("documents")) == 2
            arguments = arguments | {"shipment": arguments["shipment"] | {"international": international}}
        if tool != "document_upload":
            return await self._carrier(tool, arguments)
        self.uploads += 1
        return {"document_id": f"2026-11-21-01.02.03.{self.uploads:06}"}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._carrier, name)


@pytest.mark.slow
async def test_a_crash_at_any_step_buys_no_second_label_and_none_without_papers(
    tmp_path: Path, empty_ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process dies before and after every effect in turn; the resume finishes with what the ledger knows."""
    without_waiting(monkeypatch)
    for at in range(1, 500):
        world = new_world(tmp_path / str(at), empty_ledger)
        world.carrier = WithPapers(world.carrier)  # type: ignore[assignment]
        plan, fuse = with_documents("A1"), Fuse(at=at)

        async def ship(service: BatchService, world: World = world, plan: Plan = plan) -> Any:
            return await service.execute(await approved(service, world, plan))

        done = await world.live(ship, fuse)
        for job_id in world.job_ids():
            await world.live(lambda service, job_id=job_id: service.resume(job_id))
        assert judge(world) == []
        if done is not None:
            assert at > 10, "there were steps to die at"
            assert world.carrier.uploads == 2
            return
        shutil.rmtree(world.folder)
    raise AssertionError("it never came through")


async def test_a_released_row_uploads_anew(world: World, service: BatchService) -> None:
    papers = Papers(service, world)
    plan = with_documents("A1")
    job_id = await approved(service, world, plan)

    async def lost(tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if tool == "shipping_create":
            return refused("E-3102", outcome="unknown")
        return await papers(tool, arguments)

    service.ups = lost
    await service.execute(job_id)
    assert service.outcome(job_id).rows["in_doubt"] == 1
    await service.settle(job_id)
    await service.release(job_id, None, now=True)
    service.ups = papers
    assert (await service.resume(job_id)).successful_rows == 1
    assert len(papers.uploads) == 4, "another attempt has papers of its own"


async def test_other_contents_than_the_plans_stop_the_batch(world: World, service: BatchService) -> None:
    papers = Papers(service, world)
    job_id = await approved(service, world, with_documents("A1"))
    service.ledger.write(lambda c: c.exec_driver_sql("update documents set sha256 = 'c'"))
    result = await service.execute(job_id)
    assert (result.error_code, papers.uploads, papers.created) == ("E-4210", [], [])


def test_json_of_a_plan_keeps_its_documents() -> None:
    from agent.planning.digest import shipment_text

    kept = json.loads(shipment_text(with_documents("A1").shipments[0]))["documents"]
    assert [one["name"] for one in kept] == ["INV-1.pdf", "CO.pdf"]
