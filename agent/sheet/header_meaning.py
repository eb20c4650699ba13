"""What a header means to whoever selects rows: its field, its role, its unit, whose it is, and whether it is private.

The mapping takes known headers only (`agent.sheet.headers`). Selecting may read a header more loosely, because what it
selects is shown before anything happens: abbreviations, units and owners are put aside, and one word may say enough.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from agent.sheet.fields import (
    ABBREVIATIONS,
    ADDRESS_FIELDS,
    ADDRESS_HEADERS,
    FIELDS,
    OWNER_ALONE,
    OWNERS,
    SELECT_ONLY,
    WORDS,
    Field,
)
from agent.sheet.header_text import UNIT_WORDS, normal, without_unit, words_of
from agent.sheet.headers import owner_of, read_header

_ASIDE: Final = frozenset({"ship", "bill", "sender"})
"""Owners whose words are put aside where only a part of an address is left."""
_UNIT_LIKE: Final = UNIT_WORDS | {"code", "full", "name"}
_WITH_CODE: Final = frozenset({"state", "country", "service"})
_NO_RECIPIENT: Final = frozenset({"bill", "sender"})
_PERSONAL_WORDS: Final = (
    OWNER_ALONE.keys() | {name for name, field in ADDRESS_HEADERS.items() if FIELDS[field].personal}
) - {"to", "from"}


@dataclass(frozen=True, slots=True)
class HeaderMeaning:
    """What a header means."""

    field: str
    role: str | None
    """Which part of an order it is to whoever selects rows; None for the name of somebody who gets no parcel."""
    owner: str
    """ship, buyer, bill, sender, or plain where the header does not say it."""
    unit: str | None
    """weight, length or money."""
    personal: bool
    """Whether its cells are people's data."""
    sure: bool
    """Whether the dictionary has the header as it stands."""
    stands_in: bool
    """Whether it has this role only where no other column has it."""


@lru_cache(maxsize=4096)
def look_up(header: str) -> HeaderMeaning | None:
    """The meaning of a header; None where it says nothing known."""
    reading = read_header(header)
    if reading is not None:
        return _meaning(FIELDS[reading.field], header, reading.owner, sure=True)
    known = SELECT_ONLY.get(normal(header))
    words, full = words_of(header), tuple(ABBREVIATIONS.get(word, word) for word in words_of(header))
    name = known or _field_of_words(words) or _field_of_words(full)
    if name is None and " - " in header:  # "Amount - Order Total"
        name = _field_of_words(words_of(header.rpartition(" - ")[2]))
    if name is None or set(words) & set(FIELDS[name].unless):
        return None
    return _meaning(FIELDS[name], header, owner_of(header), sure=known is not None)


def is_personal(header: str) -> bool:
    """Whether a column holds people's data by its header alone; a word for a person in an unknown header is enough."""
    meaning = look_up(header)
    if meaning is not None:
        # A bare `Ship From` is a place or the sender: it may be somebody's name.
        return meaning.personal or normal(header) in OWNER_ALONE
    return not _PERSONAL_WORDS.isdisjoint(words_of(header))


def _meaning(field: Field, header: str, owner: str, *, sure: bool) -> HeaderMeaning:
    other = _stand_in(field, header)
    role = None if field.role == "name" and owner in _NO_RECIPIENT else other or field.role
    return HeaderMeaning(field.name, role, owner, field.unit, field.personal, sure=sure, stands_in=other is not None)


def _stand_in(field: Field, header: str) -> str | None:
    names = {normal(header), normal(header).removesuffix("s"), normal(without_unit(header))}
    return next((role for role, known in field.stands_in.items() if not known or names & set(map(normal, known))), None)


def _field_of_words(words: tuple[str, ...]) -> str | None:
    if words[-1:] == ("code",) and (field := _known(words[:-1])) in _WITH_CODE:
        return field
    found = next((field for one in _shortened(words) if (field := _known(one)) is not None), None)
    found = found or _of_an_owner(words)
    said = {WORDS[word] for word in words if word in WORDS}
    return found or (said.pop() if len(said) == 1 else None)


def _shortened(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The header as it is and without units; a weight is one whatever is next to it."""
    yield words
    yield _without_units(words)
    if "weight" in words:
        yield ("weight",)


def _of_an_owner(words: tuple[str, ...]) -> str | None:
    """The part of an address that is left without the words for its owner: `Vendor's Warehouse City`."""
    rest = tuple(word for word in _without_units(words) if OWNERS.get(word) not in _ASIDE)
    field = _known(rest)
    return field if field in ADDRESS_FIELDS else None


def _without_units(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in words if word not in _UNIT_LIKE) if len(words) > 1 else words


def _known(words: tuple[str, ...]) -> str | None:
    header = " ".join(words)
    reading = read_header(header) if words else None
    return reading.field if reading is not None else SELECT_ONLY.get(normal(header))
