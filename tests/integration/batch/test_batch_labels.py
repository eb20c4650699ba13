"""Label files: fetched again when they are gone, and never counted while they are not on disk with their hash."""

import shutil
from typing import Any

import pytest

from agent.batch.service import BatchService
from tests.faults.judge import judge
from tests.faults.world import World, plan_of
from tests.integration.batch.batch_steps import always, shipped


@pytest.mark.parametrize("lost", ["the folder", "some bytes"])
async def test_the_labels_of_a_completed_batch_come_back(service: BatchService, world: World, lost: str) -> None:
    """The shipments are bought, so their labels are fetched, not bought."""
    job_id, _result = await shipped(service, world, plan_of(["A1", "A2"]))
    labels = world.folder / "labels"
    if lost == "the folder":
        shutil.rmtree(labels)
        labels.mkdir()
    else:
        next(labels.glob("*.zpl")).write_bytes(b"^XA")
    await service.resume(job_id)
    assert service.outcome(job_id).status == "completed"
    assert len(world.carrier.requests) == 2
    assert judge(world) == [], "I6: each label is on disk with its hash"


@pytest.mark.parametrize(
    "wrong",
    [
        {"labelPaths": [None], "labelSha256s": [None]},
        {"labelPaths": ["/nowhere.zpl"], "labelSha256s": ["0" * 64]},
        {"labelPaths": [], "labelSha256s": []},
        {"trackingNumbers": ["1ZSIMSIM9999999999"]},
        {"trackingNumbers": ["1ZSIMSIM9999999999", "1ZSIMSIM8888888888"]},
        {"trackingNumbers": None},
    ],
)
async def test_a_label_that_is_not_really_there_completes_nothing(
    service: BatchService, world: World, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, Any]
) -> None:
    recover = type(world.carrier).label_recover
    monkeypatch.setattr(
        type(world.carrier), "label_recover", lambda carrier, arguments: recover(carrier, arguments) | wrong
    )
    world.carrier.faults = always("bad_label")
    job_id, _result = await shipped(service, world, plan_of(["A1"]))
    await service.resume(job_id)
    outcome = service.outcome(job_id)
    assert (outcome.rows["completed"], outcome.rows["in_doubt"]) == (0, 1)
    assert service.unsettled()[0].job_id == job_id
    monkeypatch.undo()
    await service.resume(job_id)
    assert service.outcome(job_id).rows["completed"] == 1
