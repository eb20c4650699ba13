"""The data server as a process of its own, spoken to by the SDK's client."""

import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest
from mcp import Client, StdioServerParameters

from mcp_servers.data.app import lifespan
from mcp_servers.data.server import build

Call = Callable[..., Awaitable[dict[str, Any]]]


class Refused(Exception):
    """A tool's refusal, as its dict."""

    def __init__(self, answer: dict[str, Any]) -> None:
        super().__init__(str(answer))
        self.answer = answer
        self.code = answer["code"]


@asynccontextmanager
async def data_server(**environment: str) -> AsyncIterator[Call]:
    """Start the server; the value calls its tools and raises Refused."""
    parameters = StdioServerParameters(
        command=sys.executable, args=["-m", "mcp_servers.data"], env=dict(os.environ) | environment
    )
    async with Client(parameters) as client:

        async def call(tool: str, /, **arguments: Any) -> dict[str, Any]:
            answer = await client.call_tool(tool, arguments)
            content = answer.structured_content or {}
            if answer.is_error:
                raise Refused(content)
            return content

        call.client = client  # type: ignore[attr-defined]
        yield call


@asynccontextmanager
async def data_server_here() -> AsyncIterator[Call]:
    """The server's tools in this process: the same calls and answers without a pipe."""
    table = build()
    async with lifespan() as app:

        async def call(tool: str, /, **arguments: Any) -> dict[str, Any]:
            answer = await table.call(app, tool, arguments)
            content = answer.structured_content or {}
            if answer.is_error:
                raise Refused(content)
            return content

        yield call


@pytest.fixture
def server_here() -> Callable[..., AbstractAsyncContextManager[Call]]:
    return data_server_here


@pytest.fixture
def start_server() -> Callable[..., AbstractAsyncContextManager[Call]]:
    return data_server


@pytest.fixture
def refused() -> type[Refused]:
    return Refused
