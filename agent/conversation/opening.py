"""Opening a sheet, and what has to be settled about it: its header row, its hidden rows."""

from pathlib import Path
from typing import Any

from agent.conversation.mapping_choice import assign_roles
from agent.conversation.sheet import OpenSheet, open_sheet
from agent.conversation.state import SessionState
from agent.errors import ErrorKind, error
from agent.events import SourceOpened
from agent.mapping.builder import rows_in_words
from agent.mapping.columns import propose_mapping
from agent.mapping.store import MappingStore

NO_HEADER = ErrorKind(
    "E-1504",
    "{sheet} has no row of column names that belong to orders (row {row} was taken for it).",
    "Put the names of the columns (name, address, city, state, ZIP, weight ...) into its first row, or say which row"
    " holds them, e.g. “the header is in row 3”.",
)
HIDDEN = "hidden row"
TAKE_IN, LEAVE_OUT = "Take the hidden rows in", "Leave the hidden rows out"
SLOT = "hidden_rows"


async def show_opened(state: SessionState, location: str, options: dict[str, Any]) -> None:
    """Open a sheet that a person named, settle which row its header is, and say what was found.

    Raises:
        ShipchatError: E-1502, E-1504, else what the data server refused.
    """
    sheet = await open_sheet(state.data, location, options)
    sheet = await _with_header(state, sheet)
    state.sheet = sheet
    state.pending = None
    state.columns_chosen.clear()
    state.sheet_answers.clear()
    if not any(match.known_header for match in assign_roles(state).fields.values()):
        raise error(NO_HEADER, where=sheet.name, sheet=sheet.name, row=sheet.answer.get("header_row") or 1)
    await _as_saved(state, sheet)
    state.result.source = sheet.summary()
    count = sheet.answer["row_count"]
    state.result.say(f"{sheet.name}: {count} row{'' if count == 1 else 's'}.")
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


async def _with_header(state: SessionState, sheet: OpenSheet) -> OpenSheet:
    """Where another row could as well be the header, the person says which one it is."""
    own = sheet.answer.get("header_row")
    if "header_row" in sheet.options or not sheet.answer.get("other_header_rows") or own is None:
        return sheet
    candidates = {own: sheet}
    for row in sheet.answer["other_header_rows"][:2]:
        other = await open_sheet(state.data, sheet.location, sheet.options | {"header_row": row})
        if _names_orders(other):
            candidates[row] = other
    if len(candidates) == 1:
        await sheet.refresh(state.data)
        return sheet
    options = {f"Row {row}: {', '.join(one.columns[:6])}": row for row, one in sorted(candidates.items())}
    choice = await state.ask(f"Which row of {sheet.name} holds the names of the columns?", list(options))
    chosen = candidates[options[choice]]
    await chosen.refresh(state.data)
    return chosen


def _names_orders(sheet: OpenSheet) -> bool:
    proposal = propose_mapping(sheet.columns, sheet.types)
    return sum(match.known_header for match in proposal.fields.values()) > 1


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
