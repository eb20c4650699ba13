"""A service over a real ledger on disk, with the fault suite's carrier and sheet behind the two seams."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.batch.service import BatchService
from agent.ledger.store import Ledger
from tests.faults.world import World, new_world, without_waiting


@pytest.fixture(scope="session")
def empty_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrated once, copied for each world."""
    path = tmp_path_factory.mktemp("template") / "ledger.sqlite"
    Ledger.open(path).close()
    return path


@pytest.fixture
def world(tmp_path: Path, empty_ledger: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    without_waiting(monkeypatch)
    return new_world(tmp_path / "world", empty_ledger)


@pytest.fixture
def service(world: World) -> Iterator[BatchService]:
    ledger = Ledger.open(world.ledger_path)
    yield BatchService(ledger, world.settings, world.sheet, world.carrier)
    ledger.close()
