"""Boxes of the settings, by their names: their size on a parcel, and their own weight on top of the items'."""

from collections.abc import Sequence

from agent.mapping import faults
from agent.mapping.goods import FROM_CATALOGUE, article_of
from agent.mapping.quantity import counts_one
from agent.mapping.row import RowReader, from_answer
from agent.mapping.supplies import Box
from agent.shipping.dimensions import Dimensions, SizeUnit, read_sides
from agent.shipping.text import clean, is_blank
from agent.shipping.verdict import Changed, Ok, Verdict, reject
from agent.shipping.weights import Weight, round_up

WITH_BOX = "plus the box"
"""How the weight of a box around the items is explained."""
_SIZES = ("dimensions", "length", "width", "height")


def box_of(readers: Sequence[RowReader]) -> Box | None:
    """The box that the rows of one parcel name, or the person for rows without a size."""
    cells = [reader.text("dimensions") for reader in readers if not is_blank(reader.text("dimensions"))]
    first = readers[0]
    if any(not is_blank(reader.text(name)) for reader in readers for name in _SIZES):
        named = [first.supplies.box(cell) for cell in cells]
        return named[0] if named and len(set(cells)) == 1 else None
    return first.supplies.box(first.answers.text("box") or "")


def size_of_box(reader: RowReader, system: SizeUnit) -> Verdict[Dimensions | None] | None:
    """The size of the box that a cell names, or the person; None where neither names one."""
    cell, answer = clean(reader.text("dimensions")), reader.answers.get("box")
    boxes = reader.supplies.boxes
    if not is_blank(cell):
        box = reader.supplies.box(cell)
        if box is not None:
            return _sized(box, system, cell, f"your {box.name} box")
        if boxes and cell.replace(" ", "").isalpha():
            return reject(faults.UNKNOWN_BOX, cell, cell=cell, boxes=", ".join(boxes))
        return None
    if answer is None or any(not is_blank(reader.text(name)) for name in _SIZES):
        return None
    box = reader.supplies.box(answer.text)
    if box is not None:
        verdict = _sized(box, system, "", "")
        if isinstance(verdict, Changed):
            return from_answer(verdict.value, answer, "box", "", f"{box.name}, {verdict.value}")
        return verdict
    if not any(letter.isdecimal() for letter in answer.text):
        known = ", ".join(boxes) or "there are none yet (`[boxes.NAME]`)"
        return reject(faults.UNKNOWN_BOX, answer.text, cell=answer.text, boxes=known)
    return None


def size_of_article(reader: RowReader, system: SizeUnit) -> Verdict[Dimensions | None]:
    """The size of the one item that is the whole parcel, from the catalogue; nothing for any other."""
    article = article_of(reader)
    if article is None or article.sides is None or not counts_one(reader):
        return Ok(None)
    verdict = read_sides(article.sides, article.size_unit, system)
    if isinstance(verdict, Ok | Changed) and verdict.value is not None:
        return Changed(verdict.value, "", str(verdict.value), f"{FROM_CATALOGUE}: {article.sku}")
    return verdict


def with_box(reader: RowReader, items: Weight, box: Box | None) -> Weight:
    """The weight of the items with that of the box around them."""
    if box is None or box.weight is None:
        return items
    total = Weight(round_up(items.value + box.weight.to(items.unit).value, 3), items.unit)
    reader.take(Changed(total, str(items), str(total), f"{WITH_BOX} {box.name} of {box.weight}"), "weight")
    return total


def _sized(box: Box, system: SizeUnit, before: str, why: str) -> Verdict[Dimensions | None]:
    verdict = read_sides(box.sides, box.unit, system)
    if isinstance(verdict, Ok | Changed) and verdict.value is not None:
        return Changed(verdict.value, before, str(verdict.value), why)
    return verdict
