"""Which column a word means: headers as they stand, and what people call the usual columns of an order sheet.

The dictionary of headers says the role; what the mapping or the person made of a column wins. Where two columns have
the same role, the one of the recipient comes first, and a tie is a question.
"""

from functools import lru_cache
from typing import Any, Final

from agent.brains.language.facts import ColumnFacts, SheetFacts
from agent.brains.language.words import keys
from agent.sheet.fields import FIELDS
from agent.sheet.header_meaning import HeaderMeaning, is_personal, look_up
from agent.sheet.header_text import UNIT_WORDS, words_of
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
        role, stands_in = _role(column)
        if role is not None:
            (stand_ins if stands_in else found).setdefault(role, []).append(column.name)
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


def _role(column: ColumnFacts) -> tuple[str | None, bool]:
    """What a column holds, by the mapping, its header and its kind; and whether it only stands in for that."""
    meaning = look_up(column.name)
    if column.role in FIELDS and (meaning is None or meaning.field != column.role):
        return FIELDS[column.role].role, False  # so the person, or the other columns, decided
    if meaning is None or not _can_be(meaning, column):
        return (FIELDS[column.role].role if column.role in FIELDS else None), False
    if meaning.role == "state" and any(region_states(value) for value, _ in column.values):
        return "region", False
    return meaning.role, meaning.stands_in


def _can_be(meaning: HeaderMeaning, column: ColumnFacts) -> bool:
    """Whether a column of this kind can hold what its header says."""
    if meaning.role in _DAYS and column.kind != "date" and not meaning.sure:
        return False  # `Requested By` is not a day
    coded = meaning.role == "service" and any(service_code(value) is not None for value, _ in column.values)
    return meaning.role not in _IN_WORDS or column.kind == "text" or coded  # a `Shipping` of amounts names no service


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
        best = [n for n in names if tuple(w for w in words_of(n) if w not in UNIT_WORDS) == wanted]
        if best:
            return best[:1]
    best = [name for name in names if "total" in words_of(name)]
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
    return _role(facts.column(column))[0]


def holds_people(column: dict[str, Any]) -> bool:
    """Whether a described column holds people's data, so that its values are not asked for: the data server knows."""
    if column.get("person") is not None:
        return bool(column["person"])
    return is_personal(str(column["name"]))
