"""Starts the person's own servers side by side, keeps them, tells once what failed, and calls them.

Nothing is read or started before it is wanted: a chat that calls no model never starts one.
"""

import asyncio
import importlib
import os
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal

from agent.brains.fencing import plain
from agent.credentials import without_secrets
from agent.errors import ErrorKind, error
from agent.own_servers.config import OwnServer, read_own_servers
from agent.own_servers.offer import Offer, OfferedTool, offer, within_bounds
from agent.tool_caller import GoneError

if TYPE_CHECKING:
    from agent.own_servers.connection import OwnConnection
    from agent.pipes import Wire

OWN_NOT_STARTED = ErrorKind(
    "E-4111", "Your server {server} did not start: {reason}.", "The rest works. Correct it, then /mcp tries it again."
)
OWN_STOPPED = ErrorKind("E-4112", "Your server {server} stopped{reason}.", "The rest works. /mcp starts it again.")
OWN_GONE = ErrorKind(
    "E-4113",
    "Your server {server} stopped during the call of {tool}{reason}: what the call did there is unknown.",
    "Look there before you repeat it. /mcp starts the server again.",
)
OWN_SILENT = ErrorKind(
    "E-4114",
    "Your server {server} did not answer the call of {tool} within {seconds:.0f} s: what the call did is unknown.",
    "Look there before you repeat it.",
)
LONGEST_ANSWER = 8_000
"""Letters of an answer that a model is told."""
SHORTEST_SECRET = 6
"""Letters of a value of `env` that is looked for in a text."""

State = Literal["not started", "starting", "running", "failed", "stopped"]


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds of patience."""

    wait_s: float = 10.0
    """How long a turn waits for servers that are starting; their tools come with a later one."""
    start_s: float = 60.0
    """A server that is installed at its first start takes a while."""
    call_s: float = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call brought: text of a stranger, without our secrets and without its own."""

    text: str
    is_error: bool
    cut: bool
    """Whether there was more of it."""


@dataclass(slots=True)
class RunningServer:
    """One server and how it stands."""

    server: OwnServer
    state: State = "not started"
    reason: str = ""
    version: str = ""
    offer: Offer = field(default_factory=Offer)
    secrets: tuple[str, ...] = ()
    """Values that the person gave it."""
    connection: "OwnConnection | None" = None
    task: "asyncio.Task[None] | None" = None
    settled: asyncio.Event = field(default_factory=asyncio.Event)
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    def clean(self, text: str) -> str:
        for secret in self.secrets:
            text = text.replace(secret, "***")
        return without_secrets(text)

    def end(self) -> None:
        """Ask it to end; `task` is done when it has."""
        self.stop.set()
        if self.state == "starting" and self.task is not None:
            self.task.cancel()


class OwnServers:
    """The person's own servers through one session."""

    def __init__(self, home: Path, limits: Limits | None = None) -> None:
        self._home = home
        self._limits = limits or Limits()
        self._servers: dict[str, RunningServer] | None = None
        self._left: list[RunningServer] = []
        """Those that the file does not name any more."""
        self._news: list[tuple[str, str]] = []
        """(server, what is to be told of it)."""
        self._told: set[str] = set()

    @property
    def all(self) -> list[RunningServer]:
        """Those of `mcp.json`, once it was read."""
        return list((self._servers or {}).values())

    def _read(self, *, again: bool) -> None:
        """Read `mcp.json` once, or again: what is named there as before stays as it is, what is not has to end."""
        if self._servers is not None and not again:
            return
        before = self._servers or {}
        found = read_own_servers(self._home)
        self._servers = {
            server.name: before[server.name]
            if server.name in before and before[server.name].server == server
            else RunningServer(server)
            for server in found
        }
        gone = [one for name, one in before.items() if self._servers.get(name) is not one]
        for one in gone:
            one.end()
        self._left += gone

    async def start(self, *, again: bool = False) -> None:
        """Start all side by side and wait for them, but not for ever; `again` reads the file anew and starts those
        too that failed or stopped.

        Raises:
            ShipchatError: E-4110.
        """
        if again:
            self._told.clear()
        self._read(again=again)
        startable = ("not started", "failed", "stopped") if again else ("not started",)
        for name, one in list((self._servers or {}).items()):
            if one.state in startable:
                fresh = (self._servers or {})[name] = RunningServer(one.server, "starting")
                fresh.task = asyncio.create_task(self._own(fresh), name=f"own-server-{name}")
        waiting = [asyncio.create_task(one.settled.wait()) for one in self.all if one.state == "starting"]
        if waiting:
            try:
                await asyncio.wait(waiting, timeout=self._limits.wait_s)
            finally:
                for task in waiting:
                    task.cancel()
            for one in self.all:
                if one.state == "starting":
                    self.tell(
                        one.server.name, f"Your server {one.server.name} is still starting: its tools come later."
                    )

    def tools(self) -> tuple[list[OfferedTool], list[str]]:
        """What those that run offer together, and what of it found no room."""
        return within_bounds(one.offer for one in self.all if one.state == "running")

    def tell(self, server: str, text: str) -> None:
        """Put something among the news, once a session."""
        if text not in self._told:
            self._told.add(text)
            self._news.append((server, text))

    def news(self) -> list[str]:
        """What has to be told since the last time."""
        news, self._news = self._news, []
        return [text for _, text in news]

    async def call(self, tool: OfferedTool, arguments: dict[str, Any]) -> Answer:
        """Ask a server.

        Raises:
            ShipchatError: E-4112 it does not run, E-4113 it went away meanwhile, E-4114 it did not answer in time.
        """
        one = (self._servers or {}).get(tool.server)
        if one is None or one.connection is None or one.state != "running":
            raise error(OWN_STOPPED, server=tool.server, reason="")
        try:
            async with asyncio.timeout(self._limits.call_s):
                said = await one.connection.call(tool.tool, arguments)
        except TimeoutError:
            raise error(OWN_SILENT, server=tool.server, tool=tool.tool, seconds=self._limits.call_s) from None
        except GoneError:
            one.stop.set()
            await one.settled.wait()
            if one.task is not None:
                await asyncio.wait({one.task})
            # Told here, with the call; so not once more.
            self._news = [news for news in self._news if news[0] != tool.server]
            raise error(OWN_GONE, server=tool.server, tool=tool.tool, reason=one.reason) from None
        # Twice the length: where a secret is cut in two, its half lies beyond what is told.
        text = one.clean(said.text[: 2 * LONGEST_ANSWER])
        return Answer(text[:LONGEST_ANSWER], said.is_error, len(said.text) > LONGEST_ANSWER)

    async def close(self) -> None:
        """Stop all of them and wait until they are gone."""
        everyone = [*self.all, *self._left]
        for one in everyone:
            one.end()
        await asyncio.gather(*(one.task for one in everyone if one.task), return_exceptions=True)

    async def _own(self, one: RunningServer) -> None:
        """From start to end, in one task: the SDK's client must be left by the task that entered it."""
        wire: Wire | None = None
        try:
            variables = one.server.filled(os.environ)
            one.secrets = tuple(sorted((v for v in variables.values() if len(v) >= SHORTEST_SECRET), key=len))[::-1]
            # In a thread, so that the screen goes on while the SDK loads.
            module: ModuleType = await asyncio.to_thread(importlib.import_module, "agent.own_servers.connection")
            wire = module.Wire()
            async with (
                asyncio.timeout(self._limits.start_s) as patience,
                module.connected(one.server, variables, wire) as connection,
            ):
                listed = await connection.tools()
                patience.reschedule(None)
                self._up(one, connection, offer(one.server.name, listed, asks_always=one.server.asks_always))
                await _first(one.stop, wire.ended)
        except Exception as fault:  # noqa: BLE001 - whatever a stranger's program does, it ends itself and nothing else
            self._down(one, wire, fault)
        else:
            self._down(one, wire, None)
        finally:
            one.connection = None
            one.settled.set()

    def _up(self, one: RunningServer, connection: "OwnConnection", found: Offer) -> None:
        one.connection, one.version, one.offer = connection, plain(connection.version, 40), found
        one.state = "running"
        one.settled.set()
        if found.left_out:
            left_out = "; ".join(found.left_out[:5])
            more = f" and {len(found.left_out) - 5} more" if len(found.left_out) > 5 else ""
            self.tell(one.server.name, f"Not offered of your server {one.server.name}: {left_out}{more}.")

    def _down(self, one: RunningServer, wire: "Wire | None", fault: Exception | None) -> None:
        """Note why; what we stopped ourselves is no news."""
        words = _reason(fault, self._limits.start_s) if fault is not None else ""
        if wire is not None:
            last = wire.last_words.decode("utf-8", "replace").strip().splitlines()[-1:]
            ended = wire.ended.is_set() and not isinstance(fault, TimeoutError)
            why = wire.fault or ("it ended by itself" if ended else words)
            words = ", ".join([why, *(f"its last words: {line}" for line in last)])
        words = plain(one.clean(words).rstrip("."), 300)
        started = one.state == "running"
        asked = one.stop.is_set() and not (wire is not None and wire.ended.is_set())
        one.state = "stopped" if started else "failed"
        one.offer = Offer()
        if started and asked:
            return
        one.reason = f" ({words})" if started else words
        kind = OWN_STOPPED if started else OWN_NOT_STARTED
        self.tell(one.server.name, str(error(kind, server=one.server.name, reason=one.reason)))


def _reason(fault: BaseException, start_s: float) -> str:
    """The words of the first thing that went wrong inside a group."""
    while isinstance(fault, BaseExceptionGroup):
        fault = fault.exceptions[0]
    if isinstance(fault, TimeoutError):
        return f"it was not ready within {start_s:.0f} s"
    if isinstance(fault, OSError) and fault.filename:
        return f"{fault.filename}: {fault.strerror}"
    return str(fault) or type(fault).__name__


async def _first(*events: asyncio.Event) -> None:
    waiting = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()
