"""Earlier messages and earlier talks, by keys only."""

import asyncio
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from textual.widgets import DataTable

from agent.events import AssistantSaid, SessionResumed, UserSaid
from agent.saved_sessions.recorder import Recorder
from agent.saved_sessions.store import SavedSessions
from agent.settings import Settings


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("SHIPCHAT_HOME", str(tmp_path / "home"))
    return Settings()


@pytest.fixture
def store(settings: Settings) -> SavedSessions:
    """Two talks, the second of them about Texas."""
    kept = SavedSessions(settings.home / "sessions")
    for session_id, text in (("20261128-080000-aaaa", "ship California"), ("20261129-090000-bbbb", "ship Texas")):
        recorder = Recorder(kept, 50, print, None)
        recorder.session_id = session_id
        recorder(UserSaid(text))
        recorder(AssistantSaid("Done."))
    return kept


async def test_up_finds_the_messages_of_an_earlier_chat(open_chat: Any, settings: Settings) -> None:
    async with open_chat({}, settings=settings) as session_view:
        await session_view.type("show my jobs")
    async with open_chat({}, settings=settings) as session_view:
        await session_view.pilot.press("up")
        assert session_view.app.chat.prompt.text == "show my jobs"


async def test_ctrl_r_narrows_by_words_and_enter_takes(open_chat: Any, settings: Settings) -> None:
    async with open_chat({}, settings=settings) as session_view:
        for text in ("ship Texas", "ship California", "what failed?"):
            session_view.say(text)
            await session_view.settled()
        await session_view.pilot.press("ctrl+r", *"ship")
        await session_view.sees("ship California")
        assert "what failed?" not in session_view.screen_text()
        await session_view.pilot.press("down", "enter")
        await session_view.until(lambda: session_view.app.chat.prompt.text == "ship Texas", "taken")
        await session_view.pilot.press("ctrl+r", "escape")
        assert session_view.app.chat.prompt.text == "ship Texas"


async def test_a_draft_is_put_aside_and_taken_back(open_chat: Any) -> None:
    async with open_chat({}) as session_view:
        await session_view.pilot.press(*"half", "ctrl+s")
        assert session_view.app.chat.prompt.text == ""
        await session_view.type("what failed?")
        await session_view.pilot.press("ctrl+s")
        assert session_view.app.chat.prompt.text == "half"


async def test_an_editor_that_cannot_open_says_so(open_chat: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDITOR", f"{sys.executable} -c pass")
    async with open_chat({}) as session_view:
        await session_view.pilot.press(*"half", "ctrl+g")
        await session_view.sees("No editor opens here")
        assert session_view.app.chat.prompt.text == "half"


async def test_a_talk_is_searched_renamed_and_deleted(open_chat: Any, settings: Settings, store: SavedSessions) -> None:
    async with open_chat({}, settings=settings) as session_view:
        session_view.say("/sessions")
        await session_view.sees("2 talks")
        await session_view.pilot.press("slash", *"texas")
        await session_view.until(lambda: session_view.app.screen.query_one(DataTable).row_count == 1, "one found")
        await session_view.pilot.press("enter", "r")
        await session_view.sees("The new name")
        await session_view.pilot.press(*"Spring", "enter")
        await session_view.until(lambda: "Spring" in [one.name for one in store.all()], "renamed")
        await session_view.pilot.press("d", "up", "d")
        assert len(store.all()) == 2, "another key between the two keeps it"
        await session_view.pilot.press("d")
        await session_view.until(lambda: len(store.all()) == 1, "deleted")


async def test_going_on_ends_this_chat_and_names_the_talk(
    open_chat: Any, settings: Settings, store: SavedSessions
) -> None:
    async with open_chat({}, settings=settings) as session_view:
        session_view.say("/sessions")
        await session_view.sees("2 talks")
        await session_view.pilot.press("enter")
        await session_view.until(lambda: session_view.calls("close"), "closed")
        assert session_view.app.resume == store.all()[0].id


async def test_who_stays_with_a_running_batch_does_not_go_on_later(
    open_chat: Any, settings: Settings, store: SavedSessions, script: ModuleType
) -> None:
    async with open_chat(settings=settings) as session_view:
        session_view.say(script.SAID)
        await session_view.until(lambda: session_view.session.painted, "the preview is painted")
        await session_view.settled()
        session_view.session.hold = asyncio.Event()
        session_view.clock.seconds += 2
        await session_view.pilot.press("tab", "y")
        await session_view.until(lambda: session_view.app.chat.session_view.batch_done == 2, "two rows")
        session_view.app.action_sessions()
        await session_view.sees("2 talks")
        await session_view.pilot.press("enter")
        await session_view.sees("Pause and quit")
        await session_view.pilot.press("1")
        await session_view.until(lambda: session_view.app.screen is session_view.app.chat, "stayed")
        assert session_view.app.resume is None
        session_view.session.hold.set()


async def test_history_is_to_read_and_nothing_in_it_is_open(open_chat: Any) -> None:
    async with open_chat({}) as session_view:
        talk = [{"role": "you", "text": "ship Texas"}, {"role": "note", "text": "Preview (ship): 3 rows, $9.00."}]
        session_view.session.emit(SessionResumed("20261129-090000-bbbb", "ship Texas", talk))
        await session_view.sees("Going on with “ship Texas”")
        await session_view.sees("3 rows, $9.00")
        await session_view.pilot.press("tab", "y", "f3")
        assert not session_view.calls("approve")
        await session_view.sees("There is no preview yet.")


async def test_nothing_typed_is_kept_where_that_is_set(open_chat: Any, settings: Settings) -> None:
    settings.sessions_kept = 0
    async with open_chat({}, settings=settings) as session_view:
        await session_view.type("show my jobs")
        session_view.say("/sessions")
        await session_view.sees("Talks are not kept here")
    assert not list(settings.home.glob("*"))
