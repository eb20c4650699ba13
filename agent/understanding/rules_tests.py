"""Productions for single tests on rows: values, places, empty columns, texts, order numbers, rows."""

import re
from dataclasses import replace
from typing import Any

from agent.shipping.services import service_code
from agent.understanding.chart import Costly
from agent.understanding.conditions import Blank, Compare, Not, OneOf, Rows, Text, all_of, any_of
from agent.understanding.context import Context
from agent.understanding.grammar import rule
from agent.understanding.tokens import stem
from agent.understanding.values import Amount, Test

_DEEP = 50


@rule("Test", "Value|State|Country|City|Lane|Id", examples=["Texas", "paid", "SO-3001"])
def named(_: Context, test: Test) -> Test:
    return test


@rule("Test", "Test", "Did", cost=0.1, examples=["Austin made", "sales rep Austin made"])
@rule("Test", "Did", "Test", cost=0.1, examples=["packed by Austin"])
def done_by(_: Context, *parts: Any) -> Test:
    return next(part for part in parts if isinstance(part, Test))


@rule("Test", "Wants", "Value|Saying", cost=-0.2, examples=["wanted gift wrap"])
@rule("Test", "Noun|Column", "Wants", "Value", cost=-0.2, examples=["customers wanted gift wrap"])
def asked_for(_: Context, *parts: Any) -> Test:
    return next(part for part in parts if isinstance(part, Test))


@rule("Test", "Column", "Value|State|Country|City|Id", cost=-1.2, examples=["status processing", "state CA"])
def of_column(context: Context, column: str, test: Test) -> Test | Costly | None:
    if test.family == column and context.sheet.by_name[column].field == "service" and service_code(test.said):
        return Costly(test, 2.4)  # "via ground" says how orders go
    since = column.casefold().endswith("since") and test.said.isdigit()
    if since and re.search(rf"\bsince\s+{test.said}\b", context.text, re.IGNORECASE):
        return Test(Compare(column, ">=", test.said), column, test.said, measured=column)
    return test if test.family == column or column in _columns(test) else _read_as(context, column, test)


@rule("Test", "Empty", "Column", "ColumnWord", cost=0.1, examples=["nothing in the notes column"])
@rule("Test", "Empty", "ColumnWord", "Column", cost=0.1, examples=["nothing in the column notes"])
def empty_column(context: Context, *parts: str) -> Test | None:
    return empty(context, next(part for part in parts if part in context.sheet.by_name), "empty")


@rule("Test", "Column", "Comma", "Value", cost=-0.8)
def of_column_apart(context: Context, column: str, _: str, test: Test) -> Test | None:
    return test if test.family == column else None


@rule("Test", "Column", "Not", "Value|State|Country|City", cost=-1.0, examples=["status is not paid"])
def not_of_column(context: Context, column: str, _: str, test: Test) -> Test | None:
    made = of_column(context, column, test)
    return replace(made, tree=Not(made.tree)) if isinstance(made, Test) else None


@rule(
    "Test",
    "Have",
    "Column",
    "Not",
    "Value|State|Country|City",
    cost=-2.2,
    examples=["with notes that are not gift wrap"],
)
def filled_but_not(context: Context, _word: str, column: str, *rest: Any) -> Test | None:
    """Who has one that is not this has one."""
    made = not_of_column(context, column, *rest) if _word == "have" else None
    return replace(made, tree=all_of(Not(Blank(column)), made.tree)) if made is not None else None


@rule("Test", "Have", "Column", "Not", "Contains", "Text", cost=-2.2, examples=["with notes that do not say gift"])
def filled_but_not_saying(context: Context, _word: str, column: str, *rest: Any) -> Any:
    made = not_saying(context, column, *rest) if _word == "have" else None
    return Costly(replace(made.value, tree=all_of(Not(Blank(column)), made.value.tree)), made.cost) if made else None


@rule("Test", "Value|State|Country|City", "Column", cost=-1.1, examples=["New York state", "high priority"])
def before_column(context: Context, test: Test, column: str) -> Test | None:
    return test if column in _columns(test) else None


@rule("Test", "State|Country|City", "Comma", "Column", cost=-1.0, examples=["New York, the state"])
def before_column_apart(context: Context, test: Test, _: str, column: str) -> Test | None:
    return before_column(context, test, column)


@rule("Test", "City", "State|Country", cost=-0.9, examples=["Charleston SC"])
@rule("Test", "City", "Comma", "State|Country", cost=-0.9, examples=["Charleston, SC"])
def town_in(context: Context, city: Test, *rest: Any) -> Test | None:
    tree = all_of(city.tree, rest[-1].tree)
    return replace(city, tree=tree) if context.exists(tree) else None


@rule("Test", "Column", cost=0.3, examples=["fragile", "gifts"])
def flagged(context: Context, column: str) -> Test | None:
    held = context.sheet.by_name[column]
    return Test(held.flag, f"flag:{column}", column) if held.flag else None


@rule("Test", "Column", "Truth", cost=-0.3, examples=["gift no", "fragile yes"])
@rule("Test", "Column", "Comparison|Comma", "Truth", cost=-0.3, examples=["gift = yes", "gift: no"])
def told_flag(context: Context, column: str, *rest: str) -> Test | None:
    """`gift no` of a column that says yes or no."""
    test = flagged(context, column)
    if test is None or (len(rest) > 1 and rest[0] not in ("=", "<>", ",")):
        return None
    return test if (rest[-1] == "yes") != (rest[0] == "<>") else replace(test, tree=Not(test.tree))


@rule("Test", "Column", "Not", "Truth", cost=-0.3, examples=["gift not yes"])
def denied_flag(context: Context, column: str, _: str, truth: str) -> Test | None:
    return told_flag(context, column, "<>", truth)


@rule("Test", "Empty", "Column", examples=["no phone", "missing email"])
@rule("Test", "Column", "Empty", examples=["phone is missing"])
def empty(context: Context, first: str, second: str) -> Test | None:
    column = first if first in context.sheet.by_name and second == "empty" else second
    held = context.sheet.by_name[column]
    if held.flag:
        return Test(Not(held.flag), f"flag:{column}", column)
    return Test(Blank(column), f"blank:{column}", column)


@rule("Test", "Present", "Column", examples=["provided notes"])
@rule("Test", "Have", "Column", cost=0.2, examples=["with a phone"])
@rule("Test", "Column", "Present", examples=["notes are not empty"])
def present(context: Context, first: str, second: str) -> Test | None:
    column = first if second == "present" else second
    held = context.sheet.by_name[column]
    if held.flag:
        return Test(held.flag, f"flag:{column}", column)
    if held.kind == "number" and any(re.fullmatch(r"0+(?:\.0+)?", value) for value, _ in held.values):
        return Test(Compare(column, ">", "0"), column, "0")  # "with a rush fee" where most have none
    return Test(Not(Blank(column)), f"blank:{column}", column) if held.nulls or held.kind == "text" else None


@rule("Test", "Column", "Comparison", "Quoted|Value|State|Country|City", cost=-0.3, examples=["status = 'paid'"])
def equals(context: Context, column: str, comparison: str, said_value: Any) -> Test | None:
    said = said_value if isinstance(said_value, str) else said_value.said
    values = tuple(v for v, _ in context.sheet.by_name[column].values if v.casefold() == said.casefold())
    tree = OneOf(column, values or (said,))
    return {"=": Test(tree, column, said), "<>": Test(Not(tree), column, said)}.get(comparison)


@rule("Test", "Empty", "Column", "And|Or", "Column", cost=0.4, examples=["lacking both phone and email"])
@rule("Test", "Not", "Column", "Or|And", "Column", cost=0.5, examples=["with neither phone nor email"])
def both_empty(context: Context, _word: str, one: str, _link: str, other: str) -> Test | None:
    return _all_filled(context, (one, other), filled=False)


@rule("Test", "Have", "Column", "And", "Column", cost=0.6, examples=["with a phone and an email"])
def both_present(context: Context, _word: str, one: str, _link: str, other: str) -> Test | None:
    return _all_filled(context, (one, other), filled=True)


@rule("Test", "But", "Column", cost=0.6, examples=["but a phone"])
def but_present(context: Context, _word: str, column: str) -> Test | None:
    return _all_filled(context, (column,), filled=True)


# -- texts


@rule("Saying", "Column", "Contains", "Text", examples=["sku contains MUG"])
def saying(context: Context, column: str, how: str, text: str) -> Any:
    held = context.sheet.by_name[column]
    if held.kind != "text":
        return None
    found = sum(_says(value, how, text) for value, _ in held.values)
    if not found and any(_says(value, how, stem(text)) for value, _ in held.values):
        found, text = 1, stem(text)
    return Costly(Test(Text((column,), how, text), f"text:{how}:{column}", text), 0.0 if found else 1.5)


@rule("Test", "Column", "Not", "Contains", "Text", examples=["the comment doesn't say fragile"])
def not_saying(context: Context, column: str, _: str, how: str, text: str) -> Any:
    made = saying(context, column, how, text)
    return Costly(replace(made.value, tree=Not(made.value.tree)), made.cost) if made else None


@rule("Saying", "Contains", "Text", "Column", examples=["with the word gift in the note"])
@rule("Saying", "Quoted", "Column", examples=["'fragile' in the notes"])
def said_in(context: Context, *parts: str) -> Any:
    how, text = (parts[0], parts[1]) if len(parts) > 2 else ("contains", parts[0])
    return saying(context, parts[-1], how, text)


@rule("Saying", "Saying", "Or|And|Comma", "Text", cost=0.2, examples=["notes contains mug or lamp"])
def saying_more(context: Context, before: Test, _: str, text: str) -> Any:
    _, how, column = before.family.split(":", 2)
    made = saying(context, column, how, text)
    return [Costly(replace(before, tree=any_of(before.tree, made.value.tree)), made.cost)] if made else None


@rule("Test", "Saying")
def said(_: Context, test: Test) -> Test:
    return test


@rule("Test", "Contains", "Text", cost=1.6, examples=["saying call first"])
def said_anywhere(context: Context, how: str, text: str) -> Test | None:
    notes = [column for column in context.sheet.columns if column.field in ("notes", "description", "tags", "sku")]
    found = [c for c in notes if not c.values or any(_says(value, how, text) for value, _ in c.values)]
    return Test(Text(tuple(c.name for c in found), how, text), "text", text) if found else None


# -- order numbers and rows


@rule("Id", "Id", "To", "Id", cost=-0.6, examples=["SO-3001 to SO-3005"])
def ids_between(context: Context, low: Test, _: str, high: Test) -> Test | None:
    return _ids(context, low, high)


@rule("Id", "IdRange", examples=["SO-3001-SO-3004"])
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


def _columns(test: Test) -> frozenset[str]:
    from agent.understanding.conditions import columns_of

    return columns_of(test.tree)


def _all_filled(context: Context, names: tuple[str, ...], *, filled: bool) -> Test | None:
    if any(context.sheet.by_name[name].flag for name in names):
        return None
    parts = [Not(Blank(name)) if filled else Blank(name) for name in names]
    return Test(all_of(*parts), f"blank:{names[0]}", " ".join(names))


def _read_as(context: Context, column: str, test: Test) -> Test | None:
    """A place that the message says stands in another column: `sales rep is Austin`, `warehouse Texas`."""
    values = tuple(v for v, _ in context.sheet.by_name[column].values if v.casefold() == test.said.casefold())
    return Test(OneOf(column, values), column, test.said) if values else None


def _says(value: str, how: str, text: str) -> bool:
    held, wanted = value.casefold(), text.casefold()
    return {"starts with": held.startswith, "ends with": held.endswith}.get(how, held.__contains__)(wanted)
