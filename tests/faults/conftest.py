"""Worlds for the fault suite."""

from pathlib import Path

import pytest

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
