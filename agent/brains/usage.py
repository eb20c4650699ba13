"""Tokens and money that a model has cost in this session."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Self

from agent.model_settings import ModelPrice

_MILLION = Decimal(1_000_000)
_LETTERS_A_TOKEN = 3
"""English and JSON have about four."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What one answer used. `fresh` was read anew, `written` was put into the cache, `cached` came from it."""

    fresh: int
    written: int
    cached: int
    output: int

    @classmethod
    def told(cls, fresh: object, written: object, cached: object, output: object) -> Self:
        """Of counts as a service tells them: what is not a number, or below zero, takes nothing off the sum."""
        return cls(
            *(count if isinstance(count, int) and count > 0 else 0 for count in (fresh, written, cached, output))
        )

    @property
    def input(self) -> int:
        """All that was read; this is what the context window holds."""
        return self.fresh + self.written + self.cached


def estimated(letters: int) -> int:
    """Tokens of a text where the service tells none: rather more than there are, so that a limit holds."""
    return -(-letters // _LETTERS_A_TOKEN)


def cost(tokens: Tokens, price: ModelPrice) -> Decimal:
    """Dollars, exact."""
    read = price.cache_read if price.cache_read is not None else price.input / 10
    write = price.cache_write if price.cache_write is not None else price.input * 5 / 4
    parts = tokens.fresh * price.input + tokens.written * write + tokens.cached * read + tokens.output * price.output
    return parts / _MILLION


@dataclass(slots=True)
class UsageMeter:
    """Adds up; the cost is unknown for good once an answer came from a model without a price."""

    prices: Mapping[str, ModelPrice]
    input_tokens: int = 0
    output_tokens: int = 0
    dollars: Decimal | None = Decimal(0)

    def add(self, model: str, tokens: Tokens) -> None:
        """Count one answer of this model."""
        self.input_tokens += tokens.input
        self.output_tokens += tokens.output
        price = self.prices.get(model)
        if price is None or self.dollars is None:
            self.dollars = None
        else:
            self.dollars += cost(tokens, price)

    @property
    def cost_cents(self) -> int | None:
        """Rounded half up; None when a price is unknown."""
        if self.dollars is None:
            return None
        return int((self.dollars * 100).quantize(Decimal(1), ROUND_HALF_UP))
