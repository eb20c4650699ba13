"""What a header says by itself: which field its column can feed, and whose it is."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Final

from rapidfuzz import fuzz, process

from agent.sheet.fields import (
    ADDRESS_HEADERS,
    BEHIND_AN_OWNER,
    FIELDS,
    OTHER_HEADERS,
    OWNER_ALONE,
    OWNERS,
    SHOPIFY_SIGNS,
    singular,
)
from agent.sheet.header_text import normal, without_unit

SURE: Final = 1.0
_CLOSE: Final = 84
_ADDRESS_FIELDS: Final = frozenset(ADDRESS_HEADERS.values())
_MISSPELT: Final = (
    "shipping",
    "shipto",
    "ship",
    "delivery",
    "recipient",
    "customer",
    "buyer",
    "billing",
    "billto",
    "sender",
)
"""Whose address a misspelt header may be."""
_LOOKED_FOR: Final = ("name", "first_name", "last_name", "address1", "city", "state", "postal_code")
_WITH_UNIT: Final = frozenset(name for name, entry in FIELDS.items() if entry.unit)
_ADDRESS_PLACE: Final = {name: place for place, name in enumerate(BEHIND_AN_OWNER)}
_OTHER_PLACE: Final = {name: place for place, name in enumerate(OTHER_HEADERS)}
_ABOUT: Final = (
    *("", "address", "info", "information", "details", "detail", "contact", "contactinfo", "person", "data"),
    *("party", "to", "customer", "defaultaddress", "adresse"),
)
"""What may stand between an owner's word and a field: `Shipping Address City`, `Ship To Contact Name`."""
_WORDS: Final = {
    word + about: (owner, word)
    for word, owner in sorted(OWNERS.items(), key=lambda entry: -len(entry[0]))
    for about in _ABOUT
    if word + about not in OWNERS or not about
}
"""Normal form of an owner's words -> owner, and the word that says so."""
_BEFORE: Final = (
    "order",
    "orders",
    "shipment",
    "package",
    "parcel",
    "final",
    "primary",
    "customer",
    "buyer",
    "address",
)
"""What may come before an owner's words and does not change whose it is: `Order Shipping City`."""
_LETTERS: Final = {"s": "ship", "b": "bill"}
_LETTERED: Final = re.compile(r"^([sb])[\s_.:\-]+(.+)$", re.IGNORECASE)
_REPEATED: Final = re.compile(r"^(.*)_(\d+)$")
_NUMBERED: Final = re.compile(r"^(.*?[^\W\d_])[\s_.\-#(]*(\d)\)?$")
_NUMBERS: Final = 100
"""Where the copies begin that a number in the headers tells apart."""
_IN_THE_MIDDLE: Final = 7
"""An owner's word of so many letters may stand anywhere in a header: `Full Shipping Address`."""


@dataclass(frozen=True, slots=True)
class HeaderReading:
    """One field that a column can feed."""

    column: str
    position: int
    field: str
    owner: str = "plain"
    """ship, buyer, bill, sender, or plain where the header does not say whose it is."""
    word: str = ""
    """The owner's word in the header, so that `Shipping ...` and `Delivery ...` can be told apart."""
    place: int = 0
    """In the dictionary: of two columns of one address, the earlier name wins."""
    confidence: float = SURE
    copy: int = 1
    """2 and more: the header repeats that of an earlier column."""
    alone: bool = False
    """The header is an owner's word and nothing else: `Ship To`."""

    @property
    def known(self) -> bool:
        """Whether the header is in the dictionary, not only like one that is."""
        return self.confidence == SURE


def read_headers(columns: Sequence[str], repeats: Mapping[str, str] | None = None) -> list[HeaderReading]:
    """What each known header says, in the sheet's order.

    `repeats` (column -> the header it repeats) is what the reader of the sheet knows; without it, a name that ends in
    `_2` behind a column of the same name counts as a repeated header.
    """
    bases, copies = _repeated(columns, repeats)
    for column, (base, number) in _numbered([column for column in columns if copies[column] == 1]).items():
        bases[column], copies[column] = base, _NUMBERS + number
    lettered = _lettered(columns)
    found = []
    for position, column in enumerate(columns):
        reading = lettered.get(column) or read_header(bases[column])
        if reading is not None:
            found.append(replace(reading, column=column, position=position, copy=copies[column]))
    return _with_order_number(columns, found)


def read_unknown_owners(columns: Sequence[str], unread: Sequence[str]) -> list[HeaderReading]:
    """`Gift Name, Gift Address, Gift City`: words before or after a whole address are somebody's.

    Whose it is stays open: the owner is `other`, the word tells them apart.
    """
    owners: dict[str, list[HeaderReading]] = {}
    for column in unread:
        name = normal(column)
        for known, field in ADDRESS_HEADERS.items():
            if len(known) > 2 and len(name) > len(known) and (name.startswith(known) or name.endswith(known)):
                word = name.removesuffix(known) if name.endswith(known) else name.removeprefix(known)
                place = _ADDRESS_PLACE[known]
                reading = HeaderReading(column, columns.index(column), field, "other", word, place)
                owners.setdefault(word, []).append(reading)
    found: dict[str, HeaderReading] = {}
    for members in sorted(owners.values(), key=len, reverse=True):
        fields = {reading.field for reading in members}
        if "address1" in fields and len(fields) > 2 and fields & {"city", "postal_code", "city_state_zip"}:
            found |= {reading.column: reading for reading in members if reading.column not in found}
    return list(found.values())


def guess_header(column: str, position: int) -> HeaderReading | None:
    """The field of an address, or the weight, whose known names a header resembles; never certain."""
    name = normal(without_unit(column)) or normal(column)
    if len(name) < 4:
        return None
    found = _likeness(name)
    if found is None:
        return None
    field, owner, word = _resembled()[found[0]]
    confidence = round(min(found[1] / 100, 0.99) * 0.9, 2)
    return HeaderReading(column, position, field, owner, word, len(ADDRESS_HEADERS), confidence)


def owner_of(column: str) -> str:
    """Whose a column is by its header, whatever it holds: `Return Carrier` is the sender's; else plain."""
    reading = read_header(column)
    if reading is not None and reading.owner != "plain":
        return reading.owner
    owner, _, rest = _without_owner(normal(column))
    return owner if rest in ADDRESS_HEADERS or owner in {"bill", "sender"} else "plain"


def read_header(header: str) -> HeaderReading | None:
    """What one header says by itself; None for one that is not in the dictionary."""
    name = singular(normal(header))
    if name in OTHER_HEADERS:
        return HeaderReading(header, 0, OTHER_HEADERS[name], place=_OTHER_PLACE[name])
    if name in ADDRESS_HEADERS:
        return HeaderReading(header, 0, ADDRESS_HEADERS[name], place=_ADDRESS_PLACE[name])
    if name in OWNER_ALONE:
        return HeaderReading(header, 0, "name", OWNER_ALONE[name], name, len(ADDRESS_HEADERS), alone=True)
    owner, word, rest = _without_owner(name)
    if owner != "plain" and rest in BEHIND_AN_OWNER:
        return HeaderReading(header, 0, BEHIND_AN_OWNER[rest], owner, word, _ADDRESS_PLACE[rest])
    if owner == "ship" and OTHER_HEADERS.get(rest) == "residential":
        return HeaderReading(header, 0, "residential", place=_OTHER_PLACE[rest])
    bare = singular(normal(without_unit(header)))
    if bare != name and OTHER_HEADERS.get(bare) in _WITH_UNIT:
        return HeaderReading(header, 0, OTHER_HEADERS[bare], place=_OTHER_PLACE[bare])
    return None


@lru_cache(maxsize=4096)
def _without_owner(name: str) -> tuple[str, str, str]:
    """`shiptoname` -> (`ship`, `shipto`, `name`); `citybilling` -> (`bill`, `billing`, `city`); else (`plain`, ...)."""
    parts = [(text, name[len(text) :]) for text in _WORDS if name.startswith(text) and len(name) > len(text)]
    # `customername` must not lose `customer` to a shorter word; the longest one that leaves a known name wins.
    parts.sort(key=lambda part: (part[1] in BEHIND_AN_OWNER, len(part[0])), reverse=True)
    if parts and parts[0][1] in BEHIND_AN_OWNER:
        return (*_WORDS[parts[0][0]], parts[0][1])
    for before in _BEFORE:
        rest = name.removeprefix(before)
        if rest not in (name, "") and not rest.startswith(_BEFORE):
            inner = _without_owner(rest)
            if inner[0] != "plain" and inner[2] in BEHIND_AN_OWNER:
                return inner
    for text in _WORDS:
        if name.endswith(text) and name[: -len(text)] in BEHIND_AN_OWNER:
            return (*_WORDS[text], name[: -len(text)])
    for word, owner in OWNERS.items():
        rest = name.replace(word, "", 1)
        if len(word) >= _IN_THE_MIDDLE and rest != name and rest in BEHIND_AN_OWNER:
            return owner, word, rest
    return (*_WORDS[parts[0][0]], parts[0][1]) if parts else ("plain", "", name)


def _lettered(columns: Sequence[str]) -> dict[str, HeaderReading]:
    """`s_name, s_city, s_zip, b_name`: letters say whose it is where three columns have the same one."""
    found: dict[str, list[HeaderReading]] = {}
    for column in columns:
        match = _LETTERED.match(column.strip())
        name = normal(match[2]) if match else ""
        if match and name in ADDRESS_HEADERS:
            letter = match[1].casefold()
            reading = HeaderReading(column, 0, ADDRESS_HEADERS[name], _LETTERS[letter], letter, _ADDRESS_PLACE[name])
            found.setdefault(letter, []).append(reading)
    if not any(len(group) > 2 for group in found.values()):
        return {}
    return {reading.column: reading for group in found.values() for reading in group}


def _numbered(columns: Sequence[str]) -> dict[str, tuple[str, int]]:
    """`Name 2, Address 2, City 2`: a second address, whose street is not a second line; column -> (header, number)."""
    found: dict[tuple[str, int], dict[str, tuple[str, str]]] = {}
    for column in columns:
        match = _NUMBERED.match(column.strip())
        reading = read_header(match[1]) if match else None
        if match and reading is not None and reading.field in _ADDRESS_FIELDS:
            found.setdefault((reading.owner, int(match[2])), {})[reading.field] = (column, match[1])
    return {
        column: (base, number)
        for (_, number), fields in found.items()
        if "address1" in fields and fields.keys() & {"city", "postal_code", "city_state_zip"}
        for column, base in fields.values()
    }


def _repeated(columns: Sequence[str], repeats: Mapping[str, str] | None) -> tuple[dict[str, str], dict[str, int]]:
    """Column -> the header as it was written, and which copy of it this is."""
    bases: dict[str, str] = {}
    seen: dict[str, int] = {}
    copies: dict[str, int] = {}
    for column in columns:
        if repeats is None:
            match = _REPEATED.match(column)
            base = match[1] if match and match[1].casefold() in seen else column
        else:
            base = repeats.get(column, column)
        bases[column] = base
        copies[column] = seen[base.casefold()] = seen.get(base.casefold(), 0) + 1
    return bases, copies


def _with_order_number(columns: Sequence[str], found: list[HeaderReading]) -> list[HeaderReading]:
    """In an export of Shopify the column `Name` holds the order number."""
    signs = SHOPIFY_SIGNS & {normal(column) for column in columns}
    shipped = any(reading.field == "name" and reading.owner == "ship" for reading in found)
    if not signs or not shipped or any(reading.field == "order_number" for reading in found):
        return found
    return [
        replace(reading, field="order_number", place=0)
        if reading.field == "name" and normal(reading.column) == "name"
        else reading
        for reading in found
    ]


@lru_cache(maxsize=4096)
def _likeness(name: str) -> tuple[str, float] | None:
    """The known name that one resembles, and how much (0..100)."""
    found = process.extractOne(name, _resembled().keys(), scorer=fuzz.ratio, score_cutoff=_CLOSE)
    return (found[0], found[1]) if found is not None else None


@cache
def _resembled() -> dict[str, tuple[str, str, str]]:
    """Only what a parcel cannot go without is looked for by likeness. Built when a header needs it."""
    required = {known: field for known, field in ADDRESS_HEADERS.items() if field in _LOOKED_FOR and len(known) > 3}
    whose = {word + known: (field, OWNERS[word], word) for word in _MISSPELT for known, field in required.items()}
    weights = {known: (field, "plain", "") for known, field in OTHER_HEADERS.items() if field == "weight"}
    return whose | {known: (field, "plain", "") for known, field in required.items()} | weights
