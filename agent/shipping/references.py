"""What UPS takes as a reference, and which of them it prints as a barcode. Source: UPS Shipping."""

import re
from typing import Final

from agent.shipping.names import latin

_ON_PACKAGES, _ON_SHIPMENT = 5, 2
_DOMESTIC: Final = ({"US"}, {"PR"})
LONGEST: Final = 35


def most_references(home: str, country: str) -> int:
    """How many of a shipment are the customer's: UPS takes five within the US or Puerto Rico, two on every other lane,
    and the last is shipchat's own."""
    return (_ON_PACKAGES if {home, country} in _DOMESTIC else _ON_SHIPMENT) - 1


def printable(text: str) -> str:
    """A cell as UPS prints it: Latin letters, at most 35."""
    return latin(text)[:LONGEST].strip() if text else ""


def can_be_barcode(text: str) -> bool:
    """14 letters and digits, or 24 digits, without blanks."""
    return re.fullmatch(r"[0-9A-Za-z]{1,14}|[0-9]{1,24}", text) is not None
