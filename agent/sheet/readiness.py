"""Which orders may go: what the words of a sheet's status columns mean (`status_words.toml`).

Pure: a word and the kind of its column give a meaning. Whether a column is a status column is told by its header alone.
"""

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from typing import Any, Final

from agent.sheet.fields import FIELDS, field_of
from agent.sheet.header_text import normal
from agent.shipping.text import clean, is_blank

_TABLE: Final[dict[str, Any]] = tomllib.loads((files("agent.sheet") / "status_words.toml").read_text(encoding="utf-8"))
_SHARED: Final = frozenset({"all", "begins", "anywhere"})
_UNSURE: Final = frozenset({"unknown", "?"})
"""Words for nothing in other columns; a status that says so is not a blank one."""
MOST_UNKNOWN: Final = 20
"""A column with more different unknown words is free text, not a status."""


class Meaning(StrEnum):
    """Whether an order may go."""

    READY = "ready"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"
    UNPAID = "unpaid"
    HELD = "held"
    OTHER = "other"
    """Not by parcel: picked up, digital."""
    ASK = "ask"
    """Known, and still the person's decision: partly shipped, authorized."""
    UNKNOWN = "unknown"


IN_WORDS: Final = {
    Meaning.SHIPPED: "shipped already",
    Meaning.CANCELLED: "cancelled or refunded",
    Meaning.UNPAID: "unpaid or payment failed",
    Meaning.HELD: "on hold",
    Meaning.OTHER: "not sent by parcel",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of status column, with its words in plain form."""

    name: str
    words: dict[str, Meaning]
    begins: dict[str, Meaning]
    """Plain words that decide for what follows them too."""
    digits: Meaning | None
    """What a cell with a digit from 1 to 9 means, where it does not depend on the cell."""
    otherwise: Meaning
    by_line: bool
    until: frozenset[str] = frozenset()
    """Headers (normal form) whose days mean this only once they have come."""


@dataclass(frozen=True, slots=True)
class StatusColumn:
    """A column whose cells say whether an order may go."""

    name: str
    kind: Kind
    sure: bool = True
    """Whether the header is a known one; another status is asked about where its words are known."""

    @property
    def may_lie_ahead(self) -> bool:
        """Whether a day to come says nothing here: `Cancellation Date` of a retailer's order."""
        return normal(self.name) in self.kind.until


def status_columns(columns: Sequence[str], chosen: dict[str, str] | None = None) -> list[StatusColumn]:
    """The status columns of a sheet, by their known headers, and those that only call themselves so; `chosen` are a
    person's words (field -> column)."""
    by_choice = {column: field for field, column in (chosen or {}).items()}
    headers = {spelling for column in columns for spelling in (normal(column), normal(column).removesuffix("s"))}
    found = []
    for column in columns:
        field = by_choice.get(column) or field_of(column)
        if field == "status" and (signed := [name for name, signs in _SIGNS.items() if signs <= headers]):
            found.append(StatusColumn(column, KINDS[signed[0]]))
            continue
        found += [StatusColumn(column, KINDS[name]) for name in _OF_FIELD.get(field, ())]
        if not field and "status" in normal(column):
            found.append(StatusColumn(column, KINDS["order"], sure=False))
    return found


def meaning_of(word: str, kind: Kind) -> Meaning:
    """What a cell of such a column means; a blank one (`n/a`, `-`) says nothing against the order."""
    if kind.digits is not None and re.search("[1-9]", word):
        return kind.digits
    parts = _parts(word)
    if (meaning := kind.words.get("".join(parts))) is not None:
        return meaning
    if is_blank(word) and "".join(parts) not in _UNSURE:
        return Meaning.READY
    if any(part in _ANYWHERE for part in parts):
        return Meaning.ASK
    begun = _begun(parts, kind)
    return kind.begins[begun] if begun else kind.otherwise


def label_of(word: str, kind: Kind) -> str:
    """How a word is named to a person: as it is written, without what follows a word that decides alone."""
    parts = _parts(word)
    begun = _begun(parts, kind)
    whole = "".join(parts) in kind.words or any(part in _ANYWHERE for part in parts)
    if whole or begun not in _SHARED_BEGINNINGS:
        return clean(word)
    return _BEGINNINGS[begun]


def reason_of(column: str, label: str, meaning: Meaning) -> str:
    """Why an order stays: `Order Status says completed (shipped already)`."""
    words = IN_WORDS[meaning]
    return f"{column} says {label}" if _plain(label) in _plain(words) else f"{column} says {label} ({words})"


def beginnings(kind: Kind, meaning: Meaning) -> list[str]:
    """The texts of a meaning that decide for what follows them too."""
    return [text for plain, text in _BEGINNINGS.items() if kind.begins.get(plain) is meaning]


def is_ambiguous_day(header: str) -> bool:
    """Whether a header names the day an order went in one export and the day it will go in another (`Ship Date`)."""
    return normal(header) in _AMBIGUOUS_DAYS


def _begun(parts: list[str], kind: Kind) -> str:
    """The longest beginning of a text that decides alone; empty for none."""
    heads = ("".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((head for head in heads if head in kind.begins), "")


def _parts(word: str) -> list[str]:
    """`wc-on_hold` -> `on`, `hold`; a sign such as `✓` stands for itself, zeros (`0.00`, `0000-00-00`) are `0`."""
    text = clean(word).casefold()
    parts: list[str] = re.findall(r"[^\W_]+", text)
    if parts and not "".join(parts).strip("0"):
        return ["0"]
    if len(parts) > 1 and parts[0] == "wc":
        return parts[1:]
    return parts or [text]


def _plain(word: str) -> str:
    return "".join(_parts(word))


def _words(entries: Iterable[dict[str, Any]]) -> dict[str, Meaning]:
    """Plain word -> meaning; a later entry wins."""
    return {_plain(word): meaning for entry in entries for meaning in Meaning for word in entry.get(meaning, ())}


def _kind(name: str) -> Kind:
    entry = _TABLE[name]
    likes = [_TABLE[other] for other in entry.get("like", ())]
    alone = entry.get("alone", False)
    own = [entry["begins"]] if "begins" in entry else []
    digits = entry.get("digits")
    return Kind(
        name=name,
        words=_words([*([] if alone else [_TABLE["all"]]), *likes, entry]),
        begins=_words([*([] if alone else [_TABLE["begins"]]), *own]),
        digits=Meaning(digits) if digits else None,
        otherwise=Meaning(entry.get("otherwise", Meaning.UNKNOWN)),
        by_line=entry.get("by_line", False),
        until=frozenset(map(normal, entry.get("until", ()))),
    )


KINDS: Final = {name: _kind(name) for name in _TABLE if name not in _SHARED}
"""All kinds of status columns by name."""
_OF_FIELD: Final[dict[str, list[str]]] = {
    field: [name for name in KINDS if field in _TABLE[name]["fields"]]
    for field in {field for name in KINDS for field in _TABLE[name]["fields"]}
}
_SIGNS: Final = {name: frozenset(map(normal, _TABLE[name]["signs"])) for name in KINDS if "signs" in _TABLE[name]}
_ANYWHERE: Final = frozenset(_words([_TABLE["anywhere"]]))
_SHARED_BEGINNINGS: Final = frozenset(_words([_TABLE["begins"]]))
_BEGINNINGS: Final[dict[str, str]] = {
    _plain(word): word
    for entry in (_TABLE["begins"], *(_TABLE[name].get("begins", {}) for name in KINDS))
    for words in entry.values()
    for word in words
}
_AMBIGUOUS_DAYS: Final = frozenset(map(normal, FIELDS["ship_date"].stands_in["shipped_date"]))
