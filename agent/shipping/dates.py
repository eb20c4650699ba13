"""Dates of a sheet: ISO, month or day first, serial numbers, `4-Mar`, with a time and a zone; the day to ship.

`03/04/2026` is asked about once, unless another date of the column proves the order.
"""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from agent.shipping import faults
from agent.shipping.text import clean, is_blank
from agent.shipping.verdict import Ask, Changed, Ok, Verdict, reject

SHIP_DAYS_AHEAD: Final = 7
"""UPS takes a ship date of today to 7 days ahead (docs/ups-facts.md)."""
_MONTH_NAMES: Final = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTHS: Final = {
    **{name: number for number, name in enumerate(_MONTH_NAMES, start=1)},
    **{name[:3]: number for number, name in enumerate(_MONTH_NAMES, start=1)},
    "sept": 9,
}
_ISO = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[t ].*)?$")
_COMPACT = re.compile(r"^((?:19|20)\d{2})(\d{2})(\d{2})$")
_NUMERIC = re.compile(r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?:,?\s+\d{1,2}:.*)?$")
_DAY_MONTH = re.compile(
    r"^(\d{1,2})(?:st|nd|rd|th)?[\s\-/.]*([a-z]{3,9})\.?(?:[\s\-/.,]+(\d{4}|\d{2}))?(?:,?\s+\d{1,2}:.*)?$"
)
_MONTH_DAY = re.compile(
    r"^([a-z]{3,9})\.?[\s\-/.]*(\d{1,2})(?:st|nd|rd|th)?(?:[\s,\-/.]+(\d{4}|\d{2}))?(?:,?\s+\d{1,2}:.*)?$"
)
_SERIAL = re.compile(r"^(\d{5})(?:\.\d+)?$")
_WEEKDAY = re.compile(r"^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?[,.]?\s+")
_EPOCH_1900, _EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)
PAST_SHIP_DATE: Final = "past_ship_date"
THEY_WENT: Final = "the days these orders were shipped: leave them out"
THEY_ARE_LATE: Final = "the days they should have been shipped: ship them today"
ASK_ORDER: Final = Ask("How are dates such as {cell} written?", ("month first", "day first"), "day_first")


def read_date(
    text: object, *, day_first: bool | None, today: date | None, epoch_1904: bool = False
) -> Verdict[date | None]:
    """The date of a cell, as its own zone has it; blank -> None.

    `day_first` is what the person or the column says; without it, two readings are asked about. A day without a year
    is the nearest such day to `today`, and shown (rejected where there is no `today`). Serial numbers count from 1900,
    or from 1904 as old Mac workbooks do.
    """
    cell = clean(text)
    if is_blank(cell):
        return Ok(None)
    words = _WEEKDAY.sub("", cell.casefold())
    if match := _ISO.match(words) or _COMPACT.match(words):
        return _dated(cell, int(match[1]), int(match[2]), int(match[3]))
    if match := _NUMERIC.match(words):
        return _numeric(cell, int(match[1]), int(match[2]), _year(match[3]), day_first)
    if match := _SERIAL.match(words):
        return _serial(cell, int(match[1]), epoch_1904)
    if (match := _DAY_MONTH.match(words)) and match[2] in _MONTHS:
        return _named(cell, int(match[1]), _MONTHS[match[2]], match[3], today)
    if (match := _MONTH_DAY.match(words)) and match[1] in _MONTHS:
        return _named(cell, int(match[2]), _MONTHS[match[1]], match[3], today)
    return reject(faults.BAD_DATE, cell, cell=cell)


def day_first_of(cells: Iterable[object]) -> bool | None:
    """What a column proves about its own order: True, False, or None when nothing does (or both do)."""
    proofs = set()
    for cell in cells:
        match = _NUMERIC.match(clean(cell).casefold())
        if match and (int(match[1]) > 12) != (int(match[2]) > 12):
            proofs.add(int(match[1]) > 12)
    return proofs.pop() if len(proofs) == 1 else None


def ship_day(day: date, today: date) -> Ok[date] | Changed[date]:
    """The day to hand over for a day that the sheet gives: an overdue order ships today, and that is shown."""
    if day >= today:
        return Ok(day)
    return Changed(today, day.isoformat(), today.isoformat(), "that day has passed: it ships today")


def is_too_early(day: date, today: date) -> bool:
    """Whether UPS would not take the day yet."""
    return day > today + timedelta(days=SHIP_DAYS_AHEAD)


def ask_past(column: str) -> Ask:
    """What days in the past mean in a column that may hold the day an order went, or the day it should go."""
    return Ask(f"{column} holds days in the past. What are they?", (THEY_WENT, THEY_ARE_LATE), PAST_SHIP_DATE)


def read_past(text: str | None) -> bool | None:
    """The answer to `ask_past`: whether the orders went on those days; None for any other text."""
    return {THEY_WENT: True, "gone": True, THEY_ARE_LATE: False, "overdue": False}.get((text or "").strip().casefold())


def read_day_first(text: str | None) -> bool | None:
    """The answer to `ASK_ORDER`."""
    return None if text is None else text.casefold().startswith("day")


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _dated(cell: str, year: int, month: int, day: int) -> Verdict[date | None]:
    try:
        return Ok(date(year, month, day))
    except ValueError:
        return reject(faults.BAD_DATE, cell, cell=cell)


def _numeric(cell: str, first: int, second: int, year: int, day_first: bool | None) -> Verdict[date | None]:
    if first > 12 or second > 12 or first == second:
        month, day = (second, first) if first > 12 else (first, second)
        return _dated(cell, year, month, day)
    if day_first is None:
        return Ask(ASK_ORDER.question.format(cell=cell), ASK_ORDER.options, ASK_ORDER.slot)
    return _dated(cell, year, *((second, first) if day_first else (first, second)))


def _serial(cell: str, days: int, epoch_1904: bool) -> Verdict[date | None]:
    day = (_EPOCH_1904 if epoch_1904 else _EPOCH_1900) + timedelta(days=days)
    return Changed(day, cell, day.isoformat(), f"a day number of the {1904 if epoch_1904 else 1900} calendar")


def _named(cell: str, day: int, month: int, year: str | None, today: date | None) -> Verdict[date | None]:
    if year is not None:
        return _dated(cell, _year(year), month, day)
    if today is None:
        return reject(faults.BAD_DATE, cell, cell=cell)
    near = []
    for guess in (today.year - 1, today.year, today.year + 1):
        verdict = _dated(cell, guess, month, day)
        if isinstance(verdict, Ok) and verdict.value is not None:
            near.append(verdict.value)
    if not near:
        return reject(faults.BAD_DATE, cell, cell=cell)
    found = min(near, key=lambda candidate: abs(candidate - today))
    return Changed(found, cell, found.isoformat(), "without a year: the nearest such day")
