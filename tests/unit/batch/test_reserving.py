"""When a quote may be reserved although charges above their quotes took its room."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.batch.executor.reserving import Charged, Tolerance, within_tolerance


def highest(quote: int) -> int:
    """10 % or a dollar, whichever is more."""
    return quote + max(quote // 10, 100)


@pytest.mark.parametrize(
    ("over", "quote", "charged", "rows", "goes"),
    [
        # A cent or thirty that earlier charges took: the last row of an exactly fitting plan goes.
        (1, 1_000, Charged(1, 1, 0), 1, True),
        (30, 1_000, Charged(30, 10, 0), 1, True),
        # One at a time: no more than the tolerance of that one row in all.
        (50, 1_000, Charged(50, 50, 0), 1, True),
        (51, 1_000, Charged(51, 50, 0), 1, False),
        (100, 1_000, Charged(100, 50, 0), 1, False),
        # Sixteen at once have sixteen rows' tolerance between them, those in flight included.
        (750, 1_000, Charged(750, 50, 0), 16, True),
        (750, 1_000, Charged(750, 50, 15), 16, True),
        (801, 1_000, Charged(801, 50, 15), 16, False),
        # Quotes that do not fit, a doubt, a released attempt: no charge took that room.
        (1, 1_000, Charged(0, 0, 0), 16, False),
        (31, 1_000, Charged(30, 10, 0), 16, False),
    ],
)
def test_over_the_cap_by_charges_only_and_by_the_tolerance_at_most(
    over: int, quote: int, charged: Charged, rows: int, goes: bool
) -> None:
    assert within_tolerance(over, quote, charged, Tolerance(highest, rows)) is goes


@given(
    rows=st.integers(1, 16),
    quotes=st.lists(st.integers(100, 5_000), min_size=1, max_size=40),
    spare=st.integers(0, 3_000),
    data=st.data(),
)
def test_a_batch_exceeds_its_cap_by_the_tolerance_on_the_rows_in_flight_at_most(
    rows: int, quotes: list[int], spare: int, data: st.DataObject
) -> None:
    """Every charge is as far above its quote as the worst one so far, or less; the first may be anything allowed."""
    cap = max(sum(quotes) - spare, 0)
    spent, above, flying, waiting = 0, [], [], list(quotes)
    worst = data.draw(st.integers(0, 100))
    while waiting or flying:
        quote = waiting[0] if waiting else None
        full = len(flying) == rows
        if quote is not None and not full:
            over = spent + sum(flying) + quote - cap
            charged = Charged(sum(above), max(above, default=0), len(flying))
            if over <= 0 or within_tolerance(over, quote, charged, Tolerance(highest, rows)):
                flying.append(waiting.pop(0))
                continue
            waiting = []
        if flying:
            first = not above
            extra = worst if first else data.draw(st.integers(0, worst))
            above.append(extra)
            spent += flying.pop(0) + extra
    assert spent <= cap + rows * max(highest(quote) - quote for quote in quotes)
    if spare == 0 and worst == 0:
        assert spent == cap, "quotes that fit exactly are sent whole"
