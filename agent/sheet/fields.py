"""The one dictionary of headers (`fields.toml`): which field a header names, what it is for, and whose data it is."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final

from agent.sheet.header_text import normal

_DICTIONARY: Final[dict[str, Any]] = tomllib.loads((files("agent.sheet") / "fields.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Field:
    """What a column can hold. Names are as `fields.toml` writes them; `header_text.normal` compares them."""

    name: str
    means: str
    """In one line, for a person."""
    role: str
    """Which part of an order it is to whoever selects rows."""
    headers: tuple[str, ...]
    """Its known names, the best first; without any, no shipment is made of it."""
    select_only: tuple[str, ...]
    """Further names for whoever selects rows."""
    words: tuple[str, ...]
    """Words of an unknown header that say enough to select by."""
    unless: tuple[str, ...]
    """Words that make such a header something else."""
    said: tuple[str, ...]
    """What people call such a column in a command."""
    stands_in: dict[str, tuple[str, ...]]
    """Role -> names that count as it where no column has it by itself; without any, all names of the field."""
    address: bool
    """Whether it exists once per person: ship-to, buyer, bill-to, sender."""
    owner_headers: tuple[str, ...]
    """Names that are known only behind such a person's words: `shipping_zone`."""
    unit: str | None
    """The kind of unit that its header may end in: weight, length or money."""
    personal: bool
    """Whether its cells are people's data, which no language model is shown."""
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Instruction:
    """What a filled cell asks of UPS. Texts are compared as `agent.shipping.text.key` writes them."""

    name: str
    what: str
    """What it asks for, as a person reads it."""
    headers: tuple[str, ...]
    phrases: tuple[str, ...]
    ordinary: tuple[str, ...]
    """Cells that ask for nothing special."""
    ups: tuple[str, ...]
    """Cells that certainly do; where there are any, other texts are a question."""
    unless: tuple[str, ...]
    """Words of a header that make it part of an address instead."""


def _field(name: str, entry: dict[str, Any]) -> Field:
    return Field(
        name=name,
        means=entry["means"],
        role=entry.get("role", name),
        headers=tuple(entry.get("headers", ())),
        select_only=tuple(entry.get("select_only", ())),
        words=tuple(entry.get("words", ())),
        unless=tuple(entry.get("unless", ())),
        said=tuple(entry.get("said", ())),
        stands_in={role: tuple(names) for role, names in entry.get("stands_in", {}).items()},
        address=entry.get("address", False),
        owner_headers=tuple(entry.get("owner_headers", ())),
        unit=entry.get("unit"),
        personal=entry.get("personal", False),
        examples=tuple(entry["examples"]),
    )


FIELDS: Final[dict[str, Field]] = {name: _field(name, entry) for name, entry in _DICTIONARY["fields"].items()}
_PARTS = ("headers", "phrases", "ordinary", "ups", "unless")
INSTRUCTIONS: Final = tuple(
    Instruction(name, entry["what"], *(tuple(entry.get(part, ())) for part in _PARTS))
    for name, entry in _DICTIONARY["instructions"].items()
)
MAPPED: Final = tuple(name for name, field in FIELDS.items() if field.headers)
"""The fields that a mapping may have."""
ADDRESS_FIELDS: Final = tuple(name for name, field in FIELDS.items() if field.address)
"""Fields that exist once per person: recipient, buyer, bill-to, sender."""


def _by_header(*, address: bool) -> dict[str, str]:
    return {
        normal(header): field.name for field in FIELDS.values() if field.address is address for header in field.headers
    }


ADDRESS_HEADERS: Final = _by_header(address=True)
"""Normal form of the part behind the words that say whose it is -> field."""
BEHIND_AN_OWNER: Final = ADDRESS_HEADERS | {
    normal(header): field.name for field in FIELDS.values() for header in field.owner_headers
}
"""The same, with names that say nothing alone: `zone`."""
OTHER_HEADERS: Final = _by_header(address=False)
"""Normal form -> field."""
SELECT_ONLY: Final = {normal(header): field.name for field in FIELDS.values() for header in field.select_only}
"""Normal form of a name that no shipment is made of -> field."""
WORDS: Final = {word: field.name for field in FIELDS.values() for word in field.words}
"""One word of a header -> field."""


def singular(name: str) -> str:
    """The normal form of an unknown header as the dictionary has it: `orderids` -> `orderid`. `orders` counts them."""
    shorter = name.removesuffix("s")
    return shorter if name not in OTHER_HEADERS and shorter in OTHER_HEADERS and shorter != "order" else name


def field_of(header: str) -> str:
    """The field that a header names outside of addresses, or nothing; a plural is the same name."""
    return OTHER_HEADERS.get(singular(normal(header)), "")


OWNER_WORDS: Final = {owner: tuple(entry["words"]) for owner, entry in _DICTIONARY["owners"].items()}
"""ship, buyer, bill, sender -> the words that say so."""
OWNERS: Final[dict[str, str]] = {normal(word): owner for owner, words in OWNER_WORDS.items() for word in words}
"""Normal form of the words that say whose an address is -> ship, buyer, bill or sender."""
OWNER_ALONE: Final[dict[str, str]] = {
    normal(word): owner for owner, entry in _DICTIONARY["owners"].items() for word in entry.get("alone", ())
}
"""Normal form of such words that are a whole header and stand for the name -> the same."""


def _abbreviations() -> Iterator[tuple[str, str]]:
    for word, short in _DICTIONARY["abbreviations"].items():
        yield from ((one, word) for one in short)


ABBREVIATIONS: Final = dict(_abbreviations())
"""`qty` -> `quantity`."""
SHOPIFY_SIGNS: Final = frozenset(
    map(normal, ("Financial Status", "Fulfillment Status", "Lineitem name", "Lineitem quantity"))
)
"""In an export with these and a `Shipping Name`, the column `Name` holds the order number (`#1001`)."""
