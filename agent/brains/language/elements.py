"""The pieces that a sentence is made of, between grammar and composition."""

from dataclasses import dataclass
from typing import Any, TypeGuard

from agent.brains.language.conditions import Condition
from agent.brains.language.naming import ColumnMention
from agent.brains.language.quantities import Amount, Span
from agent.brains.language.scanner import ServiceMention


@dataclass(frozen=True, slots=True)
class Item:
    """One condition; items of one family that are listed ("CA and TX") mean either."""

    condition: Condition
    family: str | None
    text: str
    column: str | None = None
    denied: str | None = None
    """Of a negation: the family of what it denies, so that it takes in what is listed on ("isn't A or B")."""


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A number or comparison that takes its column from what was said before ("over 5 and under 10")."""

    operator: str | None
    amount: Amount | Span
    text: str


@dataclass(frozen=True, slots=True)
class BareColumn:
    """A column's name alone: yes/no columns, or the second of "without a phone or e-mail"."""

    mention: ColumnMention
    text: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A word that holds the sentence together, by its terminal's name."""

    kind: str
    text: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class Cut:
    """How many of the rows, and in which order."""

    kind: str
    """`first`, `last`, `top`, `by`, `random`, `every`."""
    count: int | None = None
    column: str | None = None
    descending: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True)
class Service:
    """A UPS service, or a column of them (`column` is None and `mention` too: the sheet's own service column)."""

    mention: ServiceMention | None
    text: str
    column: str | None = None
    via: bool = False
    blank: ServiceMention | None = None
    """The service of the rows whose cell in the column is blank."""


Element = Item | Unfinished | BareColumn | Mark | Cut | Service


def is_mark(element: Element | None, *kinds: str) -> TypeGuard[Mark]:
    """Whether it is a mark of one of these kinds."""
    return isinstance(element, Mark) and element.kind in kinds
