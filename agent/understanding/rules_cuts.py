"""Productions for cuts: the first, the heaviest, every second, a sample, some of them."""

from dataclasses import replace
from typing import Any

from agent.understanding.conditions import clause
from agent.understanding.context import Context
from agent.understanding.grammar import rule
from agent.understanding.measuring import candidates, currencies
from agent.understanding.sheet import Column
from agent.understanding.values import MANY, Amount, Cut, Doubt, Group

_SINGULAR = "one"


@rule("Cut", "First", "Number", examples=["the first 7"])
def first(_: Context, which: str, amount: Amount) -> Cut:
    return Cut(which, int(amount.value))  # type: ignore[arg-type]


@rule("Cut", "First", cost=0.6, examples=["the last"])
def first_one(_: Context, which: str) -> Cut:
    return Cut(which)  # type: ignore[arg-type]


@rule("Cut", "Superlative", "Number", examples=["heaviest three"])
@rule("Cut", "Number", "Superlative", examples=["5 heaviest"])
@rule("Cut", "First", "Number", "Superlative", examples=["first 5 oldest"])
def most(context: Context, *parts: Any) -> list[Any]:
    amount = next(part for part in parts if isinstance(part, Amount))
    return _superlatives(context, next(p for p in reversed(parts) if isinstance(p, str)), int(amount.value))


@rule("Cut", "Superlative", cost=0.3, examples=["the heaviest"])
def most_one(context: Context, superlative: str) -> list[Any]:
    return _superlatives(context, superlative, None)


@rule("Cut", "Number", "Extreme|Top", "Column", examples=["3 largest totals"])
@rule("Cut", "Extreme|Top", "Number", "Column", cost=0.2, examples=["top 5 totals"])
@rule("Cut", "Extreme", "Column", cost=0.2, examples=["highest cartons"])
def extreme(context: Context, *parts: Any) -> Cut | None:
    amount = next((part for part in parts if isinstance(part, Amount)), None)
    column = context.sheet.by_name[parts[-1]]
    if column.kind == "text" and column.field != "weight":
        return None
    way = next(part for part in parts if part in ("ascending", "descending", "top"))
    return Cut("by", int(amount.value) if amount else None, column.name, way != "ascending")


@rule("Lead", "Number", "Extreme|Superlative", examples=["10 smallest"])
@rule("Lead", "Extreme|Top|Superlative", "Number", examples=["top 5"])
@rule("Lead", "Extreme|Superlative", examples=["biggest"])
def lead(_: Context, *parts: Any) -> Cut:
    amount = next((part for part in parts if isinstance(part, Amount)), None)
    way = next(part for part in parts if isinstance(part, str)).split()[-1]
    return Cut("sort", int(amount.value) if amount else None, "", way != "ascending")


@rule("Group", "Lead", "Group", "Per", "Column", cost=0.2, examples=["top 5 orders by total"])
@rule("Group", "Lead", "Per", "Column", cost=0.2)
@rule("Group", "Lead", "Group", "Column", cost=0.8, examples=["largest orders by total"])
@rule("Group", "Group", "Lead", "Column", cost=0.2, examples=["the 4 paid orders with the largest totals"])
@rule("Group", "Number", "Group", "Lead", "Column", cost=0.2, examples=["the 4 paid orders with the largest totals"])
def by_column(context: Context, *parts: Any) -> Group | None:
    cut = next(part for part in parts if isinstance(part, Cut))
    count = next((int(part.value) for part in parts if isinstance(part, Amount)), cut.count)
    group = next((part for part in parts if isinstance(part, Group)), Group(noun="many"))
    column = context.sheet.by_name[parts[-1]]
    if column.kind == "text" and column.field != "weight":
        return None
    return _cut(group, Cut("by", count, column.name, cut.descending))


@rule("Group", "Lead", "Group", cost=1.2, examples=["biggest 5 orders"])
@rule("Group", "Lead", cost=1.2, examples=["3 biggest"])
def by_what(context: Context, cut: Cut, group: Group = MANY) -> Group:
    names = tuple(
        column.name for column in context.sheet.columns if column.kind == "number" and column.field != "order_number"
    )
    doubt = Doubt("The biggest or the smallest, by which column?", names[:6], "column")
    answer = context.answered(doubt)
    column = next((name for name in names if name.casefold() == answer), None)
    if column:
        return _cut(group, Cut("by", cut.count, column, cut.descending))
    return replace(group, doubts=group.doubts | {doubt})


@rule("Cut", "EveryOther", examples=["every other"])
def every_other(_: Context, step: str) -> Cut:
    return Cut("every", int(step))


@rule("Cut", "Random", "Number", examples=["a random sample of 5"])
@rule("Cut", "Number", "Random", examples=["5 random"])
def sample(_: Context, *parts: Any) -> Cut:
    return Cut("random", next(int(part.value) for part in parts if isinstance(part, Amount)))


@rule("Group", "Number", "Group", "Random", cost=0.1, examples=["5 orders at random"])
def sample_of(_: Context, amount: Amount, group: Group, _word: str) -> Group:
    return _cut(group, Cut("random", int(amount.value)))


@rule("Group", "Cut", "Group", examples=["the 5 heaviest Texas orders"])
def cut_of(_: Context, cut: Cut, group: Group) -> Group | None:
    return None if group.cuts or group.noun == "rest" else _cut(group, cut)


@rule("Group", "Group", "Cut", cost=0.3, examples=["Texas orders, the 5 heaviest"])
@rule("Group", "Group", "Comma", "Cut", cost=0.3, examples=["Texas orders, the 5 heaviest"])
def of_cut(_: Context, group: Group, *rest: Any) -> Group | None:
    return None if group.cuts else _cut(group, rest[-1])


@rule("Group", "Number", "Group", "Cut", cost=-0.4, examples=["the 2 orders with the earliest deadline"])
def counted_cut(_: Context, amount: Amount, group: Group, cut: Cut) -> Group | None:
    if group.cuts or cut.count is not None or not cut.column or amount.unit or amount.value != int(amount.value):
        return None
    return _cut(group, replace(cut, count=int(amount.value)))


@rule("Group", "Cut", cost=0.2, examples=["the 5 heaviest"])
def only_cut(_: Context, cut: Cut) -> Group:
    return _cut(Group(noun="many"), cut)


@rule("Group", "Number", "Group", cost=0.4, examples=["10 orders"])
def some_of(context: Context, amount: Amount, group: Group) -> Group | None:
    count = int(amount.value)
    known = context.sheet.row_count
    if group.cuts or group.noun not in ("many", "that", "one", "") or count != amount.value or count > known:
        return None
    if group.families and context.counts.need(clause(group.tree)) == [count]:
        return replace(group, noun="many")  # "the two orders to Ohio", where there are two
    choices = (f"the first {count}", f"{count} at random")
    doubt = Doubt(f"Which {count} do you mean?", choices, "count")
    answer = context.answered(doubt)
    if answer in choices:
        return _cut(group, Cut("first" if answer == choices[0] else "random", count))
    return replace(group, doubts=group.doubts | {doubt}, noun="many")


# -- what the productions share


def _cut(group: Group, cut: Cut) -> Group:
    group, cut = replace(group, doubts=group.doubts | cut.doubts), replace(cut, doubts=frozenset())
    if cut.count is None and cut.kind in ("by", "first", "last"):
        if group.noun == _SINGULAR:
            cut = replace(cut, count=1)
        else:
            doubt = Doubt("How many of them?", ("1", "5", "10"), "many")  # asked with these words only here
            group = replace(group, doubts=group.doubts | {doubt})
    return replace(group, cuts=(*group.cuts, cut), noun=group.noun or "many")


def _superlatives(context: Context, superlative: str, count: int | None) -> list[Any]:
    role, _, way = superlative.partition(" ")
    field = {"due_date": "deadline"}.get(role, role)
    measure = {"weight": "weight", "total": "money", "quantity": "items"}.get(role, "")
    found = candidates(context.sheet, measure) if measure else context.sheet.of(field)  # type: ignore[arg-type]
    return [Cut("by", count, column.name, way == "descending", _unsorted(context, column)) for column in found]


def _unsorted(context: Context, column: Column) -> frozenset[Doubt]:
    """Why the rows cannot simply be ordered by a column."""
    if not _sortable(context, column.name):
        text = f"The cells of {column.name} are in several units or written out, so I cannot order them."
        return frozenset({Doubt(text, (), "refuse")})
    doubt = currencies(context, column)
    return frozenset({doubt}) if doubt else frozenset()


def _sortable(context: Context, name: str) -> bool:
    """Whether the cells of a column have one order: written weights and weights in several units have none."""
    column = context.sheet.by_name[name]
    if column.field != "weight":
        return column.kind in ("number", "date")
    units = context.sheet.of("weight_unit")
    return column.kind == "number" and (not units or len(units[0].values) < 2)
