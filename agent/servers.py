"""Starts, supervises and calls the MCP servers, each a child process over stdio.

One task owns each server, because the SDK's client must be left by the task that entered it; calls come from any
task. A server that died is started again by the next call; `generation` tells that it forgot what it knew.
"""

import asyncio
import importlib
import os
import sys
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Protocol, Self

from agent.child_process import child
from agent.durable import append_to
from agent.errors import SERVER_GONE, SERVER_NOT_STARTED, error
from agent.settings import Settings
from agent.tool_caller import GoneError, ToolCaller

if TYPE_CHECKING:
    from agent.mcp_client import Connection

LONGEST_ANSWER = 1 << 28
"""Bytes of one line; the servers bound what they answer well below."""
CALL_TIMEOUT_S = 600.0
"""The longest call is the import of a huge sheet; the servers keep shorter limits of their own."""

DEFAULT_JOBS_DB = Path("data/capture/jobs.db")
"""Below the folder in which a person works (docs/jobs-server.md)."""
SHARED_VARIABLES = ("SHIPCHAT_TODAY", "PYTHONDONTWRITEBYTECODE", "TZ", "LANG", "LC_ALL", "SSL_CERT_FILE")
DATA_VARIABLES = ("SHIPCHAT_DB_", "SHIPCHAT_BACKUP")
"""Beginnings of their names: the databases that `db:NAME` means, where backups go."""
UPS_VARIABLES = (
    *("SHIPCHAT_UPS_CLIENT_ID", "SHIPCHAT_UPS_CLIENT_SECRET", "DBUS_SESSION_BUS_ADDRESS", "SSL_CERT_DIR"),
    *("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"),
)
"""What a connection to the real hosts needs; the practice UPS is on this machine and gets none of it."""


@dataclass(slots=True)
class _Server:
    """One running child: its client once it is up, and the request that it stops."""

    generation: int
    ready: "asyncio.Future[Connection]"
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    task: "asyncio.Task[None] | None" = None


class UpsTurns(Protocol):
    """When requests to UPS leave, where several stations share an account (agent/station.py)."""

    async def call(self, ask: ToolCaller, tool: str, arguments: dict[str, Any]) -> dict[str, Any]: ...

    def close(self) -> None: ...


class ServerManager:
    """The servers of one session.

    `async with ServerManager(settings) as servers: await servers.call("data", "get_schema", {})`
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._servers: dict[str, _Server] = {}
        self.ups_pace: UpsTurns | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def start(self, *servers: str) -> None:
        """Begin starting servers without waiting for them."""
        for server in servers:
            self._running(server)

    async def close(self) -> None:
        """Stop all servers and wait until they are gone."""
        servers, self._servers = list(self._servers.values()), {}
        for server in servers:
            server.stop.set()
        await asyncio.gather(*(server.task for server in servers if server.task), return_exceptions=True)
        if self.ups_pace is not None:
            self.ups_pace.close()

    def generation(self, server: str) -> int:
        """How often this server has been started; it starts with no memory each time."""
        running = self._servers.get(server)
        return running.generation if running else 0

    def state(self, server: str) -> str:
        """How a server stands: `running`, `starting`, `stopped` or `not started`."""
        running = self._servers.get(server)
        if running is None:
            return "not started"
        if running.task is not None and running.task.done():
            return "stopped"
        return "running" if running.ready.done() else "starting"

    def caller(self, server: str) -> ToolCaller:
        """The tool caller that the batch engine is given: `async (tool, arguments) -> dict`."""

        async def call(tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
            return await self.call(server, tool, arguments)

        return call

    async def call(self, server: str, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """The tool's structured answer; its refusal, JSON text on the wire, comes as its dict with `isError`.

        Raises:
            ShipchatError: E-4101 when the server cannot start (the call never left), E-4102 when it went away
                (what the call did is unknown).
        """
        if server == "ups" and self.ups_pace is not None:
            return await self.ups_pace.call(partial(self._call, server), tool, arguments)
        return await self._call(server, tool, arguments)

    async def _call(self, server: str, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        running = self._running(server)
        connection = await asyncio.shield(running.ready)
        try:
            return await connection.call(tool, arguments, CALL_TIMEOUT_S)
        except GoneError as fault:
            if self._servers.get(server) is running:
                running.stop.set()
                del self._servers[server]
            raise error(SERVER_GONE, server=server, tool=tool, reason=fault) from fault

    async def list_tools(self, server: str) -> list[dict[str, Any]]:
        """`{name, description, input_schema}` of a server's tools."""
        connection = await asyncio.shield(self._running(server).ready)
        return await connection.tools()

    def _running(self, name: str) -> _Server:
        server = self._servers.get(name)
        if server is not None and not (server.task and server.task.done()):
            return server
        generation = server.generation + 1 if server else 1
        server = _Server(generation, asyncio.get_running_loop().create_future())
        server.task = asyncio.create_task(self._own(name, server), name=f"mcp-server-{name}")
        self._servers[name] = server
        return server

    async def _own(self, name: str, server: _Server) -> None:
        log_path = self._settings.home / "logs" / f"{name}.log"
        # -P: the folder in which a person works must never shadow a module.
        command = [sys.executable, "-P", "-m", f"mcp_servers.{name}"]
        try:
            log_path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with append_to(log_path) as log:
                where = self._environment(name), self._settings.home
                async with child(command, *where, errors=log, longest_line=LONGEST_ANSWER) as process:
                    # The child loads its modules while this process loads the SDK.
                    mcp_client = await _mcp_client()
                    async with mcp_client.connected(process) as connection:
                        server.ready.set_result(connection)
                        await server.stop.wait()
        except Exception as fault:  # noqa: BLE001 - whatever it is, the calls that wait must hear of it
            if not server.ready.done():
                reason = str(fault).rstrip(".") or type(fault).__name__
                server.ready.set_exception(error(SERVER_NOT_STARTED, server=name, reason=reason, log=log_path))
                server.ready.exception()  # marked as seen: a caller may never come

    def _environment(self, name: str) -> dict[str, str]:
        settings = self._settings
        variables = {"SHIPCHAT_HOME": str(settings.home), "PYTHONUNBUFFERED": "1"}
        passed_on: tuple[str, ...] = SHARED_VARIABLES
        if name == "ups":
            if settings.ups_environment != "simulator":
                passed_on += UPS_VARIABLES
            variables["SHIPCHAT_UPS_ENVIRONMENT"] = settings.ups_environment
            variables["SHIPCHAT_UPS_TIMEOUT_S"] = str(settings.ups_timeout_s)
            if settings.shared_folder:
                variables["SHIPCHAT_SHARED_FOLDER"] = str(settings.files)
            if self.ups_pace is not None:
                variables["SHIPCHAT_UPS_REPEATS_429"] = "no"
            if settings.ups_base_url:
                variables["SHIPCHAT_UPS_BASE_URL"] = settings.ups_base_url
        if name == "jobs":
            # The server's own default lies below its working directory, which is the person's no longer.
            variables["SHIPCHAT_JOBS_DB"] = str((settings.jobs_db or DEFAULT_JOBS_DB).absolute())
        if settings.today and settings.ups_environment == "simulator":
            # The practice UPS counts days as the chat does; the real one has its own.
            variables["SHIPCHAT_TODAY"] = settings.today
        if name == "data":
            variables["SHIPCHAT_BACKUPS_KEPT"] = str(settings.backups_kept)
            passed_on += (*(key for key in os.environ if key.startswith(DATA_VARIABLES)), "DBUS_SESSION_BUS_ADDRESS")
            if settings.today:
                variables["SHIPCHAT_TODAY"] = settings.today
        return {key: os.environ[key] for key in passed_on if key in os.environ} | variables


async def _mcp_client() -> ModuleType:
    # In a thread, so that the screen goes on while the SDK loads; commands that call no server never load it.
    return await asyncio.to_thread(importlib.import_module, "agent.mcp_client")
