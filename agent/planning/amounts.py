"""Amounts of money as people type them: read strictly, because a misread limit spends a hundred times as much."""

import re
from typing import Final

from agent.planning.wording import amount

_AMOUNT: Final = re.compile(r"(?:\$|€|£|CA\$)?\s?([1-9]\d{0,2}(?:,\d{3}){1,3}|\d{1,10})(?:\.(\d{1,2}))?", re.ASCII)
_COUNT: Final = re.compile(r"[1-9]\d{0,2}(?:,\d{3}){1,2}|\d{1,9}", re.ASCII)
_DECIMAL_COMMA: Final = re.compile(r"(?:\$|€|£|CA\$)?\s?(\d{1,3}(?:\.\d{3})*|\d+),(\d{1,2})", re.ASCII)
HOW_TO_WRITE: Final = "Write amounts with a point before the cents: 250, 12.50 or 1,200.50."


def cents_of(text: str) -> int | None:
    """Cents of `500`, `$1,200.50`, `12.5`; None for everything else.

    A comma comes before three digits only: `12,50` may mean twelve and a half or a thousand.
    """
    found = _AMOUNT.fullmatch(text.strip())
    if found is None:
        return None
    return int(found[1].replace(",", "")) * 100 + int((found[2] or "").ljust(2, "0"))


def sign_of(text: str) -> str:
    """`$` of `$500`, `CA$` of `CA$ 20`; empty where none stands before the amount."""
    return (re.match(r"CA\$|[$€£]", text.strip()) or [""])[0]


def count_of(text: str) -> int | None:
    """`40`, `1,200`: a whole number above zero; None for everything else."""
    text = text.strip()
    return int(text.replace(",", "")) or None if _COUNT.fullmatch(text) else None


def reading_of(text: str, sign: str = "") -> str:
    """What an amount that is not read may mean: `“12,50” may mean $12.50 or $1,250.00`."""
    found = _DECIMAL_COMMA.fullmatch(text.strip())
    if found is None:
        return f"“{text}” is not an amount that can be read in one way only"
    whole, part = found[1].replace(".", ""), found[2]
    as_cents, as_thousands = int(whole) * 100 + int(part.ljust(2, "0")), int(whole + part) * 100
    sign = sign or sign_of(text)
    return f"“{text}” may mean {sign}{amount(as_cents)} or {sign}{amount(as_thousands)}"
