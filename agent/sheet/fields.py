"""The dictionary of headers (`fields.toml`): which field a header names, with which role and unit."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final

_DICTIONARY: Final[dict[str, Any]] = tomllib.loads((files("agent.sheet") / "fields.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Field:
    """What a column can feed. `headers` are its known names, the best first."""

    name: str
    headers: tuple[str, ...]
    address: bool = False
    """Whether it exists once per role: ship-to, buyer, bill-to, sender."""
    role_headers: tuple[str, ...] = ()
    """Names that are known only behind a role's words: `shipping_zone`."""
    unit: str | None = None
    """The kind of unit that its header may end in: weight, length or money."""


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


def normal(header: str) -> str:
    """How known headers are compared: letters and digits only, case ignored, `(required)` and a possessive 's aside;
    `#` says number: `Street #` is not the street."""
    plain = re.sub(r"[(\[](?:required|optional)[)\]]|['’]s\b", "", header.casefold()).replace("#", " number ")
    return "".join(letter for letter in unicodedata.normalize("NFC", plain) if letter.isalnum())


FIELDS: Final[dict[str, Field]] = {
    name: Field(
        name,
        tuple(entry["headers"]),
        entry.get("address", False),
        tuple(entry.get("role_headers", ())),
        entry.get("unit"),
    )
    for name, entry in _DICTIONARY["fields"].items()
}
_PARTS = ("headers", "phrases", "ordinary", "ups", "unless")
INSTRUCTIONS: Final = tuple(
    Instruction(name, entry["what"], *(tuple(entry.get(part, ())) for part in _PARTS))
    for name, entry in _DICTIONARY["instructions"].items()
)
ADDRESS_FIELDS: Final = tuple(name for name, field in FIELDS.items() if field.address)
"""Fields that exist once per role: recipient, buyer, bill-to, sender."""


def _by_header(*, address: bool) -> dict[str, str]:
    return {
        normal(header): field.name for field in FIELDS.values() if field.address is address for header in field.headers
    }


ADDRESS_HEADERS: Final = _by_header(address=True)
"""Normal form of the part behind the role's words -> field."""
BEHIND_A_ROLE: Final = ADDRESS_HEADERS | {
    normal(header): field.name for field in FIELDS.values() for header in field.role_headers
}
"""The same, with names that say nothing without a role: `zone`."""
OTHER_HEADERS: Final = _by_header(address=False)
"""Normal form -> field."""


def singular(name: str) -> str:
    """The normal form of an unknown header as the dictionary has it: `orderids` -> `orderid`. `orders` counts them."""
    shorter = name.removesuffix("s")
    return shorter if name not in OTHER_HEADERS and shorter in OTHER_HEADERS and shorter != "order" else name


def field_of(header: str) -> str:
    """The field that a header names outside of addresses, or nothing; a plural is the same name."""
    return OTHER_HEADERS.get(singular(normal(header)), "")


ROLES: Final[dict[str, str]] = {
    normal(word): role for role, entry in _DICTIONARY["roles"].items() for word in entry["words"]
}
"""Normal form of a role's word -> role."""
ROLE_ALONE: Final[dict[str, str]] = {
    normal(word): role for role, entry in _DICTIONARY["roles"].items() for word in entry.get("alone", ())
}
"""Normal form of a role's word that is a whole header and stands for the name -> role."""
UNITS_IN_HEADERS: Final = re.compile(
    r"[\s_\-.:,/]*[\(\[]?(?:in\s+)?"
    r"(lbs?\.?|pounds?|pound\(s\)|ozs?|ounces?|kgs?|kilograms?|kilos|g|gr|grams?"
    r"|in|inch|inches|cms?|centimet(?:er|re)s?|mm|millimet(?:er|re)s?|usd|eur|gbp|cad|\$|\")"
    r"\.?[\)\]]?$",
    re.IGNORECASE,
)
"""The unit at the end of a header: `Weight (lbs)`, `weight_oz`, `Length in`."""
_ORDER_OF_SIDES: Final = re.compile(
    r"[\s_\-]*[\(\[]?\s*(?<![^\W_])[lwhd](?:\s*[x×*/]\s*[lwhd]){2}(?![^\W_])\s*,?", re.IGNORECASE
)
"""The order of three sides in a header: `Dimensions (LxWxH)`. The longest goes first anyway."""


def without_unit(header: str) -> str:
    """`Weight (lbs)` -> `Weight`, `Box (L x W x H in)` -> `Box`, `wt.lbs` -> `wt`."""
    sides = _ORDER_OF_SIDES.search(header)
    shorter = header.strip()
    if sides is not None:
        shorter = header[: sides.start()].strip() + header[sides.end() :].strip(" )]")
    bare = UNITS_IN_HEADERS.sub("", shorter.strip()).rstrip(" .:,/([")
    return "dimensions" if sides is not None and not bare else bare


SHOPIFY_SIGNS: Final = frozenset(
    map(normal, ("Financial Status", "Fulfillment Status", "Lineitem name", "Lineitem quantity"))
)
"""In an export with these and a `Shipping Name`, the column `Name` holds the order number (`#1001`)."""
