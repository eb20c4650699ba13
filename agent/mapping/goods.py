"""Which articles of the catalogue a row means, and how many of each. What is not in it is never guessed.

A cell may hold one SKU, counted by the quantity column, or a list with its own counts: `MUG-01 x2; LAMP-9`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from agent.mapping import faults
from agent.mapping.catalogue import Article
from agent.mapping.quantity import read_quantity
from agent.mapping.row import RowReader
from agent.shipping.numbers import read_count
from agent.shipping.text import clean, is_blank
from agent.shipping.verdict import Ask, Changed, reject
from agent.shipping.weights import Weight

_APART: Final = re.compile(r"\s*[;|,\n]\s*|\s+\+\s+")
_COUNTED: Final = (
    re.compile(r"(?P<count>\d{1,4})\s*[x×*]\s+(?P<sku>\S.*)", re.IGNORECASE),
    re.compile(r"(?P<sku>\S.*?)(?:\s+[x×*]\s*|\s*[×*]\s*)(?P<count>\d{1,4})", re.IGNORECASE),
    re.compile(r"(?P<sku>\S.*?)\s*\((?:x|qty:?)?\s*(?P<count>\d{1,4})\)", re.IGNORECASE),
)
"""`2 x MUG-01`; `MUG-01 x2`, `MUG-01×2`; `MUG-01 (2)`."""
_ASK_COUNT: Final = Ask(
    "The catalogue has the weight of one item, and the sheet has no quantity. How many items does a row have?",
    ("1",),
    "quantity",
    free_text=True,
)
FROM_CATALOGUE: Final = "from the catalogue"
"""How a value that the sheet lacks is explained."""


@dataclass(frozen=True, slots=True)
class Items:
    """So many of one article."""

    article: Article
    count: int

    def __str__(self) -> str:
        return self.article.sku if self.count == 1 else f"{self.count} x {self.article.sku}"


def names_goods(reader: RowReader) -> bool:
    """Whether there is a catalogue and the row has a SKU to look up."""
    return reader.supplies.catalogue is not None and not is_blank(reader.text("sku"))


def article_of(reader: RowReader) -> Article | None:
    """The one article of a row, whatever its quantity; None for a list, an unknown one, or none."""
    listed = _listed(reader) if names_goods(reader) else []
    return _find(reader, listed[0][0]) if len(listed) == 1 else None


def goods_of(reader: RowReader) -> list[Items] | None:
    """What a row holds, by the catalogue; None where it is asked about or rejected. The row names goods."""
    listed = _listed(reader)
    unknown = [sku for sku, _ in listed if _find(reader, sku) is None]
    if unknown:
        skus = ", ".join(dict.fromkeys(unknown))
        reader.take(reject(faults.UNKNOWN_SKU, reader.text("sku"), sku=skus, file=_file(reader)), "sku")
        return None
    if len(listed) == 1 and listed[0][1] is None:
        counted = read_quantity(reader, _ASK_COUNT)
        counts = [counted] if counted is not None else []
    else:
        counts = [count or 1 for _, count in listed]
        if not _agrees(reader, sum(counts)):
            return None
    found = [_find(reader, sku) for sku, _ in listed]
    goods = [Items(article, count) for article, count in zip(found, counts, strict=False) if article is not None]
    return goods or None


def is_known(reader: RowReader) -> bool:
    """Whether the catalogue has every SKU of the row."""
    return all(_find(reader, sku) is not None for sku, _ in _listed(reader))


def weight_of(reader: RowReader) -> tuple[Weight, str] | None:
    """The weight of all that a row holds, and of what it is made; None where it is asked about or rejected."""
    goods = goods_of(reader)
    if goods is None:
        return None
    for one in goods:
        if one.article.weight is None:
            lacks = article_problem(reader, one.article, "weight", "weight")
            reader.take(reject(faults.ARTICLE_LACKS, one.article.sku, problem=lacks), "sku")
            return None
    weighed = [(one.article.weight, one.count) for one in goods if one.article.weight is not None]
    return _total(weighed), ", ".join(map(str, goods))


def weight_of_all(readers: Sequence[RowReader]) -> Weight | None:
    """The weight of the goods of a row, or of all lines of an order, shown as taken from the catalogue."""
    found = [weight_of(reader) for reader in readers]
    known = [one for one in found if one is not None]
    if len(known) < len(found):
        return None
    total = _total([(weight, 1) for weight, _ in known])
    goods = ", ".join(made_of for _, made_of in known)
    change = Changed(total, "", str(total), f"{FROM_CATALOGUE} {_file(readers[0])}: {goods}")
    return readers[0].take(change, "weight")


def _total(weighed: Sequence[tuple[Weight, int]]) -> Weight:
    """In the unit that all share, else in grams."""
    units = {weight.unit for weight, _ in weighed}
    unit = units.pop() if len(units) == 1 else "GRM"
    return Weight(sum((weight.to(unit).value * count for weight, count in weighed), Decimal(0)), unit)


def article_problem(reader: RowReader, article: Article, fact: str, words: str) -> str:
    """Why an article has no such fact: its cell cannot be read, or is blank."""
    blank = f"{article.sku} has no {words} in {_file(reader)} (row {article.sheet_row})"
    return article.problems.get(fact, blank)


def _agrees(reader: RowReader, listed: int) -> bool:
    """A list has counts of its own: the row's quantity is their sum, or counts the list once."""
    text = reader.text("quantity")
    if is_blank(text) or read_count(text) in (1, listed):
        return True
    cell = clean(reader.text("sku"))
    reader.take(reject(faults.COUNTS_DIFFER, text, cell=cell, listed=listed, quantity=clean(text)), "quantity")
    return False


def _listed(reader: RowReader) -> list[tuple[str, int | None]]:
    """(SKU, its count in the cell) of a row; a SKU of the catalogue is never taken apart."""
    raw = reader.text("sku")
    if _find(reader, raw) is not None:
        return [(clean(raw), None)]
    return [_counted(reader, part) for part in _APART.split(raw.strip()) if clean(part)]


def _counted(reader: RowReader, part: str) -> tuple[str, int | None]:
    text = clean(part)
    if _find(reader, text) is None:
        for pattern in _COUNTED:
            match = pattern.fullmatch(text)
            if match is not None and read_count(match["count"]) is not None:
                return match["sku"], int(match["count"])
    return text, None


def _find(reader: RowReader, sku: str) -> Article | None:
    catalogue = reader.supplies.catalogue
    return catalogue.find(sku) if catalogue is not None else None


def _file(reader: RowReader) -> str:
    catalogue = reader.supplies.catalogue
    return catalogue.name if catalogue is not None else ""
