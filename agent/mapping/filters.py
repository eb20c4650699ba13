"""The ten filters of a mapping template. Specification with examples: docs/mapping.md.

Each takes text and gives text. What a filter cannot read is a `FilterFault`: the row is rejected, nothing is guessed.
"""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Final, Literal

from agent.shipping import names, phones, weights
from agent.shipping.dates import read_date
from agent.shipping.numbers import AmbiguousNumberError, read_number
from agent.shipping.postal_codes import in_zip_form, with_lost_zeros, zip_digits
from agent.shipping.services import service_code
from agent.shipping.text import clean, is_blank
from agent.shipping.verdict import Changed, Ok


class FilterFault(ValueError):
    """A filter cannot read its text; the message says why."""


def truncate_address(text: object, length: int = 35) -> str:
    """At most `length` characters, cut between words."""
    if length < 1:
        raise FilterFault(f"truncate_address takes a length above zero, not {length}")
    return names.shorten(clean(text), length)


def format_us_zip(text: object, state: str | None = None) -> str:
    """`021161234` -> `02116-1234`; a lost zero returns only if `state` proves it; other text stays as it is."""
    cell = clean(text)
    digits = zip_digits(cell)
    if digits is None:
        return cell
    if len(digits) in (5, 9):
        return in_zip_form(digits)
    return with_lost_zeros(digits, state.strip().upper() if state else None) or cell


def round_weight(value: object, places: int = 1) -> str:
    """Up to `places` decimals (0 to 6), never down."""
    if places not in range(7):
        raise FilterFault(f"round_weight gives 0 to 6 decimals, not {places!r}")
    return f"{weights.round_up(_number(value), places):f}"


def convert_weight(value: object, unit: str, to: str) -> str:
    """From one unit to another (lb, oz, kg, g), to 6 decimals."""
    given, wanted = weights.unit_of(unit), weights.unit_of(to)
    if given is None or wanted is None:
        raise FilterFault(f"{unit if given is None else to!r} is not a unit of weight (lb, oz, kg, g)")
    converted = weights.Weight(_number(value), given).to(wanted).value.quantize(Decimal("0.000001")).normalize()
    return f"{converted:f}"


def lookup_service_code(text: object) -> str:
    """`UPS Ground`, `GND`, `03` -> `03`; anything else is a fault, never Ground."""
    code = service_code(text)
    if code is None:
        raise FilterFault(f"{clean(text)!r} is not a UPS service")
    return code


def to_ups_date(text: object, order: Literal["mdy", "dmy"] | None = None) -> str:
    """A date as `YYYYMMDD`; `03/04/2026` needs `order` ("mdy" or "dmy")."""
    if order not in ("mdy", "dmy", None):
        raise FilterFault(f"to_ups_date reads 'mdy' or 'dmy', not {order!r}")
    verdict = read_date(text, day_first=None if order is None else order == "dmy", today=None)
    if isinstance(verdict, Ok | Changed) and verdict.value is not None:
        return verdict.value.isoformat().replace("-", "")
    raise FilterFault(f"{clean(text)!r} is not a date, or can be read in two ways")


def to_ups_phone(text: object, country: str = "US") -> str:
    """Digits only, an extension of up to 4 behind them; blank and `N/A` -> empty."""
    verdict = phones.read_phone(text, country, needed=True)
    if isinstance(verdict, Ok | Changed):
        return verdict.value or ""
    raise FilterFault(f"{clean(text)!r} is not a phone number of {country}")


def default_value(text: object, default: object) -> str:
    """The text, or `default` where it is blank."""
    return str(default) if is_blank(text) else str(text)


def split_name(text: object, part: Literal["first", "last"] = "first") -> str:
    """The first word, or the rest; `Lee, Ann` is turned round first."""
    if part not in ("first", "last"):
        raise FilterFault(f"split_name gives 'first' or 'last', not {part!r}")
    return names.split_name(text)[part == "last"]


def format_phone(text: object) -> str:
    """A US number for people: `(617) 555-0100 x12`; other text as it is."""
    return phones.shown(text)


def _number(value: object) -> Decimal:
    try:
        number = read_number(clean(value))
    except (AmbiguousNumberError, InvalidOperation):
        number = None
    if number is None:
        raise FilterFault(f"{clean(value)!r} is not a number")
    return number


FILTERS: Final[dict[str, Callable[..., str]]] = {
    "truncate_address": truncate_address,
    "format_us_zip": format_us_zip,
    "round_weight": round_weight,
    "convert_weight": convert_weight,
    "lookup_service_code": lookup_service_code,
    "to_ups_date": to_ups_date,
    "to_ups_phone": to_ups_phone,
    "default_value": default_value,
    "split_name": split_name,
    "format_phone": format_phone,
}
