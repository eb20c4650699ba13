"""What the chat may cost: widgets, however long the session; modules, before the first picture."""

import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from textual.widgets import DataTable

from agent.events import AssistantDelta, AssistantSaid, BatchStarted, NoticeShown, RowCompleted, ToolCalled, UserSaid
from tui.model.window import WINDOW

ROOT = Path(__file__).parents[3]
MOST_WIDGETS = 250
HEAVY = ("anthropic", "mcp", "duckdb", "sqlalchemy", "sqlglot", "openpyxl", "alembic", "lark", "markdown_it", "jinja2")


def widget_count(session_view: Any) -> int:
    return len(session_view.app.chat.query("*"))


async def test_ten_thousand_events_keep_the_screen_small(open_chat: Any, script: ModuleType) -> None:
    async with open_chat({}) as session_view:
        frame = widget_count(session_view) - len(session_view.app.chat.view.children)
        for number in range(1_000):
            session_view.session.emit(UserSaid(f"message {number}"))
            session_view.session.emit(ToolCalled("count_rows", f"{number}"))
            session_view.session.emit(AssistantSaid(f"answer {number}"))
        session_view.session.emit(BatchStarted("b1", 7_000, "simulator"))
        for number in range(7_000):
            session_view.session.emit(
                RowCompleted("b1", number, number + 1, "Ada Brook", f"1Z{number}", [f"1Z{number}"], 912, "x.zpl")
            )
        await session_view.settled()
        await session_view.settled()
        mounted = len(session_view.app.chat.view.children)
        assert mounted == WINDOW + 1, "a window of items and the line above it"
        assert widget_count(session_view) == frame + WINDOW + 1
        assert widget_count(session_view) <= MOST_WIDGETS
        await session_view.sees("7,000/7,000")


@pytest.mark.slow
async def test_a_window_at_rest_paints_only_what_the_clock_changes(open_chat: Any, monkeypatch: Any) -> None:
    async with open_chat({}) as session_view:
        chat = session_view.app.chat
        seen: list[int] = []
        monkeypatch.setattr(chat.status, "show", lambda *_: seen.append(chat._ticks))
        await session_view.until(
            lambda: len(seen) > 2 and seen[-1] == seen[-3], "three pictures, none of them a tick's"
        )
        session_view.session.emit(NoticeShown("The truck is here."))
        await session_view.until(lambda: seen[-1] > seen[-2], "an event is painted at the next tick")
    assert not chat.prompt.cursor_blink


async def test_previews_and_tables_stay_within_the_budget(open_chat: Any, script: ModuleType) -> None:
    async with open_chat({}) as session_view:
        for number in range(80):
            session_view.session.emit(script.preview(20, digest=f"{number:012d}"))
        await session_view.settled()
        await session_view.settled()
        assert widget_count(session_view) <= MOST_WIDGETS
        assert len(session_view.app.chat.query(DataTable)) <= 2, "only what can still be approved has a table"


async def test_a_streamed_answer_is_one_widget(open_chat: Any) -> None:
    async with open_chat({}) as session_view:
        before = widget_count(session_view)
        for number in range(1_000):
            session_view.session.emit(AssistantDelta(f"- item {number} with **bold** words\n"))
            if number % 200 == 0:
                await session_view.settled()
        await session_view.settled()
        assert widget_count(session_view) == before + 1


async def test_a_reader_further_up_is_not_moved(open_chat: Any) -> None:
    async with open_chat({}) as session_view:
        for number in range(300):
            session_view.session.emit(NoticeShown(f"notice {number}"))
        await session_view.settled()
        view = session_view.app.chat.view
        await session_view.sees("notice 299")
        await session_view.pilot.press("pageup", "pageup")
        await session_view.settled()
        before = [line[:60].rstrip() for line in session_view.screen_text().splitlines()[:20]]
        for number in range(300, 312):
            session_view.session.emit(NoticeShown(f"notice {number}"))
        await session_view.settled()
        assert [line[:60].rstrip() for line in session_view.screen_text().splitlines()[:20]] == before
        await session_view.sees("12 new")
        for _ in range(12):
            await session_view.pilot.press("pageup")
        assert len(view.children) <= WINDOW + 1
        await session_view.pilot.press("ctrl+home")
        await session_view.sees("Say what to ship")
        assert len(view.children) <= WINDOW + 1
        await session_view.pilot.press("ctrl+end")
        await session_view.settled()
        await session_view.sees("notice 311")
        assert "new ·" not in session_view.screen_text()


def test_the_first_picture_stands_before_any_engine_is_loaded() -> None:
    code = f"""
import sys
from pathlib import Path
from pathlib import Path
sys.path.insert(0, {str(ROOT)!r})
from agent.session import ChatSession
from agent.settings import Settings
from tui.app import ShipchatApp

class Late(ChatSession):
    async def open(self):
        print(sorted(name for name in {HEAVY!r} if name in sys.modules))
        self.app.exit(0)
        return {{}}

session = Late(Settings())
app = session.app = ShipchatApp(session)
app.run(headless=True)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr
