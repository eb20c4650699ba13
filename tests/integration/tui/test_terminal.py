"""In a real terminal (tmux): what a pilot cannot see - key codes, a clean exit, nothing left on the screen."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
STORY = Path(__file__).with_name("scripted_chat.py")
PATIENCE_S = 30.0

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")


class Terminal:
    """One window of a private tmux server, a server of its own for each start."""

    def __init__(self) -> None:
        self.started = 0

    @property
    def name(self) -> str:
        # A server that was told to end still has its socket for a while; nothing may be started on that.
        return f"shipchat-test-{os.getpid()}-{self.started}"

    def tmux(self, *arguments: str) -> str:
        command = ["tmux", "-L", self.name, "-f", "/dev/null", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=10).stdout

    def start(self, command: str) -> None:
        self.started += 1
        self.tmux("new-session", "-d", "-x", "100", "-y", "40", command)

    def keys(self, *names: str) -> None:
        self.tmux("send-keys", *names)

    def type(self, text: str) -> None:
        self.tmux("send-keys", "-l", text)

    def text(self) -> str:
        return self.tmux("capture-pane", "-p")

    def close(self) -> None:
        subprocess.run(["tmux", "-L", self.name, "kill-server"], capture_output=True, check=False, timeout=10)

    def sees(self, text: str) -> None:
        """Poll, bounded, until the screen shows it."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            if text in self.text():
                return
            self.tmux("run-shell", "-d", "0.05", "")
        raise AssertionError(f"never seen: {text}\n{self.text()}")


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    opened = Terminal()
    yield opened
    opened.close()


def test_a_batch_is_shipped_in_a_real_terminal_and_the_screen_is_given_back(terminal: Terminal) -> None:
    terminal.start(f"cd {ROOT} && {sys.executable} {STORY}; echo exit=$?; cat")
    terminal.sees("orders.csv")
    terminal.type("Ship all California orders via Ground")
    terminal.keys("Enter")
    terminal.sees("y  Approve")
    terminal.keys("Tab")
    end = time.monotonic() + PATIENCE_S
    while "8 of 8 shipped" not in terminal.text() and time.monotonic() < end:
        terminal.keys("y")
    terminal.sees("8 of 8 shipped")
    terminal.tmux("resize-window", "-x", "80", "-y", "24")
    terminal.sees("8 of 8 shipped")
    terminal.keys("C-c")
    terminal.keys("C-u")
    terminal.keys("C-q")
    terminal.sees("exit=0")
    assert terminal.tmux("display-message", "-p", "#{alternate_on}").strip() == "0"
