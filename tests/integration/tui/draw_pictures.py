"""Draws the pictures of the README: `python tests/integration/tui/draw_pictures.py docs`."""

import asyncio
import os
import sys
from pathlib import Path

from scripted_chat import SAID, ScriptedSession, small_story  # its own folder is on the path when run as a program

from tui.app import ShipchatApp
from tui.session_protocol import Clock, Stamped


class Later(Clock):
    """Time enough has always passed between two keys."""

    seconds = 0.0

    def now(self) -> float:
        self.seconds += 10
        return self.seconds

    def of(self, event: Stamped) -> float:
        return self.now()


async def draw(folder: Path) -> None:
    """The preview that waits, and the batch that was shipped; the same colours wherever it is run."""
    os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
    os.environ.pop("NO_COLOR", None)
    session = ScriptedSession(small_story())
    app = ShipchatApp(session, clock=Later())
    async with app.run_test(size=(110, 42)) as pilot:
        while not app.chat.session_view.opened:
            await pilot.pause()
        app.chat.prompt.put(SAID)
        await pilot.press("enter")
        while not session.painted:
            await pilot.pause(0.01)
        await pilot.pause(0.3)
        app.save_screenshot("chat-preview.svg", str(folder))
        await pilot.press("tab", "y")
        while "approve" not in [call[0] for call in session.calls] or app.chat.controller.busy:
            await pilot.pause(0.01)
        await pilot.pause(0.3)
        app.save_screenshot("chat.svg", str(folder))


if __name__ == "__main__":
    asyncio.run(draw(Path(sys.argv[1])))
