"""Amounts and days compared with columns of this sheet: units, currencies, years and written dates decided here."""

import operator as op
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from agent.shipping.verdict import Ok
from agent.shipping.weights import Unit, Weight, read_weight, unit_of
from agent.understanding.conditions import Compare, Condition, Dated, OneOf, all_of, any_of
from agent.understanding.context import Context
from agent.understanding.dates import written_day
from agent.understanding.sheet import Column, Sheet
from agent.understanding.tokens import keys
from agent.understanding.values import Amount, Doubt, Measure, Period, Test

_HOLDS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    ">": op.gt, ">=": op.ge, "<": op.lt, "<=": op.le, "=": op.eq, "<>": op.ne,
}  # fmt: skip
_UNITS: Final[dict[str, Unit]] = {"lb": "LBS", "oz": "OZS", "kg": "KGS", "g": "GRM"}
_MONEY: Final = frozenset("total subtotal amount price value cost sum paid sold".split())  # noqa: SIM905
DAYS: Final = ("order_date", "deadline", "paid_date")
_FAR: Final = 31


def compared(context: Context, column: Column, operator: str, amount: Amount) -> Test | None:
    """`column operator amount` on this sheet; None where the column cannot hold such an amount."""
    name = column.name
    if (
        column.kind == "date"
        or column.flag
        or (amount.measure == "weight" and column.field not in ("weight", "item_weight"))
    ):
        return None
    if column.field in ("weight", "item_weight"):
        return _weighed(context, column, operator, amount)
    if column.kind == "text" and not any(re.fullmatch(r"[$€£]?[\d,.]+", value) for value, _ in column.values[:5]):
        return None
    tree: Condition = Compare(name, operator, amount.number, amount.shown)
    doubts: set[Doubt] = set()
    if column.field in ("total", "declared_value") or set(keys(name)) & _MONEY:
        within, doubt = _currency(context, column, amount)
        tree = all_of(tree, within) if within else tree
        doubts |= {doubt} if doubt else set()
    return Test(tree, name, amount.shown, frozenset(doubts), measured=name)


def candidates(sheet: Sheet, measure: Measure, role: str = "", unit: Unit | None = None) -> tuple[Column, ...]:
    """The columns that an amount may be of; several are told apart by what they select."""
    field = role or {"money": "total", "weight": "weight", "items": "quantity"}.get(measure, "")
    found = sheet.best(field)
    if field == "total":
        found = found or tuple(
            column
            for column in sheet.columns
            if column.kind == "number" and {*keys(column.name)} & {*_MONEY, "insure", "premium"}
        )
    if field == "quantity":
        found = found or sheet.of("packages")
    if field == "weight" and unit is not None and len(found) > 1:
        found = tuple(column for column in found if column.unit == unit) or found
    return found


def currencies(context: Context, column: Column) -> Doubt | None:
    """What is asked before amounts of several currencies are ordered or summed."""
    listed = context.sheet.of("currency")
    if column.field != "total" or not listed or len(listed[0].values) < 2:
        return None
    codes = tuple(value for value, _ in listed[0].values)
    return Doubt(f"{column.name} is in several currencies. Which one do you mean?", codes, "value", listed[0].name)


def missing(measure: Measure) -> Doubt:
    """What is said where the sheet has no column for an amount."""
    what = {"money": "amounts", "weight": "weights", "items": "quantities"}.get(measure, "such numbers")
    return Doubt(f"The sheet has no column of {what}, so I cannot compare them.", (), "refuse")


def dated(context: Context, column: Column, operator: str, period: Period) -> Test:
    """The days of a column before, after, since, until or within a period."""
    if period.weekday and column.field == "deadline" and period.first < context.today:
        period = replace(period, first=period.first + timedelta(days=7), last=period.last + timedelta(days=7))
    if period.yearless:
        period = _with_year(context, column, period)
    if period.doubt is not None and period.meanings:
        answer = context.answered(period.doubt)
        for choice, (begins, ends) in zip(period.doubt.choices, period.meanings, strict=True):
            if choice.casefold() == answer:
                period = replace(period, first=begins, last=ends, doubt=None)
                break
    first: date | None = period.first
    last: date | None = period.last
    if operator == "<":
        first, last = None, period.first - timedelta(days=1)
    elif operator == ">":
        first, last = period.last + timedelta(days=1), None
    elif operator == ">=":
        last = None
    elif operator == "<=":
        first = None
    doubts = frozenset({period.doubt}) if period.doubt else frozenset()
    return Test(days_of(column, first, last), column.name, "", doubts, measured=column.name)


def days_of(column: Column, first: date | None, last: date | None) -> Condition:
    """The rows of these days; of a column of written dates, those of its values that are such days."""
    if column.kind == "date" or not column.complete:
        return Dated(column.name, first, last)
    read = {value: written_day(value) for value, _ in column.values}
    fitting = [v for v, day in read.items() if day and (not first or day >= first) and (not last or day <= last)]
    return OneOf(column.name, tuple(fitting) or ("none of the cells",))


def date_columns(sheet: Sheet) -> tuple[Column, ...]:
    """The columns of days that a bare period may be about."""
    known = tuple(column for field in DAYS for column in sheet.of(field))
    return known + tuple(column for column in sheet.columns if column.kind == "date" and not column.field)


def _weighed(context: Context, column: Column, operator: str, amount: Amount) -> Test | None:
    name, sheet = column.name, context.sheet
    if amount.measure == "money":
        return None
    written = weight_values(column) if column.kind == "text" else {}
    if written:
        fitting = tuple(v for v, weight in written.items() if _fits(weight, operator, amount))
        return Test(OneOf(name, fitting or ("none of the cells",), f"{operator} {amount.shown}"), name, measured=name)
    units = sheet.of("weight_unit")
    if units and amount.unit is not None:
        groups: dict[Unit, list[str]] = {}
        for value, _ in units[0].values:
            unit = unit_of(value)
            if unit is not None:
                groups.setdefault(unit, []).append(value)
        parts = [
            all_of(OneOf(units[0].name, tuple(spelled)), Compare(name, operator, _in_unit(amount, unit), amount.shown))
            for unit, spelled in groups.items()
        ]
        return Test(any_of(*parts), name, amount.shown, measured=name) if parts else None
    unit = column.unit
    doubts: frozenset[Doubt] = frozenset()
    if unit is None and amount.unit is not None:
        doubt = Doubt(f"Which unit are the weights in {name} in?", tuple(_UNITS), "unit")
        answer = context.answered(doubt)
        unit = _UNITS.get(answer or "", amount.unit)
        doubts = frozenset() if answer in _UNITS else frozenset({doubt})
    number = _in_unit(amount, unit) if unit else amount.number
    return Test(Compare(name, operator, number, amount.shown), name, amount.shown, doubts, measured=name)


def _in_unit(amount: Amount, unit: Unit) -> str:
    if amount.unit is None:
        return amount.number
    return Amount(Weight(amount.value, amount.unit).to(unit).value.normalize() + Decimal(0)).number


def _fits(weight: Weight, operator: str, amount: Amount) -> bool:
    return _HOLDS[operator](weight.value, Decimal(_in_unit(amount, weight.unit)))


def _currency(context: Context, column: Column, amount: Amount) -> tuple[Condition | None, Doubt | None]:
    """Amounts are compared within one currency: the one that was said, or that is asked for."""
    said = amount.currency
    listed = context.sheet.of("currency")
    if not listed:
        if not said or said == "USD" or said.casefold() in keys(column.name):
            return None, None
        return None, Doubt(
            f"The sheet does not say its currency. Are the amounts in {column.name} in {said}?", (f"yes, in {said}",)
        )
    codes = {value.strip().upper(): value for value, _ in listed[0].values}
    if said and said not in codes:
        return None, Doubt(f"No amount of this sheet is in {said}; nothing is selected.", (), "refuse")
    if len(codes) < 2:
        return None, None
    doubt = Doubt(
        f"{column.name} is in several currencies. Which one do you mean?", tuple(sorted(codes)), "value", listed[0].name
    )
    said = said or (context.answered(doubt) or "").upper()
    return (OneOf(listed[0].name, (codes[said],)), None) if said in codes else (None, doubt)


def _with_year(context: Context, column: Column, period: Period) -> Period:
    """The year of a day without one: orders were placed, deadlines lie around today."""
    ahead = (period.first - context.today).days
    if ahead > (_FAR if column.field != "deadline" else 6 * _FAR):
        return period.moved(-1)
    return period.moved(1) if column.field == "deadline" and ahead < -6 * _FAR else period


def weight_values(column: Column) -> dict[str, Weight]:
    """The values of a column of written weights (`2 lb 3 oz`) that can be read."""
    read = {value: read_weight(value) for value, _ in column.values}
    return {value: verdict.value for value, verdict in read.items() if isinstance(verdict, Ok)}
