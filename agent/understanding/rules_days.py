"""Productions for days: placed since Monday, due by Friday, last week, overdue."""

from calendar import monthrange
from dataclasses import replace
from datetime import timedelta
from typing import Any

from agent.understanding.conditions import Blank, Dated, Either, Not, Rows, all_of, any_of
from agent.understanding.context import Context
from agent.understanding.grammar import rule
from agent.understanding.measuring import date_columns, dated, days_of
from agent.understanding.values import Amount, Doubt, Group, Period, Test

_DEEP = 50


@rule("Test", "Column", "Moment", "Period|Ago", cost=-1.2, examples=["placed since Monday", "needed since Friday"])
def dated_column(context: Context, column: str, moment: str, period: Period) -> Test | None:
    held = context.sheet.by_name[column]
    return dated(context, held, moment, period) if _of_days(held) and not (period.ago and moment == "within") else None


@rule("Test", "ColumnBy", "Period", "After", cost=-1.6, examples=["needed by 11/25 or sooner"])
def due_by_or(context: Context, column: str, period: Period, operator: str) -> Test | None:
    return due_by(context, column, period) if operator == "<=" else None


@rule("Test", "ColumnBy", "Period", cost=-1.7, examples=["needed by tomorrow"])
def due_by(context: Context, column: str, period: Period) -> Test | None:
    held = context.sheet.by_name[column]
    return dated(context, held, "<=", period) if _of_days(held) else None


@rule("Test", "Moment", "Age", cost=0.2, examples=["older than 10 days"])
def aged(context: Context, operator: str, period: Period) -> list[Any]:
    return moment(context, operator, period) if operator in ("<", ">") else []


@rule("Test", "Comparison", "Age", "Old", cost=0.1, examples=["more than 10 days old"])
def older(context: Context, comparison: str, period: Period, _: str) -> list[Any]:
    return longer_ago(context, comparison, period)


@rule("Group", "Period", "Noun", cost=-0.6, examples=["yesterday's orders"])
def orders_of_day(context: Context, period: Period, noun: str) -> list[Group]:
    tests = [dated(context, column, "within", period) for column in context.sheet.of("order_date")]
    return [Group(t.tree, noun, frozenset({t.family}), (), t.doubts, t.measured) for t in tests]


@rule("Test", "Column", "Period|Ago", cost=-1.0, examples=["placed yesterday"])
@rule("Test", "Period", "Column", cost=0.3, examples=["yesterday ordered"])
def on_day(context: Context, first: Any, second: Any) -> Test | None:
    column, period = (first, second) if isinstance(first, str) else (second, first)
    held = context.sheet.by_name[column]
    return dated(context, held, "within", period) if _of_days(held) else None


@rule("Test", "Column", "Comparison", "Period", cost=-0.4, examples=["order date = 2026-11-16"])
def day_compared(context: Context, column: str, comparison: str, period: Period) -> Test | None:
    held, operator = context.sheet.by_name[column], comparison.split()[0]
    return dated(context, held, "within" if operator == "=" else operator, period) if _of_days(held) else None


@rule("Test", "Column", "Period", "After", examples=["ordered 11/5 or later"])
def day_or_later(context: Context, column: str, period: Period, operator: str) -> Test | None:
    held = context.sheet.by_name[column]
    return dated(context, held, operator, period) if _of_days(held) else None


@rule("Test", "Moment", "Period|Ago", cost=0.2, examples=["before Nov 1"])
def moment(context: Context, operator: str, period: Period) -> list[Any]:
    return [dated(context, column, operator, period) for column in date_columns(context.sheet)] or [_no_days()]


@rule("Test", "Period", cost=0.3, examples=["from last week"])
def in_period(context: Context, period: Period) -> list[Any]:
    return moment(context, "within", period)


@rule("Test", "Comparison", "Ago", cost=0.1, examples=["more than 2 weeks ago"])
def longer_ago(context: Context, comparison: str, period: Period) -> list[Any]:
    operator = {">": "<", "<": ">", ">=": "<=", "<=": ">="}.get(comparison.split()[0])
    return moment(context, operator, period) if operator else []


@rule("Test", "Column", "Comparison", "Ago", examples=["placed more than 2 weeks ago"])
def placed_longer_ago(context: Context, column: str, comparison: str, period: Period) -> Test | None:
    operator = {">": "<", "<": ">", ">=": "<=", "<=": ">="}.get(comparison.split()[0])
    held = context.sheet.by_name[column]
    return dated(context, held, operator, period) if operator and _of_days(held) else None


@rule("Days", "Between", "Period", "And|To", "Period", examples=["between Nov 1 and Nov 10"])
@rule("Days", "Period", "To", "Period", cost=0.2, examples=["Nov 1 to Nov 10"])
def days(_: Context, *parts: Any) -> Period | None:
    first, last = (part for part in parts if isinstance(part, Period))
    return replace(first, last=last.last, doubt=first.doubt or last.doubt) if first.first <= last.last else None


@rule("Period", "Days")
def day_range(_: Context, found: Period) -> Period:
    return found


@rule("Test", "Test", "Or|And|Comma", "Period", cost=0.1, examples=["placed on Nov 16 or Nov 18"])
def or_day(context: Context, test: Test, _: str, period: Period) -> Test | None:
    column = context.sheet.by_name.get(test.measured)
    if column is None or not _of_days(column):
        return None
    return replace(test, tree=any_of(test.tree, dated(context, column, "within", period).tree))


@rule("Test", "Test", "Or|And", "Number", cost=0.1, examples=["placed on Nov 16 or 18"])
def or_day_of_month(context: Context, test: Test, _: str, amount: Amount) -> Test | None:
    """A number behind a day is a day of the same month, where the sheet has it."""
    last = test.tree.items[-1] if isinstance(test.tree, Either) else test.tree
    column = context.sheet.by_name.get(test.measured)
    day = int(amount.value)
    single = isinstance(last, Dated) and last.first == last.last and last.first is not None
    if column is None or not single or amount.value != day or not 0 < day <= monthrange(*last.first.timetuple()[:2])[1]:  # type: ignore[union-attr]
        return None
    one = last.first.replace(day=day)  # type: ignore[union-attr]
    other = days_of(column, one, one)
    return replace(test, tree=any_of(test.tree, other)) if context.exists(other) else None


@rule("Test", "Overdue", examples=["overdue"])
def overdue(context: Context, _: str) -> list[Any]:
    found = context.sheet.of("deadline")
    past = [days_of(column, None, context.today - timedelta(days=1)) for column in found]
    filled = [all_of(Not(Blank(column.name)), tree) for column, tree in zip(found, past, strict=True)]
    return [Test(tree, "overdue") for tree in filled] or [
        Test(
            Rows(()),
            "overdue",
            doubts=frozenset({Doubt("The sheet has no column of deadlines, so nothing is overdue.", (), "refuse")}),
        )
    ]


# -- what the productions share


def _of_days(column: Any) -> bool:
    return column.kind == "date" or column.field in ("order_date", "deadline", "paid_date", "shipped_at")


def _no_days() -> Test:
    return Test(
        Rows(()), "date", doubts=frozenset({Doubt("The sheet has no column of dates, so I cannot tell.", (), "refuse")})
    )
