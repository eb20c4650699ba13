"""Stations that share a ledger: the stories hold, and each removed defence is caught by the one named with it."""

from pathlib import Path

import pytest

from tests import ledgers
from tests.faults.mutation import Mutant
from tests.faults.station_scenarios import MUTANTS, SCENARIOS
from tests.faults.world import World, new_world, run, without_waiting

pytestmark = [pytest.mark.fault, pytest.mark.slow]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    without_waiting(monkeypatch)
    return new_world(tmp_path / "world", ledgers.empty_database())


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_stations_hold(world: World, name: str) -> None:
    assert run(SCENARIOS[name](world)) == []


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_removed_defence_of_stations_is_caught(world: World, monkeypatch: pytest.MonkeyPatch, mutant: Mutant) -> None:
    mutant.remove(monkeypatch)
    try:
        broken = run(SCENARIOS[mutant.caught_by](world))
    except Exception as fault:
        broken = [f"{type(fault).__name__}: {fault}", *world.carrier.violations]
    assert any(violation.startswith(mutant.seen) for violation in broken), broken
