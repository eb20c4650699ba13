"""Money and counts as people read them."""

from collections.abc import Iterable
from typing import Final

SIGNS: Final = {"USD": "$", "EUR": "€", "GBP": "£", "CAD": "CA$"}
"""Currency -> what stands before its amounts; any other is written behind them."""


def money(amount_cents: int, currency: str) -> str:
    """`$1,234.50`, `€9.10`, `12.00 CHF`."""
    sign = SIGNS.get(currency)
    return f"{amount(amount_cents)} {currency}" if sign is None else f"{sign}{amount(amount_cents)}"


def totals_in_words(amounts: Iterable[tuple[int, str]]) -> str:
    """Cents with their currencies, each currency by itself: `$12.00 and €9.10`."""
    totals: dict[str, int] = {}
    for cents, currency in amounts:
        totals[currency] = totals.get(currency, 0) + cents
    found = [money(cents, currency) for currency, cents in totals.items() if cents]
    return " and ".join(found) or money(0, next(iter(totals), "USD"))


def amount(amount_cents: int) -> str:
    """`1,234.50`, where the currency is said elsewhere."""
    return f"{amount_cents // 100:,}.{amount_cents % 100:02d}"


def dollars(amount_cents: int) -> str:
    """`$1,234.50`: what is counted in dollars by itself, such as the cost of a model."""
    return money(amount_cents, "USD")


def masked_account(account_number: str) -> str:
    """The account by its last two characters, as the audit log names it."""
    return f"…{account_number[-2:]}"


def counted(count: int, one: str, many: str | None = None) -> str:
    """`1 row`, `3 rows`, `0 batches`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
