"""The servers of a session without their processes: the real data server, the UPS server's tools answered by the
carrier of the fault suite. A call costs what the tool costs; a whole sentence from sheet to label about 0.15 s.
"""

from functools import cache
from typing import Any

from agent.servers import ServerManager
from agent.tool_caller import ToolCaller
from mcp_servers.data.app import DataServer
from mcp_servers.data.server import build as build_data
from mcp_servers.ups.server import build as build_ups
from tests.faults.carrier import Carrier
from tests.faults.world import Fuse
from tests.tool_answers import answered

EFFECTS = frozenset({"lock_source", "write_back", "write_back_many", "shipping_create", "shipping_void"})
"""Tools with an effect outside the agent: it can die before and after each."""

data_tools = cache(build_data)


@cache
def ups_tools() -> list[dict[str, Any]]:
    """As the UPS server publishes them."""
    return [
        {"name": tool.name, "description": tool.description or "", "input_schema": tool.input_schema}
        for tool in build_ups().published
    ]


class LocalServers(ServerManager):
    """Give it to a `ChatSession` instead of a servers."""

    def __init__(self, carrier: Carrier, fuse: Fuse) -> None:
        self._carrier, self._fuse = carrier, fuse
        self._data = DataServer()

    def start(self, *servers: str) -> None:
        pass

    def generation(self, _server: str) -> int:
        return 1

    async def close(self) -> None:
        """The data server finishes what it was told, also when the agent is dead."""
        await self._data.close()

    async def list_tools(self, _server: str) -> list[dict[str, Any]]:
        return ups_tools()

    def caller(self, server: str) -> ToolCaller:
        async def call(tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
            return await self.call(server, tool, arguments)

        return call

    async def call(self, server: str, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        counted = tool in EFFECTS or self._fuse.dead
        if counted:
            self._fuse.tick(f"before {server} {tool}")
        answer = await (self._on_data(tool, arguments) if server == "data" else self._carrier(tool, arguments))
        if counted:
            self._fuse.tick(f"after {server} {tool}")
        return answer

    async def _on_data(self, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        result = await data_tools().call(self._data, tool, arguments)
        content = answered(result)
        return {"isError": True, **content} if result.is_error else content
