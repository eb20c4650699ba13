"""The intent is on the disk, not only in the page cache, before its request leaves: seen below SQLite."""

from pathlib import Path
from typing import Any

import pytest

from agent.batch.executor import transitions
from agent.batch.service import BatchService
from agent.ledger import sqlite_file, store
from agent.ledger.store import Ledger
from tests.faults.sync_recorder import Recorder, library, recording
from tests.faults.world import World, plan_of, run, yes

pytestmark = [pytest.mark.fault, pytest.mark.ledger_file]

SQLITE = library()
ROWS = 3


def requests_of_a_job(world: World, recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """For each create request whether its intent was written and synced when it left.

    The intent is noted inside its transaction: other transactions may be half written at that moment.
    """
    plan = plan_of([f"A{number}" for number in range(ROWS)])
    claim = transitions.claim

    def noted(*arguments: Any) -> Any:
        recorder.log.append("intent")
        return claim(*arguments)

    monkeypatch.setattr(transitions, "claim", noted)

    async def work() -> list[bool]:
        synced = []

        async def ups(tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
            if tool == "shipping_create":
                synced.append(recorder.synced_since("intent"))
                recorder.log.append("request")
            return await world.carrier(tool, arguments)

        ledger = Ledger.open(world.ledger_place)
        try:
            service = BatchService(ledger, world.settings, world.sheet, ups)
            await service.execute(await service.approve(plan, yes(plan)), concurrency=1)
        finally:
            ledger.close()
        return synced

    return run(work())


@pytest.mark.skipif(SQLITE is None, reason="this Python's SQLite is not a library of its own")
def test_every_intent_is_synced_before_its_request(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert SQLITE is not None
    with recording(SQLITE) as recorder:
        assert requests_of_a_job(world, recorder, monkeypatch) == [True] * ROWS
    assert world.carrier.violations == []


@pytest.mark.skipif(SQLITE is None, reason="this Python's SQLite is not a library of its own")
def test_the_recorder_sees_a_ledger_that_does_not_sync(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The counter-proof: without synchronous=FULL the same test fails."""
    engine_of = store.engine_of

    def lazy(path: Path, use: Any) -> Any:
        engine = engine_of(path, use)
        sqlite_file.event.listen(engine, "connect", lambda raw, _record: raw.execute("PRAGMA synchronous = NORMAL"))
        return engine

    monkeypatch.setattr(store, "engine_of", lazy)
    assert SQLITE is not None
    with recording(SQLITE) as recorder:
        assert requests_of_a_job(world, recorder, monkeypatch) == [False] * ROWS
