"""Numbers as people write them: decimal point or comma, thousands, currency left to the caller."""

import re
from decimal import Decimal

_PLAIN = re.compile(r"^[+-]?(\d+(\.\d*)?|\.\d+)$")


class AmbiguousNumberError(ValueError):
    """`1,234` and `1.234` can be a thousand or a little more than one."""


def read_number(text: str, *, money: bool = False) -> Decimal | None:
    """`.5`, `1,5`, `1,200.00`, `1.200,00`, `1 200,50`, `1'200` as a number; None for anything else.

    Of money with one mark and three digits behind it (`1,200`), the mark means thousands.

    Raises:
        AmbiguousNumberError: one comma with three digits behind it, for anything but money.
    """
    compact = re.sub(r"(?<=\d)[\s'’](?=\d{3}\b)", "", text.strip())
    marks = re.findall(r"[.,]", compact)
    if len(set(marks)) == 2:
        decimal_mark = marks[-1]
        thousands = "," if decimal_mark == "." else "."
        whole = compact.rpartition(decimal_mark)[0]
        grouped = re.fullmatch(rf"[+-]?\d{{1,3}}({re.escape(thousands)}\d{{3}})+", whole)
        if marks.count(decimal_mark) > 1 or not grouped:
            return None
        compact = compact.replace(thousands, "").replace(decimal_mark, ".")
    elif len(marks) > 1:
        if not re.fullmatch(r"[+-]?\d{1,3}([.,]\d{3})+", compact):
            return None
        compact = re.sub("[.,]", "", compact)
    elif re.fullmatch(r"[+-]?[1-9]\d{0,2}[.,]\d{3}", compact) and (money or "," in compact):
        if not money:
            raise AmbiguousNumberError(text)
        compact = re.sub("[.,]", "", compact)
    else:
        compact = compact.replace(",", ".")
    return Decimal(compact) if _PLAIN.match(compact) else None
