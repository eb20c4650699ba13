"""Breaking connections on purpose: uvicorn's protocol, with a way from a request to its transport."""

import asyncio
import socket
import struct
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.auto import AutoHTTPProtocol

_connected: dict[tuple[str, int], tuple[asyncio.Transport, asyncio.Event]] = {}


class BreakableProtocol(AutoHTTPProtocol):  # type: ignore[misc, valid-type]  # the class is chosen at import
    """Remembers the transport of each client address while it is connected."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        _connected[transport.get_extra_info("peername")] = (transport, asyncio.Event())

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self.client in _connected:
            _connected.pop(self.client)[1].set()


async def cut(scope: Scope) -> None:
    """Reset the connection of a request; returns when it is gone."""
    if tuple(scope["client"]) not in _connected:
        return
    transport, gone = _connected[tuple(scope["client"])]
    raw = transport.get_extra_info("socket")
    # Linger 0: the other side sees a reset, not an orderly end.
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
    await gone.wait()


class Dropped(Response):
    """No answer: the connection is reset."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del receive, send
        await cut(scope)


class HalfSent(Response):
    """The headers promise all of the content, half of it comes, then the connection is reset."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del receive
        body = bytes(self.body)
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
        await cut(scope)
