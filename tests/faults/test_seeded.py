"""Methods (b) and (e) in CI: 300 seeded worlds; `python -m tests.faults seeded --count 100000` runs more of the same."""

from pathlib import Path

import pytest

from tests.faults.seeded import world_of
from tests.faults.world import run, without_waiting

pytestmark = pytest.mark.fault

WORLDS, QUICK, PER_TEST = 300, 6, 25
"""All of them in CI; the fast set has the first `QUICK`."""


@pytest.mark.parametrize(
    ("first", "last"),
    [(0, QUICK)]
    + [pytest.param(n, min(n + PER_TEST, WORLDS), marks=pytest.mark.slow) for n in range(QUICK, WORLDS, PER_TEST)],
)
def test_seeded_worlds_keep_every_invariant(
    tmp_path: Path, empty_ledger: Path, monkeypatch: pytest.MonkeyPatch, first: int, last: int
) -> None:
    without_waiting(monkeypatch)
    for seed in range(first, last):
        _counts, broken = run(world_of(seed, tmp_path / str(seed), empty_ledger))
        assert broken == [], f"replay with `python -m tests.faults seeded --seed {seed} --count 1`"
