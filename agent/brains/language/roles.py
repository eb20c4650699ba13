"""Which column a word means: headers as they stand, and what people call the usual columns of an order sheet.

A role is guessed from a header's words only; a column that the mapping already gave a role keeps it. Where two columns
have the same role, the one of the recipient comes first, and a tie is a question.
"""

from functools import lru_cache
from typing import Any, Final

from agent.brains.language.facts import ColumnFacts, SheetFacts
from agent.brains.language.headers import header_words
from agent.brains.language.words import keys
from agent.sheet.fields import FIELDS
from agent.sheet.header_meaning import is_personal, look_up
from agent.sheet.header_text import UNIT_WORDS
from agent.sheet.headers import owner_of
from agent.shipping.places import region_states
from agent.shipping.services import service_code

_SPOKEN_ROLE: Final = {keys(phrase): field.role for field in FIELDS.values() for phrase in field.said}
_SPOKEN_FIELD: Final = {keys(phrase): field.name for field in FIELDS.values() for phrase in field.said}
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
    meaning = look_up(name)
    return meaning.role if meaning is not None else None


@lru_cache(maxsize=64)
def roles_of(facts: SheetFacts) -> dict[str, tuple[str, ...]]:
    """Role -> its columns; those of the recipient only, where there are some of both."""
    found: dict[str, list[str]] = {}
    stand_ins: dict[str, list[str]] = {}
    for column in facts.columns:
        role = _role(column)
        if role is not None:
            meaning = look_up(column.name)
            one = stand_ins if meaning is not None and meaning.stands_in else found
            one.setdefault(role, []).append(column.name)
    found = stand_ins | found
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
    meaning = look_up(column.name)
    if guessed in _DAYS and column.kind != "date" and meaning is not None and not meaning.sure:
        guessed = None  # `Requested By` is not a day
    if guessed == "state" and any(region_states(value) for value, _ in column.values):
        guessed = "region"
    given = FIELDS[column.role].role if column.role in FIELDS else column.role
    # A header that says more than the mapping ("Ship By Date" is not an order date) wins.
    return guessed or given


def _preferred(facts: SheetFacts, role: str, names: list[str]) -> tuple[str, ...]:
    mapped = [name for name in names if facts.column(name).role is not None]
    if role in ("name",) and len(names) > 1:
        whole = [name for name in names if _field(name) not in ("first_name", "last_name")]
        names = whole or names
    foreign = [name for name in names if owner_of(name) in ("bill", "sender") and role in _OF_PEOPLE]
    own = [name for name in names if name not in foreign] or names
    marked = [name for name in own if owner_of(name) == "ship"]
    if foreign and marked:
        own = marked
    exact = [name for name in own if role in ("order_number", "name", "status") and name in mapped]
    return tuple(_best_total(own) if role == "total" else (exact or own))


def _field(name: str) -> str | None:
    meaning = look_up(name)
    return meaning.field if meaning is not None else None


def _best_total(names: list[str]) -> list[str]:
    """`Total` before `Order Value` before a price of one item."""
    for wanted in (("order", "total"), ("total",), ("grand", "total")):
        best = [n for n in names if tuple(w for w in header_words(n) if w not in UNIT_WORDS) == wanted]
        if best:
            return best[:1]
    best = [name for name in names if "total" in header_words(name)]
    return best or names


def spoken_role(words: tuple[str, ...]) -> str | None:
    """The role that people mean by these words (keys)."""
    return _SPOKEN_ROLE.get(words)


def spoken_field(words: tuple[str, ...]) -> str | None:
    """The field that people mean by these words (keys), as a mapping has it."""
    meaning = look_up(" ".join(words))
    return meaning.field if meaning is not None and meaning.sure else _SPOKEN_FIELD.get(words)


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


def holds_people(column: dict[str, Any]) -> bool:
    """Whether a described column holds people's data, so that its values are not asked for: the data server knows."""
    if column.get("person") is not None:
        return bool(column["person"])
    return is_personal(str(column["name"]))
