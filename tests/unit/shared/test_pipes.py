"""stdin and stdout of a server as pipes: long lines, a slow client, a client that is gone, no pipes at all."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import anyio
import pytest

from mcp_servers.shared.pipes import TOO_LONG, PipeReader, PipeWriter

HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "0"}},
}
SERVER = [sys.executable, "-m", "mcp_servers.jobs"]


async def writer_on(descriptor: int) -> PipeWriter:
    loop = asyncio.get_running_loop()
    _, writer = await loop.connect_write_pipe(PipeWriter, os.fdopen(descriptor, "wb", buffering=0))
    return writer


async def lines_of(content: bytes, limit: int) -> list[str]:
    reader = asyncio.StreamReader(limit=limit)
    reader.feed_data(content)
    reader.feed_eof()
    return [line async for line in PipeReader(reader)]


async def test_lines_are_text_whatever_their_bytes() -> None:
    assert await lines_of("Zoë\n".encode() + b"\xff\n" + b"last", 100) == ["Zoë\n", "�\n", "last"]


async def test_a_line_that_is_too_long_is_refused_and_the_next_one_read() -> None:
    refused = TOO_LONG.decode()
    assert await lines_of(b"x" * 50 + b"\nnext\n", 20) == [refused, "next\n"]
    assert await lines_of(b"x" * 50 + b"\n\n \nnext\n" + b"y" * 99, 20) == [refused, "next\n", refused]


async def test_flush_waits_for_a_slow_client() -> None:
    out, wire = os.pipe()
    writer = await writer_on(wire)
    text = "x" * 1_000_000
    await writer.write(text)
    flushing = asyncio.create_task(writer.flush())
    await asyncio.sleep(0)
    assert not flushing.done(), "a pipe holds less than that"
    with os.fdopen(out, "rb") as client:
        assert await asyncio.to_thread(client.read, len(text)) == text.encode()
        await flushing


async def test_a_client_that_is_gone_is_told() -> None:
    out, wire = os.pipe()
    writer = await writer_on(wire)
    await writer.write("x" * 1_000_000)
    os.close(out)
    with pytest.raises(anyio.ClosedResourceError):
        await writer.flush()
    with pytest.raises(anyio.ClosedResourceError):
        await writer.write("more")


@pytest.mark.slow
@pytest.mark.parametrize("way", ["pipes", "files", "one pipe with the log"])
def test_a_server_answers_over(tmp_path: Path, way: str) -> None:
    environment = {**os.environ, "SHIPCHAT_HOME": str(tmp_path), "SHIPCHAT_JOBS_DB": str(tmp_path / "jobs.sqlite")}
    line = json.dumps(HELLO) + "\n"
    if way == "files":
        asked, answered = tmp_path / "asked", tmp_path / "answered"
        asked.write_text(line)
        with asked.open() as stdin, answered.open("w") as stdout:
            subprocess.run(SERVER, env=environment, stdin=stdin, stdout=stdout, check=True, timeout=60)
        text = answered.read_text()
    else:
        log = subprocess.STDOUT if way != "pipes" else subprocess.PIPE
        done = subprocess.run(
            SERVER,
            env=environment,
            input=line,
            text=True,
            stdout=subprocess.PIPE,
            stderr=log,
            check=True,
            timeout=60,
        )
        text = done.stdout
    assert json.loads(text.splitlines()[0])["result"]["serverInfo"]["name"] == "shipchat-jobs"


def test_what_a_server_prints_does_not_meet_the_wire(tmp_path: Path) -> None:
    program = (
        "from mcp.server.lowlevel import Server; from mcp_servers.shared import stdio;"
        "serving = stdio._serve\n"
        "async def loud(server):\n"
        "    import asyncio, os\n"
        "    task = asyncio.create_task(serving(server))\n"
        "    while os.readlink('/proc/self/fd/0') != '/dev/null': await asyncio.sleep(0)\n"
        "    print('stray', flush=True); await task\n"
        "stdio._serve = loud; stdio.serve(Server('x'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=json.dumps(HELLO) + "\n",
        text=True,
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [1]
    assert "stray" in done.stderr
