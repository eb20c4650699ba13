"""Amounts in a sheet: `$1,200.00`, `1.200,00 EUR`; and what UPS insures."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from agent.shipping import faults
from agent.shipping.numbers import AmbiguousNumberError, read_number
from agent.shipping.text import clean, is_blank
from agent.shipping.verdict import Ask, Ok, Verdict, reject

DECLARED_LIMIT_CENTS: Final = 5_000_000
"""Per package; above it UPS answers 121025 (docs/ups-facts.md)."""
_MOST: Final = Decimal(10) ** 12
_SYMBOLS: Final = {"US$": "USD", "C$": "CAD", "CA$": "CAD", "A$": "AUD", "$": "", "€": "EUR", "£": "GBP", "¥": "JPY"}
_DECIMAL_COMMA: Final = frozenset({"EUR", "DKK", "NOK", "SEK", "PLN", "CZK", "BRL", "TRY", "ISK"})
"""Currencies of countries that write `1.200` for twelve hundred."""
_AMOUNT = re.compile(
    r"^(?P<before>[A-Z]{3}|[A-Z]{0,2}[$€£¥])?\s*(?P<number>[\d.,\s'’]+?)\s*(?P<after>[A-Z]{3}|[A-Z]{0,2}[$€£¥])?$"
)


@dataclass(frozen=True, slots=True)
class Amount:
    """Money in cents of a currency."""

    cents: int
    currency: str

    @property
    def text(self) -> str:
        """Decimal text, `1200.00`."""
        return f"{self.cents // 100}.{self.cents % 100:02d}"

    def __str__(self) -> str:
        return f"{self.cents / 100:,.2f} {self.currency}"


def read_money(text: object, currency: str = "USD") -> Verdict[Amount | None]:
    """The amount of a cell; `currency` is meant where the cell names none (a bare `$` included). Blank -> None."""
    cell = clean(text)
    if is_blank(cell):
        return Ok(None)
    match = _AMOUNT.match(cell.upper())
    if match is None:
        return reject(faults.BAD_MONEY, cell, cell=cell, hint="")
    named = {_SYMBOLS.get(word, word) for word in (match["before"], match["after"]) if word} - {""}
    if len(named) > 1 or any(len(word) != 3 for word in named):
        return reject(faults.BAD_MONEY, cell, cell=cell, hint=": the currency is not clear")
    code = named.pop() if named else currency
    try:
        number = read_number(match["number"], thousands="." if code in _DECIMAL_COMMA else ",")
    except AmbiguousNumberError:
        return reject(faults.BAD_MONEY, cell, cell=cell, hint=": it may mean a thousand or a decimal comma")
    if number is None:
        return reject(faults.BAD_MONEY, cell, cell=cell, hint="")
    if number >= _MOST:
        return reject(faults.BAD_MONEY, cell, cell=cell, hint=": nobody ships that much")
    cents = int((number * 100).quantize(Decimal(1), ROUND_HALF_UP))
    return Ok(Amount(cents, code))


def read_declared_value(
    text: object, currency: str = "USD", *, over_limit_allowed: bool = False
) -> Verdict[Amount | None]:
    """A declared value: nothing and zero declare nothing; above the limit a person must say yes."""
    verdict = read_money(text, currency)
    if not isinstance(verdict, Ok) or verdict.value is None:
        return verdict
    if verdict.value.cents == 0:
        return Ok(None)
    if verdict.value.cents > DECLARED_LIMIT_CENTS and not over_limit_allowed:
        limit = Amount(DECLARED_LIMIT_CENTS, verdict.value.currency)
        return Ask(
            f"A declared value of {verdict.value} is above the {limit} that UPS insures a package for. Send it anyway?",
            ("yes", "no"),
            "declared_value_over_limit",
        )
    return verdict
