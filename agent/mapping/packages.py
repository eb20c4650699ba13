"""The parcels of a shipment: how many, their size, declared value and signature. What they weigh: `parcel_weight`."""

from typing import Any

from agent.mapping.boxes import box_of, size_of_article, size_of_box, with_box
from agent.mapping.parcel_weight import ParcelWeight, order_weight, row_weight
from agent.mapping.row import RowReader, from_answer
from agent.mapping.signatures import read_signature
from agent.shipping import dimensions, faults, weights
from agent.shipping.declared_values import DECLARED_LIMIT_CENTS, Amount, read_declared_value
from agent.shipping.dimensions import Dimensions, InputUnit, SizeUnit, read_dimensions, read_sides
from agent.shipping.numbers import read_count
from agent.shipping.services import GROUND_SAVER
from agent.shipping.text import clean, is_blank, key
from agent.shipping.verdict import Ask, Ok, Verdict, reject
from agent.shipping.weights import US_AREA, Weight, for_package, under_a_pound, unit_system

EACH_PACKAGE = "of each package"
ALL_TOGETHER = "of all together"
MOST_PACKAGES = 200
"""In one shipment."""
_ASK_PACKAGES = Ask(
    "Some rows count several packages. What is their weight?", (EACH_PACKAGE, ALL_TOGETHER), "package_weight"
)
WHOLE_VALUE = "each row has the value of the whole parcel"
ADD_VALUES = "add the rows up"
_ASK_VALUE = Ask(
    "The rows of one parcel each have a declared value. What is the parcel's?",
    (WHOLE_VALUE, ADD_VALUES),
    "order_lines_value",
)
LARGEST = "the largest of them"
NO_SIZE = "no size"
_ASK_SIZE = Ask(
    "The rows of one parcel have different sizes. How big is the parcel?",
    (LARGEST, NO_SIZE),
    "order_lines_size",
    free_text=True,
)
_SIGNS = {"US$": "USD", "€": "EUR", "£": "GBP", "EURO": "EUR", "EUROS": "EUR", "US DOLLAR": "USD", "US DOLLARS": "USD"}
_ASK_CURRENCY = Ask("Which currency are amounts without one in?", ("USD", "EUR", "GBP"), "currency", free_text=True)


def read_packages(reader: RowReader, service: str | None) -> list[dict[str, Any]]:
    """The parcels of one row by a service (its code); findings go to the reader."""
    return _packages([reader], row_weight(reader), service)


def read_joint_packages(readers: list[RowReader], service: str | None) -> list[dict[str, Any]]:
    """The parcel of several order lines: what they say of it must agree, or a person says what holds."""
    return _packages(readers, order_weight(readers), service)


def _packages(readers: list[RowReader], weighs: ParcelWeight | None, service: str | None) -> list[dict[str, Any]]:
    """One parcel, or as many equal ones as the row counts."""
    reader = readers[0]
    count = _count(readers)
    weight = weighs.weight if weighs is not None else None
    if count > 1 and weighs is not None and weight is not None:
        answer = reader.answered(_ASK_PACKAGES)
        if answer is None and not weighs.all_together:
            reader.take(_ASK_PACKAGES, "packages")
        elif weighs.all_together or (answer is not None and answer.text == ALL_TOGETHER):
            weight = Weight(weight.value / count, weight.unit)
    if weight is not None and weighs is not None and weighs.all_together:
        weight = with_box(reader, weight, box_of(readers))
    package = _package(readers, weight, service)
    signature = read_signature(readers)
    return [package | ({"signature": signature} if signature is not None else {})] * count


def _count(readers: list[RowReader]) -> int:
    filled = _filled(readers, "packages")
    texts = list(dict.fromkeys(clean(reader.text("packages")) for reader in filled))
    if not texts:
        return 1
    count = read_count(texts[0]) if len(texts) == 1 else None
    if count is None or count > MOST_PACKAGES:
        cells = ", ".join(texts)
        filled[0].take(reject(faults.BAD_COUNT, cells, cell=cells, most=MOST_PACKAGES), "packages")
        return 1
    return count


def _filled(readers: list[RowReader], *names: str) -> list[RowReader]:
    """The rows that say something in one of the fields."""
    return [reader for reader in readers if any(not is_blank(reader.text(name)) for name in names)]


def _package(readers: list[RowReader], weight: Weight | None, service: str | None) -> dict[str, Any]:
    reader = readers[0]
    system = unit_system(reader.home)
    package: dict[str, Any] = {"packaging_code": "02"}
    if weight is not None:
        light = under_a_pound(weight) if service in GROUND_SAVER else None
        sent = reader.take(light or for_package(weight, system), "weight")
        if sent is not None:
            package["weight"] = {"value": f"{sent.value:f}", "unit": sent.unit}
    size = _joint_size(readers, "IN" if system == "LBS" else "CM", weight)
    if size is not None:
        sides = {"length": size.length, "width": size.width, "height": size.height}
        package["dimensions"] = {**sides, "unit": size.unit}
    declared = _joint_declared(readers)
    if declared is not None:
        package["declared_value"] = {"amount": declared.text, "currency_code": declared.currency}
    return package


def _joint_size(readers: list[RowReader], system: SizeUnit, weight: Weight | None) -> Dimensions | None:
    """The size that the rows of one parcel agree on; sizes that differ may be the items' own, and are asked about."""
    filled = _filled(readers, "dimensions", "length", "width", "height")
    sizes = [_size(reader, system, weight, alone=len(readers) == 1) for reader in filled or readers[:1]]
    known = list(dict.fromkeys(size for size in sizes if size is not None))
    if len(known) <= 1:
        return known[0] if known else None
    answer = readers[0].answered(_ASK_SIZE)
    if answer is None:
        return readers[0].take(_ASK_SIZE, "dimensions")
    if answer.text == LARGEST:
        return max(known, key=lambda size: size.length * size.width * size.height)
    if answer.text == NO_SIZE:
        return None
    verdict: Verdict[Dimensions | None] = read_dimensions(answer.text, _size_unit(readers[0], weight)[0], system)
    if isinstance(verdict, Ok) and verdict.value is not None:
        before = ", ".join(map(str, known))
        verdict = from_answer(verdict.value, answer, readers[0].column("dimensions"), before, str(verdict.value))
    return readers[0].take(verdict, "dimensions")


def _size(reader: RowReader, system: SizeUnit, weight: Weight | None, *, alone: bool) -> Dimensions | None:
    in_box = size_of_box(reader, system)
    if in_box is not None:
        return reader.take(in_box, "dimensions" if reader.has("dimensions") else "box")
    sides = (reader.text("length"), reader.text("width"), reader.text("height"))
    name = "length" if is_blank(reader.text("dimensions")) else "dimensions"
    unit_cell = clean(reader.text("dimension_unit"))
    if not is_blank(unit_cell) and dimensions.unit_of_header(unit_cell) is None:
        hint = ": the unit is not a known unit of size"
        fault = reject(faults.BAD_DIMENSIONS, unit_cell, cell=unit_cell, hint=hint)
        return reader.take(fault, "dimension_unit") if _filled([reader], "dimensions", "length") else None
    unit, why = _size_unit(reader, weight)
    verdict: Verdict[Dimensions | None]
    if name == "dimensions":
        verdict = read_dimensions(reader.text("dimensions"), unit, system)
    else:
        verdict = read_sides(sides, unit, system)
    box = reader.answers.get("box")
    if isinstance(verdict, Ok) and verdict.value is None and box is not None and not is_blank(box.text):
        verdict = read_dimensions(box.text, unit, system)
        if isinstance(verdict, Ok) and verdict.value is not None:
            verdict = from_answer(verdict.value, box, "box", "", str(verdict.value))
    elif isinstance(verdict, Ok) and verdict.value is None and alone:
        verdict = size_of_article(reader, system)
    elif isinstance(verdict, Ok) and verdict.value is not None and why:
        verdict = Ok(verdict.value, f"sizes read as {'inches' if unit == 'IN' else 'centimetres'}: {why}")
    return reader.take(verdict, name)


def _size_unit(reader: RowReader, weight: Weight | None) -> tuple[InputUnit | None, str]:
    """The unit of sizes without one: the header's, the person's, else the system of the weight (UPS takes no mix)."""
    own = dimensions.unit_of_header(reader.text("dimension_unit"))
    if own is not None:
        return own, ""
    columns = [column for name in ("dimensions", "length", "width", "height")
               for column in reader.compiled.columns.get(name, ())]  # fmt: skip
    named = {dimensions.unit_of_header(column) for column in columns} - {None}
    if len(named) == 1:
        return named.pop(), ""
    answer = dimensions.unit_of_header(reader.answers.text("dimension_unit") or "")
    if answer is not None or weight is None:
        return answer, ""
    pounds = weight.unit in {"LBS", "OZS"}
    return ("IN" if pounds else "CM"), f"the weight is in {weights.SHOWN[weight.unit]}"


def _joint_declared(readers: list[RowReader]) -> Amount | None:
    """The value of the parcel: one row's, or what the person says of rows that have one each."""
    filled = _filled(readers, "declared_value")
    if len(filled) <= 1:
        return _declared(filled[0], filled[0].text("declared_value")) if filled else None
    answer = readers[0].answered(_ASK_VALUE)
    if answer is None:
        return readers[0].take(_ASK_VALUE, "declared_value")
    cells = ", ".join(reader.text("declared_value") for reader in filled)
    values = [_declared(reader, reader.text("declared_value"), zero=True) for reader in filled]
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None
    differ = len(set(known)) > 1 if answer.text == WHOLE_VALUE else len({value.currency for value in known}) > 1
    if differ:
        hint = ": the rows of one parcel do not agree"
        return readers[0].take(reject(faults.BAD_MONEY, cells, cell=cells, hint=hint), "declared_value")
    total = known[0].cents if answer.text == WHOLE_VALUE else sum(value.cents for value in known)
    return _declared(readers[0], f"{Amount(total, known[0].currency).text} {known[0].currency}")


def _declared(reader: RowReader, text: str, *, zero: bool = False) -> Amount | None:
    """A declared value; nothing for zero, unless it is one of several that are added up."""
    over = key(reader.answers.text("declared_value_over_limit") or "")
    verdict = read_declared_value(text, read_currency(reader), over_limit_allowed=over == "yes")
    if isinstance(verdict, Ask) and over == "no":
        verdict = reject(faults.DECLARED_TOO_HIGH, text, amount=clean(text), limit=f"{DECLARED_LIMIT_CENTS / 100:,.2f}")
    value = reader.take(verdict, "declared_value")
    return Amount(0, read_currency(reader)) if zero and value is None and isinstance(verdict, Ok) else value


def read_currency(reader: RowReader) -> str:
    """The row's currency, the person's, or the dollar for a sender in the United States; else it is asked about."""
    cell = clean(reader.text("currency")).upper()
    named = _SIGNS.get(cell, cell)
    return named if _is_code(named) else own_currency(reader, cell)


def own_currency(reader: RowReader, cell: str = "") -> str:
    """The currency of amounts that have none: the person's, or the dollar for a sender in the United States; else it
    is asked about. `cell` is what the row has in its place."""
    said = (reader.answers.text("currency") or "").upper()
    if _is_code(said):
        return said
    if reader.home not in US_AREA or not (is_blank(cell) or cell == "$"):
        reader.take(_ASK_CURRENCY, "currency")
    return "USD"


def _is_code(text: str) -> bool:
    return len(text) == len("USD") and text.isascii() and text.isalpha()
