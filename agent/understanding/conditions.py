"""Conditions on rows: one tree of plain data, one writer to a DuckDB clause and one to words.

The clause compares by value, ignores case and outer blanks and keeps empty cells in negations: the data server's guard
sees to that.
"""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, Union

_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?")
NO_ROW: Final = "FALSE"
"""What a part that no row can be is beside other conditions."""
_SPOKEN: Final = {">": "over", ">=": "at least", "<": "under", "<=": "at most", "=": "is", "<>": "is not"}


@dataclass(frozen=True, slots=True)
class Everything:
    """All rows."""


ALL_ROWS: Final = Everything()


@dataclass(frozen=True, slots=True)
class Compare:
    """`column operator value`; a number stands as it is, everything else is quoted."""

    column: str
    operator: str
    value: str
    shown: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class OneOf:
    """The cell is one of these values; `shown` is what they stand for together, e.g. `California`."""

    column: str
    values: tuple[str, ...]
    shown: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Dated:
    """The cell's day lies in a range, ends included; None is open."""

    column: str
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows by the numbers that the sheet itself shows, as inclusive ranges."""

    ranges: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Blank:
    """The cell is empty."""

    column: str


@dataclass(frozen=True, slots=True)
class Text:
    """A cell of these columns contains, starts with or ends with a text, or has it as a word of its own."""

    columns: tuple[str, ...]
    how: str
    text: str


@dataclass(frozen=True, slots=True)
class Given:
    """A clause made elsewhere, e.g. by a model, with its words."""

    clause: str
    said: str


@dataclass(frozen=True, slots=True)
class Not:
    """Everything but."""

    item: "Condition"


@dataclass(frozen=True, slots=True)
class All:
    """Every one holds."""

    items: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one holds."""

    items: tuple["Condition", ...]
    shown: str = field(default="", compare=False)


HAS_WORD: Final = "has the word"
Condition = Union[Everything, Compare, OneOf, Dated, Rows, Blank, Text, Given, Not, All, Either]  # noqa: UP007


def quoted(column: str) -> str:
    """A column's name as a clause writes it."""
    return '"' + column.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as a clause writes it."""
    return "'" + text.replace("'", "''") + "'"


def clause(tree: Condition) -> str:  # noqa: C901 - one line for each kind of node
    """The tree as a DuckDB boolean expression."""
    match tree:
        case Everything():
            return "TRUE"
        case Compare(column, operator, value):
            return f"{quoted(column)} {operator} {value if _NUMBER.fullmatch(value) else literal(value)}"
        case OneOf(column, (only,)):
            return f"{quoted(column)} = {literal(only)}"
        case OneOf(column, values):
            return f"{quoted(column)} IN ({', '.join(map(literal, values))})"
        case Dated(column, first, last):
            ends = [f"{quoted(column)} >= {literal(first.isoformat())}"] if first else []
            # Half open, so that a time of day does not matter.
            ends += [f"{quoted(column)} < {literal((last + timedelta(days=1)).isoformat())}"] if last else []
            return " AND ".join(ends)
        case Rows(ranges):
            return " OR ".join(f"sheet_row BETWEEN {first} AND {last}" for first, last in ranges)
        case Blank(column):
            return f"{quoted(column)} = ''"
        case Text(columns, how, text):
            return " OR ".join(f"{_text_of(column, how)} ILIKE {_pattern(how, text)}" for column in columns)
        case Given(text, _):
            return text
        case Not(Blank(column)):
            return f"{quoted(column)} <> ''"
        case Not(item):
            return f"NOT ({clause(item) or NO_ROW})"
        case All(items):
            return " AND ".join(map(_guarded, items))
        case Either(items):
            return " OR ".join(map(_guarded, items))


def words(tree: Condition) -> str:  # noqa: C901 - one line for each kind of node
    """The tree as a person reads it."""
    match tree:
        case Everything():
            return "all orders"
        case Compare(column, operator, value, shown):
            return f"{column} {_SPOKEN[operator]} {shown or value}"
        case OneOf(column, values, shown):
            return f"{column} is {shown or ' or '.join(values)}"
        case Dated(column, None, last):
            return f"{column} is on or before {_day(last)}"
        case Dated(column, first, None):
            return f"{column} is on or after {_day(first)}"
        case Dated(column, first, last):
            return f"{column} is {_day(first)}" + (f" to {_day(last)}" if first != last else "")
        case Rows(ranges):
            return "row " + ", ".join(f"{first}-{last}" if first != last else str(first) for first, last in ranges)
        case Blank(column):
            return f"{column} is empty"
        case Text(columns, how, text):
            return f"{' or '.join(columns)} {how} {text!r}"
        case Given(_, said):
            return said
        case Not(Blank(column)):
            return f"{column} is not empty"
        case Not(OneOf(column, values, shown)):
            return f"{column} is not {shown or ' or '.join(values)}"
        case Not(item):
            return f"not ({words(item)})"
        case All(items):
            return " and ".join(map(_spoken, items))
        case Either(items, shown):
            return shown or " or ".join(map(_spoken, items))


def all_of(*trees: Condition) -> Condition:
    """The conjunction, flat and without repeats; `Everything` adds nothing."""
    flat = [part for tree in trees for part in (tree.items if isinstance(tree, All) else (tree,))]
    kept = tuple(dict.fromkeys(part for part in flat if not isinstance(part, Everything)))
    if not kept:
        return Everything()
    return kept[0] if len(kept) == 1 else All(kept)


def any_of(*trees: Condition) -> Condition:
    """The disjunction, flat, with values of one column joined; `Everything` swallows all."""
    flat = [p for tree in trees for p in (tree.items if isinstance(tree, Either) and not tree.shown else (tree,))]
    if not flat or any(isinstance(part, Everything) for part in flat):
        return Everything()
    kept: dict[object, Condition] = {}
    for part in flat:
        joined = part.column if isinstance(part, OneOf) else part
        before = kept.get(joined)
        kept[joined] = _joined(before, part) if isinstance(part, OneOf) and isinstance(before, OneOf) else part
    parts = tuple(kept.values())
    return parts[0] if len(parts) == 1 else Either(parts)


def columns_of(tree: Condition) -> frozenset[str]:
    """The columns that a condition looks at."""
    match tree:
        case All(items) | Either(items):
            return frozenset().union(*map(columns_of, items))
        case Not(item):
            return columns_of(item)
        case Text(columns):
            return frozenset(columns)
        case Compare(column) | OneOf(column) | Dated(column) | Blank(column):
            return frozenset({column})
    return frozenset({"sheet_row"}) if isinstance(tree, Rows) else frozenset()


def _joined(one: OneOf, other: OneOf) -> OneOf:
    shown = [item.shown or " or ".join(item.values) for item in (one, other)]
    return OneOf(one.column, tuple(dict.fromkeys((*one.values, *other.values))), " or ".join(dict.fromkeys(shown)))


def _text_of(column: str, how: str) -> str:
    """`Marsh, Ada` has the word Ada: a comma ends a word as a blank does."""
    return f"concat(' ', replace({quoted(column)}, ',', ' '), ' ')" if how == HAS_WORD else quoted(column)


def _pattern(how: str, text: str) -> str:
    escaped = re.sub(r"([\\%_])", r"\\\1", text)
    before, after = "" if how == "starts with" else "%", "" if how == "ends with" else "%"
    if how == HAS_WORD:
        before, after = "% ", " %"
    return literal(f"{before}{escaped}{after}") + (" ESCAPE '\\'" if escaped != text else "")


def _guarded(item: Condition) -> str:
    text = clause(item) or NO_ROW
    return f"({text})" if isinstance(item, (All, Either, Dated, Given)) or " OR " in text else text


def _spoken(item: Condition) -> str:
    return f"({words(item)})" if isinstance(item, (All, Either, Given)) else words(item)


def _day(day: date | None) -> str:
    return f"{day:%b} {day.day}, {day.year}" if day else ""
