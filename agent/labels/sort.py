"""The order in which labels come out of the printer."""

import re

from agent.errors import error
from agent.labels.faults import NO_SUCH_COLUMN
from agent.labels.label import Label

ROW = "row"
_NUMBERS = re.compile(r"([0-9]+(?:\.[0-9]+)?)")
_OTHER_NAMES = {
    "sheetrow": ROW,
    "ordernumber": "order",
    "name": "recipient",
    "shipto": "recipient",
    "recipientname": "recipient",
    "company": "attention",
    "address": "street",
    "zipcode": "zip",
    "postalcode": "zip",
    "trackingnumber": "tracking",
    "servicecode": "service",
}


def natural_key(text: str | None) -> tuple[bool, list[tuple[int, float, str]]]:
    """Sorts as people do: `A2` before `A10`, `2.5` after `2`, case ignored, empty last."""
    parts = [part for part in _NUMBERS.split((text or "").strip().casefold()) if part]
    return not parts, [(0, float(part), "") if _NUMBERS.fullmatch(part) else (1, 0.0, part) for part in parts]


def column_of(labels: list[Label], asked: str) -> str:
    """The column that a person means: case, blanks, `_` and `-` ignored.

    Raises:
        ShipchatError: E-4310 for one that the plan does not keep, with those that it does.
    """
    name = re.sub(r"[\s_-]", "", asked).casefold()
    name = _OTHER_NAMES.get(name, name)
    known = sorted({column for label in labels for column in label.columns})
    if name != ROW and name not in known:
        raise error(NO_SUCH_COLUMN, column=asked, known=", ".join([ROW, *known]))
    return name


def in_print_order(labels: list[Label], column: str = ROW) -> list[Label]:
    """By the sheet's rows, or by a column of `column_of` and then the rows. Packages of one row keep their order."""
    if column == ROW:
        return sorted(labels, key=lambda label: label.sheet_row)
    return sorted(labels, key=lambda label: (natural_key(label.columns.get(column)), label.sheet_row))
