"""The pipes of a child process as the SDK's streams, with bounds on what the child says.

The SDK's own way starts the process itself, reads lines of any length and logs what is not a message where the screen
is. A stranger's program gets limits instead: a line, and what it says unasked, have a size; its last words on stderr
are kept for the one line that tells why it failed.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from mcp.shared.message import SessionMessage
from mcp.types import jsonrpc_message_adapter

from agent.child_process import end

MOST_UNASKED = 16 << 20
"""Bytes that a stranger's program may say between two messages of ours."""
LAST_WORDS = 2_000

Streams = tuple[
    "MemoryObjectReceiveStream[SessionMessage | Exception]",
    "MemoryObjectSendStream[SessionMessage]",
]
"""What the client hears and says."""


@dataclass(slots=True)
class Wire:
    """How a connection stands."""

    most_unasked: int | None = MOST_UNASKED
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    fault: str = ""
    """Why we ended it; empty where it ended itself."""
    last_words: bytes = b""
    """The end of what it wrote on stderr, where that is a pipe."""
    unasked: int = 0


@asynccontextmanager
async def piped(process: asyncio.subprocess.Process, wire: Wire) -> AsyncIterator[Streams]:
    """Talk to the process, and end it on the way out."""
    heard, to_client = anyio.create_memory_object_stream[SessionMessage | Exception](0)
    from_client, to_say = anyio.create_memory_object_stream[SessionMessage](0)
    tasks = [
        asyncio.create_task(_listen(process, heard, wire)),
        asyncio.create_task(_speak(process, to_say, wire)),
        asyncio.create_task(_keep_last_words(process, wire)),
    ]
    try:
        yield to_client, from_client
    finally:
        # What it says while it ends is still heard.
        await asyncio.shield(end(process))
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for stream in (heard, to_client, from_client, to_say):
            stream.close()


async def _listen(
    process: asyncio.subprocess.Process, heard: "MemoryObjectSendStream[SessionMessage | Exception]", wire: Wire
) -> None:
    assert process.stdout is not None
    try:
        while not wire.fault:
            line = await process.stdout.readuntil()
            wire.unasked += len(line)
            if wire.most_unasked is not None and wire.unasked > wire.most_unasked:
                wire.fault = f"it said more than {wire.most_unasked >> 20} MB unasked"
                break
            # Many servers print words of their own there; those are nobody's message.
            with suppress(ValueError):
                await heard.send(SessionMessage(jsonrpc_message_adapter.validate_json(line, by_name=False)))
    except asyncio.LimitOverrunError as fault:
        wire.fault = f"it sent a line of more than {fault.consumed >> 20} MB"
    except (asyncio.IncompleteReadError, OSError, anyio.BrokenResourceError, anyio.ClosedResourceError):
        pass  # it ended, or nobody listens any more
    finally:
        wire.ended.set()
        # The client sees the end: calls that wait for an answer get none.
        await heard.aclose()


async def _speak(
    process: asyncio.subprocess.Process, to_say: "MemoryObjectReceiveStream[SessionMessage]", wire: Wire
) -> None:
    assert process.stdin is not None
    with suppress(OSError, anyio.ClosedResourceError):
        async for said in to_say:
            wire.unasked = 0
            process.stdin.write(said.message.model_dump_json(by_alias=True, exclude_unset=True).encode() + b"\n")
            await process.stdin.drain()


async def _keep_last_words(process: asyncio.subprocess.Process, wire: Wire) -> None:
    if process.stderr is None:
        return
    while piece := await process.stderr.read(1 << 16):
        wire.last_words = (wire.last_words + piece)[-LAST_WORDS:]
