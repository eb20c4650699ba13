"""bulk_read_new_jobs: an example for every line of its contract."""

import json
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

FIELDS = ["id", "job_id", "title", "company", "description", "url", "location", "source", "status", "captured_at"]
SQL = "x'); DROP TABLE jobs; --"


def ids(answer: dict[str, Any]) -> list[int]:
    return [job["id"] for job in answer["jobs"]]


def pages(server: Any, path: Path, limit: int) -> list[list[int]]:
    """The ids of every page, read to the end."""
    read, cursor = [], None
    while True:
        answer = server.read(path, limit=limit, cursor=cursor)
        assert answer["count"] == len(answer["jobs"])
        assert answer["has_more"] == (answer["next_cursor"] is not None)
        read.append(ids(answer))
        cursor = answer["next_cursor"]
        if cursor is None:
            return read


class TestPage:
    def test_an_empty_queue_is_an_empty_list(self, server: Any, make_queue: Any) -> None:
        expected = {"jobs": [], "count": 0, "has_more": False, "next_cursor": None}
        assert server.read(make_queue(0).path) == expected
        assert server.read(make_queue([{"id": 1, "status": "reviewed"}], name="other.db").path) == expected

    def test_exactly_these_fields_and_null_for_what_is_missing(self, server: Any, make_queue: Any) -> None:
        full = {name: f"{name} ü\n'\"" for name in FIELDS if name not in ("id", "status")}
        queue = make_queue([{"id": 2, **full, "updated_at": "2026-01-01T00:00:00.000Z"}, {"id": 1}])
        jobs = server.read(queue.path)["jobs"]
        assert jobs == [{"id": 2, "status": "new", **full}, {**dict.fromkeys(FIELDS), "id": 1, "status": "new"}]
        assert [list(job) for job in jobs] == [FIELDS, FIELDS]

    def test_only_records_with_the_status_new(self, server: Any, make_queue: Any) -> None:
        others = ["shortlist", "reviewed", "reject", "resume_written", "applied", "NEW", " new", "", None]
        queue = make_queue([{"id": id_, "status": status} for id_, status in enumerate(["new", *others], start=1)])
        assert ids(server.read(queue.path)) == [1]

    def test_newest_first_then_the_larger_id_and_null_last(self, server: Any, make_queue: Any) -> None:
        times = {1: "2026-01-01", 2: None, 3: "2026-01-02", 4: "2026-01-01", 5: None, 6: "2025-12-31"}
        queue = make_queue([{"id": id_, "captured_at": time} for id_, time in times.items()])
        assert ids(server.read(queue.path)) == [3, 4, 1, 6, 5, 2]

    def test_50_is_the_default(self, server: Any, make_queue: Any) -> None:
        answer = server.read(make_queue(51).path)
        assert (answer["count"], answer["has_more"]) == (50, True)

    @pytest.mark.parametrize(("limit", "expected"), [(1, [3]), (2, [3, 2]), (3, [3, 2, 1]), (1000, [3, 2, 1])])
    def test_a_limit(self, server: Any, make_queue: Any, limit: int, expected: list[int]) -> None:
        answer = server.read(make_queue(3).path, limit=limit)
        assert (ids(answer), answer["has_more"]) == (expected, limit < 3)

    def test_1000_records_on_a_page(self, server: Any, make_queue: Any) -> None:
        read = pages(server, make_queue(1001).path, 1000)
        assert [len(page) for page in read] == [1000, 1]

    @pytest.mark.parametrize("limit", [0, 1001, True, "1", 1.0, None])
    def test_other_limits_are_refused(self, server: Any, make_queue: Any, limit: Any) -> None:
        assert server.read(make_queue(1).path, limit=limit)["error"]["code"] == "VALIDATION_ERROR"


class TestPaging:
    @pytest.mark.parametrize("limit", [1, 2, 3, 7, 8])
    def test_equal_and_null_times_page_without_loss_or_repetition(
        self, server: Any, make_queue: Any, limit: int
    ) -> None:
        times = ["2026-01-01", None, "2026-01-01", "2026-01-01", None, None, "2026-01-02"]
        queue = make_queue([{"id": id_, "captured_at": time} for id_, time in enumerate(times, start=1)])
        read = pages(server, queue.path, limit)
        assert [id_ for page in read for id_ in page] == [7, 4, 3, 1, 6, 5, 2]
        assert all(len(page) == limit for page in read[:-1])

    def test_records_that_leave_the_queue_between_pages_shift_nothing(self, server: Any, make_queue: Any) -> None:
        queue = make_queue(6)
        first = server.read(queue.path, limit=2)
        assert ids(first) == [6, 5]
        server.update(queue.path, [{"id": id_, "status": "reject"} for id_ in (6, 5, 3)])
        second = server.read(queue.path, limit=2, cursor=first["next_cursor"])
        assert ids(second) == [4, 2]
        queue.execute("DELETE FROM jobs WHERE id = 2")  # even the record that the cursor names
        assert ids(server.read(queue.path, limit=2, cursor=second["next_cursor"])) == [1]

    def test_a_newer_record_does_not_disturb_the_pages_behind(self, server: Any, make_queue: Any) -> None:
        queue = make_queue([{"id": id_, "captured_at": "2026-01-01"} for id_ in (1, 2, 3)])
        first = server.read(queue.path, limit=2)
        queue.add([{"id": 4, "captured_at": "2026-01-02"}])
        assert ids(server.read(queue.path, limit=2, cursor=first["next_cursor"])) == [1]

    def test_times_of_any_stored_type_page(self, server: Any, make_queue: Any) -> None:
        columns = ["id INTEGER PRIMARY KEY", "status TEXT", "captured_at", "updated_at"]
        columns += ["job_id", "title", "company", "description", "url", "location", "source"]
        times: list[Any] = [None, 5, 10, 2.5, 0.1 + 0.2, float("inf"), "2026", "", b"\x00\xff", b"", -(2**63)]
        queue = make_queue(
            [{"id": id_, "captured_at": time} for id_, time in enumerate(times, start=1)], columns=columns
        )
        queue.execute("INSERT INTO jobs (id, status, captured_at) VALUES (99, 'new', CAST(x'32ff' AS TEXT))")
        (expected,) = queue.execute(
            "SELECT group_concat(id) FROM (SELECT id FROM jobs ORDER BY captured_at DESC, id DESC)"
        )
        assert ",".join(str(id_) for (id_,) in pages(server, queue.path, 1)) == expected[0]

    def test_a_column_that_compares_without_case_pages(self, server: Any, make_queue: Any) -> None:
        columns = ["id INTEGER PRIMARY KEY", "status TEXT", "captured_at TEXT COLLATE NOCASE"]
        columns += ["job_id", "title", "company", "description", "url", "location", "source"]
        rows = [{"id": id_, "captured_at": time} for id_, time in enumerate("aAbBaA", start=1)]
        assert pages(server, make_queue(rows, columns=columns).path, 1) == [[4], [3], [6], [5], [2], [1]]

    @pytest.mark.parametrize("cursor", ["", "zzz", SQL, "W10=", 1, [], "bnVsbA=="])
    def test_a_malformed_cursor_is_refused(self, server: Any, make_queue: Any, cursor: Any) -> None:
        error = server.read(make_queue(1).path, cursor=cursor)["error"]
        assert (error["code"], error["retryable"]) == ("VALIDATION_ERROR", False)
        assert "cursor" in error["message"]


class TestDatabase:
    def test_arguments_are_judged_before_the_file(self, server: Any, folder: Path) -> None:
        assert server.read(folder / "missing.db", limit=0)["error"]["code"] == "VALIDATION_ERROR"
        assert server.read(folder / "missing.db", cursor="x")["error"]["code"] == "VALIDATION_ERROR"

    def test_a_missing_file_is_not_created(self, server: Any, folder: Path) -> None:
        error = server.read(folder / "missing.db")["error"]
        assert (error["code"], error["retryable"]) == ("DB_NOT_FOUND", False)
        assert "missing.db" in error["message"]
        assert str(folder) not in error["message"]
        assert list(folder.iterdir()) == []

    def test_no_table_and_no_database(self, server: Any, folder: Path) -> None:
        (folder / "empty.db").touch()
        (folder / "notes.txt").write_text("not a database, " * 1000)
        for name in ("empty.db", "notes.txt"):
            error = server.read(folder / name)["error"]
            assert (error["code"], error["retryable"]) == ("DB_ERROR", False)
        assert (folder / "empty.db").stat().st_size == 0

    def test_the_column_updated_at_is_not_needed_to_read(self, server: Any, make_queue: Any) -> None:
        queue = make_queue([{"id": 1}], columns=["id INTEGER PRIMARY KEY", *(f"{name} TEXT" for name in FIELDS[1:])])
        assert ids(server.read(queue.path)) == [1]

    def test_the_file_is_opened_read_only(self, server: Any, make_queue: Any) -> None:
        queue = make_queue(3)
        before = (queue.path.read_bytes(), queue.path.stat().st_mtime_ns)
        queue.path.chmod(0o444)
        assert server.read(queue.path)["count"] == 3
        assert (queue.path.read_bytes(), queue.path.stat().st_mtime_ns) == before

    def test_a_locked_database_may_be_tried_again(self, make_server: Any, make_queue: Any) -> None:
        queue, server = make_queue(1), make_server(busy_seconds=0.05)
        with closing(sqlite3.connect(queue.path, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            error = server.read(queue.path)["error"]
        assert (error["code"], error["retryable"]) == ("DB_ERROR", True)
        assert server.read(queue.path)["count"] == 1

    def test_a_queue_in_wal_mode_is_read(self, server: Any, make_queue: Any) -> None:
        queue = make_queue(2)
        queue.execute("PRAGMA journal_mode = WAL")
        with closing(sqlite3.connect(queue.path)) as writer:
            writer.execute("UPDATE jobs SET title = 'in the log' WHERE id = 2")
            writer.commit()
            assert [job["title"] for job in server.read(queue.path)["jobs"]] == ["in the log", None]

    def test_text_that_is_not_utf_8_does_not_stop_the_page(self, server: Any, make_queue: Any) -> None:
        queue = make_queue(2)
        queue.execute("UPDATE jobs SET title = CAST(x'41ff42' AS TEXT), captured_at = CAST(x'ff' AS TEXT)")
        queue.execute("UPDATE jobs SET company = x'43', job_id = 7 WHERE id = 1")
        first = server.read(queue.path, limit=1)
        second = server.read(queue.path, limit=1, cursor=first["next_cursor"])
        assert first["jobs"][0]["title"] == "A�B"
        assert [second["jobs"][0][name] for name in ("id", "job_id", "company")] == [1, "7", "C"]


class TestInterruptedWrite:
    """A writer that died in mid-batch leaves a journal which a read-only connection cannot roll back itself."""

    def killed_in_mid_batch(self, path: Path) -> None:
        died = subprocess.run([sys.executable, "-c", DIE_IN_MID_BATCH, str(path)], check=False)
        assert died.returncode == -signal.SIGKILL
        assert path.with_name(path.name + "-journal").exists()

    def test_the_last_committed_state_is_read(self, server: Any, make_queue: Any) -> None:
        queue = make_queue([{"id": id_, "description": "x" * 3000} for id_ in range(1, 101)])
        self.killed_in_mid_batch(queue.path)
        answer = server.read(queue.path, limit=1000)
        assert ids(answer) == list(range(100, 0, -1))
        assert {len(job["description"]) for job in answer["jobs"]} == {3000}

    def test_a_read_only_file_is_not_repaired(self, server: Any, make_queue: Any) -> None:
        queue = make_queue([{"id": id_, "description": "x" * 3000} for id_ in range(1, 101)])
        self.killed_in_mid_batch(queue.path)
        queue.path.chmod(0o444)
        before = queue.path.read_bytes()
        error = server.read(queue.path)["error"]
        assert (error["code"], error["retryable"]) == ("DB_ERROR", False)
        assert queue.path.read_bytes() == before


DIE_IN_MID_BATCH = """
import os, signal, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA cache_size = 1")  # so that the batch reaches the file before it is committed
connection.execute("BEGIN IMMEDIATE")
connection.execute("UPDATE jobs SET status = 'reject', description = description || 'y'")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_sql_in_stored_text_is_data(server: Any, make_queue: Any) -> None:
    queue = make_queue([{"id": 1, **dict.fromkeys((name for name in FIELDS[1:] if name != "status"), SQL)}, {"id": 2}])
    cursor = server.read(queue.path, limit=1)["next_cursor"]
    assert server.read(queue.path, limit=1, cursor=cursor)["jobs"][0]["id"] == 2
    assert json.dumps(server.read(queue.path)).count("DROP TABLE") == 8
    assert len(queue.rows()) == 2
