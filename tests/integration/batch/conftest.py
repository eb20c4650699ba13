"""A service over a real ledger on disk, with the fault suite's carrier and sheet behind the two seams."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.batch.service import BatchService
from agent.ledger.store import Ledger
from tests.faults.world import World, new_world, without_waiting


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    without_waiting(monkeypatch)
    return new_world(tmp_path / "world")


@pytest.fixture
def service(world: World) -> Iterator[BatchService]:
    ledger = Ledger.open(world.ledger_path)
    yield BatchService(ledger, world.settings, world.sheet, world.carrier)
    ledger.close()
