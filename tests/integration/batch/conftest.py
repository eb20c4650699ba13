"""A service over a real ledger on disk, with the fault suite's carrier and sheet behind the two seams."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.batch.service import BatchService
from agent.ledger.place import Place
from agent.ledger.store import Ledger
from tests import ledgers
from tests.faults.world import World, new_world, without_waiting


@pytest.fixture(scope="session")
def empty_ledger(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Migrated once, copied for each world."""
    return ledgers.empty_ledger(tmp_path_factory.mktemp("template"))


@pytest.fixture
def world(tmp_path: Path, empty_ledger: Place, monkeypatch: pytest.MonkeyPatch) -> World:
    without_waiting(monkeypatch)
    made = new_world(tmp_path / "world", empty_ledger)
    if made.settings.ledger is not None:
        # For commands, which read the settings themselves.
        monkeypatch.setenv("SHIPCHAT_LEDGER", made.settings.ledger)
    return made


@pytest.fixture
def service(world: World) -> Iterator[BatchService]:
    ledger = Ledger.open(world.ledger_place)
    yield BatchService(ledger, world.settings, world.sheet, world.carrier)
    ledger.close()
