"""The order in which labels come out of the printer."""

import re

from agent.labels.label import Label

_DIGITS = re.compile(r"([0-9]+)")


def natural_key(text: str | None) -> tuple[bool, list[tuple[int, int, str]]]:
    """Sorts as people do: `A2` before `A10`, case ignored, empty last."""
    parts = [part for part in _DIGITS.split((text or "").strip().casefold()) if part]
    return not parts, [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts]


def in_print_order(labels: list[Label], *, by_cell: bool) -> list[Label]:
    """By the sheet's rows, or by the chosen column and then the rows. Packages of one row keep their order."""
    if not by_cell:
        return sorted(labels, key=lambda label: label.sheet_row)
    return sorted(labels, key=lambda label: (natural_key(label.cell), label.sheet_row))
