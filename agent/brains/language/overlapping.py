"""Whether orders may fit two rules of services: by what the conditions say, else by asking the sheet."""

import math
from typing import Protocol, TypeVar

from agent.brains.language.conditions import NUMBER, All, Between, Compare, Condition, IsOneOf, Not, all_of
from agent.brains.language.elements import Service
from agent.brains.language.namesakes import looked_up
from agent.brains.language.requesting import label_of
from agent.brains.language.resolving import Resolver


class HasService(Protocol):
    """A clause with the service that was named for it."""

    service: Service


ClauseT = TypeVar("ClauseT", bound=HasService)


def check_overlaps(named: list[tuple[Condition, ClauseT]], resolver: Resolver) -> None:
    """An order that two rules fit gets the service that the person says."""
    for index, (one, first) in enumerate(named):
        for other_index in range(index + 1, len(named)):
            other, second = named[other_index]
            if apart(one, other) or label_of(first.service) == label_of(second.service):
                continue
            both = all_of([one, other])
            if not looked_up([both], resolver.facts)[both.clause()]:
                continue  # no order is both
            question = f"Which service for an order with {one.words()} that also has {other.words()}?"
            options = (label_of(first.service), label_of(second.service))
            if resolver.ask(question, options, "service").casefold() == options[1].casefold():
                named[index], named[other_index] = named[other_index], named[index]
                return


_Bound = tuple[float, int]
"""A number, and -1, 0 or 1 for just below it, itself, just above it."""


def _span(condition: Condition) -> tuple[str, _Bound, _Bound] | None:
    """(column, lowest, highest) that a comparison of numbers allows."""
    if isinstance(condition, Between) and NUMBER.fullmatch(condition.low) and NUMBER.fullmatch(condition.high):
        return condition.column, (float(condition.low), 0), (float(condition.high), 0)
    if not isinstance(condition, Compare) or not NUMBER.fullmatch(condition.value):
        return None
    value, least, most = float(condition.value), (-math.inf, 0), (math.inf, 0)
    bounds: dict[str, tuple[_Bound, _Bound]] = {
        ">": ((value, 1), most),
        ">=": ((value, 0), most),
        "<": (least, (value, -1)),
        "<=": (least, (value, 0)),
    }
    low, high = bounds.get(condition.operator, ((value, 0), (value, 0)))
    return condition.column, low, high


def apart(one: Condition, other: Condition) -> bool:
    """Whether no row can fit both."""
    if any(isinstance(a, Not) and a.item.clause() == b.clause() for a, b in ((one, other), (other, one))):
        return True
    if isinstance(one, IsOneOf) and isinstance(other, IsOneOf) and one.column == other.column:
        return not set(one.values) & set(other.values)
    span, other_span = _span(one), _span(other)
    if span is not None and other_span is not None and span[0] == other_span[0]:
        return span[2] < other_span[1] or other_span[2] < span[1]
    parts = one.items if isinstance(one, All) else (one,)
    others = other.items if isinstance(other, All) else (other,)
    if len(parts) + len(others) > 2:
        return any(apart(part, further) for part in parts for further in others)
    return False
