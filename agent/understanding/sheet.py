"""The open sheet as words can mean it: its columns with field, unit and kind, and the index of its values."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal
from unicodedata import combining, normalize

from agent.shipping.services import service_code
from agent.shipping.text import key
from agent.shipping.town_names import spellings_of
from agent.shipping.weights import Unit
from agent.understanding.conditions import Condition, Not, OneOf
from agent.understanding.headers import GENERAL, UNIT_WORDS, flag_words, full_words, header_phrases
from agent.understanding.lexicon import columns as known_columns
from agent.understanding.lexicon import entries
from agent.understanding.tokens import keys, root, spellings, stem

Kind = Literal["text", "number", "date", "boolean"]

VALUES_READ: Final = 1000
_SHORT_VALUE: Final = 2
_SHORT_WORD: Final = 3
"""Letters of a word that is like too many others to be told from a typing error."""
_PHRASE: Final = 5
"""Words of the longest part of a value that is looked for."""
_YES: Final = frozenset({"y", "yes", "true", "1", "x", "t", "ja", "oui", "sí", "si", "sì", "sim"})
_NO: Final = frozenset({"n", "no", "false", "0", "f", "nein", "non", "não", "nao", "nee"})
_PLAIN_YES: Final = frozenset({"y", "yes", "true"})
_PLAIN_NO: Final = frozenset({"n", "no", "false"})
_MIXED: Final = 2
"""Answers besides yes and no that a column may hold (`half`) and still say yes or no."""
_NUMBERS: Final = {
    "2": "two",
    "3": "three",
    "4": "four",
    "5": "five",
    "6": "six",
    "8": "eight",
    "10": "ten",
    "12": "twelve",
}
_OWNERS: Final = ("ship", "plain", "buyer", "sender", "bill", "other")
_OF_GOODS: Final = frozenset({"", "description", "sku", "order_number", "status", "total", "quantity"})
_PEOPLE: Final = frozenset(
    "name first_name last_name attention_name address1 address2 address3 phone email whole_address".split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `values` are (value, how often), blanks left out."""

    name: str
    kind: Kind
    field: str = ""
    owner: str = "plain"
    values: tuple[tuple[str, int], ...] = ()
    nulls: int = 0
    distinct: int = 0
    unit: Unit | None = None
    guessed: bool = False
    """Whether the field was told by the values alone."""

    @property
    def complete(self) -> bool:
        """Whether `values` holds all of the column's values."""
        return bool(self.values) and len(self.values) >= self.distinct - 1

    @property
    def yes(self) -> tuple[str, ...]:
        """The spellings of yes where the column says yes or no; none of any other column."""
        said = {value.strip().casefold(): value for value, _ in self.values}
        more = set(said) - _YES - _NO
        mixed = (
            self.kind == "text" and len(more) <= _MIXED and bool(set(said) & _PLAIN_YES) and bool(set(said) & _PLAIN_NO)
        )
        if (more and not mixed) or self.field in ("quantity", "total", "weight", "packages"):
            return ()
        return tuple(spelling for folded, spelling in said.items() if folded in _YES)

    @property
    def no(self) -> tuple[str, ...]:
        """The spellings of no of such a column."""
        return tuple(value for value, _ in self.values if self.yes and value.strip().casefold() in _NO)

    @property
    def flag(self) -> OneOf | None:
        """The condition that says yes, where the column says yes or no."""
        return OneOf(self.name, self.yes) if self.yes else None

    @property
    def denied(self) -> Condition | None:
        """The condition that says no: all but yes, or the cells that say no where others say neither (`half`)."""
        if self.flag is None:
            return None
        between = len(self.values) > len(self.yes) + len(self.no)
        return OneOf(self.name, self.no) if between else Not(self.flag)

    @property
    def people(self) -> bool:
        return self.field in _PEOPLE


@dataclass(frozen=True)
class Sheet:
    """The columns in order, and what words can find in them."""

    columns: tuple[Column, ...]
    row_count: int = 0
    boxes: tuple[str, ...] = ()
    """The names of the boxes in the settings."""

    @cached_property
    def by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    def of(self, field: str) -> tuple[Column, ...]:
        """The columns of a field, those of the recipient only where there are some."""
        found = [column for column in self.columns if column.field == field]
        found = [column for column in found if not column.guessed] or found
        best = min((_OWNERS.index(column.owner) for column in found), default=0)
        return tuple(column for column in found if _OWNERS.index(column.owner) == best)

    def best(self, field: str) -> tuple[Column, ...]:
        """The columns of a field; of several totals that of the order."""
        found = self.of(field) or (self.of("item_weight") if field == "weight" else ())
        for wanted in (("order", "total"), ("total",), ("grand", "total")) if field == "total" else ():
            named = [column for column in found if full_words(column.name)[-len(wanted) :] == wanted]
            if named:
                return tuple(named[:1])
        with_total = tuple(column for column in found if "total" in full_words(column.name))
        return with_total or found if field == "total" else found

    @cached_property
    def header_roots(self) -> dict[tuple[str, ...], tuple[str, ...]]:
        """Roots of a whole header -> its columns: `insured for` is `Insure For`."""
        found: dict[tuple[str, ...], list[str]] = {}
        for column in self.columns:
            for phrase in header_phrases(column.name):
                found.setdefault(tuple(map(root, map(stem, phrase))), []).append(column.name)
        return {phrase: tuple(dict.fromkeys(names)) for phrase, names in found.items()}

    @cached_property
    def headers(self) -> dict[tuple[str, ...], tuple[tuple[str, float], ...]]:
        """Stems of a phrase -> (column, cost): whole headers, what people call a field, words that tell a header."""
        found: dict[tuple[str, ...], dict[str, float]] = {}

        def note(phrase: Sequence[str], name: str, cost: float) -> None:
            stems = tuple(map(stem, phrase))
            if stems and cost < found.setdefault(stems, {}).get(name, 9.0):
                found[stems][name] = cost

        for column in self.columns:
            for phrase in _named(column):
                if column.field != "total" or not _means_orders(phrase):
                    note(phrase, column.name, 0.6)
            for phrase in (keys(column.name), *header_phrases(column.name)) if column.flag else ():
                note(flag_words(phrase), column.name, 0.6)
            for word in full_words(column.name):
                if word not in GENERAL and word not in UNIT_WORDS and word.isalpha():
                    note((word,), column.name, 1.5)
        whole = {phrase for phrase, held in found.items() if min(held.values()) < 1}
        for phrase, field in known_columns("spoken").items():
            for column in self.best(field) if phrase not in whole else ():
                note(phrase, column.name, 0.9)
        return {phrase: tuple(columns.items()) for phrase, columns in found.items()}

    @cached_property
    def values(self) -> dict[tuple[str, ...], tuple[tuple[str, str], ...]]:
        """Stems of a value -> (column, value) wherever a column holds it."""
        found: dict[tuple[str, ...], dict[tuple[str, str], None]] = {}
        for column in self.columns:
            between = _between(column)
            if not _spoken(column, self.row_count) and not between:
                continue
            firsts = {keys(value)[:1] for value, _ in column.values}
            shared = len(column.values) > 1 and len(firsts) == 1 and ("ups",) not in firsts
            for value, _ in between or column.values:
                words = keys(value)
                both = spellings(value) | _joined(words) | _with_and(value) | _in_words(words) | _waiting(words)
                tags = [keys(part) for part in value.split(",")] if column.field == "tags" else []
                plain = keys(without_accents(value))
                ids = _id_spellings(value) if column.field == "order_number" else []
                for phrase in (*both, plain, words[1:] if shared else (), *tags, *ids, *_plurals(column, words)):
                    if phrase:
                        found.setdefault(tuple(map(stem, phrase)), {})[column.name, value] = None
        return {phrase: tuple(places) for phrase, places in found.items()}

    @cached_property
    def parts(self) -> dict[str, dict[str, tuple[str, ...]]]:
        """One word (stem) of a longer value -> column -> its values with that word."""
        found: dict[str, dict[str, list[str]]] = {}
        for column in self.columns:
            if not _spoken(column, self.row_count) or column.field in ("city", "state", "country", "address1"):
                continue
            for value, _ in column.values:
                words = keys(value) if column.field != "service" or service_code(value) is None else ()
                for word in set(map(stem, words)) if len(words) > 1 else ():
                    if len(word) > 2 and word.isalpha():
                        found.setdefault(word, {}).setdefault(column.name, []).append(value)
        return {word: {name: tuple(values) for name, values in held.items()} for word, held in found.items()}

    @cached_property
    def phrases(self) -> dict[tuple[str, ...], dict[str, tuple[str, ...]]]:
        """Words in a row (stems) of longer values -> column -> the values: `no plastic` of `no plastic please`."""
        found: dict[tuple[str, ...], dict[str, dict[str, None]]] = {}
        for column in self.columns:
            if (
                column.people
                or column.field in ("city", "state", "country", "service")
                or not _spoken(column, self.row_count)
            ):
                continue
            for value, _ in column.values:
                words = tuple(map(stem, keys(value)))
                for start in range(len(words) - 1):
                    for end in range(start + 2, min(start + _PHRASE, len(words)) + 1):
                        if (start, end) != (0, len(words)):
                            found.setdefault(words[start:end], {}).setdefault(column.name, {})[value] = None
        return {phrase: {name: tuple(held) for name, held in places.items()} for phrase, places in found.items()}

    @cached_property
    def goods(self) -> frozenset[str]:
        """Stems of words of headers that may name what the rows are (`rewards` of Reward Title), of no cell."""
        named = [column for column in self.columns if column.field in _OF_GOODS and not column.flag]
        words = {stem(word) for column in named for word in full_words(column.name) if word.isalpha() and len(word) > 3}
        held = set(self.parts) | {phrase[0] for phrase in self.values}
        return frozenset(words - GENERAL - UNIT_WORDS - held) | self.row_names

    @cached_property
    def towns(self) -> dict[str, dict[str, str]]:
        """Column of towns -> each of its values as it is compared -> the value."""
        return {
            column.name: {one: value for value, _ in column.values for one in folded(value)}
            for column in self.of("city")
        }

    @cached_property
    def town_spellings(self) -> dict[str, dict[str, str]]:
        """The same with the spellings of other languages."""
        return {name: spellings_of(held) for name, held in self.towns.items()}

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Every word of headers and of values that may be said."""
        return frozenset(word for phrase in (*self.headers, *self.values) for word in phrase)

    @cached_property
    def cell_words(self) -> frozenset[str]:
        """The words of values that are more than places."""
        places = {column.name for field in ("state", "country") for column in self.of(field)}
        told = (phrase for phrase, held in self.values.items() if not all(name in places for name, _ in held))
        return frozenset(word for phrase in told for word in phrase if len(word) > _SHORT_WORD)

    @cached_property
    def spelled(self) -> dict[str, tuple[str, str]]:
        """Letters and digits of each value -> (column, value); of order numbers their digits alone too."""
        found: dict[str, tuple[str, str]] = {}
        for column in self.columns:
            if column.kind != "text" and column.field != "order_number":
                continue
            for value, _ in column.values:
                plain = re.sub(r"[\W_]+", "", value.casefold().replace("&", "and"))
                found.setdefault(plain, (column.name, value))
                if column.field == "order_number":
                    found.setdefault(re.sub(r"\D", "", value), (column.name, value))
        found.pop("", None)
        return found

    @cached_property
    def row_names(self) -> frozenset[str]:
        """What rows are called after the header of their name: `dog` of dogName."""
        names = [keys(column.name) for column in self.columns]
        return frozenset(stem(name[0]) for name in names if len(name) == 2 and name[1] == "name") - GENERAL

    @cached_property
    def longest(self) -> int:
        """Tokens of the longest value or header."""
        return max((len(phrase) for phrase in (*self.values, *self.headers)), default=1)


def _between(column: Column) -> tuple[tuple[str, int], ...]:
    """The cells that say neither where a column says yes or no: `half`, `bisque`."""
    neither = [held for held in column.values if held[0] not in (*column.yes, *column.no)] if column.flag else []
    return tuple(held for held in neither if held[0].strip().isalpha() and len(held[0].strip()) > _SHORT_VALUE)


def _named(column: Column) -> set[tuple[str, ...]]:
    """The phrases that are the whole header, of a day also with the word `date`: `Ship By date`."""
    phrases = header_phrases(column.name)
    dated = {(*phrase, "date") for phrase in phrases if phrase[-1] != "date"} if column.kind == "date" else set()
    return phrases | dated


def _means_orders(phrase: tuple[str, ...]) -> bool:
    """The `orders` of a sheet with `Order $` are no amounts."""
    return any(entry.category == "Noun" for entry in entries().get(phrase, ()))


def _joined(words: tuple[str, ...]) -> set[tuple[str, ...]]:
    """`ebike` for E-bike."""
    return {("".join(words),)} if len(words) == 2 and len(words[0]) == 1 and words[1].isalpha() else set()


def _in_words(words: tuple[str, ...]) -> set[tuple[str, ...]]:
    """`four person tent` for 4-Person Tent."""
    counted = tuple(_NUMBERS.get(word, word) for word in words)
    return {counted} if counted != words and len(words) > 1 else set()


def _with_and(value: str) -> set[tuple[str, ...]]:
    """`pink and white` for pink/white, `salt and pepper` for salt & pepper."""
    parts = [keys(part) for part in re.split(r"\s*[/&+]\s*", value)]
    if len(parts) != 2 or not all(parts):
        return set()
    return {(*parts[0], "and", *parts[1])}


def _waiting(words: tuple[str, ...]) -> set[tuple[str, ...]]:
    """`waiting for payment` for Awaiting Payment."""
    return {("waiting", "for", *words[1:]), ("waiting", "on", *words[1:])} if words[:1] == ("awaiting",) else set()


def _plurals(column: Column, words: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Plurals that no ending tells: `LPs` of LP, `scarves` of scarf."""
    if not words or column.field in ("state", "country", "order_number"):
        return []
    *before, last = words
    many = f"{last}s" if len(last) == _SHORT_VALUE and last.isalpha() else ""
    many = f"{last[:-1]}ves" if last.endswith("f") else many
    return [(*before, many)] if many and (many,) not in entries() else []


def _id_spellings(number: str) -> list[tuple[str, ...]]:
    """How people say an order number: `#1004` is 1004, `X-201` is x201 or 201, `A001` is 1."""
    folded_number = number.casefold()
    plain = "".join(letter for letter in folded_number if letter.isalnum())
    digits = "".join(letter for letter in folded_number if letter.isdigit())
    return [(spelling,) for spelling in {folded_number, plain, digits, f"#{digits}"} if spelling]


def without_accents(text: str) -> str:
    """Plain letters; `ü` loses its dots."""
    return "".join(letter for letter in normalize("NFD", text) if not combining(letter))


def folded(text: str) -> frozenset[str]:
    """A value as it is compared, with and without accents."""
    return frozenset({key(text), key(without_accents(text))})


def _spoken(column: Column, rows: int) -> bool:
    """Whether somebody may name this column's values without its header: no flags, days and plain numbers."""
    if column.kind in ("date", "boolean") or column.flag:
        return False
    said = {value.strip().casefold() for value, _ in column.values}
    if said <= _YES | _NO:
        return False
    if column.field in ("total", "weight", "quantity", "weight_unit", "postal_code", "phone", "shipped_at"):
        return False
    return column.kind == "text" or column.field == "order_number" or column.distinct == rows
