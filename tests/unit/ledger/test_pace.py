"""One pace for all stations: who may ask when, by a clock that stands where the test puts it."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from agent.ledger import database, pace
from tests import ledgers

pytestmark = pytest.mark.slow
ACCOUNT = "simulator:SIMSIM"


@pytest.fixture
def asking() -> Iterator[Connection]:
    engine = database.engine_of(str(ledgers.new_ledger(None, ledgers.empty_database())), "session")  # type: ignore[arg-type]
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@settings(max_examples=30)
@given(
    rate=st.floats(0.1, 100),
    asked=st.lists(st.tuples(st.floats(0, 50), st.integers(1, 3)), min_size=2, max_size=12),
    not_before=st.floats(0, 60),
)
def test_places_are_never_closer_than_the_rate_allows(
    rate: float, asked: list[tuple[float, int]], not_before: float
) -> None:
    engine = database.engine_of(ledgers.empty_database(), "session")
    with engine.connect() as connection:
        pace.hold_back(connection, ACCOUNT, not_before, now=0.0)
        places, ends = [], []
        for now, count in sorted(asked):
            at = now + pace.reserve(connection, ACCOUNT, rate, count, now=now)
            assert at >= max(now, not_before) - 1e-6, "never in the past, never before UPS wants it"
            places.append(at)
            ends.append(at + count / rate)
        connection.rollback()
    engine.dispose()
    assert all(end <= later + 1e-6 for end, (_one, later) in zip(ends, pairwise(places), strict=False))


def test_a_place_that_nobody_used_is_not_saved_up(asking: Connection) -> None:
    waits = [pace.reserve(asking, ACCOUNT, 2.0, now=now) for now in (10.0, 100.0, 100.0, 100.0)]
    assert waits == pytest.approx([0.0, 0.0, 0.5, 1.0])


def test_what_ups_said_to_one_holds_all_and_only_of_its_account(asking: Connection) -> None:
    pace.hold_back(asking, ACCOUNT, 20.0, now=0.0)
    pace.hold_back(asking, ACCOUNT, 5.0, now=1.0)
    held = [pace.held_s(asking, ACCOUNT, now=now) for now in (0.0, 12.0, 30.0)]
    assert held == pytest.approx([20.0, 8.0, 0.0]), "the longer one counts"
    assert pace.reserve(asking, ACCOUNT, 2.0, now=12.0) == pytest.approx(8.0)
    assert pace.held_s(asking, "production:A1B2C3", now=0.0) == 0.0


def test_the_clock_is_the_databases(asking: Connection) -> None:
    pace.hold_back(asking, ACCOUNT, 1000.0)
    assert 0.0 < pace.held_s(asking, ACCOUNT) <= 1000.0
