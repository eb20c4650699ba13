"""Electronic export information: above $2,500 of one commodity the United States wants an export declared beforehand.

The proof is the ITN that AES gave, or the code of the exemption (15 CFR part 30).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from agent.shipping import faults
from agent.shipping.declared_values import Amount
from agent.shipping.text import clean
from agent.shipping.verdict import Ok, Verdict, reject

DOLLAR: Final = "USD"
LIMIT_CENTS: Final = 250_000
"""Of one commodity, in dollars; what is above it must be declared."""
_FROM: Final = frozenset({"US", "PR", "VI"})
_WITHOUT_FILING: Final = frozenset({"CA"})
"""Exports to Canada are exempt as a whole (30.36)."""
_ITN = re.compile(r"(?:AES\s*)?(?:ITN\s*)?:?\s*(X\d{14})", re.IGNORECASE)
_LETTERS: Final = {"37": "abcdefhijklmnopqrstux", "40": "abcd", "26": "a"}
_ALONE: Final = frozenset(
    {"30.36", "30.39", "30.2(d)(2)", "30.8(b)", *(f"30.37(y)({number})" for number in range(1, 7))}
)
EXEMPTIONS: Final = _ALONE | {f"30.{section}({letter})" for section, letters in _LETTERS.items() for letter in letters}
"""The codes that UPS's document lists."""


@dataclass(frozen=True, slots=True)
class Goods:
    """Goods of one line: what commodity they are, and what they are worth together."""

    commodity: str
    cents: int


def must_declare(origin: str, country: str) -> bool:
    """Whether exports between two countries are declared at all."""
    return origin in _FROM and country not in _WITHOUT_FILING | {origin}


def above_limit(goods: Sequence[Goods]) -> Amount | None:
    """What the most expensive commodity is worth, where that is more than the limit."""
    sums: dict[str, int] = {}
    for line in goods:
        sums[line.commodity] = sums.get(line.commodity, 0) + line.cents
    most = max(sums.values(), default=0)
    return Amount(most, DOLLAR) if most > LIMIT_CENTS else None


def read_filing(text: object) -> Verdict[dict[str, str]]:
    """`X20260824123456` or `NOEEI 30.37(a)` as the payload has them."""
    cell = clean(text)
    itn = _ITN.fullmatch(cell)
    if itn is not None:
        return Ok({"itn": itn[1].upper()})
    code = re.sub(r"^NO\s*EEI\s*|\s|§", "", cell, flags=re.IGNORECASE).casefold()
    if code in EXEMPTIONS:
        return Ok({"exemption": code})
    return reject(faults.BAD_EXPORT_FILING, cell, cell=cell)
