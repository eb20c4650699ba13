"""What is sent to a server and is not a message: answered with JSON-RPC's own errors, where the SDK says nothing."""

import json
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import anyio
import mcp_types as types
from mcp.shared.message import SessionMessage

Item = SessionMessage | Exception


def refusal_of(line: str) -> types.JSONRPCError:
    """The error that answers a line: -32700 for what is not JSON, -32600 for JSON that is not a request.

    It names the request's id where one can be read, so that the client's call ends; nothing of the line is repeated.
    """
    try:
        sent = json.loads(line)
    except (ValueError, RecursionError):
        return _error(None, types.PARSE_ERROR, "Parse error: one line must be one JSON-RPC message in UTF-8")
    named = sent.get("id") if isinstance(sent, dict) else None
    known = isinstance(named, str | int) and not isinstance(named, bool)
    return _error(named if known else None, types.INVALID_REQUEST, "Invalid request: not a JSON-RPC 2.0 message")


def _error(request_id: str | int | None, code: int, message: str) -> types.JSONRPCError:
    return types.JSONRPCError(jsonrpc="2.0", id=request_id, error=types.ErrorData(code=code, message=message))


def _waits_in_vain(item: SessionMessage, line: str) -> bool:
    """A request whose id is none (`null`, `{}`) is read as a notification, and its client would wait for ever."""
    if not isinstance(item.message, types.JSONRPCNotification) or '"id"' not in line:
        return False
    return "id" in json.loads(line)


class AnsweringStream:
    """The messages of a read stream; what could not be read is answered and passed over."""

    def __init__(self, messages: Any, answers: Any, line: Callable[[], str]) -> None:
        """`line` gives the line of the message that is received now."""
        self._messages = messages
        self._answers = answers
        self._line = line

    @property
    def last_context(self) -> Any:
        """The sender's context of the last message."""
        return getattr(self._messages, "last_context", None)

    async def receive(self) -> Item:
        """The next message that is one."""
        while True:
            item: Item = await self._messages.receive()
            line = self._line()
            if not isinstance(item, Exception) and not _waits_in_vain(item, line):
                return item
            await self._answers.send(SessionMessage(refusal_of(line)))

    async def aclose(self) -> None:
        await self._messages.aclose()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Item:
        try:
            return await self.receive()
        except anyio.EndOfStream:
            raise StopAsyncIteration from None

    async def __aenter__(self) -> Self:
        await self._messages.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, where: TracebackType | None
    ) -> bool | None:
        left: bool | None = await self._messages.__aexit__(kind, fault, where)
        return left
