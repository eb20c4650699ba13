"""Opening a sheet, and what has to be settled about it: its header row, its hidden rows."""

from pathlib import Path
from typing import Any

from agent.conversation.database import open_any
from agent.conversation.mapping_choice import assign_roles
from agent.conversation.order_rows import settle_order_rows
from agent.conversation.sheet import OpenSheet, open_sheet
from agent.conversation.state import SessionState
from agent.errors import ErrorKind, error
from agent.events import SourceOpened
from agent.mapping.answers import ENCODING
from agent.mapping.builder import rows_in_words
from agent.mapping.columns import propose_mapping
from agent.mapping.store import MappingStore
from agent.plan.sentence import counted
from agent.sheet.ups_batch import UPS_BATCH_HEADER, is_ups_batch

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
TAKE_IN, LEAVE_OUT = "Take the hidden rows in", "Leave the hidden rows out"
SLOT = "hidden_rows"


async def show_opened(state: SessionState, location: str, options: dict[str, Any]) -> None:
    """Open a sheet that a person named, settle which part of it is meant, and say what was found.

    Raises:
        ShipchatError: E-1502, E-1504, E-1505, else what the data server refused.
    """
    sheet = await open_any(state, location, options)
    sheet = await _right_part(state, sheet)
    state.sheet = sheet
    state.pending = None
    state.conversation.forget_rows()
    state.columns_chosen.clear()
    state.sheet_answers.clear()
    if is_ups_batch(sheet.columns):
        raise error(UPS_BATCH, where=sheet.name, sheet=sheet.name, names=",".join(UPS_BATCH_HEADER))
    if not assign_roles(state).known_columns:
        raise error(NO_HEADER, where=sheet.name, sheet=sheet.name, row=sheet.answer.get("header_row") or 1)
    await _as_saved(state, sheet)
    await settle_order_rows(state)
    state.result.source = sheet.summary()
    count = sheet.answer["row_count"]
    state.result.say(f"{sheet.name}: {counted(count, 'row')}.")
    columns = [{"name": name, "type": kind} for name, kind in sheet.types.items()]
    warnings = [str(warning) for warning in sheet.answer.get("warnings", [])]
    state.emit(SourceOpened(sheet.name, sheet.answer.get("path", location), count, columns, warnings))


async def read_again(state: SessionState) -> None:
    """The open sheet as it is now, with its hidden rows settled.

    Raises:
        ShipchatError: E-1501 without one, else what the data server refused.
    """
    sheet = state.require_sheet()
    await sheet.refresh(state.data)
    await _settle_hidden(state, sheet)
    state.result.source = sheet.summary()


async def _right_part(state: SessionState, sheet: OpenSheet) -> OpenSheet:
    """Where orders could be on another sheet, another row could as well be the header, or letters could be other ones,
    the person says."""
    parts = [part for part in sheet.answer.get("other_sheets", []) if part["likely"]]
    if parts and "sheet" not in sheet.options:
        own = {"sheet": sheet.answer["sheet"], "row_count": sheet.answer["row_count"], "visible": True}
        options = {_part_words(part): part["sheet"] for part in [own, *parts]}
        choice = await state.ask(f"Which sheet of {sheet.name} holds the orders?", list(options))
        sheet = await _opened(state, sheet, {"sheet": options[choice]})
    words = {item["sample"]: item for item in sheet.answer.get("encoding_candidates", [])}
    if len(words) > 1 and ENCODING not in sheet.options:
        encoding = state.defaults.get(ENCODING) or await _code_page(state, sheet.name, words)
        sheet = await _opened(state, sheet, {ENCODING: encoding})
    rows = {item["header_row"]: item["header"] for item in sheet.answer.get("header_candidates", [])}
    rows = {row: names for row, names in rows.items() if _names_orders(names)}
    if len(rows) > 1 and "header_row" not in sheet.options:
        options = {f"Row {row}: {', '.join(names[:6])}": row for row, names in sorted(rows.items())}
        choice = await state.ask(f"Which row of {sheet.name} holds the names of the columns?", list(options))
        sheet = await _opened(state, sheet, {"header_row": options[choice]})
    return sheet


async def _code_page(state: SessionState, name: str, words: dict[str, dict[str, Any]]) -> str:
    """Which letters the bytes of a text are: the person knows how the word is written, not what a code page is."""
    first = next(iter(words.values()))
    place = f"{first['column']}, row {first['sheet_row']}"
    choice = await state.ask(f"How is this word of {name} ({place}) written?", list(words))
    return str(words[choice]["encoding"])


async def _opened(state: SessionState, sheet: OpenSheet, choice: dict[str, Any]) -> OpenSheet:
    return await open_sheet(state.data, sheet.location, sheet.options | choice)


def _part_words(part: dict[str, Any]) -> str:
    rows = counted(part["row_count"], "row")
    return f"{part['sheet']} ({rows})" if part["visible"] else f"{part['sheet']} (hidden, {rows})"


def _names_orders(names: list[str]) -> bool:
    return len(propose_mapping(names, {}).known_columns) > 1


async def _as_saved(state: SessionState, sheet: OpenSheet) -> None:
    """Hidden rows come in at once where the person has said so before."""
    saved = MappingStore(state.settings.home).load(sheet.header_fingerprint)
    answer = state.defaults.get(SLOT) or (saved.constants.get(SLOT) if saved is not None else None)
    hidden = _hidden(sheet)
    if answer is None or not hidden:
        return
    origin = "" if SLOT in state.defaults else ", from your saved mapping"
    taken = answer.casefold() == "yes"
    if taken:
        await _take_in(state, sheet)
    state.say(f"{len(hidden)} hidden rows {'are taken in' if taken else 'stay out'}{origin}.")
    state.sheet_answers[SLOT] = answer


async def _settle_hidden(state: SessionState, sheet: OpenSheet) -> None:
    """Before rows are chosen: whether the hidden ones count (messy-sheets M17)."""
    hidden = _hidden(sheet)
    if not hidden or SLOT in state.sheet_answers or SLOT in state.defaults:
        return
    few = f"{len(hidden)} row is" if len(hidden) == 1 else f"{len(hidden)} rows are"
    text = f"{few} hidden in {Path(sheet.name).name} ({rows_in_words(hidden)}). Ship them too?"
    taken = await state.ask(text, [LEAVE_OUT, TAKE_IN]) == TAKE_IN
    state.sheet_answers[SLOT] = "yes" if taken else "no"
    if taken:
        await _take_in(state, sheet)


async def _take_in(state: SessionState, sheet: OpenSheet) -> None:
    sheet.options = sheet.options | {"include_hidden": True}
    await sheet.refresh(state.data)


def _hidden(sheet: OpenSheet) -> list[int]:
    return [row["sheet_row"] for row in sheet.answer.get("excluded_rows", []) if row["reason"] == HIDDEN]
