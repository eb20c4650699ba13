"""The parcels of a shipment: weight, size, declared value, signature. No weight is ever made up."""

from decimal import Decimal
from typing import Any, Literal

from agent.mapping.row import RowReader, from_answer
from agent.shipping import dimensions, faults, weights
from agent.shipping.declared_values import DECLARED_LIMIT_CENTS, Amount, read_declared_value
from agent.shipping.dimensions import Dimensions, SizeUnit, read_dimensions, read_sides
from agent.shipping.text import clean, is_blank, key
from agent.shipping.verdict import Ask, Ok, Verdict, reject
from agent.shipping.weights import Unit, Weight, for_package, read_weight, unit_of, unit_of_header

System = Literal["LBS", "KGS"]

WHOLE_PARCEL = "each row has the weight of the whole parcel"
ADD_UP = "add the rows up"
ADD_UP_ITEMS = "add the rows up, times their quantity"
_ASK_LINES = Ask(
    "The rows of one parcel have weights of their own. How heavy is the parcel?",
    (WHOLE_PARCEL, ADD_UP, ADD_UP_ITEMS),
    "order_lines_weight",
)
EACH_PACKAGE = "of each package"
ALL_TOGETHER = "of all together"
MOST_PACKAGES = 200
"""In one shipment (ups-facts.md, section 3)."""
US_AREA = frozenset({"US", "PR", "VI"})
_ASK_PACKAGES = Ask(
    "Some rows count several packages. What is their weight?", (EACH_PACKAGE, ALL_TOGETHER), "package_weight"
)
_ASK_CURRENCY = Ask("Which currency are amounts without one in?", ("USD", "EUR", "GBP"), "currency", free_text=True)
_ASK_WEIGHT = Ask(
    "The sheet has no weights. How heavy is a parcel?", ("1 lb", "2 lb", "5 lb"), "weight", free_text=True
)
_SIGNATURE: dict[str, Literal["signature", "adult"] | None] = {
    **dict.fromkeys(("y", "yes", "true", "1", "signature", "required", "direct", "direct signature", "x"), "signature"),
    **dict.fromkeys(("signature required", "delivery confirmation signature required", "standard"), "signature"),
    **dict.fromkeys(("adult", "adult signature", "adult signature required", "21", "adult required"), "adult"),
    **dict.fromkeys(("n", "no", "false", "0", "none", "not required", "no signature", "no signature required"), None),
}


def unit_system(country: str) -> System:
    """UPS weighs in the sender's own system: pounds and inches in the United States, else kilograms and centimetres."""
    return "LBS" if country in US_AREA else "KGS"


def read_packages(reader: RowReader) -> list[dict[str, Any]]:
    """The parcels of one row; findings go to the reader."""
    return _packages(reader, _weight(reader))


def read_joint_packages(readers: list[RowReader]) -> list[dict[str, Any]]:
    """The parcel of several order lines: weights are added up only where the person says so."""
    first = readers[0]
    given = [reader for reader in readers if not is_blank(reader.text("weight"))]
    if len(given) <= 1:
        return _packages(first, _weight(given[0] if given else first))
    answer = first.answered(_ASK_LINES)
    how = answer.text if answer else ADD_UP if _items_one_by_one(readers) else None
    if how is None:
        first.take(_ASK_LINES, "weight")
        return []
    found = [_weight(reader) for reader in given]
    weighed = [weight for weight in found if weight is not None]
    if len(weighed) < len(given):
        return []
    if how == WHOLE_PARCEL:
        if len({weight.to("GRM").value for weight in weighed}) > 1:
            cells = ", ".join(reader.text("weight") for reader in given)
            hint = ": the rows of one parcel give it different weights"
            first.take(reject(faults.BAD_WEIGHT, cells, cell=cells, hint=hint), "weight")
            return []
        return _packages(first, weighed[0])
    system = unit_system(first.home)
    counts = [_quantity(reader) if how == ADD_UP_ITEMS else 1 for reader in given]
    shares = [weight.to(system).value * count for weight, count in zip(weighed, counts, strict=True)]
    return _packages(first, Weight(sum(shares, Decimal(0)), system))


def _items_one_by_one(readers: list[RowReader]) -> bool:
    """Rows that continue an order, one item each: a weight on each of them is that item's."""
    return all(reader.row.continues is not None and _quantity(reader) == 1 for reader in readers[1:]) and (
        _quantity(readers[0]) == 1
    )


def _packages(reader: RowReader, weight: Weight | None) -> list[dict[str, Any]]:
    """One parcel, or as many equal ones as the row counts."""
    count = _count(reader)
    if count > 1 and weight is not None:
        answer = reader.answered(_ASK_PACKAGES)
        if answer is None:
            reader.take(_ASK_PACKAGES, "packages")
        elif answer.text == ALL_TOGETHER:
            weight = Weight(weight.value / count, weight.unit)
    return [_package(reader, weight)] * count


def _count(reader: RowReader) -> int:
    text = clean(reader.text("packages")).removesuffix(".0")
    if is_blank(text):
        return 1
    if text.isdecimal() and 1 <= int(text) <= MOST_PACKAGES:
        return int(text)
    reader.take(reject(faults.BAD_COUNT, text, cell=text, most=MOST_PACKAGES), "packages")
    return 1


def _quantity(reader: RowReader) -> int:
    text = clean(reader.text("quantity")).removesuffix(".0")
    return int(text) if text.isdecimal() and int(text) else 1


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
    signature = _signature(reader)
    if signature is not None:
        package["signature"] = signature
    return package


def _weight(reader: RowReader) -> Weight | None:
    text = reader.text("weight")
    if not is_blank(text):
        return reader.take(read_weight(text, _weight_unit(reader)), "weight")
    default = reader.answers.get("weight")
    if default is None:
        reader.take(_ASK_WEIGHT if not reader.has("weight") else reject(faults.NO_WEIGHT), "weight")
        return None
    verdict = read_weight(default.text, _weight_unit(reader))
    if isinstance(verdict, Ok):
        verdict = from_answer(verdict.value, default, reader.column("weight"), text, str(verdict.value))
    return reader.take(verdict, "weight")


def _weight_unit(reader: RowReader) -> Unit | None:
    """The row's own unit column, then the header, then the person."""
    own = unit_of(reader.text("weight_unit"))
    if own is not None:
        return own
    named = {unit_of_header(column) for column in reader.compiled.columns.get("weight", ())} - {None}
    if len(named) == 1:
        return named.pop()
    return unit_of(reader.answers.text("weight_unit") or "")


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


def _size_unit(reader: RowReader, weight: Weight | None) -> tuple[SizeUnit | None, str]:
    """The unit of sizes without one: the header's, the person's, else the system of the weight (UPS takes no mix)."""
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


def _signature(reader: RowReader) -> Literal["signature", "adult"] | None:
    text = reader.text("signature")
    word = key(text)
    if is_blank(text) or word in _SIGNATURE:
        return _SIGNATURE.get(word)
    ask = Ask(f'What does the signature "{clean(text)}" mean?', ("signature", "adult", "none"), f"signature:{word}")
    answer = reader.answered(ask)
    if answer is not None:
        return _SIGNATURE.get(key(answer.text))
    reader.take(ask, "signature")
    return None
