"""Opening a sheet in a session: the preview of another one is gone, and the person is told what was found."""

from typing import Any

from agent.chat.first_words import first_words
from agent.chat.state import SessionState
from agent.chat.welcome_turn import remember_sheet, show_sample
from agent.events import SourceOpened
from agent.opening.order_sheet import open_order_sheet, settle_opened
from agent.sheet.reopening import location_of


async def show_opened(state: SessionState, location: str, options: dict[str, Any]) -> None:
    """Open a sheet that a person named, settle which part of it is meant, and say what was found.

    Raises:
        ShipchatError: E-1502, E-1504, E-1505, else what the data server refused.
    """
    former, asked = state.sheet.open, list(state.dialogue.questions.remembered)
    sheet = await open_order_sheet(state.sheet.data, state.person, state.dialogue, location, options)
    state.sheet.replace(sheet)
    if former is not None and former.source_id != sheet.source_id:
        state.leave_sheet(asked)
    state.withdraw("another sheet was opened")
    state.conversation.forget_rows()
    await settle_opened(state.sheet, state.person, state.dialogue)
    count = sheet.answer["row_count"]
    columns = [{"name": name, "type": kind} for name, kind in sheet.types.items()]
    warnings = [str(warning) for warning in sheet.answer.get("warnings", [])]
    path = sheet.answer.get("path", location)
    said = await first_words(state)
    state.emit(SourceOpened(sheet.name, path, count, columns, warnings, sheet.summary(), said))
    await show_sample(state)
    remember_sheet(state, path, count)


async def open_source(state: SessionState, source: dict[str, Any]) -> None:
    """The sheet that a plan came from, opened as it was then, unless it is open already.

    Raises:
        ShipchatError: E-1501 where the plan is gone and no sheet is open, else what the data server refused.
    """
    current = state.sheet.open
    if not source or (current is not None and current.source_id == source["source_id"]):
        state.sheet.require()
        return
    await show_opened(state, *location_of(source["descriptor"]))
