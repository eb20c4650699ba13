"""A program as a child process over its pipes: started at once, before the SDK that will talk to it is loaded."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import IO

LONGEST_LINE = 4 << 20
"""Bytes, of a stranger's program."""
GRACE_S = 1.0
"""Between closing its input, asking it to end, and ending it."""
INHERITED = ("HOME", "LOGNAME", "PATH", "SHELL", "TERM", "USER")
"""All that a child gets of this process's environment unasked, as the MCP specification's clients do."""


@asynccontextmanager
async def child(
    command: Sequence[str],
    variables: dict[str, str],
    folder: Path,
    *,
    errors: IO[str] | int = asyncio.subprocess.PIPE,
    longest_line: int = LONGEST_LINE,
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Start the program with a few variables and these, and end it with all that it started on the way out.

    `errors`: where its stderr goes.

    Raises:
        OSError: it cannot be started.
    """
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=errors,
        env={key: os.environ[key] for key in INHERITED if key in os.environ} | variables,
        cwd=folder,
        start_new_session=True,
        limit=longest_line,
    )
    try:
        yield process
    finally:
        await asyncio.shield(end(process))


async def end(process: asyncio.subprocess.Process) -> None:
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
