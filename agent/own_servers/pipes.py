"""A server of the person's as a child process over stdio, whose words are bounded.

The SDK's own way reads lines of any length, logs what is not a message where the screen is, and leaves stderr to the
terminal. A stranger's program gets limits instead: a line, and what it says unasked, have a size; its last words on
stderr are kept for the one line that tells why it failed.
"""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from mcp.client.stdio import get_default_environment
from mcp.shared.message import SessionMessage
from mcp.types import jsonrpc_message_adapter

LONGEST_LINE = 4 << 20
MOST_UNASKED = 16 << 20
"""Bytes that it may say between two messages of ours."""
LAST_WORDS = 2_000
GRACE_S = 1.0
"""Between closing its input, asking it to end, and ending it."""

Streams = tuple[
    "MemoryObjectReceiveStream[SessionMessage | Exception]",
    "MemoryObjectSendStream[SessionMessage]",
]
"""What the client hears and says."""


@dataclass(slots=True)
class Wire:
    """How a connection stands."""

    ended: asyncio.Event = field(default_factory=asyncio.Event)
    fault: str = ""
    """Why we ended it; empty where it ended itself."""
    last_words: bytes = b""
    """The end of what it wrote on stderr."""
    unasked: int = 0


@asynccontextmanager
async def piped(
    command: tuple[str, ...], environment: dict[str, str], folder: Path, wire: Wire
) -> AsyncIterator[Streams]:
    """Start the program with the SDK's few variables and these, and end it on the way out.

    Raises:
        OSError: it cannot be started.
    """
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=get_default_environment() | environment,
        cwd=folder,
        start_new_session=True,
        limit=LONGEST_LINE,
    )
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
        await asyncio.shield(_end(process))
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
            if wire.unasked > MOST_UNASKED:
                wire.fault = f"it said more than {MOST_UNASKED >> 20} MB unasked"
                break
            # Many servers print words of their own there; those are nobody's message.
            with suppress(ValueError):
                await heard.send(SessionMessage(jsonrpc_message_adapter.validate_json(line, by_name=False)))
    except asyncio.LimitOverrunError:
        wire.fault = f"it sent a line of more than {LONGEST_LINE >> 20} MB"
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
    assert process.stderr is not None
    while piece := await process.stderr.read(1 << 16):
        wire.last_words = (wire.last_words + piece)[-LAST_WORDS:]


async def _end(process: asyncio.subprocess.Process) -> None:
    """Its input closes, which asks it to end; whoever stays is ended with everything that it started."""
    assert process.stdin is not None
    process.stdin.close()
    for sign in (signal.SIGTERM, signal.SIGKILL, None):
        try:
            await asyncio.wait_for(process.wait(), GRACE_S)
            break
        except TimeoutError:
            with suppress(ProcessLookupError, PermissionError):
                if sign is not None:
                    os.killpg(process.pid, sign)
    # A pipe that was not read to its end, or that a child of the child still holds, stays open else. Nothing public
    # closes it.
    process._transport.close()  # type: ignore[attr-defined]
