"""Amounts of money as people type them: read strictly, because a misread limit spends a hundred times as much."""

import re
from typing import Final

_AMOUNT: Final = re.compile(r"\$?\s?(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2}))?", re.ASCII)


def cents_of(text: str) -> int | None:
    """Cents of `500`, `$1,200.50`, `12.5`; None for everything else.

    A comma stands before three digits only: `12,50` may mean twelve and a half or a thousand.
    """
    found = _AMOUNT.fullmatch(text.strip())
    if found is None:
        return None
    return int(found[1].replace(",", "")) * 100 + int((found[2] or "").ljust(2, "0"))
