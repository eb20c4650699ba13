"""Productions for amounts: comparisons, ranges, counts of items, with or without their column."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from agent.understanding.chart import Costly
from agent.understanding.conditions import Compare, Rows, all_of, any_of, columns_of
from agent.understanding.context import Context
from agent.understanding.grammar import rule
from agent.understanding.measuring import candidates, compared, missing
from agent.understanding.values import Amount, Bare, Doubt, Test

_DEEP = 50


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


@rule(
    "Test",
    "Comparison",
    "Amount|Number",
    "Column|Items",
    cost=-0.2,
    examples=["more than 4 cartons", "at least 2 items"],
)
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


@rule("Test", "Comparison", "Number", "Test", cost=-0.2, examples=["more than 2 red mugs"])
@rule("Test", "Number", "After", "Test", cost=-0.2, examples=["3 or more red mugs"])
def over_of_goods(context: Context, first: Any, second: Any, goods: Test) -> list[Any]:
    """How many of a product: the quantity of its rows."""
    columns = [context.sheet.by_name[name] for name in columns_of(goods.tree) if name in context.sheet.by_name]
    if [column.field for column in columns] not in (["description"], ["sku"]) or not candidates(context.sheet, "items"):
        return []
    comparison, amount = (second, first) if isinstance(first, Amount) else (first, second)
    counted = _of_named(context, comparison.split()[0], amount, "items")
    return [replace(goods, tree=all_of(goods.tree, one.tree), doubts=goods.doubts | one.doubts) for one in counted]


@rule("Test", "Numbers", "Column|Items", cost=0.2, examples=["4, 5 or 6 cartons"])
def counts_of(context: Context, numbers: tuple[int, ...], column: str) -> Test | None:
    found = [_of_named(context, "=", Amount(Decimal(number)), column) for number in numbers]
    tests = [one[0] for one in found if one]
    return replace(tests[0], tree=any_of(*(test.tree for test in tests))) if len(tests) == len(numbers) > 1 else None


@rule("Test", "ItemCount", examples=["single-item"])
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


@rule("Test", "Test", "Or|Comma", "Number", cost=0.2, examples=["cycle 3 or 4", "cycle 4, 5"])
@rule("Test", "Test", "And|Comma", "Number", cost=0.3, examples=["cycle 3 and 4"])
def or_number(context: Context, test: Test, _: str, amount: Amount) -> Test | None:
    exact = isinstance(test.tree, Compare) and test.tree.operator == "="
    if not test.measured or not (exact or test.listed):
        return None
    other = compared(context, context.sheet.by_name[test.measured], "=", amount)
    return replace(test, tree=any_of(test.tree, other.tree), listed=True) if other else None


# -- what the productions share


def _of_some(context: Context, operator: str, amount: Amount, role: str = "") -> list[Any]:
    """An amount without its column: of every column that it may be of."""
    measure = amount.measure
    if not role and measure == "plain":
        found = [column for kind in ("money", "weight", "items") for column in candidates(context.sheet, kind)]
        unsure = Doubt(f"What does {amount.shown} count?", tuple(column.name for column in found), "column")
        chosen = context.answered(unsure)
        found = [column for column in found if chosen == column.name.casefold()] or found
        tests = [compared(context, column, operator, amount) for column in found]
        return [Costly(t if chosen else replace(t, doubts=t.doubts | {unsure}), 2.0) for t in tests if t]
    columns = candidates(context.sheet, measure, role, amount.unit)
    kind = {"weight": "weight", "total": "money", "quantity": "items"}.get(role, measure)
    if not columns:
        return [Test(Rows(()), "none", amount.shown, frozenset({missing(kind)}))]  # type: ignore[arg-type]
    return [test for column in columns if (test := compared(context, column, operator, amount))]


def _of_named(context: Context, operator: str, amount: Amount, column: str) -> list[Any]:
    named_columns = (
        [context.sheet.by_name[column]] if column in context.sheet.by_name else list(candidates(context.sheet, "items"))
    )
    if not named_columns:
        return [Test(Rows(()), "none", amount.shown, frozenset({missing("items")}))]
    return [found for one in named_columns if (found := compared(context, one, operator, amount))]


def _paired(lows: list[Any], highs: list[Any]) -> list[Any]:
    made: list[Any] = []
    one: Any
    other: Any
    for low, high in zip(lows, highs, strict=False):
        cost = low.cost if isinstance(low, Costly) else 0.0
        one, other = (item.value if isinstance(item, Costly) else item for item in (low, high))
        made.append(Costly(replace(one, tree=all_of(one.tree, other.tree), doubts=one.doubts | other.doubts), cost))
    return made
