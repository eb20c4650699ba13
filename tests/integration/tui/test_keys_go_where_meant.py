"""Letters reach the prompt, commands are commands, and nothing is painted where nothing changes."""

from types import ModuleType
from typing import Any

import pytest
from textual.events import Key, Paste
from textual.widgets import DataTable, Input

from agent.events import QuestionAsked


async def shown_preview(session_view: Any, said: str) -> None:
    session_view.say(said)
    await session_view.until(lambda: session_view.session.painted, "the preview is painted")
    await session_view.settled()


@pytest.mark.parametrize("place", ["ApprovalBar", "DataTable", "TranscriptView"])
async def test_letters_reach_the_prompt_from_everywhere(open_chat: Any, script: ModuleType, place: str) -> None:
    async with open_chat() as session_view:
        await shown_preview(session_view, script.SAID)
        session_view.app.chat.set_focus(session_view.app.chat.query_one(place))
        await session_view.pilot.press(*"make", "space", *"it")
        assert session_view.app.chat.prompt.text == "make it"
        assert not session_view.calls("approve") + session_view.calls("refuse")


async def test_letters_reach_the_prompt_from_a_question(open_chat: Any) -> None:
    async with open_chat({"big": [QuestionAsked("q1", "What is big?", ["Over 10 lb", "Over $100"])]}) as session_view:
        session_view.say("big")
        await session_view.until(lambda: session_view.app.chat.query("QuestionBar"), "question")
        await session_view.pilot.press("tab", *"heavy")
        assert session_view.app.chat.prompt.text == "heavy"


async def test_a_paste_is_one_draft_that_nothing_in_it_sends(open_chat: Any, script: ModuleType) -> None:
    async with open_chat() as session_view:
        await shown_preview(session_view, script.SAID)
        await session_view.pilot.press("tab")
        session_view.app.post_message(Paste("yes\nship them\n"))
        await session_view.until(lambda: session_view.app.chat.prompt.text == "yes\nship them\n", "pasted")
        assert not session_view.calls("approve")
        assert len(session_view.calls("send")) == 1


async def test_a_search_in_the_rows_loses_no_letter(open_chat: Any, script: ModuleType) -> None:
    async with open_chat() as session_view:
        await shown_preview(session_view, script.SAID)
        await session_view.pilot.press("f3")
        await session_view.until(lambda: session_view.app.screen is not session_view.app.chat, "all rows")
        table = session_view.app.screen.query_one(DataTable)
        await session_view.until(lambda: table.has_focus, "in the table")
        for key, character in (("slash", "/"), ("h", "h"), ("o", "o"), ("l", "l"), ("t", "t")):
            # All at once, as a fast hand: the table gets them before the search has the focus.
            table.post_message(Key(key, character))
        await session_view.until(lambda: session_view.app.screen.query_one(Input).value == "holt", "all four letters")


async def test_commands_are_commands_while_a_question_is_open(open_chat: Any) -> None:
    async with open_chat({"big": [QuestionAsked("q1", "What is big?", ["Over 10 lb"], True)]}) as session_view:
        session_view.say("big")
        await session_view.until(lambda: session_view.app.chat.query("QuestionBar"), "question")
        session_view.say("/help")
        await session_view.until(lambda: session_view.app.screen is not session_view.app.chat, "help")
        assert not session_view.calls("answer")


async def test_an_unknown_command_is_not_sent_and_the_nearest_is_named(open_chat: Any) -> None:
    async with open_chat({}) as session_view:
        session_view.say("/hlep")
        await session_view.sees("There is no command /hlep. Did you mean /help?")
        assert session_view.app.chat.prompt.text == "/hlep"
        session_view.say("/tmp/orders.csv")
        await session_view.until(lambda: session_view.calls("send"), "a path is no command")


async def test_nothing_is_painted_while_nothing_changes(open_chat: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_chat({}) as session_view:
        chat = session_view.app.chat
        painted: list[str] = []
        monkeypatch.setattr(chat.status, "update", lambda *_more, **_named: painted.append("status"))
        monkeypatch.setattr(chat.queue, "changed", lambda: painted.append("queue"))
        for _ in range(10):
            chat.paint()
        assert not painted


async def test_a_greeting_shows_no_backticks(open_chat: Any) -> None:
    from agent.events import NoticeShown

    async with open_chat({}) as session_view:
        session_view.session.emit(NoticeShown("Run `shipchat doctor` first."))
        await session_view.sees("Run shipchat doctor first.")
