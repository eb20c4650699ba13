"""stdin and stdout as pipes that the event loop itself reads and writes.

The SDK reads and writes them in threads, three changes of thread for every call; that was a tenth of what a shipment
costs. Where they are no pipes (a file, a terminal, Windows) the SDK's way is taken.
"""

import asyncio
import os
import stat
import sys
from collections import deque
from collections.abc import AsyncIterator

import anyio

LONGEST_LINE = 1 << 26
TOO_LONG = b"a line that is longer than any message\n"


class PipeReader:
    """Lines of text until the client closes its end; blank ones are none."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader
        self._read: deque[str] = deque()
        """Lines whose messages nobody has taken yet: the next line may be read before they are."""

    def taken(self) -> str:
        """The line of the message that is taken now; called once for each, in their order."""
        return self._read.popleft() if self._read else ""

    async def __aiter__(self) -> AsyncIterator[str]:
        while line := await self._line():
            if line.strip():
                self._read.append(line.decode("utf-8", "replace"))
                yield self._read[-1]

    async def _line(self) -> bytes:
        """The next line; one that is longer than any message is read to its end and is not a message."""
        too_long = False
        while True:
            try:
                line = await self._reader.readuntil()
            except asyncio.IncompleteReadError as end:
                line = end.partial
            except asyncio.LimitOverrunError as overrun:
                too_long = True
                await self._reader.readexactly(overrun.consumed)
                continue
            return TOO_LONG if too_long else line


class PipeWriter(asyncio.Protocol):
    """Writes text; `flush` returns when the pipe has taken all of it."""

    def __init__(self) -> None:
        self._transport: asyncio.WriteTransport | None = None
        self._taken = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        transport.set_write_buffer_limits(high=0)
        self._transport = transport
        self._taken.set()

    def pause_writing(self) -> None:
        self._taken.clear()

    def resume_writing(self) -> None:
        self._taken.set()

    def connection_lost(self, _reason: Exception | None) -> None:
        self._transport = None
        self._taken.set()

    async def write(self, text: str) -> None:
        if self._transport is None:
            raise anyio.ClosedResourceError
        self._transport.write(text.encode())

    async def flush(self) -> None:
        await self._taken.wait()
        if self._transport is None:
            raise anyio.ClosedResourceError


def are_pipes() -> bool:
    """Whether both ends are what an event loop can wait for, and the log's end is another one."""
    if sys.platform == "win32":
        return False
    try:
        read, written, log = (os.fstat(descriptor) for descriptor in (0, 1, 2))
    except OSError:
        return False
    # An event loop's pipe does not block: a log that shared it could lose lines.
    own = (written.st_dev, written.st_ino) != (log.st_dev, log.st_ino)
    return own and all(stat.S_ISFIFO(one.st_mode) or stat.S_ISSOCK(one.st_mode) for one in (read, written))


async def open_pipes() -> tuple[PipeReader, PipeWriter]:
    """The client's pipes. What else the process reads or prints no longer meets them."""
    wire_in, wire_out = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=LONGEST_LINE)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(wire_in, "rb", buffering=0))
    _, writer = await loop.connect_write_pipe(PipeWriter, os.fdopen(wire_out, "wb", buffering=0))
    return PipeReader(reader), writer
