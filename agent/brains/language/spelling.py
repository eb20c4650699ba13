"""Typing errors: command words, headers and names of states are corrected when only one can be meant, and it is said.

Words that may name something of the sheet (cities, statuses, SKUs) are never corrected: `Charlestown` is not
`Charleston`. The nearest ones are offered instead (see choices.py).
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

from rapidfuzz.distance import OSA

from agent.brains.language import roles, vocabulary
from agent.brains.language.calendar import _MONTHS, _WEEKDAYS
from agent.brains.language.facts import SheetFacts
from agent.brains.language.headers import header_words
from agent.shipping.places import PROVINCES, REGIONS, STATES
from agent.shipping.services import LABELS

_SHORTEST: Final = 4
_LONG: Final = 7


@dataclass(frozen=True, slots=True)
class Correction:
    """One word put right."""

    said: str
    meant: str


@cache
def _proper_words() -> frozenset[str]:
    words = {
        word for names in (STATES.values(), PROVINCES.values()) for name in names for word in name.casefold().split()
    }
    return frozenset(word for word in words | set(_MONTHS) | set(_WEEKDAYS) if len(word) >= _SHORTEST)


@cache
def _closed_words() -> frozenset[str]:
    """Words of closed vocabularies, longer ones only: short ones are too close to one another."""
    words = {
        word for phrase, kinds in vocabulary.readings().items() if set(kinds) - {"VAGUE", "OPTION"} for word in phrase
    }
    words = {word for word in words if word.isalpha()}
    for names in (STATES.values(), PROVINCES.values(), REGIONS):
        words |= {word for name in names for word in name.casefold().split()}
    words |= {
        word for name in ("Canada", "Mexico", "Germany", "Australia", "France") for word in name.casefold().split()
    }
    words |= set(_MONTHS) | set(_WEEKDAYS) | {word for phrase in roles.spoken_phrases() for word in phrase}
    words |= {"today", "yesterday", "tomorrow", "weeks", "month", "months", "average", "total", "account"}
    return frozenset(word for word in words if len(word) >= _SHORTEST and word.isalpha())


def correct(word: str, facts: SheetFacts, *, proper: bool = False) -> Correction | None:
    """The one word that a typing error must stand for; None when there is none, or more than one.

    `proper` looks at names only: a capital inside a sentence is no command word.
    """
    lowered = word.casefold()
    if len(lowered) < _SHORTEST or not lowered.isalpha():
        return None
    if lowered in _closed_words() or _is_like_a_service(lowered):
        return None
    headers = {part for column in facts.columns for part in header_words(column.name) if len(part) >= _SHORTEST}
    allowed = 2 if len(lowered) >= _LONG else 1
    close = {
        candidate: OSA.distance(lowered, candidate)
        for candidate in (_proper_words() if proper else _closed_words() | headers)
        if abs(len(candidate) - len(lowered)) <= allowed
        and candidate[:1] == lowered[:1]
        and _likely(lowered, candidate)
    }
    best = sorted((distance, candidate) for candidate, distance in close.items() if distance <= allowed)
    if not best or _is_like_a_value(lowered, facts):
        return None
    nearest = [candidate for distance, candidate in best if distance == best[0][0]]
    stems = {candidate.rstrip("s") for candidate in nearest}
    return Correction(word, min(nearest, key=lambda c: abs(len(c) - len(lowered)))) if len(stems) == 1 else None


def _likely(said: str, candidate: str) -> bool:
    """A word of four letters: only where letters changed places or one is missing, so that `Lark` is no `lack`."""
    return len(said) > _SHORTEST or sorted(said) == sorted(candidate) or len(candidate) > len(said)


def _is_like_a_service(word: str) -> bool:
    """Close to the name of a service: a near miss there is always confirmed."""
    names = {part for label in LABELS.values() for part in label.casefold().split()} | {"overnight", "surepost"}
    allowed = 2 if len(word) >= _LONG else 1
    return any(OSA.distance(word, name) <= allowed for name in names if len(name) > _SHORTEST)


def _is_like_a_value(word: str, facts: SheetFacts) -> bool:
    """Close to something that the sheet holds: then it is asked about, not corrected."""
    allowed = 2 if len(word) >= _LONG else 1
    for column in facts.columns:
        if roles.role_of(facts, column.name) in ("state", "country"):
            continue
        for value, _ in column.values:
            if any(OSA.distance(word, part) <= allowed for part in value.casefold().split() if len(part) >= _SHORTEST):
                return True
    return False
