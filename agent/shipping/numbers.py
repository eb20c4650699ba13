"""Numbers as people write them: decimal point or comma, thousands, currency left to the caller."""

import re
from decimal import Decimal

from agent.shipping.text import clean

_MOST = Decimal(10) ** 13
"""What no weight, size or price of a parcel reaches, and arithmetic of 28 digits still holds exactly."""
_PLAIN = re.compile(r"^[+-]?(\d+(\.\d*)?|\.\d+)$")


class AmbiguousNumberError(ValueError):
    """`1,234` and `1.234` can be a thousand or a little more than one."""


def read_number(text: str, thousands: str = "") -> Decimal | None:
    """`.5`, `1,5`, `1,200.00`, `1.200,00`, `1 200,50`, `1'200` as a number; None for anything else.

    `thousands` is the mark that groups digits where only the kind of number tells: `,` reads `1,200` as 1200.

    Raises:
        AmbiguousNumberError: one comma with three digits behind it, unless `thousands` says what it means.
    """
    compact = re.sub(r"(?<=\d)[\s'’](?=\d{3}\b)", "", text.strip())
    marks = re.findall(r"[.,]", compact)
    if len(set(marks)) == 2:
        decimal_mark = marks[-1]
        grouping = "," if decimal_mark == "." else "."
        whole = compact.rpartition(decimal_mark)[0]
        grouped = re.fullmatch(rf"[+-]?\d{{1,3}}({re.escape(grouping)}\d{{3}})+", whole)
        if marks.count(decimal_mark) > 1 or not grouped:
            return None
        compact = compact.replace(grouping, "").replace(decimal_mark, ".")
    elif len(marks) > 1:
        if not re.fullmatch(r"[+-]?\d{1,3}([.,]\d{3})+", compact):
            return None
        compact = re.sub("[.,]", "", compact)
    elif re.fullmatch(r"[+-]?[1-9]\d{0,2}[.,]\d{3}", compact) and marks[0] in f",{thousands}":
        if marks[0] != thousands:
            raise AmbiguousNumberError(text)
        compact = compact.replace(thousands, "")
    else:
        compact = compact.replace(",", ".")
    number = Decimal(compact) if _PLAIN.match(compact) else None
    return number if number is not None and abs(number) < _MOST else None


def read_count(text: str) -> int | None:
    """`3`, `3.0`, ` 3 ` as a number of things above zero; None for anything else."""
    match = re.fullmatch(r"(\d{1,7})(?:\.0*)?", clean(text))
    return int(match[1]) or None if match else None
