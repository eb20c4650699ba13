"""A jobs database that would keep the server for ever, or take all its memory, is refused by code."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import Any

import pytest

from mcp_servers.jobs import database

ENDLESS = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT max(n) FROM r"
FIELDS = "id, job_id, title, company, description, url, location, source"


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "WORK_SECONDS", 0.05)


def renamed(queue: Any) -> None:
    queue.execute("ALTER TABLE jobs RENAME TO stored")


@pytest.mark.usefixtures("hurried")
def test_a_view_that_never_ends_is_stopped(server: Any, make_queue: Any) -> None:
    queue = make_queue(2)
    renamed(queue)
    queue.execute(f"CREATE VIEW jobs AS SELECT {FIELDS}, status, ({ENDLESS}) AS captured_at, updated_at FROM stored")
    error = server.read(queue.path)["error"]
    assert (error["code"], error["retryable"]) == ("DB_ERROR", False)
    assert "took too long and was stopped" in error["message"]


@pytest.mark.usefixtures("hurried")
def test_a_trigger_that_never_ends_is_stopped_and_nothing_is_written(server: Any, make_queue: Any) -> None:
    queue = make_queue(3)
    queue.execute(f"CREATE VIEW endless AS {ENDLESS}")
    queue.execute("CREATE TRIGGER slow AFTER UPDATE ON jobs WHEN new.id = 2 BEGIN SELECT * FROM endless; END")
    before = queue.rows()
    error = server.update(queue.path, [{"id": one, "status": "reviewed"} for one in (1, 2, 3)])["error"]
    assert (error["code"], error["retryable"]) == ("DB_ERROR", False)
    assert queue.rows() == before
    # The lock is gone with it, and what does not touch the trigger goes on.
    assert server.update(queue.path, [{"id": 1, "status": "reviewed"}])["updated_count"] == 1


def test_a_value_larger_than_any_record_is_refused(server: Any, make_queue: Any) -> None:
    queue = make_queue(2)
    queue.execute("UPDATE jobs SET description = zeroblob(?) WHERE id = 1", [database.LONGEST_VALUE + 1])
    error = server.read(queue.path)["error"]
    assert (error["code"], error["retryable"]) == ("DB_ERROR", False)
    assert "too large" in error["message"]
    # The others can still be triaged.
    assert server.update(queue.path, [{"id": 2, "status": "reviewed"}])["updated_count"] == 1


CHILD = """
import json, resource, sys
from pathlib import Path
from mcp_servers.jobs.faults import JobsFault
from mcp_servers.jobs.reader import read_new_jobs
resource.setrlimit(resource.RLIMIT_AS, (512 << 20, 512 << 20))
try:
    read_new_jobs(Path(sys.argv[1]), 1000, None)
except JobsFault as refusal:
    print(refusal.code, refusal.message)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no such limit there")
def test_a_page_that_memory_does_not_hold_is_refused(make_queue: Any) -> None:
    queue = make_queue(100)
    renamed(queue)
    size = database.LONGEST_VALUE // 2
    queue.execute(
        "CREATE VIEW jobs AS SELECT id, job_id, title, company, "
        f"zeroblob({size}) AS description, url, location, source, status, captured_at, updated_at FROM stored"
    )
    with closing(sqlite3.connect(queue.path)) as connection:
        assert connection.execute("SELECT count(*) FROM jobs").fetchone() == (100,)
    ended = subprocess.run([sys.executable, "-P", "-c", CHILD, str(queue.path)], capture_output=True, text=True)
    assert ended.stdout == "DB_ERROR A record of the database is too large to be read.\n", ended.stderr
