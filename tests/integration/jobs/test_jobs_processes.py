"""Several real servers at one file, and one that is killed in the middle of a batch."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client, MCPError, StdioServerParameters

UPDATE, READ = "bulk_update_job_status", "bulk_read_new_jobs"
BATCHES = 16
ATTEMPTS = 20

Stdio = Callable[..., StdioServerParameters]


def batch(status: str) -> list[dict[str, Any]]:
    return [{"id": id_, "status": status} for id_ in range(1, 101)]


async def write_until_taken(client: Client, status: str) -> None:
    """Send one batch, and again while the other writer keeps the database locked."""
    for _ in range(ATTEMPTS):
        content = (await client.call_tool(UPDATE, {"updates": batch(status)})).structured_content
        if "error" not in content:
            assert content["updated_count"] == 100
            return
        assert content["error"]["retryable"], content
    pytest.fail(f"no batch was taken in {ATTEMPTS} attempts: {content}")


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
async def test_two_writers_and_readers_that_never_see_a_part_of_a_batch(
    folder: Path, stdio: Stdio, make_queue: Any, mode: str
) -> None:
    queue = make_queue(100)
    queue.execute(f"PRAGMA journal_mode = {mode}")
    server = stdio(folder, SHIPCHAT_JOBS_DB=str(queue.path))
    writing, seen_beside, seen_by_tool = 2, set(), set()

    async def write(client: Client, statuses: list[str]) -> None:
        nonlocal writing
        for number in range(BATCHES):
            await write_until_taken(client, statuses[number % 2])
        writing -= 1

    async def poll_beside() -> None:
        with closing(sqlite3.connect(queue.path, timeout=10)) as reader:
            while writing:
                (state,) = reader.execute("SELECT DISTINCT status, updated_at FROM jobs").fetchall()  # one, or a part
                seen_beside.add(state)
                await anyio.lowlevel.checkpoint()

    async def poll_by_tool(client: Client) -> None:
        while writing:
            page = (await client.call_tool(READ, {"limit": 1000})).structured_content
            seen_by_tool.add(page["count"] if "count" in page else page["error"]["retryable"])

    async with (
        Client(server) as first,
        Client(server) as second,
        Client(server) as third,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(write, first, ["reviewed", "new"])
        tasks.start_soon(write, second, ["reject", "new"])
        tasks.start_soon(poll_beside)
        tasks.start_soon(poll_by_tool, third)
    assert len(seen_beside) > 1
    assert seen_by_tool <= {0, 100, True}
    assert seen_by_tool & {0, 100}


class TestKilled:
    def test_at_any_statement_of_a_batch(self, server: Any, make_queue: Any) -> None:
        """The writer's own code, killed before its 1st, 50th and 100th UPDATE and before its COMMIT."""
        queue = make_queue([{"id": id_, "description": "x" * 3000} for id_ in range(1, 101)])
        before = queue.rows()
        for killed_at in (1, 50, 100, 101):
            clean = queue.path.read_bytes()
            died = subprocess.run([sys.executable, "-c", DIE_AT, str(queue.path), str(killed_at)], check=False)
            assert died.returncode == -signal.SIGKILL
            assert (queue.path.read_bytes() != clean) == (killed_at >= 50)  # a part of the batch is in the file
            assert server.read(queue.path, limit=1000)["count"] == 100
            assert queue.rows() == before
        assert server.update(queue.path, batch("reviewed"))["updated_count"] == 100

    @pytest.mark.parametrize("mode", ["DELETE", "WAL"])
    async def test_the_real_server(self, folder: Path, stdio: Stdio, make_queue: Any, mode: str) -> None:
        queue = make_queue(100)
        before = queue.rows()
        queue.execute(f"PRAGMA journal_mode = {mode}")
        queue.execute(ENDLESS_AT_50)
        pid_file = folder / "pid"
        real = stdio(folder, SHIPCHAT_JOBS_DB=str(queue.path))
        noted = real.model_copy(
            update={
                "command": "/bin/sh",
                "args": ["-c", f'echo $$ > {pid_file}; exec "$0" "$@"', real.command, *real.args],
            }
        )

        async def kill_in_mid_batch() -> None:
            with anyio.fail_after(30):
                while not write_locked(queue.path):
                    await anyio.lowlevel.checkpoint()
            os.kill(int(pid_file.read_text()), signal.SIGKILL)

        async with Client(noted) as client:
            await client.list_tools()
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(kill_in_mid_batch)
                with pytest.raises(MCPError):
                    await client.call_tool(UPDATE, {"updates": batch("reject")})
        assert queue.rows() == before
        queue.execute("DROP TRIGGER endless")
        async with Client(real) as client:
            assert (await client.call_tool(READ, {"limit": 1000})).structured_content["count"] == 100
            await write_until_taken(client, "reject")
        assert set(queue.statuses().values()) == {"reject"}


def write_locked(path: Path) -> bool:
    """Whether somebody holds the write lock, and for longer than a moment."""
    with closing(sqlite3.connect(path, timeout=0.3, isolation_level=None)) as probe:
        try:
            probe.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            return error.sqlite_errorcode == sqlite3.SQLITE_BUSY
        return False


ENDLESS_AT_50 = """
CREATE TRIGGER endless AFTER UPDATE ON jobs WHEN new.id = 50 BEGIN
  SELECT count(*) FROM (
    WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers) SELECT n FROM numbers
  );
END
"""

DIE_AT = """
import os, signal, sqlite3, sys
from datetime import UTC, datetime
from pathlib import Path
from mcp_servers.jobs.validation import update_request
from mcp_servers.jobs.writer import write_statuses

path, killed_at = Path(sys.argv[1]), int(sys.argv[2])
connect, seen = sqlite3.connect, 0

def die(statement):
    global seen
    if statement.startswith(("UPDATE", "COMMIT")):
        seen += 1
        if seen == killed_at:
            os.kill(os.getpid(), signal.SIGKILL)

def small(target, **more):
    connection = connect(target, **more)
    connection.execute("PRAGMA cache_size = 1")  # changed pages go to the file, as under memory pressure
    connection.set_trace_callback(die)
    return connection

sqlite3.connect = small
updates = [{"id": id_, "status": "reject"} for id_ in range(1, 101)]
items = update_request({"updates": updates}, path_is_fixed=False).items
write_statuses(path, items, lambda: datetime.now(UTC))
"""
