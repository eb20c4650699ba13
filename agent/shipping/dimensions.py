"""Outer sizes: `12x8x6`, `12" x 8" x 6"`, `30 x 20 x 10 cm`; longest side first, whole units rounded up.

Limits: 108 in or 270 cm long, length + 2 x (width + height) at most 165 in or 330 cm (docs/ups-facts.md).
"""

import re
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import Final, Literal

from agent.shipping import faults
from agent.shipping.numbers import AmbiguousNumberError, read_number
from agent.shipping.text import clean, is_blank
from agent.shipping.verdict import Ask, Changed, Ok, Verdict, reject

SizeUnit = Literal["IN", "CM"]
InputUnit = Literal["IN", "CM", "MM"]
"""What a sheet may count in; UPS takes inches or centimetres."""

_UNIT_NAMES: Final[dict[str, tuple[SizeUnit, int]]] = {
    **dict.fromkeys(("in", "inch", "inches", '"', "''", "”", "″", "ins"), ("IN", 1)),
    **dict.fromkeys(("ft", "foot", "feet"), ("IN", 12)),
    **dict.fromkeys(("cm", "cms", "centimeter", "centimeters", "centimetre", "centimetres"), ("CM", 1)),
}
_MILLIMETRES: Final = frozenset({"mm", "millimeter", "millimeters", "millimetre", "millimetres"})
_LIMITS: Final[dict[SizeUnit, tuple[int, int]]] = {"IN": (108, 165), "CM": (270, 330)}
_INCH = Decimal("2.54")
_SEPARATOR = re.compile(r"\s*(?:x|×|\*|/|by)\s*")
_SIDE = re.compile(r"^(?:[lwhd](?:ength|idth|eight|epth)?\s*[:=]?\s*)?([\d.,]+)\s*(.*?)\s*(?:\(?[lwhd]\)?)?$")
_ASK_UNIT = Ask("Which unit are the box sizes in?", ("in", "cm"), "dimension_unit")


@dataclass(frozen=True, slots=True)
class Dimensions:
    """Three sides, longest first, in whole units."""

    length: int
    width: int
    height: int
    unit: SizeUnit

    def __str__(self) -> str:
        return f"{self.length} x {self.width} x {self.height} {self.unit.lower()}"


def unit_of_header(header: str) -> InputUnit | None:
    """`Length (cm)`, `box_in`, `Height mm` -> the unit that the header names."""
    words = re.findall(r"[a-z\"″]+", clean(header).casefold())
    named: set[InputUnit] = {"MM" for word in words if word in _MILLIMETRES}
    named |= {_UNIT_NAMES[word][0] for word in words if word in _UNIT_NAMES and _UNIT_NAMES[word][1] == 1}
    return named.pop() if len(named) == 1 else None


def read_dimensions(text: object, unit: InputUnit | None, system: SizeUnit) -> Verdict[Dimensions | None]:
    """The size that one cell states, in the shipment's own unit; a blank cell has none.

    `unit` is the sheet's, for cells without one. Rejects anything that is not three sides.
    """
    cell = clean(text)
    if is_blank(cell):
        return Ok(None)
    return _sized(cell, three_sides(cell), unit, system)


def three_sides(cell: str) -> list[str]:
    """`12 x 8 x 6 in` -> its sides, as they are written: three, unless the cell says something else."""
    sides = _SEPARATOR.split(cell.casefold())
    return re.split(r"(?<=[\d\"”″a-z.])\s+(?=\d)", sides[0]) if len(sides) == 1 else sides


def read_sides(
    sides: tuple[object, object, object], unit: InputUnit | None, system: SizeUnit
) -> Verdict[Dimensions | None]:
    """The size that a length, a width and a height column state."""
    cells = [clean(side) for side in sides]
    if all(is_blank(cell) for cell in cells):
        return Ok(None)
    return _sized(" x ".join(cell or "?" for cell in cells), [cell.casefold() for cell in cells], unit, system)


def _sized(cell: str, sides: list[str], unit: InputUnit | None, system: SizeUnit) -> Verdict[Dimensions | None]:
    matches = [_SIDE.match(side) for side in sides]
    if len(sides) != 3 or not all(matches):
        return reject(faults.BAD_DIMENSIONS, cell, cell=cell, hint=": three sides are needed")
    words = [match[2].strip(" .") for match in matches if match]
    named = _named_unit(words)
    if named is None and any(words):
        return reject(faults.BAD_DIMENSIONS, cell, cell=cell, hint=": the unit is not clear")
    try:
        numbers = [read_number(match[1]) for match in matches if match]
    except AmbiguousNumberError:
        return reject(faults.BAD_DIMENSIONS, cell, cell=cell, hint=": it may mean a thousand or a decimal comma")
    if any(number is None or number <= 0 for number in numbers):
        return reject(faults.BAD_DIMENSIONS, cell, cell=cell, hint=": every side must be above zero")
    if named is None and unit is None:
        return _ASK_UNIT
    said, factor = named or (("CM", Decimal("0.1")) if unit == "MM" else (unit or system, Decimal(1)))
    return _for_package(cell, [number * factor for number in numbers if number is not None], said, system)


def _named_unit(words: list[str]) -> tuple[SizeUnit, Decimal] | None:
    """The one unit that the sides name; a unit behind the last side is meant for all."""
    named = {word for word in words if word}
    if not named or (len(named) == 1 and not words[-1]):
        return None
    if named <= _MILLIMETRES:
        return "CM", Decimal("0.1")
    units = {_UNIT_NAMES.get(word) for word in named}
    if len(units) != 1 or None in units:
        return None
    found = units.pop()
    return (found[0], Decimal(found[1])) if found else None


def _for_package(cell: str, sides: list[Decimal], unit: SizeUnit, system: SizeUnit) -> Verdict[Dimensions | None]:
    factor = Decimal(1) if unit == system else (1 / _INCH if unit == "CM" else _INCH)
    whole = sorted((_whole(side * factor) for side in sides), reverse=True)
    size = Dimensions(whole[0], whole[1], whole[2], system)
    longest, girth = _LIMITS[system]
    if size.length > longest or size.length + 2 * (size.width + size.height) > girth:
        limit = f"{longest} {system.lower()} long, length + 2 x (width + height) {girth} {system.lower()}"
        return reject(faults.TOO_LARGE, cell, size=size, limit=limit)
    if unit == system and sorted(sides, reverse=True) == whole:
        return Ok(size)
    why = "whole inches, rounded up" if system == "IN" else "whole centimetres, rounded up"
    return Changed(size, f"{' x '.join(f'{side:f}' for side in sides)} {unit.lower()}", str(size), why)


def _whole(side: Decimal) -> int:
    return int(side.quantize(Decimal("1e-9"), ROUND_HALF_UP).to_integral_value(ROUND_CEILING))
