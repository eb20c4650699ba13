"""Answers of tools in plain words; what the session shows by itself (previews, tables) is not said again."""

from typing import Any, Final

from agent.brain.language.actions import ToolRequest

_FUNCTIONS: Final[dict[str, str]] = {
    "avg": "average",
    "sum": "total",
    "min": "lowest",
    "max": "highest",
    "count": "number of",
}


def in_plain_words(request: ToolRequest, answer: dict[str, Any]) -> str:
    """What to say about an answer; empty where the session shows it, or where it was refused with words of its own."""
    if answer.get("isError") or ("code" in answer and "message" in answer):
        return ""
    if request.name == "count_rows":
        return f"{_orders(int(answer['count']))}: {request.in_words}."
    if request.name == "show_rows":
        return f"{_orders(int(answer['count']))}: {request.in_words}."
    if request.name == "aggregate":
        return _aggregate(request.arguments, answer)
    if request.name == "describe_sheet":
        columns = ", ".join(f"{column['name']} ({column['type']})" for column in answer["columns"])
        return f"{answer['name']}: {answer['row_count']} rows. Columns: {columns}."
    if request.name == "column_values":
        values = ", ".join(f"{item['value'] or '(empty)'} ({item['count']})" for item in answer["values"])
        return f"{request.arguments['column']}: {values}."
    if request.name == "set_default":
        return f"Noted: {_field(request)} is {request.arguments['value']} where the sheet says nothing."
    if request.name == "set_column":
        return f"Noted: {_field(request)} comes from the column {request.arguments['column']}."
    return str(answer.get("text") or "")


def _orders(count: int) -> str:
    return "1 order" if count == 1 else f"{count} orders"


def _aggregate(arguments: dict[str, Any], answer: dict[str, Any]) -> str:
    rows = answer.get("rows") or []
    column = arguments.get("column")
    function = _FUNCTIONS[arguments["function"]]
    subject = f"{function} {'different ' if arguments['function'] == 'count' and column else ''}{column or 'orders'}"
    if arguments.get("group_by"):
        listed = "; ".join(f"{row[0] or '(empty)'}: {row[1]}" for row in rows)
        return f"The {subject} by {arguments['group_by']}: {listed}."
    return f"The {subject} is {rows[0][0] if rows else 'unknown'}."


def _field(request: ToolRequest) -> str:
    return str(request.arguments["field"]).replace("_", " ")
