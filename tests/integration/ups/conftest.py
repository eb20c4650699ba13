"""A practice carrier as a real process, and the UPS server's tools against it.

Where Prism is installed, everything but tests marked `fault` goes through it, and a violation of UPS's own documents
fails the run.
"""

import functools
import itertools
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from mcp_servers.ups.app import App, run_app
from mcp_servers.ups.server import UpsTools, build
from mcp_servers.ups.settings import UpsSettings
from mcp_servers.ups.tokens import boot_clock
from tests import ups_shipments
from tests.simulator_pages import pages
from tests.tool_answers import answered
from tests.ups_proxy import SPECIFICATION, Prism, prism_program

_numbers = itertools.count(1)


class Carrier:
    """The simulator process and its admin pages."""

    def __init__(self, books: Path, *options: str) -> None:
        self.books_file = books
        self.process = subprocess.Popen(
            [sys.executable, "-m", "mcp_servers.ups.simulator", "--port", "0", "--books", str(books), *options],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()
        self.admin = pages(self.url, books)

    def fault(self, text: str) -> None:
        self.admin.post("/simulator/faults", json={"fault": text}).raise_for_status()

    def clear(self, name: str | None = None) -> None:
        self.admin.delete("/simulator/faults", params={"name": name} if name else None).raise_for_status()

    def books(self) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = self.admin.get("/simulator/books").json()
        return entries

    def booked(self, reference: str) -> list[dict[str, Any]]:
        return [entry for entry in self.books() if entry["reference"] == reference]

    def last_event(self) -> int:
        events = self.admin.get("/simulator/events").json()["events"]
        return events[-1]["n"] if events else 0

    def wait_for(self, stage: str, *, after: int, reference: str | None = None) -> dict[str, Any]:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            page = self.admin.get("/simulator/events", params={"after": after, "wait": 10}).json()["events"]
            for event in page:
                if event["stage"] == stage and reference in (None, event.get("reference")):
                    return event
            after = page[-1]["n"] if page else after
        raise AssertionError(f"{stage} never happened")

    def stop(self) -> None:
        self.admin.close()
        self.process.terminate()
        self.process.wait(10)


@pytest.fixture(scope="session")
def _carrier(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Carrier]:
    carrier = Carrier(tmp_path_factory.mktemp("carrier") / "books.sqlite")
    yield carrier
    carrier.stop()


@pytest.fixture
def carrier(_carrier: Carrier) -> Iterator[Carrier]:
    """The simulator of the whole run, without faults before and after each test."""
    _carrier.clear()
    yield _carrier
    _carrier.clear()


@pytest.fixture
def other_carrier(tmp_path: Path) -> Iterator[Callable[..., Carrier]]:
    """Starts a simulator of the test's own."""
    started: list[Carrier] = []

    def start(*options: str, books: Path | None = None) -> Carrier:
        started.append(Carrier(books or tmp_path / "own" / "books.sqlite", *options))
        return started[-1]

    yield start
    for one in started:
        one.stop()


@pytest.fixture(scope="session")
def prism(_carrier: Carrier, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prism | None]:
    program = prism_program()
    if program is None or not SPECIFICATION.exists():
        yield None
        return
    proxy = Prism(program, _carrier.url, tmp_path_factory.mktemp("prism") / "prism.log")
    yield proxy
    proxy.stop()
    found = proxy.violations()
    assert not found, "\n".join(found[:20])


@pytest.fixture
def ups_url(carrier: Carrier, prism: Prism | None, request: pytest.FixtureRequest) -> str:
    """Where this test's UPS server sends its requests."""
    if prism is None or request.node.get_closest_marker("fault"):
        return carrier.url
    return prism.url


class Server:
    """The UPS server's table of tools, called as a client calls it."""

    def __init__(self, tools: UpsTools, app: App) -> None:
        self.tools = tools
        self.app = app

    async def call(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """A success's content."""
        result = await self.tools.call(self.app, tool, {"environment": "simulator", **arguments})
        assert not result.is_error, result.content
        return answered(result)

    async def refused(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """A refusal's content."""
        result = await self.tools.call(self.app, tool, {"environment": "simulator", **arguments})
        assert result.is_error, result.content
        return answered(result)


@asynccontextmanager
async def running(home: Path, url: str, **more: Any) -> AsyncIterator[Server]:
    settings = UpsSettings(environment="simulator", home=home, base_url=url, **more)
    async with run_app(settings) as app:
        yield Server(_tools(), app)


@functools.cache
def _tools() -> UpsTools:
    return build()


@pytest_asyncio.fixture
async def server(tmp_path: Path, ups_url: str) -> AsyncIterator[Server]:
    async with running(tmp_path / "home", ups_url, timeout_s=10.0) as one:
        yield one


@pytest.fixture
def shipment() -> dict[str, Any]:
    return ups_shipments.domestic()


@pytest.fixture
def abroad(shipment: dict[str, Any]) -> dict[str, Any]:
    """The same shipment, to Germany."""
    return ups_shipments.abroad(shipment)


def soon() -> float:
    """A `not_after` a minute ahead."""
    return boot_clock() + 60


@pytest.fixture
def reference() -> str:
    return f"SCTESTTEST{next(_numbers):06d}01"


def content_of(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(path.read_text())
    return loaded


@pytest.fixture
def not_after() -> float:
    return soon()


@pytest.fixture
def start_server(tmp_path: Path) -> Callable[..., Any]:
    """`async with start_server(url, name="home", **settings) as server`."""

    def start(url: str, home: str = "home", **settings: Any) -> Any:
        return running(tmp_path / home, url, **{"timeout_s": 10.0, **settings})

    return start


@pytest.fixture
def wait_until() -> Callable[[Callable[[], bool]], None]:
    """Polls a condition, for at most 20 seconds."""

    def wait(condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 20
        while not condition():
            assert time.monotonic() < deadline, "it never came true"
            time.sleep(0.02)

    return wait
