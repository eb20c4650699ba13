"""Questions that the sheet itself answers: counts, sums, averages, top values, lists of orders."""

import re
from dataclasses import dataclass
from typing import Any, Final

from agent.brain.language import roles
from agent.brain.language.actions import Ask, AskError, Say, ToolRequest
from agent.brain.language.composing import compose, stripped, without_cuts
from agent.brain.language.conditions import Condition, Everything
from agent.brain.language.elements import BareColumn, Cut, Element, Item, Mark, Service
from agent.brain.language.resolving import Resolver
from agent.brain.language.scanner import ColumnMention

_LEAD: Final = r"^(?:please |can you |could you |now |so |and |then |ok(?:ay)?,? )*(?:tell me |show me |give me |i(?:'d| would) like to know |do you know |find out |calculate |compute |work out )?"
_COUNT: Final = re.compile(
    _LEAD
    + r"(?:how many(?: of (?:the|my|our|these|those))?|count(?: up)?(?: of)?(?: all)?(?: the)?|(?:what(?:'s| is|s) )?(?:the )?(?:total )?number of|how much orders)\b",
    re.IGNORECASE,
)
_EXISTS: Final = re.compile(
    r"^(?:so |and )?(?:are there|is there|do (?:we|i) have|have (?:we|i) got|did (?:we|i) get|is anything|are any|any)\b(?: any| an| a)?",
    re.IGNORECASE,
)
_FUNCTIONS: Final[dict[str, str]] = {
    "average": "avg", "avg": "avg", "mean": "avg", "typical": "avg", "total": "sum", "sum": "sum", "combined": "sum",
    "overall": "sum", "maximum": "max", "max": "max", "highest": "max", "largest": "max", "biggest": "max", "greatest": "max",
    "top": "max", "minimum": "min", "min": "min", "lowest": "min", "smallest": "min", "least": "min", "earliest": "min",
    "latest": "max", "sum total": "sum", "oldest": "min", "newest": "max", "heaviest": "max", "lightest": "min",
}  # fmt: skip
_AGGREGATE: Final = re.compile(
    _LEAD
    + r"(?:what(?:'s|s| is| are| was| were)? |which is |how much is |how big is )?(?:the |our |my |is the |are the )?"
    r"(?P<function>average|avg|mean|typical|total|sum|combined|overall|maximum|max|highest|largest|biggest|greatest|minimum|min|lowest|smallest|earliest|latest|oldest|newest|heaviest|lightest)"
    r"(?: of(?: all)?(?: the)?| value of| amount of)?\b",
    re.IGNORECASE,
)
_TOP: Final = re.compile(
    _LEAD
    + r"(?:what(?:'s|s| is| are)? |which(?: are)? |list |show )?(?:the |our |my )?(?:top|most (?:common|frequent|popular)|busiest|biggest) (?P<count>\d+|two|three|four|five|ten)?\b",
    re.IGNORECASE,
)
_MOST: Final = re.compile(
    _LEAD
    + r"(?:which|what) (?P<what>[\w ]+?) (?:has|have|had|gets|get|got|with) (?:the )?(?P<how>most|fewest|highest|largest|biggest)(?: number of| amount of)? (?P<rest>.+)$",
    re.IGNORECASE,
)
_GROUPED: Final = re.compile(
    _LEAD
    + r"(?:break(?: ?down|down)?(?: of)?|breakdown(?: of)?|split(?: of)?|group|distribution of|distribution|summary|summari[sz]e|tally|histogram)\b(?: up)?(?: the| all| my)?",
    re.IGNORECASE,
)
_VALUES: Final = re.compile(
    _LEAD
    + r"(?:which|what|list|show|name)(?: are| is)?(?: all)?(?: the| me the| my| our)?(?: different| distinct| unique| possible)?(?: kinds? of| values (?:of|in|for|does|are in)(?: the)?| sorts of)? (?P<what>[\w #]+?)(?: column)?"
    r"(?: (?:are there|do we have|do i have|are in (?:the|this|my) (?:sheet|file)|exist|does it have|have|occur|are used|is there|are in it|appear|we have|in the sheet|in this sheet|there are|do we ship to|are we shipping to))?$",
    re.IGNORECASE,
)
_SHEET: Final = re.compile(
    _LEAD
    + r"(?:describe|what(?:'s|s| is| does)?(?: in)?|show|explain|summari[sz]e|overview of|tell me about|about|list)?(?: me)? ?(?:the |this |my )?(?:sheet|file|spreadsheet|columns?|headers|table)"
    r"(?: (?:contain|have|look like|hold|are there|do (?:i|we) have|does it have|structure|about|columns))?$"
    r"|^(?:what|which) (?:columns|fields|headers)(?: are there| does (?:it|the sheet|this sheet|the file) have| do (?:we|i) have| exist)?$|^what(?:'s| is) in (?:it|here|there)$|^what do (?:we|i) have(?: here)?$",
    re.IGNORECASE,
)
_SHOW: Final = re.compile(
    _LEAD
    + r"(?:(?:show|list|display|see|view|print out|pull up|look up|look at|find|get me|give me|read me|let me see|what are|which are|who are|where are|open)(?: me| us| up)?(?: all)?|which(?: of (?:the|my|our))?|what|who(?: are)?|whose)\b",
    re.IGNORECASE,
)
_HOW_MUCH: Final = re.compile(
    r"^(?:so |and )?how (?P<what>much|heavy)(?: (?:do|does|are|is|did|was|were))?\b(?P<rest>.*?)\b(?P<verb>weigh|weight|heavy|worth|cost|come to|total|amount to|add up to|sell for|bring in|spend|altogether|in total)?(?: in total| altogether| all together| together)?$",
    re.IGNORECASE,
)
_SHOWN: Final = 20
Answer = ToolRequest | Say


@dataclass(slots=True)
class Question:
    """A question cut into what is asked and about which rows."""

    kind: str
    rest: str
    function: str = ""
    count: int | None = None


def cut_question(text: str) -> Question | None:
    """What kind of question a message is; None when it is none."""
    plain = " ".join(text.replace("’", "'").split()).strip(" .!?")
    lowered = plain.casefold()
    if _SHEET.match(plain):
        return Question("sheet", "")
    if match := _COUNT.match(plain):
        return Question("count", plain[match.end() :])
    if match := _MOST.match(plain):
        return _most(match)
    if re.search(r"\b(via|by) (ups )?(ground|next|2nd|second|3 ?day|overnight)", lowered) and re.match(
        r"^(what|how)", lowered
    ):
        return None
    if (match := _HOW_MUCH.match(plain)) and (match["verb"] or match["what"] == "heavy"):
        verb = (match["verb"] or "weigh").casefold()
        column = "weight" if verb in ("weigh", "weight", "heavy") or match["what"] == "heavy" else "total"
        return Question("aggregate", f"{column} {match['rest']}", "sum")
    if match := _TOP.match(plain):
        count = _NUMBERS.get((match["count"] or "").casefold()) or (int(match["count"]) if match["count"] else None)
        return Question("top", plain[match.end() :], count=count)
    if match := _AGGREGATE.match(plain):
        return Question("aggregate", plain[match.end() :], _FUNCTIONS[match["function"].casefold()])
    if match := _GROUPED.match(plain):
        return Question("grouped", plain[match.end() :])
    if match := _EXISTS.match(plain):
        return (
            Question("count", plain[match.end() :])
            if text.rstrip().endswith("?") or match[0].casefold() != "any"
            else None
        )
    if match := _VALUES.match(plain):
        return Question("values_or_show", plain, function=match["what"])
    if match := _SHOW.match(plain):
        return Question("show", plain[match.end() :])
    if re.search(
        r"\b(per|for each|by) (state|city|country|status|service|day|sku|customer|product|tag)\b", lowered
    ) and re.match(r"^(orders?|counts?|totals?|number)\b", lowered):
        return Question("grouped", plain)
    return None


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
        return _aggregate(question.function, elements, resolver)
    if question.kind == "top":
        return _top(question, elements, resolver)
    if question.kind == "grouped":
        return _grouped(elements, resolver)
    if question.kind == "count":
        return _count(elements, resolver)
    return _show(elements, resolver)


def values_request(question: Question, resolver: Resolver) -> ToolRequest | None:
    """`which states are there?` lists a column's values; None when the words name no column."""
    from agent.brain.language.words import keys

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


def _where(elements: list[Element], resolver: Resolver) -> Condition:
    kept = [
        e
        for e in elements
        if not isinstance(e, (Service, Cut)) and not (isinstance(e, Mark) and e.kind in ("HAVE", "SHIP"))
    ]
    return compose(stripped(kept), resolver).condition


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
        arguments = {"function": "count", "column": resolver.column(column.mention)}
        return ToolRequest("aggregate", arguments | _where_arguments(_where(rest, resolver)))
    if column is not None:
        rest = [e for e in elements if e is not group]
    if (
        elements
        and isinstance(elements[0], Mark)
        and elements[0].kind == "ITEMS"
        and roles.columns_for(resolver.facts, "quantity")
    ):
        name = resolver.of_role("quantity", "quantity")
        arguments = {"function": "sum", "column": name} | _where_arguments(_where(rest, resolver))
        return ToolRequest("aggregate", arguments | ({"group_by": group.column} if group is not None else {}))
    condition = _where(rest, resolver)
    if group is not None:
        return ToolRequest("aggregate", {"function": "count", "group_by": group.column} | _where_arguments(condition))
    return ToolRequest("count_rows", {"where": condition.clause()}, condition.words())


def _is_subject(elements: list[Element], column: BareColumn) -> bool:
    """`how many cities are there`: the column comes first, before any noun."""
    for element in elements:
        if element is column:
            return True
        if isinstance(element, (Item, Mark)):
            return False
    return False


def _aggregate(function: str, elements: list[Element], resolver: Resolver) -> Answer:
    rest, column, group = _split(elements)
    if column is None and any(isinstance(e, Cut) for e in elements):
        return _show(elements, resolver)
    if column is None and function in ("max", "min"):
        raise AskError(Ask("The highest or lowest what?", tuple(_numeric(resolver)), "column"))
    if column is None and function == "sum" and not any(isinstance(e, Mark) and e.kind == "ITEMS" for e in rest):
        name = resolver.of_role("total", "total")
    elif column is None:
        name = resolver.of_role("quantity", "quantity") if function == "sum" else _asked_measure(resolver)
    else:
        name = resolver.column(column.mention)
        # "total weight of order value over ...": more columns belong to the conditions.
    if function != "count":
        name = resolver.measurable(name)
    arguments: dict[str, Any] = {"function": function, "column": name, **_where_arguments(_where(rest, resolver))}
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
    if column is not None and first is column:
        arguments: dict[str, Any] = {"function": "count", "group_by": resolver.column(column.mention)}
        if group is not None:
            arguments |= {"function": "sum", "column": group.column}
        arguments |= _where_arguments(_where(rest, resolver)) | {"limit": question.count or 5}
        return ToolRequest("aggregate", arguments)
    cut = Cut("top", question.count, text="top")
    return _show([cut, *elements], resolver)


def _grouped(elements: list[Element], resolver: Resolver) -> Answer:
    rest, column, group = _split(elements)
    if group is None and column is None:
        names = [c.name for c in resolver.facts.columns if c.values]
        chosen = resolver.ask("Grouped by which column?", names[:8], "column")
        return ToolRequest(
            "aggregate", {"function": "count", "group_by": chosen} | _where_arguments(_where(rest, resolver))
        )
    if group is None and column is not None:
        return ToolRequest(
            "aggregate",
            {"function": "count", "group_by": resolver.column(column.mention)}
            | _where_arguments(_where(rest, resolver)),
        )
    assert group is not None  # noqa: S101
    measured = (
        {"function": "sum", "column": resolver.column(column.mention)} if column is not None else {"function": "count"}
    )
    return ToolRequest("aggregate", {**measured, "group_by": group.column, **_where_arguments(_where(rest, resolver))})


def _show(elements: list[Element], resolver: Resolver) -> Answer:
    kept, cuts = without_cuts([e for e in elements if not isinstance(e, Service)])
    condition = _where(kept, resolver)
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
