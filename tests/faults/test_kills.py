"""Method (c): SIGKILL of real processes at random, observed moments; `python -m tests.faults kills` runs more of them."""

from pathlib import Path

import pytest

from tests.faults.kills import one_shop

pytestmark = pytest.mark.fault

HOUSEHOLDS = range(16)
"""Each has one kill at least, of agent, server or both; a third of them are killed again during recovery."""
FIRST = 6


@pytest.mark.parametrize(
    "seed",
    [pytest.param(seed, marks=pytest.mark.slow if seed < FIRST else pytest.mark.thorough) for seed in HOUSEHOLDS],
)
def test_a_kill_at_any_moment_buys_nothing_twice_and_loses_nothing(tmp_path: Path, seed: int) -> None:
    told, broken = one_shop(seed, tmp_path)
    assert broken == [], f"replay with `python -m tests.faults kills --seed {seed} --count 1`: {dict(told)}"
    assert told["kills"] >= 1, dict(told)
