"""A table of a database: which one, whether all of it, by which key, and whether it may get our columns.

The data server refuses where one of these is not known; here the person is asked.
"""

from typing import Any

from agent.dialogue import Dialogue
from agent.errors import ShipchatError, from_reply, is_refusal
from agent.mapping.answers import ADD_COLUMNS
from agent.opening.person import PersonState
from agent.opening.sheet_state import SheetState
from agent.sheet.open_sheet import OpenSheet, as_database, import_sheet, is_database, open_sheet
from agent.tool_caller import ToolCaller

NO_TABLE, LARGE_TABLE, KEY_TWICE = "E-1302", "E-1304", "E-1310"
"""The data server's refusals that a person can answer."""
WHICH_TABLE = "Which table holds the orders?"
OPEN_ALL = "{refusal} Open all of it?"
WHICH_KEY = "{table} has no key. Which column is different in every row?"
ADD_RESULTS = "{table} has no column {names} for the results. May they be added?"
ALL, NOT_ALL = "Open all of it", "Leave it"
NO_KEY = "None of them: tracking numbers stay in shipchat"
ADD, NOT_ADD = "Add them", "Leave the table as it is: tracking numbers stay in shipchat"
MOST_KEYS = 6
_TELLING = ("order", "id", "number", "no", "key", "ref")


async def open_table(data: ToolCaller, dialogue: Dialogue, location: str, options: dict[str, Any]) -> OpenSheet:
    """Import a table; `sheet` in `options` names it as `table` does.

    Raises:
        ShipchatError: what the data server refused and a person cannot, or would not, answer.
    """
    table = options.get("sheet")
    chosen = {name: value for name, value in options.items() if name != "sheet"} | ({"table": table} if table else {})
    while True:
        reply = await import_sheet(data, location, chosen)
        if not is_refusal(reply):
            return OpenSheet(location, chosen, reply)
        chosen |= await _answered(dialogue, reply)


async def _answered(dialogue: Dialogue, refusal: dict[str, Any]) -> dict[str, Any]:
    """The options that a refusal asks for."""
    tables = refusal.get("tables") or []
    if refusal["code"] == NO_TABLE and tables:
        one = tables[0] if len(tables) == 1 else await dialogue.ask(WHICH_TABLE, tables)
        return {"table": one}
    text = OPEN_ALL.format(refusal=refusal["message"])
    if refusal["code"] == LARGE_TABLE and await dialogue.ask(text, [ALL, NOT_ALL], remember=False) == ALL:
        return {"all_rows": True}
    raise from_reply(refusal)


async def settle_results(sheet: SheetState, person: PersonState, dialogue: Dialogue) -> None:
    """Before rows of a table are planned: where their tracking numbers may go, where that is not known.

    Raises:
        ShipchatError: what the data server refused.
    """
    opened = sheet.require()
    descriptor = opened.answer["descriptor"]
    said = person.defaults.get(ADD_COLUMNS, "").casefold()
    if not is_database(opened.location) or descriptor.get("query") or said == "no":
        return
    if descriptor.get("key_columns") or await _keyed(sheet.data, dialogue, opened):
        await _with_columns(sheet.data, dialogue, opened, said)


async def _keyed(data: ToolCaller, dialogue: Dialogue, sheet: OpenSheet) -> bool:
    """Ask for the column that tells the rows apart; False where there is none."""
    left = sorted(sheet.columns, key=lambda name: not any(part in name.casefold() for part in _TELLING))[:MOST_KEYS]
    while left:
        text = WHICH_KEY.format(table=_table(sheet))
        choice = await dialogue.ask(text, [*left, NO_KEY])
        if choice == NO_KEY:
            return False
        options = sheet.options
        sheet.options = options | {"key_columns": [choice]}
        try:
            await sheet.refresh(data)
        except ShipchatError as refusal:
            sheet.options = options
            if refusal.code != KEY_TWICE:
                raise
            dialogue.say(refusal.message)
            dialogue.forget(text)
            left.remove(choice)
        else:
            return True
    return False


async def _with_columns(data: ToolCaller, dialogue: Dialogue, sheet: OpenSheet, said: str) -> None:
    """A table gets columns by an explicit yes only."""
    names = sheet.managed_columns
    missing = [names[role] for role in ("tracking_number", "shipped_at") if names[role] not in sheet.columns]
    if not missing or sheet.options.get(ADD_COLUMNS):
        return
    if not said:
        text = ADD_RESULTS.format(table=_table(sheet), names=" and ".join(missing))
        said = "yes" if await dialogue.ask(text, [ADD, NOT_ADD]) == ADD else "no"
    if said == "yes":
        sheet.options = sheet.options | {ADD_COLUMNS: True}
        await sheet.refresh(data)


def _table(sheet: OpenSheet) -> str:
    return f"Table {sheet.answer['descriptor']['table']}"


async def open_any(data: ToolCaller, dialogue: Dialogue, location: str, options: dict[str, Any]) -> OpenSheet:
    """A file or a table.

    Raises:
        ShipchatError: E-1502 for a kind that is not read, else what the data server refused.
    """
    location = as_database(location)
    if is_database(location):
        return await open_table(data, dialogue, location, options)
    return await open_sheet(data, location, options)
