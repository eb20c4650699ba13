"""What the interpreter knows about the open sheet: its columns, and the values of those with few of them."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, Literal
from unicodedata import combining, normalize

from agent.brains.language.headers import spoken_headers
from agent.brains.language.words import keys, root
from agent.sheet.fields import FIELDS
from agent.shipping.text import key

Kind = Literal["text", "number", "date", "boolean"]

VALUES_READ: Final = 1000
"""How many distinct values of one column are looked at."""
LONGEST_VALUE: Final = 200
"""Letters of a value that somebody might name."""
YES: Final = frozenset({"y", "yes", "true", "1", "x", "t"})
NO: Final = frozenset({"n", "no", "false", "0", "f"})
_NUMBERS = ("int", "double", "float", "decimal", "numeric", "number", "real", "hugeint")
_DATES = ("date", "time")


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """One column; `values` is filled where the sheet server gave them."""

    name: str
    kind: Kind = "text"
    role: str | None = None
    values: tuple[tuple[str, int], ...] = ()
    """(value, how often), blanks left out."""
    nulls: int = 0
    distinct_count: int = 0
    complete: bool = False
    """Whether `values` holds all of the column's values."""


@dataclass(frozen=True, eq=False)
class SheetFacts:
    """The sheet as words can mean it."""

    columns: tuple[ColumnFacts, ...]
    row_count: int = 0
    name: str = ""
    looked: dict[str, int] = field(default_factory=dict)
    """Clause -> its number of rows, for what had to be looked up; grows while a sheet is talked about."""

    @cached_property
    def by_name(self) -> dict[str, ColumnFacts]:
        return {column.name: column for column in self.columns}

    def column(self, name: str) -> ColumnFacts:
        return self.by_name[name]

    @cached_property
    def folded(self) -> dict[str, frozenset[str]]:
        """Column -> its values as they are compared: lower case, letters and digits only."""
        return {column.name: frozenset(s for v, _ in column.values for s in spellings(v)) for column in self.columns}

    def is_flag(self, name: str) -> bool:
        """Whether a column says yes or no."""
        column = self.column(name)
        said = {value.strip().casefold() for value, _ in column.values}
        return column.kind == "boolean" or (bool(said) and said <= YES | NO)

    @cached_property
    def header_keys(self) -> dict[tuple[str, ...], tuple[str, ...]]:
        """Words of a header -> the columns whose header is just that."""
        found: dict[tuple[str, ...], tuple[str, ...]] = {}
        for column in self.columns:
            for phrase in spoken_headers(column.name, flag=self.is_flag(column.name)):
                found[phrase] = (*found.get(phrase, ()), column.name)
        return found

    @cached_property
    def header_roots(self) -> dict[tuple[str, ...], tuple[str, ...]]:
        """Words of a header without their endings -> the columns: `insured for` is `Insure For`."""
        found: dict[tuple[str, ...], tuple[str, ...]] = {}
        for phrase, names in self.header_keys.items():
            found[tuple(map(root, phrase))] = names
        return found

    @cached_property
    def value_keys(self) -> dict[tuple[str, ...], tuple[tuple[str, str], ...]]:
        """Words of a value -> (column, value as the sheet writes it) for all columns that hold it."""
        found: dict[tuple[str, ...], list[tuple[str, str]]] = {}
        for column in self.columns:
            shared = _shared_word([keys(value) for value, _ in column.values])
            for value, _ in column.values:
                words = keys(value)
                short = words[1:] if shared and len(words) > 1 else ()
                tags = map(keys, value.split(",")) if "," in value and _holds_tags(column.name) else ()
                for spelling in {words, short, keys(without_accents(value)), *tags}:
                    if spelling:
                        found.setdefault(spelling, []).append((column.name, value))
        return {words: tuple(places) for words, places in found.items()}


def spellings(value: str) -> frozenset[str]:
    """A value as it is compared, with and without accents: `Málaga` is `malaga` too."""
    return frozenset({key(value), key(without_accents(value))})


def without_accents(text: str) -> str:
    """Plain letters; `ü` loses its dots."""
    return "".join(letter for letter in normalize("NFD", text) if not combining(letter))


def _holds_tags(header: str) -> bool:
    """Whether a cell lists several short words."""
    return not set(FIELDS["tags"].select_only).isdisjoint(keys(header))


def _shared_word(values: list[tuple[str, ...]]) -> bool:
    """Whether all values begin alike: `wc-processing`, `wc-completed`. Services may leave out `UPS` anyway."""
    firsts = {words[:1] for words in values if words}
    return len(values) > 1 and len(firsts) == 1 and ("ups",) not in firsts


def kind_of(type_name: str) -> Kind:
    """The kind of a column from the type that the sheet server names."""
    lowered = type_name.casefold()
    if lowered.startswith("bool"):
        return "boolean"
    if any(word in lowered for word in _DATES):
        return "date"
    return "number" if any(word in lowered for word in _NUMBERS) else "text"


def facts_from(described: dict[str, Any], values: dict[str, dict[str, Any]]) -> SheetFacts:
    """From the answers of `describe_sheet` and of `column_values` (by column)."""
    columns = []
    for column in described.get("columns", []):
        answer = values.get(column["name"], {})
        listed = tuple(
            (str(item["value"]), int(item["count"]))
            for item in answer.get("values", [])
            if item.get("value") not in (None, "")
            and str(item["value"]).strip()
            # Nobody says more than that, and reading it takes the square of its length.
            and len(str(item["value"])) <= LONGEST_VALUE
        )
        distinct = int(answer.get("distinct_count", column.get("distinct_count") or 0))
        columns.append(
            ColumnFacts(
                name=column["name"],
                kind=kind_of(str(column.get("type", ""))),
                role=column.get("role"),
                values=listed,
                nulls=int(column.get("nulls") or 0),
                distinct_count=distinct,
                complete=bool(listed) and len(listed) >= distinct - 1,
            )
        )
    return SheetFacts(tuple(columns), int(described.get("row_count", 0)), str(described.get("name", "")))
