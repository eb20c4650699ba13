"""The SDK's client at a server of the person's. Imported late, because the SDK takes a second.

No sampling, no elicitation, no roots: such a server can neither use the model nor ask the person for anything.
"""

import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mcp import Client, MCPError
from mcp.client import Transport
from mcp.types import (
    CONNECTION_CLOSED,
    CallToolRequest,
    CallToolRequestParams,
    CallToolResult,
    EmbeddedResource,
    ListToolsRequest,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
)
from pydantic import ValidationError

from agent.child_process import child
from agent.own_servers.config import OwnServer
from agent.own_servers.http import at_address
from agent.own_servers.offer import ListedTool
from agent.pipes import Streams, Wire, piped
from agent.tool_caller import GoneError

MOST_PAGES = 5
MOST_LISTED = 200
for _name in ("mcp", "client"):
    # What a stranger sends wrong is no line on this terminal.
    logging.getLogger(_name).addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class Said:
    """What a server answered: text of a stranger."""

    text: str
    is_error: bool


@dataclass(frozen=True, slots=True)
class OwnConnection:
    """A server that answers."""

    client: Client

    @property
    def version(self) -> str:
        about = self.client.server_info
        return about.version if about is not None else ""

    async def tools(self) -> list[ListedTool]:
        """What it lists, from as many pages as are worth reading.

        Raises:
            GoneError: it does not list them.
        """
        found: list[ListedTool] = []
        cursor: str | None = None
        for _ in range(MOST_PAGES):
            page = PaginatedRequestParams(cursor=cursor) if cursor else None
            try:
                listed = await self.client.session.send_request(ListToolsRequest(params=page), ListToolsResult)
            except (MCPError, ValidationError) as fault:
                raise GoneError(f"it does not list its tools ({_words(fault)})") from fault
            found += [
                ListedTool(
                    tool.name,
                    tool.description or "",
                    tool.input_schema,
                    tool.annotations is not None and tool.annotations.read_only_hint is True,
                )
                for tool in listed.tools
            ]
            cursor = listed.next_cursor
            if not cursor:
                break
        return found[:MOST_LISTED]

    async def call(self, tool: str, arguments: dict[str, Any]) -> Said:
        """Its answer, or its error, as text.

        Raises:
            GoneError: no answer came, and none will.
        """
        try:
            # Not `call_tool`: it checks the answer against a schema of the server's, whose patterns may take for ever.
            request = CallToolRequest(params=CallToolRequestParams(name=tool, arguments=arguments))
            result = await self.client.session.send_request(request, CallToolResult)
        except ValidationError:
            return Said("The answer was not one of MCP.", is_error=True)
        except MCPError as fault:
            if fault.code == CONNECTION_CLOSED:
                raise GoneError(fault.message) from fault
            return Said(fault.message, is_error=True)
        return Said(_text_of(result), result.is_error)


@asynccontextmanager
async def connected(server: OwnServer, variables: dict[str, str], wire: Wire) -> AsyncIterator[OwnConnection]:
    """Start a server, agree on a protocol with it, and end it on the way out, in the task that entered."""
    async with Client(_transport(server, variables, wire), mode="auto", cache=None) as client:
        yield OwnConnection(client)


def _transport(server: OwnServer, variables: dict[str, str], wire: Wire) -> Transport:
    if server.url is not None:
        return at_address(server.url, variables)
    return _started(server.command, variables, wire)


@asynccontextmanager
async def _started(command: tuple[str, ...], variables: dict[str, str], wire: Wire) -> AsyncIterator[Streams]:
    # The person's own folder: that of the sheet may hold a stranger's programs, and that of shipchat is its own.
    async with child(command, variables, Path.home()) as process, piped(process, wire) as streams:
        yield streams


def _text_of(result: CallToolResult) -> str:
    """Its text; pictures and sounds are named, structured content stands for text that is missing."""
    parts: list[str] = []
    for block in result.content:
        if isinstance(block, TextContent):
            parts.append(block.text)
        elif isinstance(block, EmbeddedResource) and (text := getattr(block.resource, "text", None)) is not None:
            parts.append(text)
        else:
            parts.append(f"[{block.type} left out]")
    if not parts and result.structured_content is not None:
        return json.dumps(result.structured_content, ensure_ascii=False)
    return "\n".join(parts)


def _words(fault: MCPError | ValidationError) -> str:
    return fault.message if isinstance(fault, MCPError) else "its answer is not one of MCP"
