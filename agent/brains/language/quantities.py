"""Amounts: a number with what it counts - money, a weight with its unit, items, days, or nothing said."""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from agent.shipping.weights import SHOWN, Unit, Weight

Measure = Literal["money", "weight", "items", "days", "plain"]
_COMPARED: Final[dict[str, Callable[[Decimal, Decimal], bool]]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
}
MONEY_WORDS: Final = frozenset({"dollars", "dollar", "usd", "bucks", "buck", "euros", "eur", "euro", "gbp", "cad"})
DAY_WORDS: Final[dict[str, int]] = {"day": 1, "days": 1, "week": 7, "weeks": 7}


@dataclass(frozen=True, slots=True)
class Amount:
    """One amount as a person wrote it."""

    value: Decimal
    measure: Measure = "plain"
    unit: Unit | None = None
    currency: str | None = None
    """Of money, where the words say more than "dollars"."""

    @property
    def shown(self) -> str:
        number = plain(self.value)
        if self.measure == "money":
            return f"{number} {self.currency}" if self.currency else f"${number}"
        if self.measure == "weight" and self.unit is not None:
            return f"{number} {SHOWN[self.unit]}"
        return number

    def plus(self, other: "Amount") -> "Amount | None":
        """`2 lb 3 oz`; None when the two do not add up to one weight."""
        if self.unit == "LBS" and other.unit == "OZS":
            return Amount(self.value + Weight(other.value, "OZS").to("LBS").value, "weight", "LBS")
        return None

    def measured_like(self, other: "Amount") -> "Amount":
        """`between 5 and 10 lb`: the first number takes what the second one counts."""
        if self.measure == "plain" and other.measure != "plain":
            return Amount(self.value, other.measure, other.unit, other.currency)
        return self


@dataclass(frozen=True, slots=True)
class Span:
    """From one amount to another, both included."""

    low: Amount
    high: Amount

    @property
    def shown(self) -> str:
        return f"{self.low.shown} to {self.high.shown}"


def plain(value: Decimal) -> str:
    """Without trailing zeros and exponent."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def fits(weight: Weight, comparison: str, amount: Amount | Span) -> bool:
    """Whether a weight of a cell satisfies a comparison; an amount without a unit is in the cell's."""
    if isinstance(amount, Span):
        return fits(weight, ">=", amount.low) and fits(weight, "<=", amount.high)
    wanted = Decimal(in_unit(amount, weight.unit))
    return bool(_COMPARED[comparison](weight.value, wanted))


def in_unit(amount: Amount, unit: Unit) -> str:
    """The amount as a number in the sheet's unit."""
    if amount.unit is None:
        return plain(amount.value)
    return plain(Weight(amount.value, amount.unit).to(unit).value)


def money_value(text: str) -> Decimal:
    """`$1,000`, `$1.5k`."""
    bare = text.casefold().lstrip("us").lstrip("$€£ ").replace(",", "").replace(" ", "")
    return Decimal(bare[:-1]) * 1000 if bare.endswith("k") else Decimal(bare)
