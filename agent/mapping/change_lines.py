"""What was read otherwise than the cells say, for the preview: a line for each kind of change. Pure."""

from collections.abc import Sequence
from typing import Final

from agent.mapping.builder import GroupedChange, rows_in_words
from agent.mapping.goods import FROM_CATALOGUE

_WORDS: Final = {"commodity_code": "HS code", "unit_value": "value", "origin_country": "origin"}


def change_lines(changes: Sequence[GroupedChange]) -> list[str]:
    """What came from the catalogue in one line for each column, as every row has another value; the rest one by one."""
    looked_up: dict[str, set[int]] = {}
    others = []
    for change in changes:
        if change.why.startswith(FROM_CATALOGUE):
            looked_up.setdefault(change.column, set()).update(change.sheet_rows)
        else:
            others.append(_line(change))
    return [
        *(
            f"{_WORDS.get(column, column)} {FROM_CATALOGUE} ({rows_in_words(rows)})"
            for column, rows in looked_up.items()
        ),
        *others,
    ]


def _line(change: GroupedChange) -> str:
    count = len(change.sheet_rows)
    rows = f"{count} row{'s' if count > 1 else ''}"
    return f"{change.column}: {change.before or 'blank'} -> {change.after or 'left out'} ({change.why}; {rows})"
