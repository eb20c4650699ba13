"""Numbers of practice and of tests in a sheet, before the first real plan over it."""

import asyncio
from pathlib import Path
from typing import Any, cast

import pytest

from agent.chat.state import SessionState
from agent.drafting.practice import CLEAR, LEAVE, offer_clearing
from agent.events import NoticeShown, QuestionAsked
from agent.servers import ServerManager
from agent.settings import Environment, Settings
from agent.sheet.open_sheet import open_sheet

pytestmark = pytest.mark.asyncio(loop_scope="module")
ROWS = (
    "Order,Name,tracking_number,shipped_at\n"
    "F-1,Luis Ferrer,1ZSIMSIM0300000011,2026-11-20T10:00:00Z\n"
    "F-2,Dana Whitfield,1Z999AA10123456784,2026-11-20T10:00:00Z\n"
    "F-3,Amara Okafor,,\n"
)


async def session_over(
    servers: ServerManager, tmp_path: Path, environment: Environment
) -> tuple[SessionState, list[Any], Path]:
    sheet, heard = tmp_path / "orders.csv", list[Any]()
    sheet.write_text(ROWS)
    settings = Settings(home=tmp_path / "home", ups_environment=environment, model="offline")
    state = SessionState.new(settings, heard.append, servers, cast(Any, None))
    state.sheet.open = await open_sheet(state.sheet.data, str(sheet))
    return state, heard, sheet


@pytest.mark.parametrize(("choice", "cleared"), [(CLEAR, True), (LEAVE, False)])
async def test_they_are_offered_for_clearing(
    servers: ServerManager, tmp_path: Path, choice: str, cleared: bool
) -> None:
    state, heard, sheet = await session_over(servers, tmp_path, "test")
    asking = asyncio.ensure_future(offer_clearing(state.drafting()))
    await state.dialogue.questions.asked.wait()
    (question,) = [event for event in heard if isinstance(event, QuestionAsked)]
    assert question.text == "1 row of orders.csv holds a practice tracking number (SIMSIM)."
    state.dialogue.questions.answer(choice)
    await asking
    lines = sheet.read_text().splitlines()
    assert lines[1] == ("F-1,Luis Ferrer,," if cleared else ROWS.splitlines()[1])
    assert lines[2:] == ROWS.splitlines()[2:], "real numbers and other rows stay"
    await offer_clearing(state.drafting())
    assert len([event for event in heard if isinstance(event, QuestionAsked)]) == 1, "asked once a session"


async def test_in_practice_nothing_is_asked(servers: ServerManager, tmp_path: Path) -> None:
    state, heard, sheet = await session_over(servers, tmp_path, "simulator")
    await offer_clearing(state.drafting())
    assert heard == []
    assert sheet.read_text() == ROWS


async def test_a_row_that_is_gone_is_not_said_to_be_cleared(servers: ServerManager, tmp_path: Path) -> None:
    state, heard, sheet = await session_over(servers, tmp_path, "test")
    asking = asyncio.ensure_future(offer_clearing(state.drafting()))
    await state.dialogue.questions.asked.wait()
    sheet.write_text(ROWS.replace("Luis", "Luisa"))
    state.dialogue.questions.answer(CLEAR)
    await asking
    said = [event.text for event in heard if isinstance(event, NoticeShown)]
    assert "The numbers of 0 of 1 row are cleared; the others could not be written." in said


@pytest.mark.parametrize(
    ("environment", "number"),
    [("production", "1ZXXXXXXXXXXXXXXXX"), ("production", "1ZISDE016691676846"), ("simulator", "1ZXXXXXXXXXXXXXXXX")],
)
async def test_numbers_of_the_test_system_are_offered_too(
    servers: ServerManager, tmp_path: Path, environment: Environment, number: str
) -> None:
    state, heard, sheet = await session_over(servers, tmp_path, environment)
    sheet.write_text(ROWS.replace("1ZSIMSIM0300000011", number))
    state.sheet.replace(await open_sheet(state.sheet.data, str(sheet)))
    asking = asyncio.ensure_future(offer_clearing(state.drafting()))
    await state.dialogue.questions.asked.wait()
    (question,) = [event for event in heard if isinstance(event, QuestionAsked)]
    assert question.text == f"1 row of orders.csv holds a test tracking number ({number})."
    state.dialogue.questions.answer(LEAVE)
    await asking
