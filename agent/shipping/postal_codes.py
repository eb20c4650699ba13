"""Postal codes: each country's form. A lost zero comes back only where the state agrees; it is never guessed."""

import re
from typing import Final

from agent.shipping import faults
from agent.shipping.countries import NO_POSTAL_CODES
from agent.shipping.text import clean, is_blank, without_float_tail
from agent.shipping.verdict import Changed, Ok, Verdict, reject
from agent.shipping.zip_areas import states_of

_ZIP_COUNTRIES: Final = frozenset({"US", "PR", "VI", "GU", "AS", "MP"})
_FORMS: Final[dict[str, tuple[str, str]]] = {
    "CA": (r"([ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z])(\d[ABCEGHJ-NPRSTV-Z]\d)", " "),
    "GB": (r"((?:GIR|[A-Z]{1,2}\d[A-Z\d]?))(\d[A-Z]{2}|0AA)", " "),
    "IE": (r"([A-Z]\d[\dW])([A-Z\d]{4})", " "),
    "NL": (r"([1-9]\d{3})([A-Z]{2})", " "),
    "PL": (r"(\d{2})(\d{3})", "-"),
    "PT": (r"(\d{4})(\d{3})", "-"),
    "BR": (r"(\d{5})(\d{3})", "-"),
    "JP": (r"(\d{3})(\d{4})", "-"),
    "SE": (r"(\d{3})(\d{2})", " "),
    "CZ": (r"(\d{3})(\d{2})", " "),
    "SK": (r"(\d{3})(\d{2})", " "),
    "GR": (r"(\d{3})(\d{2})", " "),
    "IL": (r"(\d{5}(?:\d{2})?)()", ""),
    **dict.fromkeys(("AT", "AU", "BE", "CH", "DK", "HU", "LI", "LU", "NO", "NZ", "SI", "BG", "ZA"), (r"(\d{4})()", "")),
    **dict.fromkeys(("DE", "ES", "FI", "FR", "HR", "IT", "KR", "MX", "MY", "TH", "TR", "EE", "UA"), (r"(\d{5})()", "")),
    "XC": (r"(51\d{3})()", ""),
    "XL": (r"(52\d{3})()", ""),
    **dict.fromkeys(("CN", "IN", "RO", "RU", "SG", "VN"), (r"(\d{6})()", "")),
}
"""Country to (pattern of the letters and digits, what stands between its two groups)."""


def read_postal_code(text: object, country: str = "US", state: str | None = None) -> Verdict[str | None]:
    """The postal code in its country's form: `02116`, `02116-1234`, `K1A 0B1`, `SW1A 1AA`.

    Blank is fine only where UPS allows it. `state` is the code of the row, which may prove a lost zero.
    """
    cell = clean(text)
    if is_blank(cell):
        if country in NO_POSTAL_CODES:
            return Ok(None)
        return reject(faults.NO_POSTAL_CODE, what="ZIP" if country in _ZIP_COUNTRIES else "postal code")
    if country in _ZIP_COUNTRIES:
        return _zip(cell, state if country == "US" else country)
    compact = re.sub(r"[\s-]", "", without_float_tail(cell)).upper()
    if country in _FORMS:
        pattern, between = _FORMS[country]
        match = re.fullmatch(pattern, compact)
        if match is None:
            return reject(faults.BAD_POSTAL_CODE, cell, cell=cell, what=f"postal code of {country}", hint="")
        return Ok(between.join(group for group in match.groups() if group))
    code = without_float_tail(cell).upper()
    if not re.fullmatch(r"[A-Z0-9][A-Z0-9 -]{0,8}", code):
        return reject(faults.BAD_POSTAL_CODE, cell, cell=cell, what="postal code", hint="")
    return Ok(code)


def zip_digits(cell: str) -> str | None:
    """The digits of a US ZIP as typed (`02116-`, `02116.0`, `021161234`, ` 02116 `); None for anything else."""
    match = re.fullmatch(r"(\d{1,9})|(\d{5})\s*[-–]?\s*(\d{4})?[-–]?", without_float_tail(cell))
    if match is None:
        return None
    return match[1] or match[2] + (match[3] or "")


def in_zip_form(digits: str) -> str:
    """`021161234` -> `02116-1234`; five digits as they are."""
    return f"{digits[:5]}-{digits[5:]}" if len(digits) == 9 else digits


def with_lost_zeros(digits: str, state: str | None) -> str | None:
    """The ZIP whose leading zeros a number format dropped, if the state proves it; None if it does not."""
    width = 5 if len(digits) <= 5 else 9
    restored = digits.zfill(width)
    if len(digits) < width - 2 or state is None or state not in states_of(restored):
        return None
    return in_zip_form(restored)


def _zip(cell: str, state: str | None) -> Verdict[str | None]:
    digits = zip_digits(cell)
    if digits is None:
        return reject(faults.BAD_POSTAL_CODE, cell, cell=cell, what="ZIP", hint=": it has 5 or 9 digits")
    if len(digits) not in (5, 9):
        restored = with_lost_zeros(digits, state)
        if restored is None:
            hint = f": it has {len(digits)} digits, and {state or 'a blank state'} does not prove that a zero was lost"
            return reject(faults.BAD_POSTAL_CODE, cell, cell=cell, what="ZIP", hint=hint)
        return Changed(restored, cell, restored, f"a leading zero was lost; {state} agrees")
    found = states_of(digits)
    if state is not None and found and state not in found:
        return Ok(
            in_zip_form(digits), f"ZIP {in_zip_form(digits)} lies in {' or '.join(sorted(found))}, not in {state}"
        )
    return Ok(in_zip_form(digits))
