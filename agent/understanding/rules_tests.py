"""Productions for single tests on rows: values, places, comparisons, days, empty cells, texts, order numbers."""

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from agent.understanding.chart import Costly
from agent.understanding.conditions import Blank, Compare, Not, OneOf, Rows, Text, all_of, any_of
from agent.understanding.grammar import rule
from agent.understanding.measuring import candidates, compared, date_columns, dated, days_of, missing
from agent.understanding.spans import Context
from agent.understanding.values import Amount, Bare, Doubt, Group, Period, Test

_DEEP = 50


@rule("Test", "Value|State|Country|City|Lane|Id", examples=["Texas", "paid", "SO-3001"])
def named(_: Context, test: Test) -> Test:
    return test


@rule("Test", "Column", "Value|State|Country|City|Id", cost=-1.2, examples=["status processing", "state CA"])
def of_column(context: Context, column: str, test: Test) -> Test | None:
    return test if test.family == column or column in _columns(test) else _read_as(context, column, test)


@rule("Test", "Column", "Comma", "Value", cost=-0.8, examples=["remarks: leave at door"])
def of_column_apart(context: Context, column: str, _: str, test: Test) -> Test | None:
    return test if test.family == column else None


@rule("Test", "Column", "Not", "Value|State|Country|City", cost=-1.0, examples=["status is not completed"])
def not_of_column(context: Context, column: str, _: str, test: Test) -> Test | None:
    made = of_column(context, column, test)
    return replace(made, tree=Not(made.tree)) if made else None


@rule("Test", "Value|State|Country|City", "Column", cost=-1.1, examples=["New York state", "high priority"])
def before_column(context: Context, test: Test, column: str) -> Test | None:
    return test if column in _columns(test) else None


@rule("Test", "City", "State|Country", cost=-0.9, examples=["Charleston SC"])
@rule("Test", "City", "Comma", "State|Country", cost=-0.9, examples=["Charleston, SC"])
def town_in(context: Context, city: Test, *rest: Any) -> Test | None:
    tree = all_of(city.tree, rest[-1].tree)
    return replace(city, tree=tree) if context.exists(tree) else None


@rule("Test", "Column", cost=0.3, examples=["fragile orders", "gifts"])
def flagged(context: Context, column: str) -> Test | None:
    held = context.sheet.by_name[column]
    return Test(OneOf(column, (held.flag,)), f"flag:{column}", column) if held.flag else None


@rule("Test", "Empty", "Column", examples=["no phone", "missing email"])
@rule("Test", "Column", "Empty", examples=["phone is missing"])
def empty(context: Context, first: str, second: str) -> Test | None:
    column = first if first in context.sheet.by_name and second == "empty" else second
    held = context.sheet.by_name[column]
    if held.flag:
        return Test(Not(OneOf(column, (held.flag,))), f"flag:{column}", column)
    return Test(Blank(column), f"blank:{column}", column)


@rule("Test", "Present", "Column", examples=["provided notes"])
@rule("Test", "Have", "Column", cost=0.2, examples=["with a phone"])
@rule("Test", "Column", "Present", examples=["notes are not empty"])
def present(context: Context, first: str, second: str) -> Test | None:
    column = first if second == "present" else second
    held = context.sheet.by_name[column]
    if held.flag:
        return Test(OneOf(column, (held.flag,)), f"flag:{column}", column)
    return Test(Not(Blank(column)), f"blank:{column}", column) if held.nulls or held.kind == "text" else None


@rule("Test", "Column", "Comparison", "Quoted|Value|State|Country|City", cost=-0.3, examples=["status = 'paid'"])
def equals(context: Context, column: str, comparison: str, said_value: Any) -> Test | None:
    said = said_value if isinstance(said_value, str) else said_value.said
    values = tuple(v for v, _ in context.sheet.by_name[column].values if v.casefold() == said.casefold())
    tree = OneOf(column, values or (said,))
    return {"=": Test(tree, column, said), "<>": Test(Not(tree), column, said)}.get(comparison)


@rule("Test", "Empty", "Column", "And|Or", "Column", cost=-0.1, examples=["lacking both phone and email"])
@rule("Test", "Not", "Column", "Or|And", "Column", cost=0.2, examples=["with neither phone nor email"])
def both_empty(context: Context, _word: str, one: str, _link: str, other: str) -> Test | None:
    return _all_filled(context, (one, other), filled=False)


@rule("Test", "Have", "Column", "And", "Column", cost=0.1, examples=["with a phone and an email"])
def both_present(context: Context, _word: str, one: str, _link: str, other: str) -> Test | None:
    return _all_filled(context, (one, other), filled=True)


@rule("Test", "But", "Column", cost=0.6, examples=["no email but a phone"])
def but_present(context: Context, _word: str, column: str) -> Test | None:
    return _all_filled(context, (column,), filled=True)


# -- texts


@rule("Saying", "Column", "Contains", "Text", examples=["sku contains MUG"])
def saying(context: Context, column: str, how: str, text: str) -> Any:
    held = context.sheet.by_name[column]
    if held.kind == "date":
        return None
    found = sum(_says(value, how, text) for value, _ in held.values)
    return Costly(Test(Text((column,), how, text), f"text:{how}:{column}", text), 0.0 if found else 1.5)


@rule("Test", "Column", "Not", "Contains", "Text", examples=["the comment doesn't say fragile"])
def not_saying(context: Context, column: str, _: str, how: str, text: str) -> Any:
    made = saying(context, column, how, text)
    return Costly(replace(made.value, tree=Not(made.value.tree)), made.cost) if made else None


@rule("Saying", "Contains", "Text", "Column", examples=["with the word gift in the note"])
@rule("Saying", "Quoted", "Column", examples=["'fragile' in the notes"])
def said_in(context: Context, *parts: str) -> Any:
    how, text = (parts[0], parts[1]) if len(parts) > 2 else ("contains", parts[0])  # noqa: PLR2004
    return saying(context, parts[-1], how, text)


@rule("Saying", "Saying", "Or|And|Comma", "Text", cost=0.2, examples=["name contains mug or lamp"])
def saying_more(context: Context, before: Test, _: str, text: str) -> Any:
    _, how, column = before.family.split(":", 2)
    made = saying(context, column, how, text)
    return [Costly(replace(before, tree=any_of(before.tree, made.value.tree)), made.cost)] if made else None


@rule("Test", "Saying")
def said(_: Context, test: Test) -> Test:
    return test


@rule("Test", "Contains", "Text", cost=1.6, examples=["saying call first"])
def said_anywhere(context: Context, how: str, text: str) -> list[Any]:
    notes = [column for column in context.sheet.columns if column.field in ("notes", "description", "tags", "sku")]
    return [saying(context, column.name, how, text) for column in notes]


# -- amounts


@rule("Test", "Comparison", "Amount|Number", cost=0.2, examples=["over $100", "under 5 lb"])
def over(context: Context, comparison: str, amount: Amount) -> list[Any]:
    operator, _, role = comparison.partition(" ")
    return _of_some(context, operator, amount, role)


@rule("Test", "Amount|Number", "After", cost=0.2, examples=["$100 or more"])
def or_more(context: Context, amount: Amount, operator: str) -> list[Any]:
    return _of_some(context, operator, amount)


@rule("Test", "Amount", cost=0.9, examples=["$49.99"])
def exactly(context: Context, amount: Amount) -> list[Any]:
    return _of_some(context, "=", amount)


@rule("Test", "Column", "Comparison", "Amount|Number", examples=["order total over 1k"])
def column_over(context: Context, column: str, comparison: str, amount: Amount) -> Test | None:
    return compared(context, context.sheet.by_name[column], comparison.split()[0], amount)


@rule("Test", "Column", "Amount|Number", "After", examples=["qty 5 or more"])
def column_or_more(context: Context, column: str, amount: Amount, operator: str) -> Test | None:
    return compared(context, context.sheet.by_name[column], operator, amount)


@rule("Test", "Column", "Amount|Number", cost=0.3, examples=["cycle 2", "quantity of 3"])
def column_is(context: Context, column: str, amount: Amount) -> Test | None:
    return compared(context, context.sheet.by_name[column], "=", amount)


@rule("Test", "Comparison", "Amount|Number", "Column|Items", examples=["more than 4 cartons", "at least 2 items"])
def over_of(context: Context, comparison: str, amount: Amount, column: str) -> list[Any]:
    return _of_named(context, comparison.split()[0], amount, column)


@rule("Test", "Number", "After", "Column|Items", examples=["5 or more cartons"])
@rule("Test", "Number", "Column|Items", "After", examples=["5 cartons or more"])
def more_of(context: Context, amount: Amount, first: str, second: str) -> list[Any]:
    operator, column = (first, second) if first in (">=", "<=") else (second, first)
    return _of_named(context, operator, amount, column)


@rule("Test", "Number", "Column|Items", cost=0.4, examples=["2 items", "3 cartons"])
def count_of(context: Context, amount: Amount, column: str) -> list[Any]:
    return _of_named(context, "=", amount, column)


@rule("Test", "Numbers", "Column|Items", cost=0.2, examples=["4, 5 or 6 pieces"])
def counts_of(context: Context, numbers: tuple[int, ...], column: str) -> Test | None:
    found = [_of_named(context, "=", Amount(Decimal(number)), column) for number in numbers]
    tests = [one[0] for one in found if one]
    return replace(tests[0], tree=any_of(*(test.tree for test in tests))) if len(tests) == len(numbers) > 1 else None


@rule("Test", "ItemCount", examples=["single-item orders"])
def item_count(context: Context, said_count: str) -> list[Any]:
    operator, number = said_count.split()
    return _of_named(context, operator, Amount(Decimal(number)), "items")


@rule("Ends", "Between", "Amount|Number", "And|To", "Amount|Number", examples=["between $50 and $100"])
@rule("Ends", "Amount|Number", "To", "Amount|Number", cost=0.3, examples=["$50 to $100", "2 to 3"])
def between(_: Context, *parts: Any) -> Any:
    low, high = (part for part in parts if isinstance(part, Amount))
    if low.measure == "plain" and high.measure != "plain":
        low = replace(low, measure=high.measure, unit=high.unit, currency=high.currency)
    return (low, high) if low.value <= high.value else None


@rule("Ends", "Range", examples=["$50-$100"])
def ranged(_: Context, pair: Any, *_rest: Any) -> Any:
    return pair


@rule("Test", "Ends", cost=0.2, examples=["between 1 and 2 kg"])
def in_range(context: Context, pair: tuple[Amount, Amount]) -> list[Any]:
    return _paired(_of_some(context, ">=", pair[0]), _of_some(context, "<=", pair[1]))


@rule("Test", "Column", "Ends", examples=["quantity between 2 and 4"])
@rule("Test", "Ends", "Column|Items", examples=["4 to 6 units"])
def column_in_range(context: Context, first: Any, second: Any) -> list[Any]:
    pair, column = (first, second) if isinstance(first, tuple) else (second, first)
    return _paired(_of_named(context, ">=", pair[0], column), _of_named(context, "<=", pair[1], column))


@rule("Bare", "Comparison", "Amount|Number", cost=0.2)
def bare(_: Context, comparison: str, amount: Amount) -> Bare:
    return Bare(comparison.split()[0], amount)


@rule("Bare", "Amount|Number", "After", cost=0.2)
def bare_more(_: Context, amount: Amount, operator: str) -> Bare:
    return Bare(operator, amount)


@rule("Test", "Test", "And|But|Comma", "Bare", cost=-0.2, examples=["over $100 and under $300"])
def within(context: Context, test: Test, _: str, comparison: Bare) -> Test | None:
    if not test.measured or test.listed:
        return None
    other = compared(context, context.sheet.by_name[test.measured], comparison.operator, comparison.amount)
    if other is None:
        return None
    return replace(test, tree=all_of(test.tree, other.tree), doubts=test.doubts | other.doubts, listed=True)


@rule("Test", "Test", "Or|Comma", "Number", cost=0.2, examples=["cycle 3 or 4", "4, 5 or 6 pieces"])
@rule("Test", "Test", "And|Comma", "Number", cost=0.3, examples=["cycle 3 and 4"])
def or_number(context: Context, test: Test, _: str, amount: Amount) -> Test | None:
    exact = isinstance(test.tree, Compare) and test.tree.operator == "="
    if not test.measured or not (exact or test.listed):
        return None
    other = compared(context, context.sheet.by_name[test.measured], "=", amount)
    return replace(test, tree=any_of(test.tree, other.tree), listed=True) if other else None


# -- days


@rule("Test", "Column", "Moment", "Period|Ago", cost=-1.2, examples=["placed since Monday", "due by Friday"])
def dated_column(context: Context, column: str, moment: str, period: Period) -> Test | None:
    held = context.sheet.by_name[column]
    return dated(context, held, moment, period) if _of_days(held) and not (period.ago and moment == "within") else None


@rule("Test", "ColumnBy", "Period", cost=-0.9, examples=["needed by tomorrow"])
def due_by(context: Context, column: str, period: Period) -> Test | None:
    held = context.sheet.by_name[column]
    return dated(context, held, "<=", period) if _of_days(held) else None


@rule("Test", "Moment", "Age", cost=0.2, examples=["older than 10 days"])
def aged(context: Context, operator: str, period: Period) -> list[Any]:
    return moment(context, operator, period) if operator in ("<", ">") else []  # type: ignore[no-any-return]


@rule("Test", "Comparison", "Age", "Old", cost=0.1, examples=["more than 10 days old"])
def older(context: Context, comparison: str, period: Period, _: str) -> list[Any]:
    return longer_ago(context, comparison, period)  # type: ignore[no-any-return]


@rule("Group", "Period", "Noun", cost=-0.6, examples=["yesterday's orders"])
def orders_of_day(context: Context, period: Period, noun: str) -> list[Group]:
    tests = [dated(context, column, "within", period) for column in context.sheet.of("order_date")]
    return [Group(t.tree, noun, frozenset({t.family}), (), t.doubts, t.measured) for t in tests]


@rule("Test", "Column", "Period|Ago", cost=-1.0, examples=["placed yesterday"])
@rule("Test", "Period", "Column", cost=0.3, examples=["yesterday's sales"])
def on_day(context: Context, first: Any, second: Any) -> Test | None:
    column, period = (first, second) if isinstance(first, str) else (second, first)
    held = context.sheet.by_name[column]
    return dated(context, held, "within", period) if _of_days(held) else None


@rule("Test", "Column", "Period", "After", examples=["needed by 11/25 or sooner"])
def day_or_later(context: Context, column: str, period: Period, operator: str) -> Test | None:
    held = context.sheet.by_name[column]
    return dated(context, held, operator, period) if _of_days(held) else None


@rule("Test", "Moment", "Period|Ago", cost=0.2, examples=["before Nov 1"])
def moment(context: Context, operator: str, period: Period) -> list[Any]:
    return [dated(context, column, operator, period) for column in date_columns(context.sheet)] or [_no_days()]


@rule("Test", "Period", cost=0.3, examples=["from last week"])
def in_period(context: Context, period: Period) -> list[Any]:
    return moment(context, "within", period)  # type: ignore[no-any-return]


@rule("Test", "Comparison", "Ago", cost=0.1, examples=["more than 2 weeks ago"])
def longer_ago(context: Context, comparison: str, period: Period) -> list[Any]:
    operator = {">": "<", "<": ">", ">=": "<=", "<=": ">="}.get(comparison.split()[0])
    return moment(context, operator, period) if operator else []  # type: ignore[no-any-return]


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


@rule("Test", "Overdue", examples=["overdue orders"])
def overdue(context: Context, _: str) -> list[Any]:
    found = context.sheet.of("deadline")
    past = [days_of(column, None, context.today - timedelta(days=1)) for column in found]
    filled = [all_of(Not(Blank(column.name)), tree) for column, tree in zip(found, past, strict=True)]
    return [Test(tree, "overdue") for tree in filled] or [
        Test(Rows(()), "overdue", doubts=frozenset({Doubt("The sheet has no column of deadlines, so nothing is overdue.", (), "refuse")}))
    ]


# -- order numbers and rows


@rule("Id", "Id", "To", "Id", cost=-0.6, examples=["SO-3001 to SO-3005"])
def ids_between(context: Context, low: Test, _: str, high: Test) -> Test | None:
    return _ids(context, low, high)


@rule("Id", "IdRange", examples=["5200-5209"])
def id_range(context: Context, pair: tuple[Test, Test]) -> Test | None:
    return _ids(context, *pair)


@rule("Test", "RowWord", "Number", cost=-0.3, examples=["row 3"])
def row(_: Context, _word: str, amount: Amount) -> Test:
    return Test(Rows(((int(amount.value), int(amount.value)),)), "row")


@rule("Test", "RowWord", "Ends", cost=-0.3, examples=["rows 10 to 14"])
def rows(_: Context, _word: str, pair: tuple[Amount, Amount]) -> Test:
    return Test(Rows(((int(pair[0].value), int(pair[1].value)),)), "row")


@rule("Test", "Test", "Comma", "And", "Number|Range", cost=-0.6)
@rule("Test", "Test", "And|Comma|Or", "Number|Range", cost=-0.6, examples=["rows 3, 5 and 7"])
def more_rows(_: Context, test: Test, *rest: Any) -> Test | None:
    if not isinstance(test.tree, Rows) or test.family != "row":
        return None
    low, high = rest[-1] if isinstance(rest[-1], tuple) else (rest[-1], rest[-1])
    return replace(test, tree=Rows((*test.tree.ranges, (int(low.value), int(high.value)))))


# -- what the productions share


def _ids(context: Context, low: Test, high: Test) -> Test | None:
    """The order numbers from one to another, as far as the sheet holds them."""
    if low.family != high.family or not isinstance(low.tree, OneOf) or not isinstance(high.tree, OneOf):
        return None
    ends = [_parts(tree.values[0]) for tree in (low.tree, high.tree)]
    if ends[0][0] != ends[1][0] or ends[0][1] > ends[1][1]:
        return None
    held = context.sheet.by_name[low.family].values
    fitting = tuple(v for v, _ in held if _parts(v)[0] == ends[0][0] and ends[0][1] <= _parts(v)[1] <= ends[1][1])
    return replace(low, tree=OneOf(low.family, fitting, f"{low.said} to {high.said}"))


def _parts(number: str) -> tuple[str, int]:
    digits = re.search(r"(\d+)\D*$", number)
    return (number[: digits.start()], int(digits[1])) if digits else (number, 0)


def _all_filled(context: Context, names: tuple[str, ...], *, filled: bool) -> Test | None:
    if any(context.sheet.by_name[name].flag for name in names):
        return None
    parts = [Not(Blank(name)) if filled else Blank(name) for name in names]
    return Test(all_of(*parts), f"blank:{names[0]}", " ".join(names))


def _columns(test: Test) -> frozenset[str]:
    from agent.understanding.conditions import columns_of  # noqa: PLC0415

    return columns_of(test.tree)


def _read_as(context: Context, column: str, test: Test) -> Test | None:
    """A place that the message says stands in another column: `sales rep is Austin`, `warehouse Texas`."""
    values = tuple(v for v, _ in context.sheet.by_name[column].values if v.casefold() == test.said.casefold())
    return Test(OneOf(column, values), column, test.said) if values else None


def _says(value: str, how: str, text: str) -> bool:
    held, wanted = value.casefold(), text.casefold()
    return {"starts with": held.startswith, "ends with": held.endswith}.get(how, held.__contains__)(wanted)


def _of_days(column: Any) -> bool:
    return column.kind == "date" or column.field in ("order_date", "deadline", "paid_date", "shipped_at")


def _no_days() -> Test:
    return Test(Rows(()), "date", doubts=frozenset({Doubt("The sheet has no column of dates, so I cannot tell.", (), "refuse")}))


def _of_some(context: Context, operator: str, amount: Amount, role: str = "") -> list[Any]:
    """An amount without its column: of every column that it may be of."""
    measure = amount.measure
    if not role and measure == "plain":
        found = [column for kind in ("money", "weight", "items") for column in candidates(context.sheet, kind)]  # type: ignore[arg-type]
        unsure = Doubt(f"What does {amount.shown} count?", tuple(column.name for column in found), "column")
        chosen = context.answered(unsure)
        found = [column for column in found if chosen == column.name.casefold()] or found
        tests = [compared(context, column, operator, amount) for column in found]
        return [Costly(t if chosen else replace(t, doubts=t.doubts | {unsure}), 2.0) for t in tests if t]
    columns = candidates(context.sheet, measure, role, amount.unit)
    kind = {"weight": "weight", "total": "money", "quantity": "items"}.get(role, measure)
    if not columns:
        return [Test(Rows(()), "none", amount.shown, frozenset({missing(kind)}))]  # type: ignore[arg-type]
    return [found for column in columns if (found := compared(context, column, operator, amount))]


def _of_named(context: Context, operator: str, amount: Amount, column: str) -> list[Any]:
    named_columns = [context.sheet.by_name[column]] if column in context.sheet.by_name else list(candidates(context.sheet, "items"))
    if not named_columns:
        return [Test(Rows(()), "none", amount.shown, frozenset({missing("items")}))]
    return [found for one in named_columns if (found := compared(context, one, operator, amount))]


def _paired(lows: list[Any], highs: list[Any]) -> list[Any]:
    made = []
    for low, high in zip(lows, highs, strict=False):
        cost = low.cost if isinstance(low, Costly) else 0.0
        one, other = (item.value if isinstance(item, Costly) else item for item in (low, high))
        made.append(Costly(replace(one, tree=all_of(one.tree, other.tree), doubts=one.doubts | other.doubts), cost))
    return made
