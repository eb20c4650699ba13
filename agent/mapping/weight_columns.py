"""Which columns state a weight together: pounds beside ounces, kilograms beside grams, or what a person chose."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import permutations
from typing import Final

from agent.sheet.fields import field_of
from agent.sheet.header_text import normal, without_unit
from agent.shipping.weights import PAIRS, unit_of_header

WEIGHTS: Final = frozenset({"weight", "item_weight"})
"""Fields that may come from several columns, added up."""
BOTH: Final = "both, added up"
ALL: Final = "all of them, added up"


def parts_of_one_weight(columns: Sequence[str]) -> tuple[str, ...] | None:
    """`Weight (oz)`, `Weight (lb)` -> the pounds, then the ounces; None where they are not a unit and its part."""
    if len(columns) != 2:
        return None
    stems = {normal(without_unit(column)) for column in columns} - {""}
    for large, small in permutations(columns):
        if (unit_of_header(large), unit_of_header(small)) in PAIRS and len(stems) <= 1:
            return large, small
    return None


@lru_cache(maxsize=256)
def are_of_one_item(columns: tuple[str, ...]) -> bool:
    """Whether the headers say that they weigh one item: `Item Weight (lb)`, whatever a mapping takes them for."""
    named = {field_of(column) or field_of(without_unit(column)) for column in columns}
    return named == {"item_weight"}


def weight_choices(columns: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """What to offer where several columns may hold the weight: each, a pair that belongs together, all added up."""
    choices: dict[str, tuple[str, ...]] = {column: (column,) for column in columns}
    if len(columns) == 2:
        return choices | {BOTH: tuple(columns)}
    pairs = (parts_of_one_weight(pair) for pair in permutations(columns, 2))
    choices |= {" + ".join(pair): pair for pair in pairs if pair is not None}
    return choices | {ALL: tuple(columns)}
