"""The suite's UPS traffic through a proxy that holds it against UPS's own documents (Prism).

With SHIPCHAT_TEST_UPS_PROXY=FOLDER every test process keeps one Prism; clients are sent to it instead of to their
simulator. `tests/integration/ups/test_all_traffic.py` runs the suite so and judges what the proxies logged.
"""

import atexit
import contextlib
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

VARIABLE = "SHIPCHAT_TEST_UPS_PROXY"
CHATS_DAY = "2026-11-20"
SPECIFICATION = Path(__file__).parents[2] / "shared" / "reference" / "ups-openapi" / "ups-min.yaml"


def prism_program() -> str | None:
    """The program, from SHIPCHAT_TEST_PRISM or the path."""
    return os.environ.get("SHIPCHAT_TEST_PRISM") or shutil.which("prism")


class Prism:
    """The validating proxy in front of a simulator."""

    def __init__(self, program: str, upstream: str, log: Path) -> None:
        self.log = log
        self.forgiven: list[str] = []
        with log.open("w") as output:
            self.process = subprocess.Popen(
                [program, "proxy", "-h", "127.0.0.1", "-p", "0", str(SPECIFICATION), upstream],
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, "NO_COLOR": "1"},
            )
        self.url = self._address()

    def _address(self) -> str:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.process.poll() is None:
            for line in self.log.read_text().splitlines():
                if "listening on http" in line:
                    return "http" + line.split("listening on http", 1)[1].split()[0]
            time.sleep(0.05)  # polling a log with a bound
        raise AssertionError(f"Prism did not start: {self.log.read_text()[-500:]}")

    def violations(self) -> list[str]:
        return [line for line in violations_in(self.log) if line not in self.forgiven]

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)


WRONG_IN_THE_DOCUMENT = (
    "PreDepartureITNNumber must NOT have fewer than 17 characters",
    "ExemptionLegend must NOT have fewer than 20 characters",
    "ServiceDateOption must NOT have more than 1 characters",
)
"""It wants exactly 17 and 20 characters of numbers that have 15 (`X` and 14 digits) and of codes such as `30.37(a)`, and
one of the timeframes of a pickup, which its own text writes with two digits (`01`, `02`, `03`)."""


def violations_in(log: Path) -> list[str]:
    """The lines in which Prism says what does not conform, but for what UPS's document itself has wrong."""
    lines = [line for line in log.read_text().splitlines() if "iolation" in line]
    return [line for line in lines if not any(words in line for words in WRONG_IN_THE_DOCUMENT)]


class Switch:
    """Forwards bytes to whichever simulator the running test has; Prism's own upstream is fixed."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def lead_to(self, port: int) -> int:
        """Lead to another simulator; connections to the one before end. Returns the port before."""
        before, self._port = self._port, port
        ended, self._open = self._open, []
        for connection in ended:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        return before

    def _accept(self) -> None:
        while True:
            near, _ = self._listener.accept()
            try:
                far = socket.create_connection(("127.0.0.1", self._port))
            except OSError:
                near.close()
                continue
            self._open += [near, far]
            threading.Thread(target=self._pump, args=(near, far), daemon=True).start()
            threading.Thread(target=self._pump, args=(far, near), daemon=True).start()

    @staticmethod
    def _pump(source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while part := source.recv(65536):
                target.sendall(part)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_WR)


class Gateway:
    """One process's way: Prism, the switch behind it, and a simulator for tests that bring none."""

    def __init__(self, folder: Path) -> None:
        program = prism_program()
        if program is None:
            raise RuntimeError(f"{VARIABLE} is set and Prism is not installed")
        name = f"{os.environ.get('PYTEST_XDIST_WORKER', 'main')}-{os.getpid()}"
        books = str(folder / f"books-{name}.sqlite")
        self._simulator = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "mcp_servers.ups.simulator",
                "--port",
                "0",
                "--books",
                books,
                "--until-stdin-closes",
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            # It serves clients whose day is frozen.
            env={"SHIPCHAT_TODAY": CHATS_DAY, **os.environ},
        )
        assert self._simulator.stdout is not None
        self.switch = Switch(_port(self._simulator.stdout.readline().strip()))
        self._prism = Prism(program, self.switch.url, folder / f"{name}.log")
        self.url = self._prism.url
        atexit.register(self._stop)

    def _stop(self) -> None:
        self._prism.stop()
        self._simulator.kill()


def _port(url: str) -> int:
    return int(url.rsplit(":", 1)[1])


@cache
def gateway() -> Gateway | None:
    """This process's gateway, if the suite runs through one."""
    folder = os.environ.get(VARIABLE)
    return Gateway(Path(folder)) if folder else None


@contextlib.contextmanager
def in_front_of(simulator_url: str) -> Iterator[str]:
    """The address that clients of this simulator use."""
    way = gateway()
    if way is None:
        yield simulator_url
        return
    before = way.switch.lead_to(_port(simulator_url))
    try:
        yield way.url
    finally:
        way.switch.lead_to(before)


def own_simulator() -> dict[str, str]:
    """What a test adds to the environment of a process that would start a simulator of its own."""
    way = gateway()
    return {"SHIPCHAT_UPS_BASE_URL": way.url} if way else {}
