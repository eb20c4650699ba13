"""Methods (b) and (e) in CI: 300 seeded worlds; `python -m tests.faults seeded --count 100000` runs more of the same."""

from pathlib import Path

import pytest

from tests.faults.seeded import world_of
from tests.faults.world import run, without_waiting

pytestmark = pytest.mark.fault

WORLDS, QUICK, PER_TEST = 300, 25, 25
"""All of them in CI; the README's command leaves those from `QUICK` on to the slow set."""


@pytest.mark.parametrize(
    "first",
    [pytest.param(n, marks=[pytest.mark.slow] if n >= QUICK else []) for n in range(0, WORLDS, PER_TEST)],
)
def test_seeded_worlds_keep_every_invariant(
    tmp_path: Path, empty_ledger: Path, monkeypatch: pytest.MonkeyPatch, first: int
) -> None:
    without_waiting(monkeypatch)
    for seed in range(first, first + PER_TEST):
        _counts, broken = run(world_of(seed, tmp_path / str(seed), empty_ledger))
        assert broken == [], f"replay with `python -m tests.faults seeded --seed {seed} --count 1`"
