"""Worlds for the fault suite."""

from pathlib import Path

import pytest

from agent.ledger.place import Place
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
