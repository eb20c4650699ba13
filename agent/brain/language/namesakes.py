"""Cities of one name in several states: which one is meant is a question, with the states that the sheet holds."""

from collections.abc import Mapping
from typing import Final

from agent.brain.language.actions import Ask, AskError, LookError
from agent.brain.language.conditions import Condition, IsOneOf, all_of
from agent.brain.language.facts import SheetFacts
from agent.shipping import places

_ACROSS_A_BORDER: Final = frozenset({"kansas city", "texarkana", "bristol"})
"""One town on both sides of a state line: its name alone means both."""
_ALL: Final = "all of them"


def one_of_namesakes(
    city: IsOneOf,
    name: str,
    states: Mapping[str, IsOneOf],
    said: frozenset[str],
    facts: SheetFacts,
    answers: Mapping[str, str],
) -> Condition:
    """The city, with the state that is meant where the sheet holds orders for its name in several states.

    `states` are the conditions of all states of the sheet, by code; `said` are the states that the message names.

    Raises:
        LookError: while it is not known which states hold it.
        AskError: while it is not known which of them is meant.
    """
    column = facts.column(city.column)
    if sum(count for value, count in column.values if value in city.values) < 2 or name in _ACROSS_A_BORDER:
        return city
    together = {code: all_of([city, state]) for code, state in states.items()}
    unknown = tuple(both for both in together.values() if both.clause() not in facts.looked)
    if unknown:
        raise LookError(unknown)
    held = {code: both for code, both in together.items() if facts.looked[both.clause()] > 0}
    if len(held) < 2:
        return city
    if len(said & set(held)) == 1:
        return held[next(iter(said & set(held)))]
    shown = city.shown or name.title()
    question = f'Which "{shown}" do you mean?'
    options = {f"{shown}, {places.STATES.get(code, code)}": both for code, both in held.items()}
    answer = answers.get(question, "").casefold()
    if answer == _ALL:
        return city
    for option, both in options.items():
        if option.casefold() == answer:
            return both
    raise AskError(Ask(question, (*options, _ALL), "place"))
