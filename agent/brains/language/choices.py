"""What is offered when a word is vague or unknown: choices of its own kind, never mere look-alikes."""

from collections.abc import Sequence
from typing import Final

from rapidfuzz import fuzz, process

from agent.brains.language import roles
from agent.brains.language.actions import Probe
from agent.brains.language.conditions import HasText, IsOneOf
from agent.brains.language.facts import SheetFacts
from agent.brains.language.words import stem
from agent.shipping.countries import COUNTRY_NAMES
from agent.shipping.places import STATES
from agent.shipping.services import LABELS

_SHORTEST: Final = 4
_ALIKE: Final = 70
_DAYS_BACK: Final = ("placed today", "placed in the last 7 days", "placed in the last 30 days")
_VAGUE: Final[dict[str, tuple[str, ...]]] = {
    "some several few many most couple a few half majority a bunch bunch a handful handful various certain": (
        "the first 5", "the first 10", "5 at random"
    ),
    "expensive cheap high value low value pricey valuable inexpensive costly worthwhile": (
        "over $100", "over $500", "under $25"
    ),
    "old recent recently new fresh stale early": _DAYS_BACK,
    "first class cheapest way fastest way cheapest service fastest service cheapest method cheapest option "
    "fastest option cheapest way possible fastest way possible at the cheapest rate cheapest rate cheaply "
    "fastest quickest slowest": (
        "by Ground", "by 2nd Day Air", "by Next Day Air"
    ),
    "urgent rush soon quickly fast asap quick important priority ones": ("overdue", "due today", "due tomorrow"),
}  # fmt: skip
_SIZES: Final = ("over 10 lb", "over $100", "3 items or more")


def for_vague(word: str) -> tuple[str, ...]:
    """Things that a vague word may mean, said exactly."""
    lowered = f" {word.casefold()} "
    return next((offered for words, offered in _VAGUE.items() if lowered in f" {words} "), _SIZES)


def probes(phrase: str, facts: SheetFacts) -> tuple[Probe, ...]:
    """Columns whose values are not known here (names of people, long lists) may still hold the phrase.

    A part of a name is offered, never taken: `Zeno` may be several people.
    """
    found = []
    for column in facts.columns:
        if column.kind != "text" or column.complete:
            continue
        found.append(Probe(IsOneOf(column.name, (phrase,)).clause(), f'{column.name} is "{phrase}"'))
        if roles.role_of(facts, column.name) == "name":
            part = HasText((column.name,), "contains", phrase).clause()
            found.append(Probe(part, f'{column.name} contains "{phrase}"', settles=False))
    return tuple(found)


def name_probes(phrases: Sequence[str], facts: SheetFacts) -> tuple[Probe, ...]:
    """Whole names of which a word is known (`Quill Books` beside a department Books), in columns of unknown values."""
    return tuple(
        Probe(IsOneOf(column.name, (phrase,)).clause(), f'{column.name} is "{phrase}"')
        for column in facts.columns
        if column.kind == "text" and not column.complete
        for phrase in phrases
    )


def item_with(phrase: str, facts: SheetFacts) -> str | None:
    """`mugs` where one column of items holds the word and no other column does: a text match is meant."""
    found = _inside_values(phrase, facts)
    items = [text for name, text in found if roles.role_of(facts, name) == "item"]
    return items[0] if len(found) == len(items) == 1 else None


def nearest(phrase: str, facts: SheetFacts) -> list[str]:
    """The up to three things that an unknown phrase may mean: values of the sheet, places, services."""
    choices: dict[str, str] = {}
    for column in facts.columns:
        if roles.role_of(facts, column.name) == "order_number":
            continue
        for value, _ in column.values:
            if not value.replace(".", "").isdigit() and len(value) >= _SHORTEST:
                choices.setdefault(value, value.casefold())
    for name in (*STATES.values(), *(label.removeprefix("UPS ") for label in LABELS.values())):
        choices.setdefault(name, name.casefold())
    choices |= {names[0]: names[0].casefold() for names in COUNTRY_NAMES.values() if len(names[0]) > _SHORTEST}
    found = process.extract(phrase.casefold(), choices, scorer=fuzz.ratio, limit=3, score_cutoff=_ALIKE)
    return [*[text for _, text in _inside_values(phrase, facts)][:2], *[name for _, _, name in found]][:3]


def _inside_values(phrase: str, facts: SheetFacts) -> list[tuple[str, str]]:
    """(column, words): `mugs` is part of `Blue Mug` and `Red Mug`, so a text match may be meant."""
    bare = stem(phrase.casefold())
    return [
        (column.name, f'{column.name} contains "{bare}"')
        for column in facts.columns
        if any(stem(part) == bare for value, _ in column.values for part in value.casefold().split())
    ]
