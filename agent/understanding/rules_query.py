"""Productions for questions about the sheet: how many, which, totals and averages, by column, values."""

from dataclasses import replace
from typing import Any

from agent.understanding.chart import Costly
from agent.understanding.context import Context
from agent.understanding.grammar import rule
from agent.understanding.measuring import candidates
from agent.understanding.readings import Query, ShipRequest
from agent.understanding.values import ALL_ORDERS, Amount, Doubt, Group

_NUMBERS = ("total", "weight", "quantity", "packages", "declared_value")


@rule("Query", "HowMany|Exists", "Orders", examples=["how many Texas orders", "are there orders to Hawaii"])
@rule("Query", "HowMany", "Orders", "Exists", examples=["how many fragile orders are there"])
def count(_: Context, _word: str, group: Group, *_rest: str) -> Query | None:
    return None if group.cuts else Query("count", group)


@rule("Query", "Orders", "HowMany", cost=0.2, examples=["Texas orders, how many"])
@rule("Query", "Orders", "Comma", "HowMany", cost=0.2, examples=["Texas orders: how many"])
@rule("Query", "Orders", "Question", cost=0.0, examples=["anything for Hawaii?"])
def counted(_: Context, group: Group, *_rest: str) -> Query | None:
    return Query("count", group) if group.families else None


@rule("Query", "HowMany", cost=0.5, examples=["how many are there"])
def count_all(_: Context, _word: str) -> Query:
    return Query("count")


@rule("Query", "Show", "Orders", examples=["show the orders over $500"])
@rule("Query", "Orders", "Show", cost=0.2, examples=["local pickup orders: show me"])
@rule("Query", "Orders", "Comma", "Show", cost=0.2, examples=["local pickup orders: show me"])
def show(_: Context, *parts: Any) -> Query | None:
    group = next(part for part in parts if isinstance(part, Group))
    return None if any(doubt.slot == "many" for doubt in group.doubts) else Query("show", group)


@rule("Query", "Aggregate", "Column", cost=0.1, examples=["average order total"])
@rule("Query", "Aggregate", "Column", "Orders", cost=0.1, examples=["average order value for Texas"])
@rule("Query", "Aggregate", "Orders", "Column", cost=0.4, examples=["highest Texas total"])
@rule("Query", "Column", "Aggregate", cost=0.5, examples=["weight in total"])
@rule("Query", "Column", "Aggregate", "Orders", cost=0.2, examples=["order total altogether for Ohio"])
@rule("Query", "HowMany", "Column", "Orders", "Aggregate", cost=0.1, examples=["how many cartons for Ohio together"])
@rule("Query", "HowMany", "Column", "Aggregate", cost=0.1, examples=["how many cartons in total"])
@rule("Query", "HowMany", "Column", "Aggregate", "Orders", cost=0.1)
def function(context: Context, *parts: Any) -> Query | None:
    column = next((part for part in parts if part in context.sheet.by_name), None)
    name = next(p for p in parts if p in ("avg", "sum", "max", "min"))
    group = next((part for part in parts if isinstance(part, Group)), Group())
    if column is None or not _measurable(context, column, name):
        return None
    return Query("aggregate", group, name, column)


@rule("Query", "Aggregate", "Orders", cost=0.3, examples=["the total of all California orders"])
@rule("Query", "Orders", "Aggregate", cost=0.6, examples=["what does everything add up to"])
@rule("Query", "HowMuch", "Orders", cost=0.2, examples=["how much are the Ohio orders worth"])
@rule("Query", "HowMuch", "Orders", "Column|Aggregate", cost=0.2, examples=["how much do the Ohio orders weigh"])
@rule(
    "Query",
    "HowMuch",
    "Orders",
    "Column",
    "Aggregate",
    cost=0.2,
    examples=["how much are the Ohio orders worth in total"],
)
def total(context: Context, *parts: Any) -> list[Any] | None:
    group = next(part for part in parts if isinstance(part, Group))
    words = [part for part in parts if isinstance(part, str)]
    named = next((word for word in words if word in context.sheet.by_name), None)
    name = next((word for word in words if word in ("avg", "sum", "max", "min")), "sum")
    columns = (
        [context.sheet.by_name[named]]
        if named
        else list(candidates(context.sheet, "weight" if "weight" in words else "money"))
    )
    made: list[Any] = [
        Query("aggregate", group, name, column.name) for column in columns if _measurable(context, column.name, name)
    ]
    currencies = context.sheet.of("currency")
    if currencies and len(currencies[0].values) > 1:
        doubt = Doubt(
            f"{columns[0].name} is in several currencies. Which one do you mean?",
            tuple(v for v, _ in currencies[0].values),
            "value",
            currencies[0].name,
        )
        made = [replace(query, group=replace(group, doubts=group.doubts | {doubt})) for query in made]
    return made


@rule("Query", "Aggregate", "Noun", "Aggregate", cost=0.3)
@rule("Query", "Aggregate", "Noun", "Aggregate", "Orders", cost=0.3)
def of_each(context: Context, name: str, noun: str, per: str, group: Group = ALL_ORDERS) -> list[Any] | None:
    """`the biggest order total of Texas`: what the orders come to one by one, where no column is called so."""
    if noun != "one" or per != "sum" or name == "sum":
        return None
    found = context.sheet.best("total")
    return [Query("aggregate", group, name, found[0].name)] if found else total(context, name, group)


@rule("Query", "HowMany", "Column", cost=0.2, examples=["how many cartons", "how many countries"])
@rule("Query", "HowMany", "Column", "Orders", cost=0.3, examples=["how many cartons for Ohio"])
@rule("Query", "HowMany", "Items", cost=0.2, examples=["how many items"])
@rule("Query", "HowMany", "Items", "Orders", cost=0.3, examples=["how many items to Texas"])
def how_many_of(context: Context, _word: str, column: str, group: Group = ALL_ORDERS) -> Query | None:
    if column == "items":
        found = candidates(context.sheet, "items")
        return Query("aggregate", group, "sum", found[0].name) if found else None
    held = context.sheet.by_name[column]
    if held.flag or held.kind == "date" or held.field == "order_number":
        return None
    if held.kind == "text" and held.distinct == context.sheet.row_count:
        return None  # of a Job in every row the jobs are the rows
    return Query("aggregate", group, "sum" if held.kind == "number" else "count", column)


@rule("Query", "Query", "Per", "Column", cost=-1.3, examples=["average total by state", "how many are there by state"])
def grouped(context: Context, query: Query, link: str, column: str) -> Query | None:
    if query.kind not in ("count", "aggregate") or query.group_by or query.function == "count":
        return None
    held = context.sheet.by_name[column]
    # "by" sorts what has a size; orders are counted by anything else.
    if held.kind == "date" or (link == "sort" and (query.kind != "count" or held.kind == "number")):
        return None
    if query.kind == "count":
        return replace(query, kind="aggregate", function="count", group_by=column)
    return replace(query, group_by=column)


@rule("Query", "Orders", "Per", "Column", cost=0.4, examples=["orders per service level"])
def orders_per(_: Context, group: Group, link: str, column: str) -> Query | None:
    return Query("aggregate", group, "count", group_by=column) if link == "per" and group.noun else None


@rule("Query", "Column", "Per", "Column", cost=0.4, examples=["cartons per sales rep"])
def column_per(context: Context, column: str, link: str, by: str) -> Query | None:
    return (
        Query("aggregate", Group(), "sum", column, by)
        if _measurable(context, column, "sum") and link != "sort"
        else None
    )


@rule("Query", "Top", "Number", "Column", cost=0.1, examples=["top 3 cities"])
@rule("Query", "Top|Most", "Column", cost=0.2, examples=["most common city"])
def top(context: Context, _word: str, *parts: Any) -> Query | None:
    column, count_of = parts[-1], int(parts[0].value) if isinstance(parts[0], Amount) else 5
    if context.sheet.by_name[column].kind != "text":
        return None
    return Query("aggregate", Group(), "count", group_by=column, limit=count_of)


@rule("Query", "Show", "Column", "Most", "Orders", cost=0.1, examples=["which account has the most orders"])
def most(_: Context, _word: str, column: str, _most: str, group: Group) -> Query:
    return Query("aggregate", group, "count", group_by=column, limit=5)


@rule("Query", "Show", "Query", cost=0.1, examples=["what's the total of the Ohio orders"])
def shown(_: Context, _word: str, query: Query) -> Query | None:
    return query if query.kind in ("aggregate", "values") else None


@rule("Query", "HowMuch", "Query", cost=0.1, examples=["how much is the sum of totals"])
def how_much(_: Context, _word: str, query: Query) -> Query | None:
    return query if query.kind == "aggregate" and query.function != "count" else None


@rule("Query", "Values|Show", "Column", cost=0.2, examples=["list the statuses", "which states"])
@rule("Query", "Values|Show", "Column", "Exists", cost=0.1, examples=["which states are there"])
def listing(_: Context, _word: str, column: str, *_rest: str) -> Query:
    return Query("values", column=column)


@rule("Query", "SheetWord", cost=-0.6, examples=["what columns are there"])
def sheet(_: Context, _word: str) -> Query:
    return Query("sheet")


@rule("Asked", "Query|Talk")
@rule("Message", "Ship|Query|Talk")
@rule("Reply", "Query|Talk|Edit")
def message(_: Context, reading: Any) -> Any:
    return reading


@rule("Message", "Ship", "Question", cost=0.5)
@rule("Asked", "Query|Talk", "Question")
@rule("Reply", "Ship", cost=1.9)
def asked(_: Context, reading: Any, *_rest: str) -> Any:
    return reading


@rule("Message", "HowMuch", "Ship", cost=0.3, examples=["how much is it to ship Texas by ground"])
def priced(_: Context, _word: str, request: ShipRequest) -> Any:
    return Costly(request, 0.2)


def _measurable(context: Context, column: str, function_name: str) -> bool:
    held = context.sheet.by_name[column]
    return held.kind == "number" or (held.kind == "date" and function_name in ("max", "min")) or held.field == "weight"
