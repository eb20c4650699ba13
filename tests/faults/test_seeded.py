"""Method (b) and (e) in CI: 300 seeded worlds; `python -m tests.faults seeded --count 100000` runs more of the same."""

from pathlib import Path

import pytest

from tests.faults.seeded import one_world
from tests.faults.world import run, without_waiting

pytestmark = pytest.mark.fault

WORLDS, PER_TEST = 300, 25


@pytest.mark.parametrize("first", range(0, WORLDS, PER_TEST))
def test_seeded_worlds_keep_every_invariant(
    tmp_path: Path, empty_ledger: Path, monkeypatch: pytest.MonkeyPatch, first: int
) -> None:
    without_waiting(monkeypatch)
    for seed in range(first, first + PER_TEST):
        _world, broken = run(one_world(seed, tmp_path / str(seed), empty_ledger))
        assert broken == [], f"replay with seed {seed}"
