"""Tokens and cents."""

from decimal import Decimal

from agent.brains.usage import Tokens, UsageMeter, cost
from agent.model_settings import ModelPrice

PRICE = ModelPrice(input=Decimal(3), output=Decimal(15))


def test_cost_follows_each_price():
    million = 1_000_000
    assert cost(Tokens(million, 0, 0, 0), PRICE) == Decimal(3)
    assert cost(Tokens(0, million, 0, 0), PRICE) == Decimal("3.75")
    assert cost(Tokens(0, 0, million, 0), PRICE) == Decimal("0.3")
    assert cost(Tokens(0, 0, 0, million), PRICE) == Decimal(15)
    own = PRICE.model_copy(update={"cache_write": Decimal(6), "cache_read": Decimal(1)})
    assert cost(Tokens(0, million, million, 0), own) == Decimal(7)


def test_small_answers_add_up_before_they_are_rounded():
    meter = UsageMeter({"m": PRICE})
    for _ in range(10):
        meter.add("m", Tokens(500, 0, 0, 0))  # $0.0015 each
    assert (meter.input_tokens, meter.output_tokens, meter.cost_cents) == (5000, 0, 2)


def test_one_answer_without_a_price_makes_the_sum_unknown():
    meter = UsageMeter({"m": PRICE})
    meter.add("m", Tokens(1, 0, 0, 0))
    meter.add("other", Tokens(1, 2, 3, 4))
    meter.add("m", Tokens(1, 0, 0, 0))
    assert (meter.input_tokens, meter.output_tokens, meter.cost_cents) == (8, 4, None)
