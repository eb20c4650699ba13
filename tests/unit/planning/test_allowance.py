"""The allowance as a table: what goes without asking, what is left, what words make of it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.planning.allowance import Allowance, Amount, Left, contrary, limit_words
from agent.planning.model import Budget

AT_FIVE = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
FORTY = Allowance(max_total_cents=4_000)
ROWS = Allowance(max_rows=20)
GROUND = Allowance(max_total_cents=4_000, services=("03",))
TIMED = Allowance(max_total_cents=4_000, until=AT_FIVE)


@pytest.mark.parametrize(
    ("left", "needed", "services", "reasons"),
    [
        (Left(Allowance()), Amount(10**9, 10**6, unquoted=5), ["01"], []),
        (Left(FORTY), Amount(4_000, 900), ["01"], []),
        (Left(FORTY), Amount(4_001, 1), [], ["$40.01 is above the $40.00 left of your $40.00 limit"]),
        (Left(FORTY, Amount(2_500)), Amount(1_500, 1), [], []),
        (Left(FORTY, Amount(2_500)), Amount(1_501, 1), [], ["$15.01 is above the $15.00 left of your $40.00 limit"]),
        # More was charged than was allowed: nothing is left, and nothing less.
        (Left(FORTY, Amount(4_100)), Amount(1, 1), [], ["$0.01 is above the $0.00 left of your $40.00 limit"]),
        (
            Left(FORTY),
            Amount(0, 2, unquoted=2),
            [],
            ["2 shipments without a price cannot be held against your limit"],
        ),
        (Left(ROWS, Amount(10**9, 8)), Amount(10**9, 12), [], []),
        (Left(ROWS, Amount(0, 8)), Amount(0, 13), [], ["13 rows are above the 12 left of your limit of 20 rows"]),
        (Left(GROUND), Amount(100, 1), ["03", "03"], []),
        (Left(GROUND), Amount(100, 1), ["03", "02"], ["UPS 2nd Day Air is not within your limit (UPS Ground only)"]),
        (Left(TIMED), Amount(100, 1), [], []),
        (
            Left(TIMED, over=True),
            Amount(100, 1),
            [],
            [
                "the time of your limit has ended (17:00)",
                "$1.00 is above the $0.00 left of your $40.00 limit",
            ],
        ),
        (Left(Allowance(until=AT_FIVE), over=True), Amount(1, 1), [], ["the time of your limit has ended (17:00)"]),
    ],
)
def test_what_is_above_it(left: Left, needed: Amount, services: list[str], reasons: list[str]) -> None:
    assert left.above(needed, services) == reasons


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (Left(Allowance()), ""),
        (Left(FORTY, Amount(1_859)), "$21.41 left of $40.00"),
        (Left(FORTY, Amount(5_000)), "$0.00 left of $40.00"),
        (Left(Allowance(4_000, 20), Amount(1_859, 8)), "$21.41 left of $40.00, 12 of 20 rows left"),
        (Left(GROUND), "$40.00 left of $40.00, UPS Ground only"),
        (Left(TIMED), "$40.00 left of $40.00, until 17:00"),
        (Left(TIMED, over=True), "$0.00 left of $40.00, ended at 17:00"),
    ],
)
def test_what_is_left_is_said(left: Left, words: str) -> None:
    assert left.words() == words


def test_what_was_set_is_said() -> None:
    assert limit_words(Allowance(20_000, 40, ("03",), AT_FIVE)) == "$200.00 and 40 rows, UPS Ground only, until 17:00"
    assert limit_words(Allowance()) == ""


@pytest.mark.parametrize(
    ("left", "needed", "budget"),
    [
        (Left(Allowance()), Amount(500, 2), Budget()),
        (Left(FORTY, Amount(1_000)), Amount(500, 2), Budget(3_000, None)),
        (Left(Allowance(4_000, 20), Amount(1_000, 5)), Amount(500, 2), Budget(3_000, 15)),
        # What a person approves above it is what the preview showed: no more.
        (Left(FORTY, Amount(1_000)), Amount(7_859, 2), Budget(7_859, None)),
        (Left(ROWS, Amount(0, 19)), Amount(500, 3), Budget(None, 3)),
        (Left(TIMED, over=True), Amount(500, 1), Budget(500, None)),
    ],
)
def test_the_cap_of_one_plan(left: Left, needed: Amount, budget: Budget) -> None:
    assert left.budget(needed) == budget


@pytest.mark.parametrize(
    ("now", "new", "verb", "part"),
    [
        (FORTY, Allowance(10_000), "raise", None),
        (FORTY, Allowance(4_000), "raise", None),
        (FORTY, Allowance(2_000), "raise", "money"),
        (FORTY, Allowance(2_000), "lower", None),
        (FORTY, Allowance(5_000), "lower", "money"),
        (FORTY, Allowance(max_rows=20), "lower", None),
        (FORTY, Allowance(max_rows=20), "raise", "rows"),
        (ROWS, Allowance(max_rows=30), "lower", "rows"),
    ],
)
def test_raising_raises_and_lowering_lowers(now: Allowance, new: Allowance, verb: str, part: str | None) -> None:
    assert contrary(now, new, verb) == part  # type: ignore[arg-type]


def test_parts_are_set_and_removed_one_by_one() -> None:
    whole = FORTY.with_(Allowance(max_rows=20, services=("03",), until=AT_FIVE))
    assert whole == Allowance(4_000, 20, ("03",), AT_FIVE)
    assert whole.without("services").without("time") == Allowance(4_000, 20)
    assert whole.without("money").without("rows").bounded is False, "auto mode cannot go on with that"
    assert whole.without("all").limited is False


@given(st.integers(0, 10_000), st.lists(st.integers(0, 3_000), max_size=12))
def test_batches_that_go_unasked_stay_within_it(cap: int, batches: list[int]) -> None:
    spent = 0
    for cents in batches:
        if not Left(Allowance(cap), Amount(spent)).above(Amount(cents, 1)):
            spent += cents
    assert spent <= cap
