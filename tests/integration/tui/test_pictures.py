"""Pictures of the screens and their main states, compared with those that were looked at and accepted.

Renew them with `pytest -m "snapshot" --snapshot-update` and look at each one that git shows as changed.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from textual.pilot import Pilot

from agent.events import (
    ErrorShown,
    NoticeShown,
    QuestionAsked,
    RowFailed,
    RowInDoubt,
    SessionResumed,
    TableShown,
    UserSaid,
)
from agent.events.history import BatchLine, DoubtLine
from agent.saved_sessions.store import SavedSessions
from agent.settings import Settings
from agent.setup.origins import Setting
from tests.integration.tui import test_after_a_batch, test_first_screen, test_mapping, test_services
from tests.integration.tui.conftest import HandClock, SessionView
from tui.app import ShipchatApp
from tui.screens import chat_screen
from tui.screens.doubts_screen import DoubtsScreen
from tui.screens.jobs_screen import JobsScreen
from tui.screens.mapping_screen import MappingScreen
from tui.screens.open_screen import OpenScreen
from tui.screens.services_screen import ServicesScreen
from tui.screens.settings_screen import SettingsScreen

pytestmark = pytest.mark.snapshot

SMALL, LARGE = (80, 24), (120, 40)
Steps = Callable[[SessionView], Awaitable[None]]


async def first(view: SessionView) -> None:
    await view.sees("orders.csv")


async def preview(view: SessionView) -> None:
    view.say("Ship all California orders via Ground")
    await view.until(lambda: view.session.painted, "the preview is painted")
    view.clock.seconds += 2


async def approval(view: SessionView) -> None:
    await preview(view)
    await view.pilot.press("tab")


async def typed_live(view: SessionView) -> None:
    sentence = "LIVE: buy 8 labels via UPS Ground for $96.20, the most expensive $14.93 (row 16), on account …56."
    shown = view.script.preview(environment="production", typed_confirmation="ship 8", approval_sentence=sentence)
    view.session.emit(shown)
    await view.until(lambda: view.session.painted, "the preview is painted")


async def running(view: SessionView) -> None:
    await preview(view)
    view.session.hold = asyncio.Event()
    await view.pilot.press("tab", "y")
    await view.until(lambda: view.app.chat.session_view.batch_done == 2, "two rows")
    view.session.emit(RowFailed("b-20261121-1", 5, 6, "Cleo Dunn", "E-3110", "The ZIP code is not in that state."))
    view.session.emit(RowInDoubt("b-20261121-1", 7, 8, "Dario Estes", "SC-1-7", "no answer within 30 s"))


async def shipped(view: SessionView) -> None:
    await preview(view)
    await view.pilot.press("tab", "y")
    await view.sees("8 of 8 shipped")


async def question(view: SessionView) -> None:
    view.say("ship the big ones")
    await view.until(lambda: view.app.chat.query("QuestionBar"), "question")


async def messages(view: SessionView) -> None:
    view.session.emit(UserSaid("show me the orders over $500"))
    view.session.emit(TableShown("orders over $500", ["Row", "Order", "Total"], [["4", "SO-1", "$640.00"]], 1))
    view.session.emit(NoticeShown("The sheet has changed since it was opened.", "warning"))
    view.session.emit(ErrorShown("E-1207", "There is no column Sate.", "Did you mean State?"))
    view.session.emit(QuestionAsked("q2", "Which column is the weight?", ["Weight lb", "Gross"]))


async def rows(view: SessionView) -> None:
    await preview(view)
    await view.pilot.press("f3")
    await view.sees("sort")


async def detail(view: SessionView) -> None:
    await rows(view)
    await view.pilot.press("down", "enter")
    await view.sees("Canal St")


async def mapping(view: SessionView) -> None:
    view.app.push_screen(MappingScreen(test_mapping.shown(), lambda _said: None, []))
    await view.sees("row 2 would go to")


async def services(view: SessionView) -> None:
    await preview(view)
    view.app.push_screen(ServicesScreen(test_services.compared()))
    await view.sees("8 shipments by service")


async def next_steps(view: SessionView) -> None:
    await shipped(view)
    await view.pilot.press("f2")
    await view.sees("what next?")


async def doubts(view: SessionView) -> None:
    async def listed() -> list[DoubtLine]:
        waits = {"waits_for": "UPS may show a label only some minutes after it was made", "waits_until": None}
        return [test_after_a_batch.doubt(5), test_after_a_batch.doubt(9, recipient="Ben Castle", **waits)]

    view.app.push_screen(DoubtsScreen(listed, view.app.clock))
    await view.sees("2 rows in doubt")


async def batches(view: SessionView) -> None:
    async def listed() -> list[BatchLine]:
        first = test_after_a_batch.batch(test_after_a_batch.JOB, "Ship all California orders via Ground")
        failed = {"status": "failed", "completed": 7, "failed": 1, "spent_cents": 8_000}
        return [first, test_after_a_batch.batch(test_after_a_batch.OLDER, "Ship Texas by 2nd Day", **failed)]

    view.app.push_screen(JobsScreen(listed))
    await view.sees("2 batches")


async def opening(view: SessionView) -> None:
    view.app.push_screen(OpenScreen(["/o/orders.csv", "/o/week 47.xlsx"], Path("/nowhere")))
    await view.sees("week 47.xlsx")


async def sampled(view: SessionView) -> None:
    for event in test_first_screen.sheet():
        view.session.emit(event)
    await view.sees("Ben Castle")


async def sheets_offered(view: SessionView) -> None:
    for event in test_first_screen.offered("/o/a.csv", "/o/b c.xlsx"):
        view.session.emit(event)


async def log(view: SessionView) -> None:
    await shipped(view)
    await view.pilot.press("f4")
    await view.sees("1ZSIMSIM")


async def help_screen(view: SessionView) -> None:
    await view.pilot.press("f1")
    await view.sees("What to say")


async def palette(view: SessionView) -> None:
    await view.pilot.press("f9", *"ship")
    await view.sees("what was shipped")


async def completion(view: SessionView) -> None:
    await view.pilot.press("slash", "s")
    await view.sees("/settings")


async def stop(view: SessionView) -> None:
    await running(view)
    await view.pilot.press("escape")
    await view.sees("Go on")


async def leaving(view: SessionView) -> None:
    await running(view)
    await view.pilot.press("ctrl+q")
    await view.sees("Pause and quit")


async def history(view: SessionView) -> None:
    view.app.chat.memory.entries = ["ship Texas by 2 day", "what failed?", "ship California, Ground"]
    await view.pilot.press("ctrl+r", *"ship")


async def sessions(view: SessionView) -> None:
    for day, text in (("20261120", "Ship all Texas orders"), ("20261121", "Ship all California orders via Ground")):
        store: SavedSessions = view.store
        line = {"event": "Started", "at": f"{day[:4]}-{day[4:6]}-{day[6:]}T09:30:00+00:00"}
        for one in (line, {"event": "SourceOpened", "name": "orders.csv"}, {"event": "UserSaid", "text": text}):
            store.append(f"{day}-093000-abcd", one)
    view.app.action_sessions()
    await view.sees("2 talks")


async def settings_screen(view: SessionView) -> None:
    listed = [
        Setting("model", '"offline"', "default", "Who reads what you say."),
        Setting("concurrency", "4", "/home/ada/shipchat/settings.toml", "Shipments in flight at once."),
        Setting("jobs_db", "not set", "SHIPCHAT_JOBS_DB", "The queue database of the jobs server."),
    ]
    view.app.push_screen(SettingsScreen(lambda: listed, lambda _setting, _typed: None))
    await view.sees("concurrency")
    await view.pilot.press("down", "enter")


async def resumed(view: SessionView) -> None:
    talk = [
        {"role": "note", "text": "Opened orders.csv: 42 rows."},
        {"role": "you", "text": "Ship all California orders via Ground"},
        {"role": "note", "text": "Preview (ship): 8 rows, $96.20: orders to California."},
    ]
    view.session.emit(SessionResumed("20261120-093000-abcd", "Ship all California orders via Ground", talk))


STATES = (
    *(first, sampled, sheets_offered, preview, approval, typed_live, question, running, shipped, messages, resumed),
    *(rows, detail, mapping, services, log, next_steps, doubts, batches, opening, sessions, history, settings_screen),
    *(help_screen, palette, completion, stop, leaving),
)
LOOKS = tuple(product((SMALL, LARGE), ("dark", "light", "no-color")))
AT_ONCE = {preview, question, shipped, rows, settings_screen}
"""What the README's command compares, small and dark; CI compares all."""
PICTURES = [
    pytest.param(
        *(steps, size, look),
        id=f"{steps.__name__}-{size[0]}-{look}",
        marks=() if steps in AT_ONCE and (size, look) == LOOKS[0] else pytest.mark.slow,
    )
    for steps in STATES
    for size, look in LOOKS
]


@pytest.fixture(autouse=True)
def utc() -> Iterator[None]:
    """Screens show instants by this machine's clock."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.parametrize(("steps", "size", "look"), PICTURES)
def test_picture(
    snap_compare: Any,
    script: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    steps: Steps,
    size: tuple[int, int],
    look: str,
) -> None:
    # One pinned terminal, whatever the suite runs in.
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setenv("SHIPCHAT_HOME", str(tmp_path))
    monkeypatch.delenv("NO_COLOR", raising=False)
    if look == "no-color":
        monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(chat_screen, "SPINNER", "⠋")
    session, clock = script.ScriptedSession(script.small_story()), HandClock()
    theme = "light" if look == "light" else "dark"
    app = ShipchatApp(session, clock=clock, settings=Settings(home=tmp_path, theme=theme))

    async def drawn(pilot: Pilot[int]) -> None:
        view = SessionView(app, pilot, session, clock)
        view.script, view.store = script, SavedSessions(tmp_path / "sessions")
        await view.until(lambda: app.chat.session_view.opened and not app.chat.session_view.turn_running, "open")
        await steps(view)
        for _ in range(3):
            await view.settled()

    assert snap_compare(app, terminal_size=size, run_before=drawn)
