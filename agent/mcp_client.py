"""One MCP server as a child process over stdio: connect, call, list. Imported late, because the SDK takes a second."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from mcp import Client, MCPError
from mcp.types import CallToolRequest, CallToolRequestParams, CallToolResult, TextContent

from agent.pipes import Wire, piped
from agent.tool_caller import GoneError

PROTOCOL = "2026-07-28"


@dataclass(frozen=True, slots=True)
class Connection:
    """A server that answers."""

    client: Client

    async def call(self, tool: str, arguments: dict[str, Any], timeout_s: float) -> dict[str, Any]:
        """The tool's structured answer, or its refusal with `isError`.

        Raises:
            GoneError: no answer came, and none will.
        """
        try:
            # Not `call_tool`: it checks every answer against its schema once more, in slow Python. Our own servers
            # answer with models that have that schema.
            request = CallToolRequest(params=CallToolRequestParams(name=tool, arguments=arguments))
            result = await self.client.session.send_request(
                request, CallToolResult, request_read_timeout_seconds=timeout_s
            )
        except MCPError as fault:
            raise GoneError(fault.message) from fault
        return refusal_of(result) | {"isError": True} if result.is_error else dict(result.structured_content or {})

    async def tools(self) -> list[dict[str, Any]]:
        """`{name, description, input_schema}` of each tool."""
        listed = await self.client.list_tools()
        return [
            {"name": tool.name, "description": tool.description or "", "input_schema": tool.input_schema}
            for tool in listed.tools
        ]


@asynccontextmanager
async def connected(process: asyncio.subprocess.Process) -> AsyncIterator[Connection]:
    """Talk to a server that was started, and end it on the way out, in the task that entered.

    Raises:
        GoneError: it did not come up, or went away.
    """
    try:
        async with Client(piped(process, Wire(most_unasked=None)), mode=PROTOCOL) as client:
            await client.list_tools()
            yield Connection(client)
    except (MCPError, ExceptionGroup) as fault:
        raise GoneError(_reason(fault)) from fault


def refusal_of(result: CallToolResult) -> dict[str, Any]:
    """The dict in the text of a refusal; a text that holds none is the message, and says nothing of an outcome."""
    text = next((part.text for part in result.content if isinstance(part, TextContent)), "")
    try:
        content = json.loads(text)
    except ValueError:
        content = None
    return content if isinstance(content, dict) else {"message": text}


def _reason(fault: BaseException) -> str:
    """The words of the first thing that went wrong inside a group."""
    while isinstance(fault, BaseExceptionGroup):
        fault = fault.exceptions[0]
    return str(fault).rstrip(".") or type(fault).__name__
