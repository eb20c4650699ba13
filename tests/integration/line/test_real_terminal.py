"""A day in a real terminal (tmux): a batch that is killed and goes on, a doubt that is settled, labels that are printed.

The installed command, the servers and the simulator are real, and so is the printer's socket.
"""

import os
import shlex
import shutil
import signal
import socket
import threading
from collections.abc import Iterator

import psutil
import pytest

from tests.integration.line.shop import COMMAND, SENTENCE, Shop
from tests.integration.line.test_kill import release_faults, shipment_states, wait_for
from tests.integration.tui.test_terminal import Terminal

pytestmark = [
    pytest.mark.slow,
    pytest.mark.fault,
    pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed"),
]


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    opened = Terminal()
    yield opened
    opened.close()


class Printer:
    """A socket that takes what is printed."""

    def __init__(self) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.printed = b""
        self.thread = threading.Thread(target=self._take, daemon=True)
        self.thread.start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.listening.getsockname()[1]}"

    def _take(self) -> None:
        while True:
            try:
                job, _ = self.listening.accept()
            except OSError:
                return
            with job:
                while piece := job.recv(1 << 16):
                    self.printed += piece


@pytest.fixture
def printer() -> Iterator[Printer]:
    made = Printer()
    yield made
    made.listening.close()


def opened(terminal: Terminal, shop: Shop, printer: Printer) -> int:
    """Start the chat in a window; its process id."""
    variables = {**shop.environment, "SHIPCHAT_PRINTER": printer.address, "SHIPCHAT_RELEASE_WAIT_S": "0"}
    own = " ".join(f"{key}={shlex.quote(value)}" for key, value in variables.items() if key.startswith("SHIPCHAT_"))
    terminal.start(f"cd {shop.folder} && {own} {COMMAND} orders.csv --concurrency 1; echo exit=$?; cat")
    terminal.sees("orders.csv")
    pane = psutil.Process(int(terminal.tmux("display-message", "-p", "#{pane_pid}")))
    return next(one.pid for one in pane.children(recursive=True) if "shipchat" in " ".join(one.cmdline()))


def said(terminal: Terminal, text: str) -> None:
    # Nothing that was pressed too often is left before it.
    terminal.keys("C-u")
    terminal.type(text)
    terminal.keys("Enter")


def pressed(terminal: Terminal, key: str, bar: str) -> None:
    """A key on a bar that is open; keys that come too early are ignored, so until the bar is gone."""
    terminal.sees(bar)
    for _ in range(600):
        if bar not in terminal.text():
            return
        terminal.keys(key)
        terminal.tmux("run-shell", "-d", "0.05", "")
    raise AssertionError(f"never taken: {bar}\n{terminal.text()}")


def approved(terminal: Terminal, then: str) -> None:
    terminal.sees("y  Approve")
    terminal.keys("Tab")
    pressed(terminal, "y", "y  Approve")
    terminal.sees(then)


def test_a_day_with_a_kill_a_doubt_and_a_printer(terminal: Terminal, shop: Shop, printer: Printer) -> None:
    shop.simulator.fault("slow-answer@ship")
    process = opened(terminal, shop, printer)
    said(terminal, SENTENCE)
    approved(terminal, "0/3")
    wait_for(shop, "held", "ship", 1)
    os.kill(process, signal.SIGKILL)
    terminal.sees("exit=137")
    release_faults(shop)
    assert len(shop.simulator.records()) == 1
    terminal.close()

    opened(terminal, shop, printer)
    pressed(terminal, "1", "1 Resume")
    terminal.sees("3 shipped")
    assert len(shop.simulator.records()) == 3, "the label that was made before the kill was found, not bought again"

    said(terminal, "print the labels")
    terminal.sees("Sent to")

    shop.simulator.fault("reset@ship:1")
    said(terminal, "Ship order A-3 via Ground")
    approved(terminal, "1 in doubt")
    release_faults(shop)
    terminal.keys("F7")
    terminal.sees("1 row in doubt")
    terminal.keys("c")
    approved(terminal, "Closed: row 4")
    assert sorted(shipment_states(shop).values()) == ["closed", "completed", "completed", "completed"]

    said(terminal, "/quit")
    terminal.sees("exit=0")
    assert terminal.tmux("display-message", "-p", "#{alternate_on}").strip() == "0"
    assert b"^XA" in printer.printed
