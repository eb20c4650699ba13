"""Cities of one name in several states: which one is meant is a question, with the states that the sheet holds."""

from collections.abc import Mapping
from typing import Final

from agent.brains.language.actions import Ask, AskError, LookError
from agent.brains.language.conditions import Condition, IsOneOf, all_of
from agent.brains.language.facts import SheetFacts

_ACROSS_A_BORDER: Final = frozenset({"kansas city", "texarkana", "bristol"})
"""One town on both sides of a state line: its name alone means both."""
_ALL: Final = "all of them"


def one_of_namesakes(
    city: Condition,
    shown: str,
    areas: Mapping[str, IsOneOf],
    said: frozenset[str],
    facts: SheetFacts,
    answers: Mapping[str, str],
    question: str,
) -> Condition:
    """The city, with the area that is meant where the sheet holds orders for its name in several areas.

    `areas` are the conditions of all states (or of all countries) of the sheet, by code; `said` are the codes that the
    message names.

    Raises:
        LookError: while it is not known which areas hold it.
        AskError: while it is not known which of them is meant.
    """
    together = {code: all_of([city, area]) for code, area in areas.items()}
    held = {code: both for code, both in together.items() if looked_up(list(together.values()), facts)[both.clause()]}
    if len(held) < 2:
        return city
    if len(said & set(held)) == 1:
        return held[next(iter(said & set(held)))]
    options = {f"{shown}, {areas[code].shown}": both for code, both in held.items()}
    answer = answers.get(question, "").casefold()
    if answer == _ALL:
        return city
    for option, both in options.items():
        if option.casefold() == answer:
            return both
    raise AskError(Ask(question, (*options, _ALL), "place"))


def may_have_namesakes(city: IsOneOf, name: str, facts: SheetFacts) -> bool:
    """Whether there are orders enough for two cities of this name; a town across a border is one town."""
    counted = sum(count for value, count in facts.column(city.column).values if value in city.values)
    return counted > 1 and name not in _ACROSS_A_BORDER


def looked_up(conditions: list[Condition], facts: SheetFacts) -> Mapping[str, int]:
    """Clause -> number of rows, for at least these conditions.

    Raises:
        LookError: for those that were not looked up yet.
    """
    unknown = tuple(one for one in conditions if one.clause() not in facts.looked)
    if unknown:
        raise LookError(unknown)
    return facts.looked
