"""Two stations on one ledger: nothing is bought twice and nothing is lost, whoever dies, freezes or goes away."""

from pathlib import Path

import pytest

from tests.faults.station_kills import one_story

pytestmark = pytest.mark.fault


@pytest.mark.slow
def test_two_stations_ship_one_sheet_once(tmp_path: Path) -> None:
    told, broken = one_story(7, tmp_path, rows=120, kills=4, per_second=20)
    assert broken == [], dict(told)
    assert told["kills"] >= 3, dict(told)
    assert told["stations_that_sent"] == 2, dict(told)
    assert (told["server_restarts"], told["frozen_and_expired"]) == (1, 1), sorted(told.items())


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(3))
def test_two_thousand_rows_and_twenty_kills(tmp_path: Path, seed: int) -> None:
    told, broken = one_story(seed, tmp_path, rows=2000, kills=20, per_second=30)
    assert broken == [], dict(told)
    assert told["kills"] >= 18, dict(told)
