"""Opening a sheet, and what has to be settled about it: its part, its header row, its letters, its hidden rows."""

from pathlib import Path
from typing import Any

from agent.dialogue import Dialogue
from agent.errors import ErrorKind, error
from agent.mapping.answers import ENCODING
from agent.mapping.builder import rows_in_words
from agent.mapping.columns import propose_mapping
from agent.opening.database import open_any
from agent.opening.mapping_choice import assign_roles
from agent.opening.order_rows import settle_order_rows
from agent.opening.person import PersonState
from agent.opening.sheet_state import SheetState
from agent.planning.sentence import counted
from agent.sheet.open_sheet import OpenSheet, open_sheet
from agent.sheet.ups_batch import UPS_BATCH_HEADER, is_ups_batch
from agent.tool_caller import ToolCaller

NO_HEADER = ErrorKind(
    "E-1504",
    "{sheet} has no row of column names that belong to orders (row {row} was taken for it).",
    "Put the names of the columns (name, address, city, state, ZIP, weight ...) into its first row, or say which row"
    " holds them, e.g. “the header is in row 3”.",
)
UPS_BATCH = ErrorKind(
    "E-1505",
    "{sheet} looks like UPS's own batch file, which has no row of column names.",
    "Put this line above its rows: {names}",
)
HIDDEN = "hidden row"
WHICH_SHEET = "Which sheet of {sheet} holds the orders?"
WHICH_HEADER = "Which row of {sheet} holds the names of the columns?"
HOW_WRITTEN = "Which spelling of this word in {sheet} ({place}) is right?"
HIDDEN_TOO = "{rows} hidden in {sheet} ({named}). Ship them too?"
TAKE_IN, LEAVE_OUT = "Include the hidden rows", "Leave the hidden rows out"
SLOT = "hidden_rows"


async def open_order_sheet(
    data: ToolCaller, person: PersonState, dialogue: Dialogue, location: str, options: dict[str, Any]
) -> OpenSheet:
    """Open a sheet that a person named, and settle which part of it is meant.

    Raises:
        ShipchatError: E-1502, else what the data server refused.
    """
    sheet = await open_any(data, dialogue, location, options)
    return await _right_part(data, person, dialogue, sheet)


async def settle_opened(sheet: SheetState, person: PersonState, dialogue: Dialogue) -> None:
    """What has to be known of a sheet that was opened a moment ago: its columns, hidden rows and orders.

    Raises:
        ShipchatError: E-1504, E-1505, else what the data server refused.
    """
    opened = sheet.require()
    if is_ups_batch(opened.columns):
        raise error(UPS_BATCH, where=opened.name, sheet=opened.name, names=",".join(UPS_BATCH_HEADER))
    if not assign_roles(sheet).known_columns:
        raise error(NO_HEADER, where=opened.name, sheet=opened.name, row=opened.answer.get("header_row") or 1)
    await _as_saved(sheet, person, dialogue)
    await settle_order_rows(sheet)


async def read_again(sheet: SheetState, person: PersonState, dialogue: Dialogue) -> None:
    """The open sheet as it is now, with its hidden rows settled.

    Raises:
        ShipchatError: E-1501 without one, else what the data server refused.
    """
    await sheet.require().refresh(sheet.data)
    await _settle_hidden(sheet, person, dialogue)
    dialogue.source_read(sheet.require().summary())


async def _right_part(data: ToolCaller, person: PersonState, dialogue: Dialogue, sheet: OpenSheet) -> OpenSheet:
    """Where orders could be on another sheet, another row could as well be the header, or letters could be other ones,
    the person says."""
    parts = [part for part in sheet.answer.get("other_sheets", []) if part["likely"]]
    if parts and "sheet" not in sheet.options:
        own = {"sheet": sheet.answer["sheet"], "row_count": sheet.answer["row_count"], "visible": True}
        options = {_part_words(part): part["sheet"] for part in [own, *parts]}
        choice = await dialogue.ask(WHICH_SHEET.format(sheet=sheet.name), list(options))
        sheet = await _opened(data, sheet, {"sheet": options[choice]})
    words = {item["sample"]: item for item in sheet.answer.get("encoding_candidates", [])}
    if len(words) > 1 and ENCODING not in sheet.options:
        encoding = person.defaults.get(ENCODING) or await _code_page(dialogue, sheet.name, words)
        sheet = await _opened(data, sheet, {ENCODING: encoding})
    rows = {item["header_row"]: item["header"] for item in sheet.answer.get("header_candidates", [])}
    rows = {row: names for row, names in rows.items() if _names_orders(names)}
    if len(rows) > 1 and "header_row" not in sheet.options:
        options = {f"Row {row}: {', '.join(names[:6])}": row for row, names in sorted(rows.items())}
        choice = await dialogue.ask(WHICH_HEADER.format(sheet=sheet.name), list(options))
        sheet = await _opened(data, sheet, {"header_row": options[choice]})
    return sheet


async def _code_page(dialogue: Dialogue, name: str, words: dict[str, dict[str, Any]]) -> str:
    """Which letters the bytes of a text are: the person knows how the word is written, not what a code page is."""
    first = next(iter(words.values()))
    place = f"{first['column']}, row {first['sheet_row']}"
    choice = await dialogue.ask(HOW_WRITTEN.format(sheet=name, place=place), list(words))
    return str(words[choice]["encoding"])


async def _opened(data: ToolCaller, sheet: OpenSheet, choice: dict[str, Any]) -> OpenSheet:
    return await open_sheet(data, sheet.location, sheet.options | choice)


def _part_words(part: dict[str, Any]) -> str:
    rows = counted(part["row_count"], "row")
    return f"{part['sheet']} ({rows})" if part["visible"] else f"{part['sheet']} (hidden, {rows})"


def _names_orders(names: list[str]) -> bool:
    return len(propose_mapping(names, {}).known_columns) > 1


async def _as_saved(sheet: SheetState, person: PersonState, dialogue: Dialogue) -> None:
    """Hidden rows are included at once where the person has said so before."""
    saved = sheet.saved_mapping()
    answer = person.defaults.get(SLOT) or (saved.constants.get(SLOT) if saved is not None else None)
    hidden = _hidden(sheet.require())
    if answer is None or not hidden:
        return
    origin = "" if SLOT in person.defaults else ", from your saved mapping"
    taken = answer.casefold() == "yes"
    if taken:
        await _take_in(sheet)
    dialogue.say(f"{len(hidden)} hidden rows {'are included' if taken else 'are left out'}{origin}.")
    sheet.answers[SLOT] = answer


async def _settle_hidden(sheet: SheetState, person: PersonState, dialogue: Dialogue) -> None:
    """Before rows are chosen: whether the hidden ones count."""
    hidden = _hidden(sheet.require())
    if not hidden or SLOT in sheet.answers or SLOT in person.defaults:
        return
    rows = f"{len(hidden)} row is" if len(hidden) == 1 else f"{len(hidden)} rows are"
    text = HIDDEN_TOO.format(rows=rows, sheet=Path(sheet.require().name).name, named=rows_in_words(hidden))
    taken = await dialogue.ask(text, [LEAVE_OUT, TAKE_IN]) == TAKE_IN
    sheet.answers[SLOT] = "yes" if taken else "no"
    if taken:
        await _take_in(sheet)


async def _take_in(sheet: SheetState) -> None:
    opened = sheet.require()
    opened.options = opened.options | {"include_hidden": True}
    await opened.refresh(sheet.data)


def _hidden(sheet: OpenSheet) -> list[int]:
    return [row["sheet_row"] for row in sheet.answer.get("excluded_rows", []) if row["reason"] == HIDDEN]
