"""Conditions on rows: small immutable trees that write themselves as a clause and in plain words.

Clauses are DuckDB boolean expressions over quoted column names, as the data server's guard takes them: it compares by
value, ignores case and outer blanks, and keeps empty cells in negations.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

NUMBER: Final = re.compile(r"-?\d+(\.\d+)?")
_OPERATOR_WORDS = {
    ">": "over",
    ">=": "at least",
    "<": "under",
    "<=": "at most",
    "=": "is",
    "<>": "is not",
}


def quoted(column: str) -> str:
    """A column's name as a clause writes it."""
    return '"' + column.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as a clause writes it."""
    return "'" + text.replace("'", "''") + "'"


@dataclass(frozen=True, slots=True)
class Everything:
    """All rows."""

    def clause(self) -> str:
        return "TRUE"

    def words(self) -> str:
        return "all orders"


@dataclass(frozen=True, slots=True)
class Compare:
    """`column operator value`; `value` is written as it stands (a number) or quoted (text, a date)."""

    column: str
    operator: str
    value: str
    shown: str = ""
    """The value as people read it, e.g. `$200` or `10 lb`."""

    def clause(self) -> str:
        plain = NUMBER.fullmatch(self.value) is not None
        return f"{quoted(self.column)} {self.operator} {self.value if plain else literal(self.value)}"

    def words(self) -> str:
        return f"{self.column} {_OPERATOR_WORDS[self.operator]} {self.shown or self.value}"


@dataclass(frozen=True, slots=True)
class IsOneOf:
    """The cell's text is one of these values."""

    column: str
    values: tuple[str, ...]
    shown: str = ""
    """What the values stand for together, e.g. `California`."""

    def clause(self) -> str:
        if len(self.values) == 1:
            return f"{quoted(self.column)} = {literal(self.values[0])}"
        return f"{quoted(self.column)} IN ({', '.join(map(literal, self.values))})"

    def words(self) -> str:
        return f"{self.column} is {self.shown or ' or '.join(self.values)}"


@dataclass(frozen=True, slots=True)
class RowIs:
    """Rows by the number that the sheet itself shows."""

    rows: tuple[tuple[int, int], ...]
    """Inclusive ranges."""

    def clause(self) -> str:
        singles = [str(first) for first, last in self.rows if first == last]
        parts = [f"sheet_row BETWEEN {first} AND {last}" for first, last in self.rows if first != last]
        if singles:
            parts.insert(0, f"sheet_row IN ({', '.join(singles)})")
        return " OR ".join(parts)

    def words(self) -> str:
        shown = [str(first) if first == last else f"{first}-{last}" for first, last in self.rows]
        return f"row {', '.join(shown)}"


@dataclass(frozen=True, slots=True)
class Between:
    """Both ends belong to it."""

    column: str
    low: str
    high: str
    shown: str = ""

    def clause(self) -> str:
        ends = (end if NUMBER.fullmatch(end) else literal(end) for end in (self.low, self.high))
        return f"{quoted(self.column)} BETWEEN {' AND '.join(ends)}"

    def words(self) -> str:
        return f"{self.column} is {self.shown or f'{self.low} to {self.high}'}"


@dataclass(frozen=True, slots=True)
class Dated:
    """The cell's day lies in a range, ends included; half-open in the clause, so that a time of day does not matter."""

    column: str
    first: date | None
    last: date | None
    shown: str = ""

    def clause(self) -> str:
        parts = []
        if self.first is not None:
            parts.append(f"{quoted(self.column)} >= {literal(self.first.isoformat())}")
        if self.last is not None:
            parts.append(f"{quoted(self.column)} < {literal((self.last + timedelta(days=1)).isoformat())}")
        return " AND ".join(parts)

    def words(self) -> str:
        if self.first is None and self.last is not None:
            return f"{self.column} is on or before {_day(self.last)}"
        if self.last is None and self.first is not None:
            return f"{self.column} is on or after {_day(self.first)}"
        assert self.first is not None
        assert self.last is not None
        if self.first == self.last:
            return f"{self.column} is {_day(self.first)}"
        return f"{self.column} is {_day(self.first)} to {_day(self.last)}"


def _day(day: date) -> str:
    return f"{day:%b} {day.day}, {day.year}"


@dataclass(frozen=True, slots=True)
class IsEmpty:
    """The cell is blank."""

    column: str

    def clause(self) -> str:
        return f"{quoted(self.column)} = ''"

    def words(self) -> str:
        return f"{self.column} is empty"


@dataclass(frozen=True, slots=True)
class HasText:
    """The cell contains, starts with or ends with a text, whatever its case."""

    columns: tuple[str, ...]
    how: str
    """`contains`, `starts with` or `ends with`."""
    text: str

    def clause(self) -> str:
        escaped = re.sub(r"([\\%_])", r"\\\1", self.text)
        before = "" if self.how == "starts with" else "%"
        after = "" if self.how == "ends with" else "%"
        escape = " ESCAPE '\\'" if escaped != self.text else ""
        pattern = literal(f"{before}{escaped}{after}")
        return " OR ".join(f"{quoted(column)} ILIKE {pattern}{escape}" for column in self.columns)

    def words(self) -> str:
        return f"{' or '.join(self.columns)} {self.how} {self.text!r}"


@dataclass(frozen=True, slots=True)
class Not:
    """Everything but."""

    item: "Condition"

    def clause(self) -> str:
        if isinstance(self.item, IsOneOf):
            inner = self.item.clause()
            column = quoted(self.item.column)
            rest = inner.removeprefix(column + " ")
            return f"{column} <> {rest[2:]}" if rest.startswith("= ") else f"{column} NOT {rest}"
        if isinstance(self.item, IsEmpty):
            return f"{quoted(self.item.column)} <> ''"
        return f"NOT ({self.item.clause()})"

    def words(self) -> str:
        inner = self.item.words()
        if isinstance(self.item, (IsOneOf, IsEmpty)):
            return inner.replace(f"{self.item.column} is", f"{self.item.column} is not", 1)
        return f"not ({inner})"


@dataclass(frozen=True, slots=True)
class All:
    """Every one of the conditions holds."""

    items: tuple["Condition", ...]

    def clause(self) -> str:
        return " AND ".join(_guarded(item) for item in self.items)

    def words(self) -> str:
        return " and ".join(_spoken(item) for item in self.items)


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of the conditions holds."""

    items: tuple["Condition", ...]
    shown: str = ""
    """What they mean together, e.g. `the address is a PO box`."""

    def clause(self) -> str:
        return " OR ".join(_guarded(item) for item in self.items)

    def words(self) -> str:
        return self.shown or " or ".join(_spoken(item) for item in self.items)


@dataclass(frozen=True, slots=True)
class Given:
    """A clause that was made before, e.g. that of the preview, with what it says in words."""

    text: str
    said: str

    def clause(self) -> str:
        return self.text

    def words(self) -> str:
        return self.said


Condition = Everything | Compare | IsOneOf | RowIs | Between | Dated | IsEmpty | HasText | Not | All | Either | Given


def _guarded(item: Condition) -> str:
    clause = item.clause()
    wide = isinstance(item, (All, Either, Dated, Given)) or " OR " in clause
    return f"({clause})" if wide else clause


def _spoken(item: Condition) -> str:
    return f"({item.words()})" if isinstance(item, (All, Either, Given)) else item.words()


def all_of(items: list[Condition]) -> Condition:
    """The conjunction, flat; `Everything` adds nothing."""
    flat: list[Condition] = []
    for item in items:
        if isinstance(item, All):
            flat += item.items
        elif not isinstance(item, Everything):
            flat.append(item)
    kept = _once(flat)
    if not kept:
        return Everything()
    return kept[0] if len(kept) == 1 else All(tuple(kept))


def any_of(items: list[Condition]) -> Condition:
    """The disjunction, flat, with values of one column joined; `Everything` swallows all."""
    if not items or any(isinstance(item, Everything) for item in items):
        return Everything()
    flat: list[Condition] = []
    for item in items:
        flat += item.items if isinstance(item, Either) and not item.shown else [item]
    joined: list[Condition] = []
    for item in flat:
        same = next((i for i, other in enumerate(joined) if _joinable(other, item)), None)
        if same is None:
            joined.append(item)
        else:
            joined[same] = _joined(joined[same], item)
    kept = _once(joined)
    if len(kept) == 1:
        return kept[0]
    shared = [part for part in _parts(kept[0]) if all(part in _parts(item) for item in kept[1:])]
    if shared:
        return all_of([any_of([all_of([p for p in _parts(item) if p not in shared]) for item in kept]), *shared])
    return Either(tuple(kept))


def _once(items: list[Condition]) -> list[Condition]:
    """Without those that write the same clause again, however they are shown."""
    return list({item.clause(): item for item in reversed(items)}.values())[::-1]


def _parts(condition: Condition) -> tuple[Condition, ...]:
    return condition.items if isinstance(condition, All) else (condition,)


def _joinable(one: Condition, other: Condition) -> bool:
    if isinstance(one, IsOneOf) and isinstance(other, IsOneOf):
        return one.column == other.column
    return isinstance(one, RowIs) and isinstance(other, RowIs)


def _joined(one: Condition, other: Condition) -> Condition:
    if isinstance(one, RowIs) and isinstance(other, RowIs):
        return RowIs((*one.rows, *other.rows))
    if not (isinstance(one, IsOneOf) and isinstance(other, IsOneOf)):  # pragma: no cover - by _joinable
        return one
    shown = " or ".join(item.shown or " or ".join(item.values) for item in (one, other))
    return IsOneOf(one.column, tuple(dict.fromkeys((*one.values, *other.values))), shown)


def columns_of(condition: Condition) -> frozenset[str]:
    """The columns that a condition looks at."""
    if isinstance(condition, (All, Either)):
        return frozenset().union(*(columns_of(item) for item in condition.items))
    if isinstance(condition, Not):
        return columns_of(condition.item)
    if isinstance(condition, HasText):
        return frozenset(condition.columns)
    if isinstance(condition, (Compare, IsOneOf, Between, Dated, IsEmpty)):
        return frozenset({condition.column})
    return frozenset({"sheet_row"}) if isinstance(condition, RowIs) else frozenset()
