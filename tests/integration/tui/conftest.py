"""The chat driven by keys over a scripted session; time is the test's own."""

import importlib.util
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from textual.pilot import Pilot

from tui.app import ShipchatApp
from tui.session_protocol import Clock, Stamped

TRIES = 400


class HandClock(Clock):
    """Moves when the test moves it; every key is pressed now."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def now(self) -> float:
        return self.seconds

    def of(self, event: Stamped) -> float:
        return self.seconds


def _load(name: str) -> ModuleType:
    path = Path(__file__).with_name(f"{name}.py")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def script() -> ModuleType:
    """The module with the scripted session and its stories."""
    return _load("scripted_chat")


class SessionView:
    """One running chat: the app, its pilot, its session, its clock."""

    def __init__(self, app: ShipchatApp, pilot: Pilot[int], session: Any, clock: HandClock) -> None:
        self.app = app
        self.pilot = pilot
        self.session = session
        self.clock = clock
        self.script: Any = None
        self.store: Any = None

    async def until(self, holds: Callable[[], object], what: str = "") -> None:
        """Wait, bounded, for a named state."""
        for _ in range(TRIES):
            if holds():
                return
            await self.pilot.pause(0.01)
        raise AssertionError(f"never came: {what or holds}\n{self.screen_text()}")

    async def sees(self, text: str) -> None:
        """Wait, bounded, until a person can read this."""
        await self.until(lambda: text in self.screen_text(), text)

    async def settled(self) -> None:
        """All that was said so far is painted."""
        await self.pilot.pause()
        self.app.chat.paint()
        await self.pilot.pause()

    async def type(self, text: str) -> None:
        """Type as a person does and press Enter."""
        await self.pilot.press(*["space" if character == " " else character for character in text], "enter")

    def say(self, text: str) -> None:
        """Send at once."""
        self.app.chat.prompt.put(text)
        self.app.chat.prompt.submit()

    def calls(self, name: str) -> list[tuple[Any, ...]]:
        return [call for call in self.session.calls if call[0] == name]

    def screen_text(self) -> str:
        """What a person reads."""
        lines = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in lines)


OpenChat = Callable[..., AbstractAsyncContextManager[SessionView]]


@pytest.fixture
def open_chat(script: ModuleType) -> OpenChat:
    """`async with open_chat(story, size=(120, 40)) as session_view`."""

    @asynccontextmanager
    async def opened(
        story: Any = None, size: tuple[int, int] = (120, 40), session: Any = None, settings: Any = None
    ) -> Any:
        session = session or script.ScriptedSession(script.small_story() if story is None else story)
        clock = HandClock()
        app = ShipchatApp(session, clock=clock, settings=settings)
        async with app.run_test(size=size, notifications=True) as pilot:
            session_view = SessionView(app, pilot, session, clock)
            await session_view.until(
                lambda: app.chat.session_view.opened and not app.chat.session_view.turn_running, "open"
            )
            await session_view.settled()
            yield session_view

    return opened
