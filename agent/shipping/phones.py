"""Phones: digits only, an extension of at most 4, 15 in all; 10 digits (and the extension) for US, CA, PR and VI."""

import re
from typing import Final

from agent.shipping import faults
from agent.shipping.text import clean, is_blank, without_float_tail
from agent.shipping.verdict import Changed, Ok, Verdict, reject

TEN_DIGITS: Final = frozenset({"US", "CA", "PR", "VI"})
_EXTENSION = re.compile(r"(?:\b|(?<=\d))(?:x|ext\.?|extension|#)\s*[:.]?\s*(\d+)\s*$", re.IGNORECASE)


def read_phone(text: object, country: str = "US", *, needed: bool = False) -> Verdict[str | None]:
    """`(617) 555-0100 x12` -> `617555010012`; `N/A` and blank -> None.

    A number that UPS would refuse is left out and shown where the shipment does not need one, else it is rejected.
    """
    cell = clean(text)
    if is_blank(cell):
        return Ok(None)
    main, extension = _digits(cell)
    if country in TEN_DIGITS and len(main) == 11 and main.startswith("1"):
        main = main[1:]
    fits = len(main) == 10 if country in TEN_DIGITS else 5 <= len(main) <= 15
    if not fits or set(main) == {"0"}:
        if needed:
            return reject(faults.BAD_PHONE, cell, cell=cell, country=country)
        return Changed(None, cell, "", f"no phone number of {country}")
    if len(extension) > 4 or len(main) + len(extension) > 15:
        return Changed(main, cell, main, "extension dropped: UPS takes 4 digits of it, 15 in all")
    return Ok(main + extension)


def _digits(cell: str) -> tuple[str, str]:
    """The number's digits and its extension's; both empty for text that is no phone number."""
    found = _EXTENSION.search(cell)
    main = without_float_tail(cell[: found.start()] if found else cell)
    # (0) is how Europeans write a zero that is dialled only at home.
    main = main.replace("(0)", "") if main.startswith(("+", "00")) else main
    if not re.fullmatch(r"\+?[\d\s().,/\-–]*", main) or re.search(r"\d\.?\d*e\+?\d+$", cell, re.IGNORECASE):
        return "", ""
    digits = re.sub(r"\D", "", main)
    if main.startswith("00"):
        digits = digits[2:]
    return digits, found[1] if found else ""


def shown(text: object) -> str:
    """A US number for people: `(617) 555-0100 x12`; any other text as it is."""
    verdict = read_phone(text, "US", needed=True)
    if not isinstance(verdict, Ok | Changed) or verdict.value is None:
        return clean(text)
    number = verdict.value
    extension = f" x{number[10:]}" if len(number) > 10 else ""
    return f"({number[:3]}) {number[3:6]}-{number[6:10]}{extension}"
