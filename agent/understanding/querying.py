"""From a question that was understood to the call that answers it."""

import re
from typing import Any, Final

from agent.understanding.conditions import Everything, clause, words
from agent.understanding.context import Context
from agent.understanding.measuring import candidates
from agent.understanding.readings import Query
from agent.understanding.requests import Action, ToolRequest

_SHOWN: Final = 20
_VALUES: Final = 50
_TIES: Final = 5


_FOREIGN: Final = re.compile(r"[€£¥]|\b(?:eur|gbp|chf|cad|aud|jpy|mxn)\b", re.IGNORECASE)


def query_request(query: Query, context: Context) -> Action:
    """`count_rows`, `show_rows`, `aggregate`, `column_values` or `describe_sheet`."""
    where, shown = clause(query.group.tree), words(query.group.tree)
    if query.kind == "sheet":
        return ToolRequest("describe_sheet")
    if query.kind == "values":
        return ToolRequest("column_values", {"column": query.column, "limit": _VALUES})
    if query.kind == "count":
        return ToolRequest("count_rows", {"where": where}, shown)
    if query.kind == "show":
        arguments: dict[str, Any] = {"where": where, "title": shown, "limit": _SHOWN}
        for cut in query.group.cuts:
            arguments["limit"] = cut.count or _SHOWN
            if cut.column:
                arguments["order_by"] = [{"column": cut.column, "descending": cut.descending}]
        return ToolRequest("show_rows", arguments, shown)
    arguments = {"function": query.function}
    if query.column:
        arguments["column"] = query.column
    if query.group_by:
        arguments["group_by"] = query.group_by
    if query.limit:
        arguments["limit"] = max(query.limit, _TIES) if query.limit == 1 else query.limit
    if not isinstance(query.group.tree, Everything):
        arguments["where"] = where
    currency = "" if query.function == "count" else _currency(query.column, context)
    return ToolRequest("aggregate", arguments, shown, currency=currency)


def _currency(name: str, context: Context) -> str:
    """What the amounts of a column are in, where the sheet leaves no doubt; empty for columns without money."""
    if name not in {column.name for column in candidates(context.sheet, "money")}:
        return ""
    codes = {value.upper() for column in context.sheet.of("currency") for value, _ in column.values}
    if not codes:
        return "" if _FOREIGN.search(name) else "$"
    return "" if len(codes) > 1 else "$" if codes == {"USD"} else codes.pop()
