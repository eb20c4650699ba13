"""Money and counts as people read them."""

from collections.abc import Iterable

SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "CAD": "CA$"}


def money(amount_cents: int | None, currency: str) -> str:
    """`$1,234.50`, `€9.10`, `12.00 CHF`; an amount that is not known yet is a dash."""
    if amount_cents is None:
        return "–"
    amount = f"{abs(amount_cents) // 100:,}.{abs(amount_cents) % 100:02d}"
    sign = SIGNS.get(currency)
    return f"{'-' if amount_cents < 0 else ''}" + (f"{amount} {currency}" if sign is None else f"{sign}{amount}")


def dollars(amount_cents: int | None) -> str:
    """`$0.05`: what is counted in dollars by itself, such as the cost of a model."""
    return money(amount_cents, "USD")


def totals(amounts: Iterable[tuple[int, str]]) -> str:
    """Cents with their currencies, each currency by itself: `$12.00 and €9.10`."""
    sums: dict[str, int] = {}
    for amount_cents, currency in amounts:
        sums[currency] = sums.get(currency, 0) + amount_cents
    found = [money(amount_cents, currency) for currency, amount_cents in sums.items() if amount_cents]
    return " and ".join(found) or money(0, next(iter(sums), "USD"))


def counted(count: int, noun: str, plural: str | None = None) -> str:
    """`1 row`, `1,200 rows`."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def row_ranges(rows: list[int], limit: int = 12) -> str:
    """`rows 3, 5-8, 11`; what exceeds `limit` ranges is counted."""
    ranges: list[list[int]] = []
    for row in sorted(set(rows)):
        if ranges and row == ranges[-1][1] + 1:
            ranges[-1][1] = row
        else:
            ranges.append([row, row])
    shown = ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in ranges[:limit])
    hidden = sum(last - first + 1 for first, last in ranges[limit:])
    return f"{'row' if len(rows) == 1 else 'rows'} {shown}{f' and {hidden:,} more' if hidden else ''}"
