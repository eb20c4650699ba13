"""What was read otherwise than the cells say, for the preview: a line for each kind of change. Pure."""

from collections.abc import Sequence
from typing import Final

from agent.mapping.boxes import WITH_BOX
from agent.mapping.builder import GroupedChange, rows_in_words
from agent.mapping.goods import FROM_CATALOGUE

_WORDS: Final = {
    "commodity_code": "HS code",
    "unit_value": "value",
    "origin_country": "origin",
    "length": "size",
    "dimensions": "size",
}


def change_lines(changes: Sequence[GroupedChange]) -> list[str]:
    """What every row has of its own from the catalogue, in one line for each column; the rest one by one."""
    together: dict[str, set[int]] = {}
    others = []
    for change in changes:
        summed = _summed(change)
        if summed:
            together.setdefault(summed, set()).update(change.sheet_rows)
        else:
            others.append(_line(change))
    return [*(f"{what} ({rows_in_words(rows)})" for what, rows in together.items()), *others]


def _summed(change: GroupedChange) -> str:
    """What many rows have in common, though each has a value of its own; nothing for any other change."""
    if change.why.startswith(FROM_CATALOGUE):
        return f"{_WORDS.get(change.column, change.column)} {FROM_CATALOGUE}"
    return f"weight {change.why}" if change.why.startswith(WITH_BOX) else ""


def _line(change: GroupedChange) -> str:
    count = len(change.sheet_rows)
    rows = f"{count} row{'s' if count > 1 else ''}"
    return f"{change.column}: {change.before or 'blank'} -> {change.after or 'left out'} ({change.why}; {rows})"
