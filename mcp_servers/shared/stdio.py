"""Runs a server over stdin and stdout until its client closes the pipe."""

import gc
import logging
import sys
from typing import Any

import anyio
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

from mcp_servers.shared.frames import AnsweringStream
from mcp_servers.shared.pipes import are_pipes, open_pipes
from mcp_servers.shared.redaction import RedactingFilter
from mcp_servers.shared.terminal import visible


class _Visible(logging.Formatter):
    """A client may show our log in a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        return visible(super().format(record))


def serve(server: Server[Any]) -> None:
    """Serve until end of input, then cancel what runs (a create that was not sent yet is never sent).

    stdout belongs to the protocol; the log goes to stderr, redacted.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(RedactingFilter())
    handler.setFormatter(_Visible(f"%(asctime)s {server.name} %(levelname)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    gc.freeze()
    gc.enable()
    anyio.run(_serve, server)


async def _serve(server: Server[Any]) -> None:
    streams: Any = await open_pipes() if are_pipes() else (None, None)
    reader = streams[0]
    async with stdio_server(*streams) as (read_stream, write_stream):
        messages = AnsweringStream(read_stream, write_stream, reader.taken if reader is not None else str)
        await server.run(messages, write_stream, server.create_initialization_options())
