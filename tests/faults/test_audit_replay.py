"""Whatever happened in a world of faults and deaths: nobody changed its record, so `audit verify` finds nothing."""

from pathlib import Path

import pytest

from agent.batch.recovery.audit_check import findings
from agent.ledger.store import Ledger
from tests.faults.seeded import one_world
from tests.faults.world import without_waiting

FAST, SLOW = range(9_000, 9_003), range(9_100, 9_200)


async def disagreements(seeds: range, folder: Path, template: Path) -> dict[int, list[str]]:
    found = {}
    for seed in seeds:
        world, _broken = await one_world(seed, folder / str(seed), template)
        ledger = Ledger.open(world.ledger_place)
        if told := findings(ledger, world.settings):
            found[seed] = told
        ledger.close()
    return found


async def test_an_honest_record_is_whole(tmp_path: Path, empty_ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_waiting(monkeypatch)
    assert await disagreements(FAST, tmp_path, empty_ledger) == {}


@pytest.mark.slow
async def test_many_honest_records_are_whole(
    tmp_path: Path, empty_ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_waiting(monkeypatch)
    assert await disagreements(SLOW, tmp_path, empty_ledger) == {}
