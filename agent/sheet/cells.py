"""Whether the cells of a column can be what its header says: `Size: XL` is not the size of a parcel."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from agent.shipping.residential import read_residential
from agent.shipping.text import clean, is_blank
from agent.shipping.verdict import Changed, Ok
from agent.shipping.whole_addresses import split_address

Row = Mapping[str, str]
"""The cells of one row by column."""

_SIDES = re.compile(r"\d[^\dx×*]*(?:x|×|\*|by|/|\s)\s*[lwhd:=\s]*\d", re.IGNORECASE)
_CODE = re.compile(r"#?[A-Za-z]{0,6}[-_#/]?\d+([-_./]\w+)*")
_CURRENCY = re.compile(r"[A-Za-z]{3}|[$€£¥]")
_LONGEST_POSTAL_CODE: Final = 12


def _has_digit(cell: str) -> bool:
    return any(letter.isdigit() for letter in cell)


def _is_amount(cell: str) -> bool:
    return _has_digit(cell) and sum(letter.isalpha() for letter in cell) <= 5


def _is_name(cell: str) -> bool:
    return any(letter.isalpha() for letter in cell) and "@" not in cell and _CODE.fullmatch(cell) is None


def _is_place(cell: str) -> bool:
    return any(letter.isalpha() for letter in cell) and "@" not in cell


def _is_phone(cell: str) -> bool:
    return sum(letter.isdigit() for letter in cell) >= 5 and sum(letter.isalpha() for letter in cell) <= 10


def _is_home_or_business(cell: str) -> bool:
    return isinstance(read_residential(cell), Ok)


_CAN_BE: Final[dict[str, Callable[[str], bool]]] = {
    **dict.fromkeys(("weight", "item_weight", "length", "width", "height", "quantity", "packages"), _has_digit),
    **dict.fromkeys(("declared_value", "unit_value", "total"), _is_amount),
    **dict.fromkeys(("name", "first_name", "last_name", "attention_name"), _is_name),
    **dict.fromkeys(("city", "country", "state"), _is_place),
    **dict.fromkeys(("ship_date", "order_date", "paid_date", "commodity_code"), _has_digit),
    "dimensions": lambda cell: _SIDES.search(cell) is not None,
    "postal_code": lambda cell: _has_digit(cell) and len(cell) <= _LONGEST_POSTAL_CODE,
    "phone": _is_phone,
    "email": lambda cell: "@" in cell,
    "residential": _is_home_or_business,
    "currency": lambda cell: _CURRENCY.search(cell) is not None,
}
"""Field -> what one of its cells at least looks like. How each cell is read is for the shipping rules."""


def filled(column: str, rows: Sequence[Row]) -> list[str]:
    """The cells of a column that say something."""
    return [cell for row in rows if not is_blank(cell := clean(row.get(column, "")))]


def can_be(field: str, column: str, rows: Sequence[Row]) -> bool:
    """False only where the column has filled cells and none of them can be that field."""
    looks = _CAN_BE.get(field)
    cells = filled(column, rows) if looks is not None else []
    return looks is None or not cells or any(map(looks, cells))


def holds_whole_addresses(column: str, rows: Sequence[Row]) -> bool:
    """Whether at least half of the filled cells are a street, a city, a state and a ZIP."""
    cells = [row[column] for row in rows if not is_blank(row.get(column, ""))]
    whole = sum(isinstance(split_address(cell), Changed) for cell in cells)
    return whole > 0 and 2 * whole >= len(cells)


def names_addressees(column: str, rows: Sequence[Row]) -> bool:
    """Whether whole addresses begin with who lives there: a line without a number before one that begins with one."""
    verdicts = [split_address(row[column]) for row in rows if not is_blank(row.get(column, ""))]
    parts = [verdict.value for verdict in verdicts if isinstance(verdict, Changed)]
    return bool(parts) and all(begins_with_name(one["address1"], one.get("address2", "")) for one in parts)


def begins_with_name(first: str, second: str) -> bool:
    """Whether the first of two lines can only be a name: `Ann Lee`, `9 Gift Ln`."""
    return bool(second) and not _has_digit(first) and second[:1].isdigit()
