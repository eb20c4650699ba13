"""One pace for all stations: who may ask when."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from agent.ledger.pace import Schedule, next_place


@given(
    rate=st.floats(0.1, 100),
    asked=st.lists(st.floats(0, 50), min_size=2, max_size=60).map(sorted),
    not_before=st.floats(0, 60),
)
def test_places_are_never_closer_than_the_rate_allows(rate: float, asked: list[float], not_before: float) -> None:
    schedule, places = Schedule(not_before=not_before), []
    for now in asked:
        at, schedule = next_place(now, schedule, rate)
        assert at >= max(now, not_before), "never in the past, never before UPS wants it"
        places.append(at)
    gaps = [later - one for one, later in pairwise(places)]
    assert all(gap >= 1 / rate - 1e-6 for gap in gaps)


def test_a_place_that_nobody_used_is_not_saved_up() -> None:
    at, schedule = next_place(10.0, Schedule(), 2.0)
    assert (at, next_place(100.0, schedule, 2.0)[0]) == (10.0, 100.0)


def test_without_a_rate_only_what_ups_said_counts() -> None:
    said = Schedule(free_from=99.0, not_before=20.0)
    assert next_place(10.0, said, None) == (20.0, said)
    assert next_place(30.0, said, None) == (30.0, said)
