"""Settings are seen and changed by keys; the doctor tells its checks in the chat."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from agent.settings import Settings
from agent.setup import doctor
from agent.setup.checks import Finding


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("SHIPCHAT_HOME", str(tmp_path))
    (tmp_path / "settings.toml").write_text('jobs_db = "/data/queue.db"\nups_patience_s = 30\n')
    return Settings.load()


async def test_a_setting_is_changed_in_the_file(open_chat: Any, settings: Settings) -> None:
    async with open_chat({}, settings=settings) as session_view:
        session_view.say("/settings")
        await session_view.sees("ups_patience_s")
        names = [one.name for one in session_view.app.screen.settings]
        await session_view.pilot.press(*["down"] * names.index("ups_patience_s"))
        await session_view.sees("Seconds that a batch waits in total")
        await session_view.pilot.press("enter", *"long", "enter")
        await session_view.sees("E-4104")
        await session_view.pilot.press(*["backspace"] * 4, *"45", "enter")
        await session_view.sees("It counts from the next start")
        assert "ups_patience_s = 45" in (settings.home / "settings.toml").read_text()
        await session_view.pilot.press("escape")
        await session_view.until(lambda: session_view.app.screen is session_view.app.chat, "back")


async def test_the_doctor_tells_its_checks_and_their_sum(
    open_chat: Any, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def found(_settings: Settings) -> AsyncIterator[Finding]:
        yield Finding("Ledger", "ok", "whole")
        yield Finding("UPS", "FAULT", "does not answer")

    monkeypatch.setattr(doctor, "findings", found)
    async with open_chat({}, settings=settings) as session_view:
        session_view.say("/doctor")
        await session_view.sees("2 checks, 1 fault.")
        await session_view.sees("UPS: does not answer")
