"""Keys of the settings, the palette and the theme, by keys only."""

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from agent.errors import ShipchatError
from agent.settings import Settings
from tui.app import ShipchatApp


async def test_another_key_opens_the_rows_and_the_old_one_does_not(open_chat: Any, script: ModuleType) -> None:
    async with open_chat(settings=Settings(sessions_kept=0, keys={"show-rows": "f8"})) as session_view:
        session_view.say(script.SAID)
        await session_view.until(lambda: session_view.session.painted, "the preview is painted")
        await session_view.sees("F8 rows")
        await session_view.pilot.press("f3")
        assert session_view.app.screen is session_view.app.chat
        await session_view.pilot.press("f8")
        await session_view.until(lambda: session_view.app.screen is not session_view.app.chat, "all rows")


async def test_the_palette_finds_an_action_and_does_it(open_chat: Any) -> None:
    async with open_chat({}) as session_view:
        await session_view.pilot.press("f9")
        await session_view.until(lambda: session_view.app.screen is not session_view.app.chat, "palette")
        await session_view.pilot.press(*"batches")
        await session_view.sees("batches: what was shipped before")
        await session_view.pilot.press("enter")
        await session_view.until(lambda: session_view.calls("send"), "said")
        assert session_view.calls("send")[0][1] == "show my jobs"


async def test_a_command_that_needs_words_is_put_into_the_prompt(open_chat: Any) -> None:
    async with open_chat({}) as session_view:
        await session_view.pilot.press("f9", *"buy", "space", *"nothing")
        await session_view.sees("dry run: preview")
        await session_view.pilot.press("down", "enter")
        await session_view.until(lambda: session_view.app.chat.prompt.text == "/dry ", "the command to complete")
        assert not session_view.calls("send")


async def test_a_theme_is_kept_for_the_next_time(
    open_chat: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHIPCHAT_HOME", str(tmp_path))
    async with open_chat({}, settings=Settings.load()) as session_view:
        session_view.say("/theme light")
        await session_view.until(lambda: session_view.app.theme == "textual-light", "light")
    async with open_chat({}, settings=Settings.load()) as session_view:
        assert session_view.app.theme == "textual-light"
    assert (tmp_path / "settings.toml").read_text() == 'theme = "textual-light"\n'


def test_a_theme_that_there_is_not_is_refused_before_the_screen_changes(script: ModuleType) -> None:
    app = ShipchatApp(script.ScriptedSession(), settings=Settings(theme="drak"))
    with pytest.raises(ShipchatError, match=r"did you mean dark\?"):
        app.require_theme()
