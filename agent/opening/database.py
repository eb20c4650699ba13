"""A table of a database: which one, whether all of it, by which key, and whether it may get our columns.

The data server refuses where one of these is not known; here the person is asked (DESIGN 4.1).
"""

from typing import Any

from agent.chat.state import SessionState
from agent.errors import ShipchatError, from_reply, is_refusal
from agent.mapping.answers import ADD_COLUMNS
from agent.sheet.open_sheet import OpenSheet, as_database, import_sheet, is_database, open_sheet

NO_TABLE, LARGE_TABLE, KEY_TWICE = "E-1302", "E-1304", "E-1310"
"""The data server's refusals that a person can answer."""
ALL, NOT_ALL = "Open all of it", "Leave it"
NO_KEY = "None of them: tracking numbers stay in shipchat"
ADD, NOT_ADD = "Add them", "Leave the table as it is: tracking numbers stay in shipchat"
MOST_KEYS = 6
_TELLING = ("order", "id", "number", "no", "key", "ref")


async def open_table(state: SessionState, location: str, options: dict[str, Any]) -> OpenSheet:
    """Import a table; `sheet` in `options` names it as `table` does.

    Raises:
        ShipchatError: what the data server refused and a person cannot, or would not, answer.
    """
    table = options.get("sheet")
    chosen = {name: value for name, value in options.items() if name != "sheet"} | ({"table": table} if table else {})
    while True:
        reply = await import_sheet(state.data, location, chosen)
        if not is_refusal(reply):
            return OpenSheet(location, chosen, reply)
        chosen |= await _answered(state, reply)


async def _answered(state: SessionState, refusal: dict[str, Any]) -> dict[str, Any]:
    """The options that a refusal asks for."""
    tables = refusal.get("tables") or []
    if refusal["code"] == NO_TABLE and tables:
        one = tables[0] if len(tables) == 1 else await state.ask("Which table holds the orders?", tables)
        return {"table": one}
    text = f"{refusal['message']} Open all of it?"
    if refusal["code"] == LARGE_TABLE and await state.ask(text, [ALL, NOT_ALL], remember=False) == ALL:
        return {"all_rows": True}
    raise from_reply(refusal)


async def settle_results(state: SessionState) -> None:
    """Before rows of a table are planned: where their tracking numbers may go, where that is not known.

    Raises:
        ShipchatError: what the data server refused.
    """
    sheet = state.require_sheet()
    descriptor = sheet.answer["descriptor"]
    said = state.defaults.get(ADD_COLUMNS, "").casefold()
    if not is_database(sheet.location) or descriptor.get("query") or said == "no":
        return
    if descriptor.get("key_columns") or await _keyed(state, sheet):
        await _with_columns(state, sheet, said)


async def _keyed(state: SessionState, sheet: OpenSheet) -> bool:
    """Ask for the column that tells the rows apart; False where there is none."""
    left = sorted(sheet.columns, key=lambda name: not any(part in name.casefold() for part in _TELLING))[:MOST_KEYS]
    while left:
        text = f"{_table(sheet)} has no key. Which column is different in every row?"
        choice = await state.ask(text, [*left, NO_KEY])
        if choice == NO_KEY:
            return False
        options = sheet.options
        sheet.options = options | {"key_columns": [choice]}
        try:
            await sheet.refresh(state.data)
        except ShipchatError as refusal:
            sheet.options = options
            if refusal.code != KEY_TWICE:
                raise
            state.say(refusal.message)
            state.questions.remembered.pop(text, None)
            left.remove(choice)
        else:
            return True
    return False


async def _with_columns(state: SessionState, sheet: OpenSheet, said: str) -> None:
    """A table gets columns by an explicit yes only."""
    names: dict[str, str] = sheet.answer["managed_columns"]
    missing = [names[role] for role in ("tracking_number", "shipped_at") if names[role] not in sheet.columns]
    if not missing or sheet.options.get(ADD_COLUMNS):
        return
    if not said:
        text = f"{_table(sheet)} has no column {' and '.join(missing)} for the results. May they be added?"
        said = "yes" if await state.ask(text, [ADD, NOT_ADD]) == ADD else "no"
    if said == "yes":
        sheet.options = sheet.options | {ADD_COLUMNS: True}
        await sheet.refresh(state.data)


def _table(sheet: OpenSheet) -> str:
    return f"Table {sheet.answer['descriptor']['table']}"


async def open_any(state: SessionState, location: str, options: dict[str, Any]) -> OpenSheet:
    """A file or a table.

    Raises:
        ShipchatError: E-1502 for a kind that is not read, else what the data server refused.
    """
    location = as_database(location)
    if is_database(location):
        return await open_table(state, location, options)
    return await open_sheet(state.data, location, options)
