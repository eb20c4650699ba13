"""What a parcel weighs: the one module that decides it, for a row and for the lines of an order.

A weight comes from the weight column (or several, added up), else from the weight of one item times the quantity, else
from the catalogue, else from what the person gave for all such rows. No weight is ever made up, and no blank one counts
as nothing unasked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from agent.mapping.goods import is_known, names_goods, weight_of_all
from agent.mapping.quantity import read_quantity
from agent.mapping.row import RowReader, from_answer
from agent.mapping.weight_columns import are_of_one_item
from agent.shipping import faults
from agent.shipping.numbers import read_count
from agent.shipping.text import clean, is_blank, key
from agent.shipping.verdict import Ask, Ok, Verdict, reject
from agent.shipping.weights import (
    PAIRS,
    System,
    Unit,
    Weight,
    read_share,
    read_weight,
    unit_of,
    unit_of_header,
    unit_system,
)

WHOLE_PARCEL: Final = "each row has the weight of the whole parcel"
ADD_UP: Final = "add the rows up"
ADD_UP_ITEMS: Final = "add the rows up, times their quantity"
_ASK_LINES: Final = Ask(
    "The rows of one parcel each have a weight. How heavy is the parcel?",
    (WHOLE_PARCEL, ADD_UP, ADD_UP_ITEMS),
    "order_lines_weight",
)
ADDS_NOTHING: Final = "nothing: the other rows have the whole weight"
LEAVE_OUT: Final = "leave such orders out"
_ASK_BLANK_LINE: Final = Ask(
    "Some rows of an order have no weight, while its other rows have one. How heavy is one item of such a row?",
    (ADDS_NOTHING, LEAVE_OUT),
    "line_weight",
    free_text=True,
)
TWO_PARTS: Final = "two parts, to be added up"
SAME_WEIGHT: Final = "the same weight in two units"
OF_THE_COLUMN: Final = "the weight of the parcel"
OF_THE_ITEMS: Final = "the weight of an item times the quantity"
_ASK_WEIGHT: Final = Ask(
    "The sheet has no weights. How heavy is a parcel?", ("1 lb", "2 lb", "5 lb"), "weight", free_text=True
)
_COUNT_WORDS: Final = frozenset({"ea", "each", "pc", "pcs", "piece", "pieces", "unit", "units", "item", "items"})
"""A column "unit of measure" may count the goods: it then says nothing about the weight."""
_SAME_WITHIN: Final = Decimal("0.01")
"""Two readings of one weight may differ by rounding: this part of it."""


@dataclass(frozen=True, slots=True)
class ParcelWeight:
    """The weight of a row's or an order's goods."""

    weight: Weight
    all_together: bool = False
    """Whether it is the sum of the items: certainly of everything, however many packages there are, and without a
    box."""


def row_weight(reader: RowReader) -> ParcelWeight | None:
    """The weight of one row; None where it is asked about or rejected."""
    if _is_given(reader, _parcel(reader)):
        weight = _stated(reader, _parcel(reader))
        return _not_lighter_than_items(weight, [reader]) if weight is not None else None
    if _is_given(reader, _item(reader)):
        return _of_items([reader])
    return _of_catalogue([reader])


def order_weight(readers: Sequence[RowReader]) -> ParcelWeight | None:
    """The weight of an order that goes as one parcel: one reader a line."""
    given = [reader for reader in readers if _is_given(reader, _parcel(reader))]
    if given:
        weight = _of_lines(readers, given)
        return _not_lighter_than_items(weight, readers) if weight is not None else None
    if any(_is_given(reader, _item(reader)) for reader in readers):
        return _of_items(readers)
    return _of_catalogue(readers)


def _of_catalogue(readers: Sequence[RowReader]) -> ParcelWeight | None:
    """What the catalogue says of the goods; where it does not know them, what the person gave for rows without a
    weight."""
    named = all(map(names_goods, readers))
    if not named or (readers[0].answers.get("weight") is not None and not all(map(is_known, readers))):
        return _default(readers[0])
    total = weight_of_all(readers)
    return ParcelWeight(total, all_together=True) if total is not None else None


def _of_lines(readers: Sequence[RowReader], given: list[RowReader]) -> Weight | None:
    """Lines with weights of their own are added up only where the person says so."""
    first, blank = readers[0], [reader for reader in readers if not _is_given(reader, _parcel(reader))]
    if len(given) == 1:
        return _stated(given[0], _parcel(given[0]))
    answer = first.answered(_ASK_LINES)
    how = answer.text if answer else ADD_UP if _one_item_each(readers) else None
    if how is None:
        return first.take(_ASK_LINES, "weight")
    found = [_stated(reader, _parcel(reader)) for reader in given]
    weighed = [weight for weight in found if weight is not None]
    if len(weighed) < len(given):
        return None
    if how == WHOLE_PARCEL:
        return _equal(given, weighed)
    times = how == ADD_UP_ITEMS
    shares = [_times(weight, reader) if times else weight for weight, reader in zip(weighed, given, strict=True)]
    shares += [_blank_line(reader, _parcel(reader), times=times) for reader in blank]
    return _sum([share for share in shares if share is not None], len(shares), unit_system(first.home))


def _one_item_each(readers: Sequence[RowReader]) -> bool:
    """Rows that continue an order, with one item each: the weight on each of them is certainly that item's."""
    counts = [reader.text("quantity") for reader in readers]
    single = all(is_blank(count) or read_count(count) == 1 for count in counts)
    return single and all(reader.row.continues is not None for reader in readers[1:])


def _of_items(readers: Sequence[RowReader]) -> ParcelWeight | None:
    """Each line's weight of one item times its quantity, added up."""
    shares = []
    for reader in readers:
        if not _is_given(reader, _item(reader)):
            looked_up = names_goods(reader) and is_known(reader)
            shares.append(weight_of_all([reader]) if looked_up else _blank_line(reader, _item(reader), times=True))
            continue
        item = _stated(reader, _item(reader))
        shares.append(_times(item, reader) if item is not None else None)
    total = _sum([share for share in shares if share is not None], len(shares), unit_system(readers[0].home))
    return ParcelWeight(total, all_together=True) if total is not None else None


def _times(weight: Weight, reader: RowReader) -> Weight | None:
    quantity = read_quantity(reader)
    return Weight(weight.value * quantity, weight.unit) if quantity is not None else None


def _sum(shares: list[Weight], expected: int, system: System) -> Weight | None:
    """All shares in one unit; None while one of them is open."""
    if len(shares) < expected:
        return None
    units = {share.unit for share in shares if share.value}
    unit: Unit = (
        units.pop() if len(units) == 1 else next((large for large, small in PAIRS if units == {large, small}), system)
    )
    return Weight(sum((share.to(unit).value for share in shares), Decimal(0)), unit)


def _blank_line(reader: RowReader, name: str, *, times: bool) -> Weight | None:
    """A line without a weight beside lines with one: what the person says such a line weighs."""
    answer = reader.answered(_ASK_BLANK_LINE)
    if answer is None:
        reader.take(_ASK_BLANK_LINE, name)
        return None
    if answer.text == ADDS_NOTHING:
        return Weight(Decimal(0), "GRM")
    if answer.text == LEAVE_OUT:
        return reader.take(reject(faults.NO_LINE_WEIGHT, row=reader.row.sheet_row), name)
    verdict: Verdict[Weight] = read_weight(answer.text, _unit(reader, name))
    if isinstance(verdict, Ok):
        verdict = from_answer(verdict.value, answer, reader.column(name), "", str(verdict.value))
    weight: Weight | None = reader.take(verdict, name)
    return _times(weight, reader) if weight is not None and times else weight


def _equal(given: list[RowReader], weighed: list[Weight]) -> Weight | None:
    if len({weight.to("GRM").value for weight in weighed}) == 1:
        return weighed[0]
    cells = ", ".join(reader.text("weight") for reader in given)
    hint = ": the rows of one parcel give it different weights"
    return given[0].take(reject(faults.BAD_WEIGHT, cells, cell=cells, hint=hint), "weight")


def _not_lighter_than_items(weight: Weight, readers: Sequence[RowReader]) -> ParcelWeight | None:
    """A parcel that weighs less than its items: a person says which column counts."""
    if not all(_is_given(reader, _item(reader)) for reader in readers):
        return ParcelWeight(weight)
    items = _of_items(readers)
    if items is None or items.weight.to("GRM").value <= weight.to("GRM").value * (1 + _SAME_WITHIN):
        return ParcelWeight(weight) if items is not None else None
    first = readers[0]
    question = (
        f"{first.column('weight')} says {weight}, less than {first.column(_item(first))} times the quantity"
        f" ({items.weight}). Which is right for such rows?"
    )
    ask = Ask(question, (OF_THE_COLUMN, OF_THE_ITEMS), "weight_source")
    answer = first.answered(ask)
    if answer is None:
        first.take(ask, "weight")
        return None
    return items if answer.text == OF_THE_ITEMS else ParcelWeight(weight)


def _default(reader: RowReader) -> ParcelWeight | None:
    """What the person gave for rows without a weight."""
    default = reader.answers.get("weight")
    has = [name for name in ("weight", "item_weight") if reader.has(name)]
    if default is None:
        reader.take(reject(faults.NO_WEIGHT) if has else _ASK_WEIGHT, has[0] if has else "weight")
        return None
    verdict: Verdict[Weight] = read_weight(default.text, _unit(reader, "weight"))
    if isinstance(verdict, Ok):
        verdict = from_answer(
            verdict.value, default, reader.column("weight"), reader.text("weight"), str(verdict.value)
        )
    weight: Weight | None = reader.take(verdict, "weight")
    return ParcelWeight(weight) if weight is not None else None


def _parcel(reader: RowReader) -> str:
    """The field that states the parcel's weight; none where the header says that it weighs one item."""
    columns = reader.compiled.columns.get("weight")
    return "weight" if columns is not None and not are_of_one_item(columns) else ""


def _item(reader: RowReader) -> str:
    """The field that states the weight of one item: its own, or a weight whose header says so."""
    if reader.has("item_weight"):
        return "item_weight"
    return "weight" if reader.has("weight") and not _parcel(reader) else ""


def _is_given(reader: RowReader, name: str) -> bool:
    return any(not is_blank(part) for part in _parts(reader, name))


def _parts(reader: RowReader, name: str) -> list[str]:
    """The cell's text, or one text a column where several columns are added up."""
    columns = reader.compiled.columns.get(name, ())
    text = reader.text(name)
    parts = [part.strip() for part in text.split("+")] if len(columns) > 1 else [text]
    return parts if len(parts) == len(columns) else [text]


def _stated(reader: RowReader, name: str) -> Weight | None:
    """The weight that the row's cells state."""
    unit_field = _unit_field(reader, name)
    unit_cell = clean(reader.text(unit_field))
    if not is_blank(unit_cell) and unit_of(unit_cell) is None and key(unit_cell) not in _COUNT_WORDS:
        return reader.take(reject(faults.UNKNOWN_WEIGHT_UNIT, unit_cell, cell=unit_cell), unit_field)
    parts = _parts(reader, name)
    if len(parts) == 1:
        return reader.take(read_weight(parts[0], _unit(reader, name)), name)
    # A column without a unit never takes its neighbour's: `Weight` beside `Weight (oz)` may be pounds.
    other = unit_of(unit_cell) or unit_of(reader.answers.text("weight_unit") or "")
    units = [unit_of_header(column) or other for column in reader.compiled.columns[name]]
    shares = [reader.take(read_share(part, unit), name) for part, unit in zip(parts, units, strict=True)]
    weighed = [share for share in shares if share is not None]
    if len(weighed) < len(shares):
        return None
    if not any(share.value for share in weighed):
        return reader.take(reject(faults.WEIGHT_NOT_POSITIVE, reader.text(name)), name)
    return _added_up(reader, name, weighed)


def _added_up(reader: RowReader, name: str, shares: list[Weight]) -> Weight | None:
    """Several columns make one weight; what looks like one weight in two units is asked about, never added twice."""
    total = _sum(shares, len(shares), unit_system(reader.home))
    if len(shares) != 2 or not _may_be_the_same(*shares):
        return total
    said = ", ".join(map(str, shares))
    ask = Ask(f"{reader.column(name)} say {said}. What are such cells?", (TWO_PARTS, SAME_WEIGHT), "weight_columns")
    answer = reader.answered(ask)
    if answer is None:
        return reader.take(ask, name)
    if answer.text != SAME_WEIGHT:
        return total
    grams = sorted(share.to("GRM").value for share in shares)
    if grams[1] > grams[0] * (1 + _SAME_WITHIN) + 1:
        return reader.take(reject(faults.WEIGHTS_DIFFER, said, cells=said), name)
    return max(shares, key=lambda share: share.to("GRM").value)


def _may_be_the_same(first: Weight, second: Weight) -> bool:
    """Whole pounds and less than a pound of ounces are two parts; anything else may be one weight said twice."""
    pair = sorted((first, second), key=lambda share: share.to("GRM").value / (share.value or 1), reverse=True)
    large, small = pair
    if (large.unit, small.unit) not in PAIRS or not large.value or not small.value:
        return False
    return large.value % 1 != 0 or small.value >= Weight(Decimal(1), large.unit).to(small.unit).value


def _unit_field(reader: RowReader, name: str) -> str:
    """The unit of an item's weight may have a column of its own; it says nothing about the parcel's."""
    return "item_weight_unit" if name == _item(reader) and reader.has("item_weight_unit") else "weight_unit"


def _unit(reader: RowReader, name: str) -> Unit | None:
    """The row's own unit column, then the header, then the person."""
    own = unit_of(reader.text(_unit_field(reader, name)))
    if own is not None:
        return own
    named = {unit_of_header(column) for column in reader.compiled.columns.get(name, ())} - {None}
    if len(named) == 1:
        return named.pop()
    return unit_of(reader.answers.text("weight_unit") or "")
