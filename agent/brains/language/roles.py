"""Which column a word means: headers as they stand, and what people call the usual columns of an order sheet.

A role is guessed from a header's words only; a column that the mapping already gave a role keeps it. Where two columns
have the same role, the one of the recipient comes first, and a tie is a question.
"""

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

from agent.brains.language.facts import ColumnFacts, SheetFacts
from agent.brains.language.headers import UNITS, full_words, header_words
from agent.brains.language.words import keys
from agent.shipping.places import region_states
from agent.shipping.services import service_code

_LISTS: Final[dict[str, dict[str, str]]] = tomllib.loads(
    (files("agent.brains.language") / "roles.toml").read_text(encoding="utf-8")
)


def _table(section: str) -> dict[tuple[str, ...], str]:
    return {keys(phrase): role for role, phrases in _LISTS[section].items() for phrase in phrases.split("|")}


_ROLE_OF: Final = _table("headers")
_TELLING: Final = {words[0]: role for words, role in _table("telling").items()}
_SPOKEN_ROLE: Final = _table("spoken")
_SENDER: Final = frozenset({"bill", "billing", "sender", "from", "return", "origin", "seller", "store", "warehouse"})
_RECIPIENT: Final = frozenset({"ship", "shipping", "recipient", "delivery", "deliver", "destination", "dest", "to"})
_UNITS: Final = UNITS | {"code", "full", "name"}
_CHARGES: Final = frozenset(
    "shipping freight delivery handling tax taxes discount insurance tip fee fees duty deposit refund refunded".split()  # noqa: SIM905
)
"""Words of headers whose money is not the order's."""
_SHOPS: Final = frozenset({"store", "market", "marketplace", "warehouse", "seller", "vendor", "shop"})
_IN_WORDS: Final = frozenset(
    {"service", "city", "state", "country", "name", "company", "status", "tags", "notes", "item"}
)
"""Roles of columns that hold words."""
_OF_PEOPLE: Final = frozenset(
    {"state", "city", "country", "postal_code", "name", "address", "address2", "phone", "email", "company"}
)
"""Roles that the sender has as well as the recipient."""
_DAYS: Final = frozenset({"order_date", "due_date", "paid_date"})
MANAGED: Final = frozenset({"shipped_date", "tracking"})
"""Roles of the columns that this product writes itself."""


def role_of_header(name: str) -> str | None:
    """What a header says that its column holds; None when it says nothing known."""
    words = tuple(word for word in header_words(name) if word not in ("(", ")"))
    role = _role_of_words(words) or _role_of_words(full_words(name))
    if role is None and " - " in name:  # "Amount - Order Total", "Date - Ship By Date"
        role = _role_of_words(header_words(name.rpartition(" - ")[2]))
    of_others = {"total": _CHARGES, "name": _SHOPS}.get(role or "", frozenset())
    return None if set(words) & of_others else role


def _role_of_words(words: tuple[str, ...]) -> str | None:
    if words[-1:] == ("code",) and words[:-1] in _ROLE_OF and _ROLE_OF[words[:-1]] in ("state", "country", "service"):
        return _ROLE_OF[words[:-1]]
    for candidate in _readings(words):
        if candidate in _ROLE_OF:
            return _ROLE_OF[candidate]
    telling = [role for word, role in _TELLING.items() if word in words]
    return telling[0] if len(set(telling)) == 1 else None


def _readings(words: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The header as it stands, without units, and without what says whose it is."""
    bare = tuple(word for word in words if word not in _UNITS) if len(words) > 1 else words
    named = tuple(word for word in bare if word not in _SENDER and word not in _RECIPIENT and word != "#")
    return [words, bare, named, ("weight",) if "weight" in words else ()]


@lru_cache(maxsize=64)
def roles_of(facts: SheetFacts) -> dict[str, tuple[str, ...]]:
    """Role -> its columns; those of the recipient only, where there are some of both."""
    found: dict[str, list[str]] = {}
    for column in facts.columns:
        role = _role(column)
        if role is not None:
            found.setdefault(role, []).append(column.name)
    _name_as_number(found)
    if "order_number" not in found and (name := _identifying(facts, found)) is not None:
        found["order_number"] = [name]
    return {role: _preferred(facts, role, names) for role, names in found.items()}


def _name_as_number(found: dict[str, list[str]]) -> None:
    """Shopify calls the order number `Name`; who gets the parcel is `Shipping Name` there."""
    names = found.get("name", [])
    plain = [name for name in names if name.casefold() == "name"]
    if plain and len(names) > 1 and "order_number" not in found:
        found["order_number"] = plain
        found["name"] = [name for name in names if name not in plain]


def _identifying(facts: SheetFacts, found: dict[str, list[str]]) -> str | None:
    """`Ticket`, `Lot`, `Sub ID`: without a known header, the first column that tells every row from every other."""
    known = {name for names in found.values() for name in names}
    for column in facts.columns:
        single = facts.row_count > 1 and column.distinct_count == facts.row_count and column.complete
        if single and column.name not in known and any(letter.isdigit() for letter in column.values[0][0]):
            return column.name
    return None


def _role(column: ColumnFacts) -> str | None:
    """What a column holds, by its header, its kind and the mapping."""
    guessed = role_of_header(column.name)
    coded = guessed == "service" and any(service_code(value) is not None for value, _ in column.values)
    if guessed in _IN_WORDS and column.kind != "text" and not coded:
        guessed = None  # a `Shipping` of amounts names no service
    if guessed in _DAYS and column.kind != "date" and header_words(column.name) not in _ROLE_OF:
        guessed = None  # `Requested By` is no day
    if guessed == "state" and any(region_states(value) for value, _ in column.values):
        guessed = "region"
    given = _SAME.get(column.role, column.role) if column.role else None
    # A header that says more than the mapping ("Ship By Date" is no order date) wins.
    return guessed or given


_SAME: Final[dict[str | None, str]] = {
    "zip": "postal_code",
    "postal": "postal_code",
    "recipient": "name",
    "recipient_name": "name",
    "address_line_1": "address",
    "address1": "address",
    "service_code": "service",
    "due": "due_date",
    "weight_value": "weight",
    "state_province": "state",
    "country_code": "country",
    "tracking_number": "tracking",
    "description": "item",
    "ship_date": "due_date",
    "deadline": "due_date",
    "shipped_at": "shipped_date",
}


def _preferred(facts: SheetFacts, role: str, names: list[str]) -> tuple[str, ...]:
    mapped = [name for name in names if facts.column(name).role is not None]
    if role in ("name",) and len(names) > 1:
        whole = [name for name in names if not {"first", "last"} & set(header_words(name))]
        names = whole or names
    foreign = [name for name in names if set(header_words(name)) & _SENDER and role in _OF_PEOPLE]
    own = [name for name in names if name not in foreign] or names
    marked = [name for name in own if set(header_words(name)) & _RECIPIENT]
    if foreign and marked:
        own = marked
    exact = [name for name in own if role in ("order_number", "name", "status") and name in mapped]
    return tuple(_best_total(own) if role == "total" else (exact or own))


def _best_total(names: list[str]) -> list[str]:
    """`Total` before `Order Value` before a price of one item."""
    for wanted in (("order", "total"), ("total",), ("grand", "total")):
        best = [n for n in names if tuple(w for w in header_words(n) if w not in _UNITS) == wanted]
        if best:
            return best[:1]
    best = [name for name in names if "total" in header_words(name)]
    return best or names


def spoken_role(words: tuple[str, ...]) -> str | None:
    """The role that people mean by these words (keys)."""
    return _SPOKEN_ROLE.get(words)


def spoken_phrases() -> frozenset[tuple[str, ...]]:
    """All phrases that name a role."""
    return frozenset(_SPOKEN_ROLE)


def columns_for(facts: SheetFacts, role: str) -> tuple[str, ...]:
    """The columns of a role, best ones only; several = the person is asked."""
    return roles_of(facts).get(role, ())


def role_of(facts: SheetFacts, column: str) -> str | None:
    """The role that this column serves as in this sheet."""
    return next((role for role, names in roles_of(facts).items() if column in names), None)


def own_role(facts: SheetFacts, column: str) -> str | None:
    """What a column holds by itself, whether or not it is the one that serves in that role."""
    return _role(facts.column(column))


_PEOPLE: Final = frozenset({"name", "address", "address2", "phone", "email", "company", "notes"})
_PEOPLE_WORDS: Final = frozenset(
    {"name", "customer", "buyer", "recipient", "contact", "attention", "attn", "address", "street", "phone", "email"}
    | {"mail", "fax", "mobile", "cell", "tel", "telephone", "first", "last", "address1", "address2", "consignee", "who"}
)
_THINGS: Final = frozenset(
    {
        "product",
        "item",
        "sku",
        "service",
        "lineitem",
        "method",
        "state",
        "city",
        "country",
        "zip",
        "role",
        "type",
        "group",
    }
    | {"tier", "segment", "status", "level", "class", "category", "tags", "tag", "source", "channel"}
)


def holds_people(column: dict[str, Any]) -> bool:
    """Whether a described column holds names, streets, phones or e-mails, so that its values are not asked for."""
    if column.get("person") is not None:
        return bool(column["person"])
    words = set(header_words(str(column["name"])))
    role = role_of_header(str(column["name"]))
    return role in _PEOPLE - {"notes"} or bool(words & _PEOPLE_WORDS and not words & _THINGS)
