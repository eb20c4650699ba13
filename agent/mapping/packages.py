"""The parcels of a shipment: how many, their size, declared value and signature. What they weigh: `parcel_weight`."""

from typing import Any

from agent.mapping.parcel_weight import ParcelWeight, order_weight, row_weight
from agent.mapping.row import RowReader, from_answer
from agent.mapping.signatures import read_signature
from agent.shipping import dimensions, faults, weights
from agent.shipping.declared_values import DECLARED_LIMIT_CENTS, Amount, read_declared_value
from agent.shipping.dimensions import Dimensions, InputUnit, SizeUnit, read_dimensions, read_sides
from agent.shipping.numbers import read_count
from agent.shipping.text import clean, is_blank, key
from agent.shipping.verdict import Ask, Ok, Verdict, reject
from agent.shipping.weights import US_AREA, Weight, for_package, unit_system

EACH_PACKAGE = "of each package"
ALL_TOGETHER = "of all together"
MOST_PACKAGES = 200
"""In one shipment (ups-facts.md, section 3)."""
_ASK_PACKAGES = Ask(
    "Some rows count several packages. What is their weight?", (EACH_PACKAGE, ALL_TOGETHER), "package_weight"
)
_ASK_CURRENCY = Ask("Which currency are amounts without one in?", ("USD", "EUR", "GBP"), "currency", free_text=True)


def read_packages(reader: RowReader) -> list[dict[str, Any]]:
    """The parcels of one row; findings go to the reader."""
    return _packages([reader], row_weight(reader))


def read_joint_packages(readers: list[RowReader]) -> list[dict[str, Any]]:
    """The parcel of several order lines; what else it needs is on the first of them."""
    return _packages(readers, order_weight(readers))


def _packages(readers: list[RowReader], weighs: ParcelWeight | None) -> list[dict[str, Any]]:
    """One parcel, or as many equal ones as the row counts."""
    reader = readers[0]
    count = _count(reader)
    weight = weighs.weight if weighs is not None else None
    if count > 1 and weighs is not None and weight is not None:
        answer = reader.answered(_ASK_PACKAGES)
        if answer is None and not weighs.all_together:
            reader.take(_ASK_PACKAGES, "packages")
        elif weighs.all_together or (answer is not None and answer.text == ALL_TOGETHER):
            weight = Weight(weight.value / count, weight.unit)
    package = _package(reader, weight)
    signature = read_signature(readers)
    return [package | ({"signature": signature} if signature is not None else {})] * count


def _count(reader: RowReader) -> int:
    text = clean(reader.text("packages"))
    if is_blank(text):
        return 1
    count = read_count(text)
    if count is None or count > MOST_PACKAGES:
        reader.take(reject(faults.BAD_COUNT, text, cell=text, most=MOST_PACKAGES), "packages")
        return 1
    return count


def _package(reader: RowReader, weight: Weight | None) -> dict[str, Any]:
    system = unit_system(reader.home)
    package: dict[str, Any] = {"packaging_code": "02"}
    if weight is not None:
        sent = reader.take(for_package(weight, system), "weight")
        if sent is not None:
            package["weight"] = {"value": f"{sent.value:f}", "unit": system}
    size = _size(reader, "IN" if system == "LBS" else "CM", weight)
    if size is not None:
        sides = {"length": size.length, "width": size.width, "height": size.height}
        package["dimensions"] = {**sides, "unit": size.unit}
    declared = _declared(reader)
    if declared is not None:
        package["declared_value"] = {"amount": declared.text, "currency_code": declared.currency}
    return package


def _size(reader: RowReader, system: SizeUnit, weight: Weight | None) -> Dimensions | None:
    sides = (reader.text("length"), reader.text("width"), reader.text("height"))
    name = "dimensions" if reader.text("dimensions") else "length"
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


def _declared(reader: RowReader) -> Amount | None:
    text = reader.text("declared_value")
    if is_blank(text):
        return None
    over = key(reader.answers.text("declared_value_over_limit") or "")
    verdict = read_declared_value(text, read_currency(reader), over_limit_allowed=over == "yes")
    if isinstance(verdict, Ask) and over == "no":
        verdict = reject(faults.DECLARED_TOO_HIGH, text, amount=clean(text), limit=f"{DECLARED_LIMIT_CENTS / 100:,.2f}")
    return reader.take(verdict, "declared_value")


def read_currency(reader: RowReader) -> str:
    """The row's currency, the person's, or the dollar for a sender in the United States; else it is asked about."""
    for text in (clean(reader.text("currency")).upper(), (reader.answers.text("currency") or "").upper()):
        if len(text) == 3 and text.isascii() and text.isalpha():
            return text
    if reader.home not in US_AREA:
        reader.take(_ASK_CURRENCY, "currency")
    return "USD"
