"""Phones as UPS takes them, digits only: 10 and an extension of at most 4 for US, CA, PR and VI; elsewhere the country
code, the area code and the number, at most 15."""

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
    if country not in TEN_DIGITS:
        return _abroad(cell, main, extension, country, needed=needed)
    if len(main) == 11 and main.startswith("1"):
        main = main[1:]
    if len(main) != 10 or set(main) == {"0"}:
        return _no_number(cell, country, needed=needed)
    if len(extension) > 4 or len(main) + len(extension) > 15:
        return Changed(main, cell, main, "extension dropped: UPS takes 4 digits of it, 15 in all")
    return Ok(main + extension)


def _no_number(cell: str, country: str, *, needed: bool) -> Verdict[str | None]:
    if needed:
        return reject(faults.BAD_PHONE, cell, cell=cell, country=country)
    return Changed(None, cell, "", f"not a phone number of {country}")


def _abroad(cell: str, main: str, extension: str, country: str, *, needed: bool) -> Verdict[str | None]:
    """`020 7946 0100` in Great Britain -> `442079460100`; UPS has no place for an extension there."""
    # Most sheets have no number abroad, and its tables take their time.
    import phonenumbers

    written = (_EXTENSION.sub("", cell) if extension else cell) if main else ""
    region = country if country in phonenumbers.SUPPORTED_REGIONS else None
    try:
        number = phonenumbers.parse(without_float_tail(written), region)
    except phonenumbers.NumberParseException:
        return _no_number(cell, country, needed=needed)
    sent = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164).removeprefix("+")
    if not phonenumbers.is_possible_number(number) or set(main) == {"0"} or len(sent) > 15:
        return _no_number(cell, country, needed=needed)
    why = [
        *(["with the country code"] if not _has_country_code(main, sent) else []),
        *(["extension dropped: UPS takes none there"] if extension else []),
    ]
    return Changed(sent, cell, f"+{sent}", ", ".join(why)) if why else Ok(sent)


def _has_country_code(main: str, sent: str) -> bool:
    """Whether the digits of a cell begin as those that are sent: only the zero of the area code may be between."""
    return main[:2] == sent[:2] and len(main) >= len(sent)


def _digits(cell: str) -> tuple[str, str]:
    """The number's digits and its extension's; both empty for text that is not a phone number."""
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
