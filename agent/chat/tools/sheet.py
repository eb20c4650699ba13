"""Tools over the open sheet: what it holds, counted and shown. Rows go to the screen, counts to the brain."""

from typing import Any, Literal

from pydantic import Field

from agent.chat.sheet_turn import show_opened
from agent.chat.state import SessionState
from agent.chat.tools.registry import NoArguments, ToolArguments, tool
from agent.errors import ErrorKind, error, from_reply, is_refusal
from agent.events import RowsCounted, TableShown
from agent.mapping.columns import propose_mapping
from agent.planning.selection import PAGE, quoted
from agent.planning.ship_request import OrderBy

PATH_NOT_GIVEN = ErrorKind(
    "E-1503", "{path} was not named by you.", "Type its path yourself; a model may not choose files."
)
PEOPLE_NOT_ADDED_UP = ErrorKind(
    "E-1506",
    "{column} holds personal data: only the number of its different values can be shown.",
    "Ask for the rows instead: they are shown on the screen.",
)
SHOWN_ROWS = 200


class OpenSheetArguments(ToolArguments):
    path: str
    sheet: str | None = None


class ColumnArguments(ToolArguments):
    column: str
    limit: int = Field(default=50, ge=1, le=1000)


class WhereArguments(ToolArguments):
    where: str


class AggregateArguments(ToolArguments):
    function: Literal["count", "sum", "avg", "min", "max"]
    column: str | None = None
    where: str | None = None
    group_by: str | None = None
    limit: int = Field(default=20, ge=1, le=200)


class ShowArguments(ToolArguments):
    where: str
    order_by: list[OrderBy] = Field(default_factory=list)
    limit: int = Field(default=20, ge=1, le=SHOWN_ROWS)
    title: str | None = None


@tool(OpenSheetArguments)
async def open_sheet(state: SessionState, arguments: OpenSheetArguments) -> dict[str, Any]:
    if not any(arguments.path in words for words in state.person.said):
        raise error(PATH_NOT_GIVEN, path=arguments.path)
    await show_opened(state, arguments.path, {"sheet": arguments.sheet} if arguments.sheet else {})
    return {"status": "opened", **state.sheet.require().summary()}


@tool(NoArguments)
async def describe_sheet(state: SessionState, _arguments: NoArguments) -> dict[str, Any]:
    sheet = state.sheet.require()
    schema = await _answer(state, "get_schema", {})
    roles = state.sheet.roles
    columns = [
        {
            "name": column["name"],
            "type": column["type"],
            "nulls": column.get("nulls", 0),
            "distinct_count": column.get("distinct_count", 0),
            "role": roles.get(column["name"]),
        }
        for column in schema["columns"]
    ]
    given = {*roles.values(), *state.person.defaults, *state.sheet.answers}
    missing = [
        name for name in propose_mapping(sheet.columns, sheet.types, (), sheet.repeats).missing if name not in given
    ]
    return {
        "name": sheet.name,
        "row_count": schema["row_count"],
        "columns": columns,
        "row_number": "sheet_row",
        "missing_fields": missing,
        **({"boxes": list(state.settings.boxes)} if state.settings.boxes else {}),
        **({"ship_from_places": list(state.settings.ship_from)} if state.settings.ship_from else {}),
    }


@tool(ColumnArguments)
async def column_values(state: SessionState, arguments: ColumnArguments) -> dict[str, Any]:
    state.sheet.require()
    return await _answer(state, "get_column_values", {"column": arguments.column, "limit": arguments.limit})


@tool(WhereArguments)
async def count_rows(state: SessionState, arguments: WhereArguments) -> dict[str, Any]:
    state.sheet.require()
    reply = await _answer(state, "check_filter", {"where_clause": arguments.where or "TRUE"})
    state.emit(RowsCounted(reply["sql"], reply["count"]))
    return {"count": reply["count"], "sql": reply["sql"]}


@tool(AggregateArguments)
async def aggregate(state: SessionState, arguments: AggregateArguments) -> dict[str, Any]:
    column = arguments.column
    if column is not None and arguments.function != "count" and column.casefold() in state.sheet.require().people:
        raise error(PEOPLE_NOT_ADDED_UP, where=f"column {column}", column=column)
    where = "TRUE"
    if arguments.where:
        # Read as one condition before it stands inside a query, where it could be more than that.
        where = str((await _answer(state, "check_filter", {"where_clause": arguments.where}))["sql"])
    reply = await _answer(state, "query_data", {"sql": aggregate_sql(arguments, where)})
    rows = [[str(cell) for cell in row] for row in reply["rows"]]
    if arguments.group_by:
        title = f"{arguments.function} {arguments.column or 'rows'} by {arguments.group_by}"
        state.emit(TableShown(title, reply["columns"], rows, len(rows)))
    return {"columns": reply["columns"], "rows": rows}


def aggregate_sql(arguments: AggregateArguments, where: str) -> str:
    """One SELECT over the rows of `source` that a checked condition means; text numbers count by value, `$` and
    thousands separators included."""
    if arguments.function == "count" and arguments.column is None:
        value = "count(*)"
    elif arguments.function == "count":
        value = f"count(DISTINCT nullif({quoted(arguments.column or '')}, ''))"
    else:
        number = f"replace(replace({quoted(arguments.column or '')}, '$', ''), ',', '')"
        value = f"round({arguments.function}(try_cast({number} AS DOUBLE)), 2)"
    if not arguments.group_by:
        return f"SELECT {value} AS result FROM source WHERE ({where})"
    group = quoted(arguments.group_by)
    return (
        f"SELECT {group}, {value} AS result FROM source WHERE ({where}) GROUP BY {group}"
        f" ORDER BY result DESC, {group} LIMIT {arguments.limit}"
    )


@tool(ShowArguments)
async def show_rows(state: SessionState, arguments: ShowArguments) -> dict[str, Any]:
    sheet = state.sheet.require()
    order_by = [{"column": item.column, "descending": item.descending} for item in arguments.order_by]
    reply = await _answer(
        state,
        "get_rows_by_filter",
        {
            "where_clause": arguments.where or "TRUE",
            "order_by": order_by,
            "limit": min(arguments.limit, PAGE),
            "offset": 0,
        },
    )
    rows = [[str(row["sheet_row"]), *(row["data"].get(name, "") for name in sheet.columns)] for row in reply["rows"]]
    title = arguments.title or f"{reply['total_count']} rows of {sheet.name}"
    state.emit(TableShown(title, ["Row", *sheet.columns], rows, reply["total_count"]))
    return {"count": reply["total_count"], "shown": len(rows)}


async def _answer(state: SessionState, tool_name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    reply = await state.sheet.data(tool_name, arguments)
    if is_refusal(reply):
        raise from_reply(reply)
    return reply
