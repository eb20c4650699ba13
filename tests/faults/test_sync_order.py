"""The intent is on the disk, not only in the page cache, before its request leaves: seen below SQLite."""

from pathlib import Path
from typing import Any

import pytest

from agent.batch.service import BatchService
from agent.ledger import connection, store
from agent.ledger.store import Ledger
from tests.faults.sync_recorder import Recorder, library, recording
from tests.faults.world import World, plan_of, run, yes

pytestmark = pytest.mark.fault

SQLITE = library()
ROWS = 3


def requests_of_a_job(world: World, recorder: Recorder) -> list[bool]:
    """For each create request whether the ledger's log was synced when it left."""
    plan = plan_of([f"A{number}" for number in range(ROWS)])

    async def work() -> list[bool]:
        synced = []

        async def ups(tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
            if tool == "shipping_create":
                synced.append("sync" in recorder.log and not recorder.unsynced())
                recorder.log.append("request")
            return await world.carrier(tool, arguments)

        ledger = Ledger.open(world.ledger_path)
        try:
            service = BatchService(ledger, world.settings, world.sheet, ups)
            await service.execute(await service.approve(plan, yes(plan)), concurrency=1)
        finally:
            ledger.close()
        return synced

    return run(work())


@pytest.mark.skipif(SQLITE is None, reason="this Python's SQLite is not a library of its own")
def test_every_intent_is_synced_before_its_request(world: World) -> None:
    assert SQLITE is not None
    with recording(SQLITE) as recorder:
        assert requests_of_a_job(world, recorder) == [True] * ROWS
    places = [place for place, entry in enumerate(recorder.log) if entry == "request"]
    between = [recorder.log[first:last] for first, last in zip([0, *places], places, strict=False)]
    assert all("write" in part and "sync" in part for part in between), "each request has a sync of its own"
    assert world.carrier.violations == []


@pytest.mark.skipif(SQLITE is None, reason="this Python's SQLite is not a library of its own")
def test_the_recorder_sees_a_ledger_that_does_not_sync(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The counter-proof: without synchronous=FULL the same test fails."""
    engine_of = store.engine_of

    def lazy(path: Path, *, write: bool) -> Any:
        engine = engine_of(path, write=write)
        connection.event.listen(engine, "connect", lambda raw, _record: raw.execute("PRAGMA synchronous = NORMAL"))
        return engine

    monkeypatch.setattr(store, "engine_of", lazy)
    assert SQLITE is not None
    with recording(SQLITE) as recorder:
        assert requests_of_a_job(world, recorder) == [False] * ROWS
