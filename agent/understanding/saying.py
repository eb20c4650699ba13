"""Answers of tools in plain words; what the session shows by itself (previews, tables) is not said again."""

from decimal import Decimal, InvalidOperation
from typing import Any, Final

from agent.sheet.header_meaning import look_up
from agent.shipping import places
from agent.understanding.requests import ToolRequest

FUNCTIONS: Final[dict[str, str]] = {
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
        return _aggregate(request, answer)
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


def _aggregate(request: ToolRequest, answer: dict[str, Any]) -> str:
    arguments, rows = request.arguments, answer.get("rows") or []
    column = arguments.get("column")
    function = FUNCTIONS[arguments["function"]]
    subject = f"{function} {'different ' if arguments['function'] == 'count' and column else ''}{column or 'orders'}"
    if arguments.get("group_by"):
        if arguments["function"] in ("count", "sum"):
            rows = _kept(_by_place([(str(row[0] or ""), row[1]) for row in rows], arguments["group_by"]), request.keep)
        listed = "; ".join(f"{row[0] or '(empty)'}: {_amount(row[1], request.currency)}" for row in rows)
        return f"The {subject} by {arguments['group_by']}: {listed}."
    return f"The {subject} is {_amount(rows[0][0], request.currency) if rows else 'unknown'}."


def _amount(value: Any, currency: str) -> str:
    """`$1,234.50`, `80.00 EUR`; what is not an amount of money as it stands."""
    try:
        number = Decimal(str(value)) if currency else None
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite():
        return str(value)
    return f"${number:,.2f}" if currency == "$" else f"{number:,.2f} {currency}"


def _place(value: str, column: str) -> str:
    """The state or country that a cell means; the cell itself in other columns."""
    meaning = look_up(column)
    role = meaning.role if meaning is not None else ""
    if role == "state":
        return _state(value) or value
    return (places.country_code(value) if role == "country" else None) or value


def _state(value: str) -> str | None:
    """The code of a state cell: `California`, `ca`, `US-CA`, `Calif.`, and `PR` or `AE` where sheets write them."""
    bare = value.strip()
    if bare[:3].upper() in ("US-", "CA-") and len(bare) == len("US-CA"):
        bare = bare[3:]
    readers = (places.state_code, places.territory_code, places.military_code, places.province_code)
    return next((code for read in readers if (code := read(bare)) is not None), None)


def _by_place(rows: list[tuple[str, Any]], column: str) -> list[tuple[str, Any]]:
    """Groups that are one place as one, largest first: `CA, Calif.`."""
    together: dict[str, list[tuple[str, Any]]] = {}
    for value, result in rows:
        together.setdefault(_place(value, column), []).append((value, result))
    if all(len(group) == 1 for group in together.values()):
        return rows
    summed = [
        (", ".join(value for value, _ in group), sum(Decimal(str(result or 0)) for _, result in group))
        for group in together.values()
    ]
    return sorted(summed, key=lambda row: row[1], reverse=True)


def _kept(rows: list[tuple[str, Any]], keep: int | None) -> list[tuple[str, Any]]:
    """The first of them, with all that tie with the last."""
    if keep is None or len(rows) <= keep:
        return rows
    return [row for index, row in enumerate(rows) if index < keep or str(row[1]) == str(rows[keep - 1][1])]


def _field(request: ToolRequest) -> str:
    return str(request.arguments["field"]).replace("_", " ")
