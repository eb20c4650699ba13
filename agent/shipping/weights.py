"""Weights: `2 lb 3 oz`, `35oz`, `1,5 kg`, `.5` with the unit of the header; never a weight that nobody gave.

Limits: 150 lb or 70 kg a package, and 5 characters (docs/ups-facts.md). A weight of more than two decimals is
rounded up to a tenth, so that a parcel is never declared lighter than it is.
"""

import re
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import Final, Literal

from agent.shipping import faults
from agent.shipping.numbers import AmbiguousNumberError, read_number
from agent.shipping.text import clean, is_blank
from agent.shipping.verdict import Ask, Changed, Ok, Reject, Verdict, reject

Unit = Literal["LBS", "KGS", "OZS", "GRM"]
System = Literal["LBS", "KGS"]

UNIT_NAMES: Final[dict[Unit, tuple[str, ...]]] = {
    "LBS": ("lb", "lbs", "pound", "pounds", "#", "lb.", "lbs."),
    "OZS": ("oz", "ozs", "ounce", "ounces", "oz.", "onz"),
    "KGS": ("kg", "kgs", "kilo", "kilos", "kilogram", "kilograms", "kilogramme", "kg."),
    "GRM": ("g", "gr", "grm", "gram", "grams", "gramme", "grammes", "g.", "gm", "gms"),
}
SHOWN: Final[dict[Unit, str]] = {"LBS": "lb", "KGS": "kg", "OZS": "oz", "GRM": "g"}
_UNIT_OF: Final[dict[str, Unit]] = {name: unit for unit, names in UNIT_NAMES.items() for name in names}
_GRAMS: Final[dict[Unit, Decimal]] = {
    "LBS": Decimal("453.59237"),
    "OZS": Decimal("28.349523125"),
    "KGS": Decimal(1000),
    "GRM": Decimal(1),
}
"""Exact by definition (the international pound)."""
PAIRS: Final[tuple[tuple[Unit, Unit], ...]] = (("LBS", "OZS"), ("KGS", "GRM"))
"""A unit and the one that counts its parts."""
US_AREA: Final = frozenset({"US", "PR", "VI"})
_LIMITS: Final[dict[str, Decimal]] = {"LBS": Decimal(150), "KGS": Decimal(70)}
_WIDTH: Final = 5
_OUNCES_IN_A_POUND: Final = 16
_PART = re.compile(r"([+-]?[\d.,]+(?:\s\d{3})*)\s*([a-z#]+\.?)?\s*")
_ASK_UNIT = Ask("Which unit are the weights in?", ("lb", "oz", "kg", "g"), "weight_unit")


@dataclass(frozen=True, slots=True)
class Weight:
    """A weight with its unit."""

    value: Decimal
    unit: Unit

    def __str__(self) -> str:
        return f"{self.value.normalize():f} {SHOWN[self.unit]}"

    def to(self, unit: Unit) -> "Weight":
        """The same weight in another unit, exact to 12 places."""
        if unit == self.unit:
            return self
        value = (self.value * _GRAMS[self.unit] / _GRAMS[unit]).quantize(Decimal("1e-12"), ROUND_HALF_UP)
        return Weight(value, unit)


def unit_of(word: str) -> Unit | None:
    """`lbs`, `ounces`, `KG`, `Pound(s)`, `#` -> the unit."""
    return _UNIT_OF.get(clean(word).casefold().replace("(s)", "s").strip("()[] "))


def unit_system(country: str) -> System:
    """UPS weighs in the sender's own system: pounds and inches in the United States, else kilograms and centimetres."""
    return "LBS" if country in US_AREA else "KGS"


def unit_of_header(header: str) -> Unit | None:
    """`Weight (oz)`, `weight_lbs`, `Weight in kg` -> the unit that the header names."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", clean(header))
    words = re.findall(r"[a-z#]+", spaced.casefold())
    named = {_UNIT_OF[word] for word in words if word in _UNIT_OF}
    return named.pop() if len(named) == 1 else None


def read_weight(text: object, unit: Unit | None = None) -> Verdict[Weight]:
    """The weight that a cell states; `unit` is the sheet's, for numbers without one.

    Asks for the unit where neither says it; rejects blank, zero, negative and unreadable cells.
    """
    cell = clean(text)
    if is_blank(cell):
        return reject(faults.NO_WEIGHT)
    try:
        parts = _parts(cell)
    except AmbiguousNumberError:
        return reject(faults.BAD_WEIGHT, cell, cell=cell, hint=": it may mean a thousand or a decimal comma")
    if not parts:
        return reject(faults.BAD_WEIGHT, cell, cell=cell, hint="")
    if any(number < 0 for number, _ in parts) or all(number == 0 for number, _ in parts):
        return reject(faults.WEIGHT_NOT_POSITIVE, cell)
    if len(parts) > 1:
        return _sum_of(cell, parts)
    number, named = parts[0]
    said = named or unit
    return Ok(Weight(number, said)) if said else _ASK_UNIT


def read_share(text: object, unit: Unit | None = None) -> Verdict[Weight]:
    """One of several cells that make a weight together: unlike a whole weight it may be blank or zero."""
    cell = clean(text)
    if is_blank(cell):
        return Ok(Weight(Decimal(0), unit or "GRM"))
    verdict = read_weight(cell, unit)
    if isinstance(verdict, Reject) and verdict.code == faults.WEIGHT_NOT_POSITIVE.code and "-" not in cell:
        return Ok(Weight(Decimal(0), unit or "GRM"))
    return verdict


def _parts(cell: str) -> list[tuple[Decimal, Unit | None]]:
    """The numbers with their units; empty when the cell holds anything else."""
    found: list[tuple[Decimal, Unit | None]] = []
    rest = cell.casefold()
    while rest:
        match = _PART.match(rest)
        if match is None:
            return []
        number = read_number(match[1])
        named = _UNIT_OF.get(match[2]) if match[2] else None
        if number is None or (match[2] and named is None):
            return []
        found.append((number, named))
        rest = re.sub(r"^(and|,|\+)\s*", "", rest[match.end() :])
    return found


def _sum_of(cell: str, parts: list[tuple[Decimal, Unit | None]]) -> Verdict[Weight]:
    """`2 lb 3 oz`: a large unit, then its small one."""
    if tuple(unit for _, unit in parts) not in PAIRS:
        return reject(faults.BAD_WEIGHT, cell, cell=cell, hint="")
    whole: Unit = parts[0][1] or "LBS"
    small: Unit = parts[1][1] or "OZS"
    return Ok(Weight(parts[0][0] + Weight(parts[1][0], small).to(whole).value, whole))


def round_up(value: Decimal, places: int = 1) -> Decimal:
    """Up to `places` decimals; 35 oz are 2.2 lb, never 2.1."""
    # A billionth is dust from a conversion, not weight.
    dusted = value.quantize(Decimal("1e-9"), ROUND_HALF_UP)
    return dusted.quantize(Decimal(1).scaleb(-places), ROUND_CEILING)


def for_package(weight: Weight, system: Literal["LBS", "KGS"]) -> Ok[Weight] | Changed[Weight] | Reject:
    """The weight as UPS takes it: the shipment's unit, within the limit; as it is, or rounded up to a tenth."""
    converted = weight.to(system)
    if converted.value > _LIMITS[system]:
        return reject(faults.TOO_HEAVY, str(weight), weight=weight, limit=Weight(_LIMITS[system], system))
    exact = round_up(converted.value, 2)
    fits = exact == converted.value and exact >= Decimal("0.1") and len(f"{exact:f}") <= _WIDTH
    as_it_is = fits and exact != round_up(converted.value)
    sent = Weight(exact if as_it_is else max(round_up(converted.value), Decimal("0.1")), system)
    if weight.unit == system and sent.value == weight.value:
        return Ok(sent)
    rounded = [] if sent.value == converted.value else ["rounded up"]
    why = ", ".join([*([] if weight.unit == system else [f"in {SHOWN[system]}"]), *rounded])
    return Changed(sent, str(weight), str(sent), why)


def under_a_pound(weight: Weight) -> Ok[Weight] | Changed[Weight] | None:
    """The weight in ounces, as UPS wants it for Ground Saver under a pound; None from a pound on."""
    ounces = round_up(weight.to("OZS").value)
    if ounces >= _OUNCES_IN_A_POUND:
        return None
    sent = Weight(max(ounces, Decimal("0.1")), "OZS")
    if weight.unit == "OZS" and sent.value == weight.value:
        return Ok(sent)
    rounded = ", rounded up" if sent.value != weight.to("OZS").value else ""
    return Changed(sent, str(weight), str(sent), f"Ground Saver under 1 lb counts ounces{rounded}")
