"""A server of the person's at an address: the SDK's streamable HTTP, with a bound on what one answer may hold."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
from mcp.client.streamable_http import streamable_http_client

MOST_BYTES = 16 << 20
"""Of one answer, or of one stream of events."""
CONNECT_S = 10.0


class _Bounded(httpx2.AsyncByteStream):
    """A body that breaks off where it grows too long."""

    def __init__(self, body: httpx2.AsyncByteStream) -> None:
        self._body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = MOST_BYTES
        async for piece in self._body:
            left -= len(piece)
            if left < 0:
                raise httpx2.ReadError(f"it sent more than {MOST_BYTES >> 20} MB")
            yield piece

    async def aclose(self) -> None:
        await self._body.aclose()


@asynccontextmanager
async def at_address(url: str, headers: dict[str, str]) -> AsyncIterator[Any]:
    """The streams of a connection; the SDK follows no redirect to another place, so the headers stay with this one."""
    # Uncompressed: a small body could unpack to any size.
    plain = {"accept-encoding": "identity"}
    hooks = {"response": [_bound]}
    patience = httpx2.Timeout(None, connect=CONNECT_S)
    async with (
        httpx2.AsyncClient(headers=headers | plain, timeout=patience, event_hooks=hooks) as http,
        streamable_http_client(url, http_client=http) as streams,
    ):
        yield streams


async def _bound(response: httpx2.Response) -> None:
    if response.headers.get("content-encoding", "identity") != "identity":
        raise httpx2.DecodingError("it compressed its answer, unasked", request=response.request)
    if isinstance(response.stream, httpx2.AsyncByteStream):
        response.stream = _Bounded(response.stream)
