"""Amounts are read to the letter or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.planning.amounts import cents_of


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("500", 50_000),
        ("$1,200.50", 120_050),
        ("12.5", 1_250),
        (" 40 ", 4_000),
        ("$ 7", 700),
        ("1,000,000", 100_000_000),
    ],
)
def test_plain_amounts(text: str, cents: int) -> None:
    assert cents_of(text) == cents


@pytest.mark.parametrize(
    "text", ["12,50", "1,5", "²", "1.200,50", "1,2000", "-5", "nan", "", "$", "1.234", "1e3", "٣", "12.50.1", "1 000"]
)
def test_what_may_mean_two_things_is_not_read(text: str) -> None:
    assert cents_of(text) is None


@given(st.integers(0, 10**9), st.integers(0, 99))
def test_every_way_of_writing_an_amount_is_the_same(whole: int, cents: int) -> None:
    expected = whole * 100 + cents
    assert {cents_of(f"{whole}.{cents:02d}"), cents_of(f"${whole:,}.{cents:02d}")} == {expected}


@given(st.text(max_size=20))
def test_any_text_is_read_without_an_error(text: str) -> None:
    cents_of(text)
