"""The person's catalogue of articles: what one item weighs and is worth, by its SKU. Pure.

Its headers are read by the one dictionary, its cells by the shipping rules. A cell that cannot be read stops only the
orders with that article, with the file, the row and the column.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from agent.errors import error
from agent.mapping import faults
from agent.sheet.fields import ADDRESS_HEADERS, field_of
from agent.sheet.header_text import normal, without_unit
from agent.shipping import dimensions, weights
from agent.shipping.country_names import country_of
from agent.shipping.declared_values import Amount, read_money
from agent.shipping.dimensions import InputUnit
from agent.shipping.text import clean, is_blank, is_broken
from agent.shipping.verdict import Ask, Changed, Ok, Verdict
from agent.shipping.weights import Unit, Weight

Value = TypeVar("Value")

_FACTS: Final[dict[str, tuple[str, ...]]] = {
    "sku": ("sku",),
    "weight": ("item_weight", "weight"),
    "weight_unit": ("item_weight_unit", "weight_unit"),
    "dimensions": ("dimensions",),
    "length": ("length",),
    "width": ("width",),
    "height": ("height",),
    "dimension_unit": ("dimension_unit",),
    "commodity_code": ("commodity_code",),
    "origin_country": ("origin_country",),
    "unit_value": ("unit_value", "total"),
    "currency": ("currency",),
    "description": ("description", "name"),
}
"""Fact of an article -> the fields whose column states it, the best first. `Value` and `Name` are a total and a
recipient in an order sheet; in a catalogue they are an item's."""
_SIDES: Final = ("length", "width", "height")
_NO_UNIT: Final = "it has no unit: write it in the cell or in the header, e.g. Weight (g)"


@dataclass(frozen=True, slots=True)
class Article:
    """One line of the catalogue; what it does not say is None or blank."""

    sku: str
    sheet_row: int
    weight: Weight | None = None
    sides: tuple[str, str, str] | None = None
    """The outer size of one, as it is packed."""
    size_unit: InputUnit | None = None
    commodity_code: str = ""
    origin_country: str = ""
    value: Amount | None = None
    """Without a currency where the catalogue has none."""
    description: str = ""
    problems: Mapping[str, str] = field(default_factory=dict)
    """Fact -> why its cell cannot be read, with file, row and column."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All articles, by the SKU without case and outer blanks."""

    name: str
    """The file, as a person reads it."""
    articles: Mapping[str, Article]

    def find(self, sku: str) -> Article | None:
        return self.articles.get(_key(sku))


def read_catalogue(name: str, columns: Sequence[str], rows: Iterable[tuple[int, Mapping[str, Any]]]) -> Catalogue:
    """The catalogue of a file's columns and rows (sheet row, cells).

    Raises:
        ShipchatError: E-2261 where no column holds SKUs.
    """
    facts = _columns_of(columns)
    if "sku" not in facts:
        raise error(faults.NO_SKU_COLUMN, where=name, file=name, columns=", ".join(columns))
    articles: dict[str, Article] = {}
    for sheet_row, data in rows:
        cells = {fact: clean(data.get(column)) for fact, column in facts.items()}
        if is_blank(cells["sku"]):
            continue
        article = _Reading(name, sheet_row, facts, cells).article()
        earlier = articles.get(_key(article.sku))
        articles[_key(article.sku)] = article if earlier is None else _twice(name, earlier, article)
    return Catalogue(name, articles)


def _key(sku: str) -> str:
    return clean(sku).casefold()


def _columns_of(columns: Sequence[str]) -> dict[str, str]:
    """Fact -> column."""
    by_field: dict[str, str] = {}
    for column in columns:
        bare = without_unit(column)
        name = field_of(column) or field_of(bare) or ADDRESS_HEADERS.get(normal(column), "")
        by_field.setdefault(name, column)
    found = {}
    for fact, fields in _FACTS.items():
        named = [by_field[name] for name in fields if name in by_field]
        if named:
            found[fact] = named[0]
    return found


def _twice(name: str, earlier: Article, later: Article) -> Article:
    """Two lines with one SKU: the same facts are one article; others are nobody's."""
    facts = ("weight", "sides", "size_unit", "commodity_code", "origin_country", "value", "description", "problems")
    if all(getattr(earlier, fact) == getattr(later, fact) for fact in facts):
        return earlier
    problem = f"{name} has {earlier.sku} twice, in rows {earlier.sheet_row} and {later.sheet_row}, with different facts"
    every = ("weight", "dimensions", "commodity_code", "origin_country", "unit_value", "description")
    return Article(earlier.sku, earlier.sheet_row, problems=dict.fromkeys(every, problem))


@dataclass(slots=True)
class _Reading:
    """One row on its way to an article."""

    name: str
    sheet_row: int
    facts: Mapping[str, str]
    cells: Mapping[str, str]
    problems: dict[str, str] = field(default_factory=dict)

    def article(self) -> Article:
        sides, unit = self._size()
        return Article(
            sku=self.cells["sku"],
            sheet_row=self.sheet_row,
            weight=self._weight(),
            sides=sides,
            size_unit=unit,
            commodity_code=self._text("commodity_code").replace(" ", "").removesuffix(".0").upper(),
            origin_country=self._origin(),
            value=self._value(),
            description=self._text("description"),
            problems=self.problems,
        )

    def _text(self, fact: str) -> str:
        """The cell; nothing where it is blank, or an error of a spreadsheet."""
        cell = self.cells.get(fact, "")
        if cell and is_broken(cell):
            self._problem(fact, "it is an error of the spreadsheet")
            return ""
        return "" if is_blank(cell) else cell

    def _weight(self) -> Weight | None:
        cell = self._text("weight")
        unit: Unit | None = weights.unit_of(self._text("weight_unit"))
        if unit is None and "weight" in self.facts:
            unit = weights.unit_of_header(self.facts["weight"])
        return self._taken(weights.read_weight(cell, unit), "weight") if cell else None

    def _size(self) -> tuple[tuple[str, str, str] | None, InputUnit | None]:
        unit = dimensions.unit_of_header(self._text("dimension_unit"))
        whole = self._text("dimensions")
        named = [self.facts[name] for name in ("dimensions", *_SIDES) if name in self.facts]
        units = {dimensions.unit_of_header(column) for column in named} - {None}
        unit = unit or (units.pop() if len(units) == 1 else None)
        sides = dimensions.three_sides(whole) if whole else tuple(self._text(name) for name in _SIDES)
        if not any(sides):
            return None, None
        first, second, third = (*sides, "", "", "")[:3]
        verdict = dimensions.read_sides((first, second, third), unit, "CM")
        if len(sides) != len(_SIDES) or self._taken(verdict, "dimensions") is None:
            if "dimensions" not in self.problems:
                self._problem("dimensions", "three sides are needed")
            return None, None
        return (first, second, third), unit

    def _origin(self) -> str:
        cell = self._text("origin_country")
        code = country_of(cell) if cell else None
        if cell and not code:
            self._problem("origin_country", "it is not a country")
        return code or ""

    def _value(self) -> Amount | None:
        cell, currency = self._text("unit_value"), self._text("currency").upper()
        value = self._taken(read_money(cell, currency), "unit_value") if cell else None
        if value is not None and value.cents <= 0:
            self._problem("unit_value", "an item is worth at least 0.01")
            return None
        return value

    def _taken(self, verdict: Verdict[Value], fact: str) -> Value | None:
        if isinstance(verdict, Ok | Changed):
            return verdict.value
        self._problem(fact, _NO_UNIT if isinstance(verdict, Ask) else verdict.why)
        return None

    def _problem(self, fact: str, why: str) -> None:
        column = self.facts.get(fact) or ", ".join(self.facts[side] for side in _SIDES if side in self.facts)
        cell = self.cells.get(fact) or " x ".join(self.cells.get(side, "") for side in _SIDES)
        said = why if repr(cell) in why else f"{cell!r}: {why}"
        self.problems[fact] = f"{self.name}, row {self.sheet_row}, {column}: {said}"
