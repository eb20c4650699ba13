"""Questions that the sheet itself answers: counts, sums, averages, top values, lists of orders."""

import re
from dataclasses import dataclass
from typing import Any, Final

from agent.brains.language import roles, vocabulary
from agent.brains.language.actions import Ask, AskError, Say, ToolRequest
from agent.brains.language.composing import compose, stripped, without_cuts
from agent.brains.language.conditions import Condition, Everything, all_of
from agent.brains.language.elements import BareColumn, Cut, Element, Item, Mark, Service, is_mark
from agent.brains.language.naming import ColumnMention
from agent.brains.language.openings import opening
from agent.brains.language.resolving import Resolver
from agent.brains.language.saying import places_written_twice

_COUNT: Final = opening("questions", "count")
_EXISTS: Final = opening("questions", "exists")
_FUNCTIONS: Final[dict[str, str]] = {
    "average": "avg", "avg": "avg", "mean": "avg", "typical": "avg", "total": "sum", "sum": "sum", "combined": "sum",
    "overall": "sum", "maximum": "max", "max": "max", "highest": "max", "largest": "max", "biggest": "max",
    "greatest": "max",
    "top": "max", "minimum": "min", "min": "min", "lowest": "min", "smallest": "min", "least": "min", "earliest": "min",
    "latest": "max", "sum total": "sum", "oldest": "min", "newest": "max", "heaviest": "max", "lightest": "min",
}  # fmt: skip
_AGGREGATE: Final = opening("questions", "aggregate")
_TOP: Final = opening("questions", "top")
_MOST: Final = opening("questions", "most")
_GROUPED: Final = opening("questions", "grouped")
_VALUES: Final = opening("questions", "values")
_SHEET: Final = opening("questions", "sheet")
_SHOW: Final = opening("questions", "show")
_PER: Final = opening("questions", "per")
_NO_QUESTION: Final = opening("questions", "no_question")
_ADDS_UP: Final = opening("questions", "adds_up")
_EACH: Final = opening("questions", "each")
_TRAILING: Final = opening("questions", "trailing")
_HOW_MUCH: Final = opening("questions", "how_much")
_SHOWN: Final = 20
_TIES: Final = 10
_MOST_GROUPS: Final = 200
Answer = ToolRequest | Say


@dataclass(slots=True)
class Question:
    """A question cut into what is asked and about which rows."""

    kind: str
    rest: str
    function: str = ""
    count: int | None = None
    word: str = ""
    """The superlative itself, where it says what is compared: `heaviest`."""


def cut_question(text: str) -> Question | None:
    """What kind of question a message is; None when it is none."""
    plain = " ".join(text.replace("’", "'").split()).strip(" .!?")
    if _NO_QUESTION.search(plain):
        return None
    plain = _EACH.sub(r"per \1", plain)  # "how many orders does each store have"
    if match := _TRAILING.match(plain):  # "Texas orders: how many?"
        plain = f"{match['asked']} {match['rest']}"
    for reader in (_counting, _measuring, _listing):
        found = reader(plain, asks=text.rstrip().endswith("?"))
        if found is not None:
            return found
    return None


def _counting(plain: str, *, asks: bool) -> Question | None:
    if _SHEET.match(plain):
        return Question("sheet", "")
    if match := _COUNT.match(plain):
        return Question("count", plain[match.end() :])
    if match := _MOST.match(plain):
        return _most(match)
    if (match := _EXISTS.match(plain)) and (asks or match[0].casefold() != "any"):
        return Question("count", plain[match.end() :])
    return None


def _measuring(plain: str, *, asks: bool) -> Question | None:
    if (match := _HOW_MUCH.match(plain)) and (match["verb"] or match["what"] == "heavy"):
        verb = (match["verb"] or "weigh").casefold()
        column = "weight" if verb in ("weigh", "weight", "heavy") or match["what"] == "heavy" else "total"
        return Question("aggregate", f"{column} {match['rest']}", "sum")
    if match := _ADDS_UP.match(plain):
        return Question("aggregate", f"total {match['rest']}", "sum")
    if match := _TOP.match(plain):
        said = (match["count"] or "").casefold()
        return Question("top", plain[match.end() :], count=_NUMBERS.get(said) or (int(said) if said else None))
    if match := _AGGREGATE.match(plain):
        word = match["function"].casefold()
        return Question("aggregate", plain[match.end() :], _FUNCTIONS[word], word=word)
    return None


def _listing(plain: str, *, asks: bool) -> Question | None:
    if match := _GROUPED.match(plain):
        return Question("grouped", plain[match.end() :])
    if match := _VALUES.match(plain):
        return Question("values_or_show", plain, function=match["what"])
    if match := _SHOW.match(plain):
        return Question("show", plain[match.end() :])
    return Question("grouped", plain) if _PER.match(plain) else None


def cut_rows(text: str) -> Question | None:
    """A question that lists orders; None when it is no question of that kind."""
    match = _SHOW.match(text)
    return Question("show", text[match.end() :]) if match else None


_NUMBERS: Final = {"two": 2, "three": 3, "four": 4, "five": 5, "ten": 10}


def _most(match: re.Match[str]) -> Question:
    rest = match["rest"]
    most = match["how"].casefold() == "most"
    counted = most and re.match(r"^(orders?|shipments?|packages?|parcels?|customers?|rows?)\b", rest, re.IGNORECASE)
    extra = (
        re.sub(r"^(orders?|shipments?|packages?|parcels?|customers?|rows?)", "", rest, flags=re.IGNORECASE)
        if counted
        else f" by {rest}"
    )
    return Question("top", f"{match['what']}{extra}", count=1)


def answer(question: Question, elements: list[Element], resolver: Resolver) -> Answer:
    """The request that answers the question."""
    if question.kind == "aggregate":
        return _aggregate(question, elements, resolver)
    if question.kind == "top":
        return _top(question, elements, resolver)
    if question.kind == "grouped":
        return _grouped(elements, resolver)
    if question.kind == "count":
        return _count(elements, resolver)
    return _show(elements, resolver)


def values_request(question: Question, resolver: Resolver) -> ToolRequest | None:
    """`which states are there?` lists a column's values; None when the words name no column."""
    from agent.brains.language.words import keys

    words = keys(question.function)
    names = resolver.facts.header_keys.get(words, ())
    role = roles.spoken_role(words)
    if not names and role is not None:
        names = roles.columns_for(resolver.facts, role)
    if not names:
        return None
    return ToolRequest(
        "column_values", {"column": resolver.column(ColumnMention(question.function, names, role)), "limit": 50}
    )


def selected(elements: list[Element], resolver: Resolver) -> Condition:
    """The condition of the rows that a question is about."""
    kept = [e for e in elements if not isinstance(e, (Service, Cut)) and not is_mark(e, "HAVE", "SHIP")]
    return all_of([compose(stripped(kept), resolver).condition, *resolver.scope])


def _where_arguments(condition: Condition) -> dict[str, Any]:
    return {} if isinstance(condition, Everything) else {"where": condition.clause()}


def _split(elements: list[Element]) -> tuple[list[Element], BareColumn | None, Cut | None]:
    """Without the column that is asked about and the one that groups."""
    group = next((e for e in elements if isinstance(e, Cut) and e.kind == "sort"), None)
    rest = [e for e in elements if e is not group]
    column = next((e for e in rest if isinstance(e, BareColumn)), None)
    return [e for e in rest if e is not column], column, group


def _count(elements: list[Element], resolver: Resolver) -> Answer:
    rest, column, group = _split(elements)
    if column is not None and _is_subject(elements, column):
        function = "sum" if column.mention.is_number else "count"  # "how many cartons", "how many cities"
        arguments = {"function": function, "column": resolver.column(column.mention)}
        return ToolRequest("aggregate", arguments | _where_arguments(selected(rest, resolver)))
    if column is not None:
        rest = [e for e in elements if e is not group]
    if (
        elements
        and isinstance(elements[0], Mark)
        and elements[0].kind == "ITEMS"
        and roles.columns_for(resolver.facts, "quantity")
    ):
        name = resolver.of_role("quantity", "quantity")
        arguments = {"function": "sum", "column": name} | _where_arguments(selected(rest, resolver))
        return ToolRequest("aggregate", arguments | ({"group_by": group.column} if group is not None else {}))
    condition = selected(rest, resolver)
    if group is not None:
        return ToolRequest("aggregate", {"function": "count", "group_by": group.column} | _where_arguments(condition))
    return ToolRequest("count_rows", {"where": condition.clause()}, condition.words())


def _is_subject(elements: list[Element], column: BareColumn) -> bool:
    """`how many cities are there`: the column comes first, before any noun."""
    if column.mention.is_flag:  # "how many prime orders"
        return False
    for element in elements:
        if element is column:
            return True
        if isinstance(element, (Item, Mark)):
            return False
    return False


def _aggregate(question: Question, elements: list[Element], resolver: Resolver) -> Answer:
    function = question.function
    rest, column, group = _split(elements)
    compared = vocabulary.readings().get((question.word,), {}).get("SUPER")
    if column is None and compared is not None:  # "what's the heaviest order?"
        role, descending = compared
        by = Cut("by", 1, resolver.of_role(role, question.word), descending, question.word)
        return _show([by, *elements], resolver)
    if column is None and any(isinstance(e, Cut) for e in elements):
        return _show(elements, resolver)
    if column is None and function in ("max", "min"):
        raise AskError(Ask("The highest or lowest what?", tuple(_numeric(resolver)), "column"))
    if column is None and function == "sum" and not any(is_mark(e, "ITEMS") for e in rest):
        name = resolver.of_role("total", "total")
    elif column is None:
        name = resolver.of_role("quantity", "quantity") if function == "sum" else _asked_measure(resolver)
    else:
        name = resolver.column(column.mention)
        # "total weight of order value over ...": more columns belong to the conditions.
    if function != "count":
        name = resolver.measurable(name)
    arguments: dict[str, Any] = {"function": function, "column": name, **_where_arguments(selected(rest, resolver))}
    if group is not None:
        arguments["group_by"] = group.column
    return ToolRequest("aggregate", arguments)


def _numeric(resolver: Resolver) -> list[str]:
    return [
        c.name
        for c in resolver.facts.columns
        if roles.role_of(resolver.facts, c.name) in ("weight", "total", "quantity")
    ]


def _asked_measure(resolver: Resolver) -> str:
    options = _numeric(resolver)
    chosen = resolver.ask("The average of what?", options, "column").casefold()
    return next((name for name in options if name.casefold() == chosen), options[0])


def _top(question: Question, elements: list[Element], resolver: Resolver) -> Answer:
    rest, column, group = _split(elements)
    first = next((e for e in elements if isinstance(e, (BareColumn, Mark, Item))), None)
    if column is not None and first is column and column.mention.is_number and question.count is None and not group:
        name = resolver.measurable(resolver.column(column.mention))
        return ToolRequest(
            "aggregate", {"function": "max", "column": name, **_where_arguments(selected(rest, resolver))}
        )
    if column is not None and first is column:
        arguments: dict[str, Any] = {"function": "count", "group_by": resolver.column(column.mention)}
        counted = group is not None and roles.role_of(resolver.facts, group.column or "") == "order_number"
        if group is not None and not counted:  # "which state won the most lots" counts them
            arguments |= {"function": "sum", "column": group.column}
        keep = question.count or 5
        written_twice = places_written_twice(resolver.facts, arguments["group_by"])
        limit = _MOST_GROUPS if written_twice else max(keep, _TIES) if keep == 1 else keep
        arguments |= _where_arguments(selected(rest, resolver)) | {"limit": limit}
        return ToolRequest("aggregate", arguments, keep=keep)
    cut = Cut("top", question.count, text="top")
    return _show([cut, *elements], resolver)


def _grouped(elements: list[Element], resolver: Resolver) -> Answer:
    rest, column, group = _split(elements)
    if group is None and column is None:
        names = [c.name for c in resolver.facts.columns if c.values]
        chosen = resolver.ask("Grouped by which column?", names[:8], "column")
        return ToolRequest(
            "aggregate", {"function": "count", "group_by": chosen} | _where_arguments(selected(rest, resolver))
        )
    if group is None and column is not None:
        return ToolRequest(
            "aggregate",
            {"function": "count", "group_by": resolver.column(column.mention)}
            | _where_arguments(selected(rest, resolver)),
        )
    assert group is not None
    measured = (
        {"function": "sum", "column": resolver.column(column.mention)} if column is not None else {"function": "count"}
    )
    return ToolRequest(
        "aggregate", {**measured, "group_by": group.column, **_where_arguments(selected(rest, resolver))}
    )


def _show(elements: list[Element], resolver: Resolver) -> Answer:
    kept, cuts = without_cuts([e for e in elements if not isinstance(e, Service)])
    condition = selected(kept, resolver)
    arguments: dict[str, Any] = {"where": condition.clause(), "title": condition.words()}
    order: list[dict[str, Any]] = []
    limit = _SHOWN
    top = any(cut.kind == "top" for cut in cuts)
    for cut in cuts:
        if cut.kind in ("by", "sort", "last"):
            column = "sheet_row" if cut.kind == "last" else cut.column
            if column is None:
                sort = next((c for c in cuts if c.kind == "sort"), None)
                column = sort.column if sort is not None else _measure(resolver)
            order.append({"column": column, "descending": cut.descending or cut.kind == "last"})
        if cut.count is not None:
            limit = cut.count
        elif cut.kind == "by" and not cut.text.casefold().endswith("first"):
            limit = 1
        if cut.kind in ("random", "every"):
            raise AskError(Ask("I show rows in order only. Which ones do you want to see?", (), "words", True))
    if top and not order:
        order.append({"column": _measure(resolver), "descending": True})
    if order:
        arguments["order_by"] = order[:1]
    return ToolRequest("show_rows", arguments | {"limit": max(1, min(limit, 200))}, condition.words())


def _measure(resolver: Resolver) -> str:
    options = _numeric(resolver)
    chosen = resolver.ask("By which column?", options, "column").casefold()
    return next((name for name in options if name.casefold() == chosen), options[0])
