"""What the window costs: the first picture, a key in a long session, its widgets, and standing idle.

Run: `python -m tests.benchmarks chat`. The first picture and the idle time are those of the installed command in a
terminal of its own; a Textual app with nothing but a field takes turns with it. A key is measured over the real screen, without a terminal.
"""

import os
import sys
import time
from pathlib import Path
from typing import Any

import pexpect
import psutil

from agent.events import AssistantSaid, BatchStarted, RowCompleted, ToolCalled, UserSaid
from tests.integration.tui import scripted_chat
from tui.app import ShipchatApp

TURNS = 5
KEYS = 200
IDLE_S = 10.0
COMMAND = str(Path(sys.executable).with_name("shipchat"))
EMPTY = "from textual.app import App; App().run()"
REACH = {"first_picture_s": 0.45, "key_ms": 10, "widgets": 250, "idle_times_empty": 2}


async def figures(folder: Path, _rows: list[int] | None) -> dict[str, Any]:
    """Seconds, milliseconds and ratios, and what they should be."""
    (folder / "orders.csv").write_text("Order Number,Recipient Name\nB-1,Dana Whitfield\n", encoding="utf-8")
    own = {"SHIPCHAT_HOME": str(folder / "home"), "SHIPCHAT_STATE": str(folder / "state"), "TERM": "xterm-256color"}
    environment = {key: value for key, value in os.environ.items() if not key.startswith("SHIPCHAT_")} | own
    chat, empty = [COMMAND, "orders.csv"], [sys.executable, "-c", EMPTY]
    _started(chat, environment, folder)  # makes the ledger, and warms the files
    paints = [(_started(chat, environment, folder)[0], _started(empty, environment, folder)[0]) for _ in range(TURNS)]
    idle = [_started(command, environment, folder, idle_s=IDLE_S)[1] for command in (chat, empty)]
    key_ms, widgets = await _long_session()
    first, bare = min(paint for paint, _ in paints), min(paint for _, paint in paints)
    return {
        "first_picture_s": round(first, 3),
        "first_picture_of_an_empty_app_s": round(bare, 3),
        "key_ms": round(key_ms, 2),
        "widgets": widgets,
        "idle_percent": round(100 * idle[0] / IDLE_S, 2),
        "idle_times_empty": round(idle[0] / max(idle[1], 0.01), 2),
        "reach": REACH,
    }


def _started(command: list[str], environment: dict[str, str], folder: Path, idle_s: float = 0.0) -> tuple[float, float]:
    """Seconds until the first picture (the alternate screen holds words), and processor seconds while it stood idle."""
    began = time.perf_counter()
    child = pexpect.spawn(
        command[0], command[1:], env=environment, cwd=str(folder), encoding="utf-8", dimensions=(40, 120), timeout=60
    )
    try:
        child.expect_exact("\x1b[?1049h")
        child.expect(r"[▔╭└─ ]{10}|\x1b\[H.{20}")
        painted = time.perf_counter() - began
        if not idle_s:
            return painted, 0.0
        process = psutil.Process(child.pid)
        _drained(child, 5.0)
        before = process.cpu_times()
        _drained(child, idle_s)
        after = process.cpu_times()
        return painted, after.user + after.system - before.user - before.system
    finally:
        child.close(force=True)


def _drained(child: "pexpect.spawn[str]", seconds: float) -> None:
    """Let it stand, and read what it writes."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        try:
            child.read_nonblocking(1 << 16, timeout=0.2)
        except pexpect.TIMEOUT:
            continue


async def _long_session() -> tuple[float, int]:
    """Processor milliseconds of a key after 10,000 events, and how many widgets there are then."""
    session = scripted_chat.ScriptedSession(scripted_chat.small_story())
    app = ShipchatApp(session)
    async with app.run_test(size=(120, 40)) as pilot:
        while not app.chat.session_view.opened:
            await pilot.pause(0.01)
        for number in range(1_000):
            for event in (UserSaid(f"m {number}"), ToolCalled("count_rows", str(number)), AssistantSaid(f"a {number}")):
                session.emit(event)
        session.emit(BatchStarted("b1", 7_000, "simulator"))
        for number in range(7_000):
            told = f"1Z{number}"
            session.emit(RowCompleted("b1", number, number + 1, "Ada Brook", told, [told], 912, "x.zpl"))
        await pilot.pause(1.0)
        before = time.process_time()
        await pilot.press(*["x"] * KEYS)
        spent = time.process_time() - before
        return 1000 * spent / KEYS, len(app.chat.query("*"))
