"""bulk_update_job_status: an example for every line of its contract."""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from mcp_servers.jobs import database

TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def change(*ids: Any, status: Any = "reviewed") -> list[dict[str, Any]]:
    return [{"id": id_, "status": status} for id_ in ids]


@contextmanager
def locked(path: Path, how: str) -> Iterator[sqlite3.Connection]:
    """Another process's lock, as far as SQLite can tell."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute(how)
        yield other
        if other.in_transaction:
            other.execute("ROLLBACK")


class TestBatch:
    def test_an_empty_list_succeeds_with_zero_counts(self, server: Any, make_queue: Any) -> None:
        queue = make_queue(2)
        before = queue.rows()
        assert server.update(queue.path, []) == {"updated_count": 0, "failed_count": 0, "results": []}
        assert queue.rows() == before

    def test_one_update(self, server: Any, make_queue: Any) -> None:
        queue = make_queue(2)
        assert server.update(queue.path, change(2)) == {
            "updated_count": 1,
            "failed_count": 0,
            "results": [{"id": 2, "success": True}],
        }
        assert queue.statuses() == {1: "new", 2: "reviewed"}

    def test_100_updates_come_back_in_input_order(self, server: Any, make_queue: Any) -> None:
        queue = make_queue(120)
        ids = list(range(120, 20, -1))
        answer = server.update(queue.path, change(*ids))
        assert (answer["updated_count"], answer["failed_count"]) == (100, 0)
        assert answer["results"] == [{"id": id_, "success": True} for id_ in ids]
        assert {id_ for id_, status in queue.statuses().items() if status == "reviewed"} == set(ids)

    @pytest.mark.parametrize("count", [101, 100_000])
    def test_more_are_refused_and_nothing_is_written(self, server: Any, make_queue: Any, count: int) -> None:
        queue = make_queue(101)
        answer = server.update(queue.path, change(*range(1, count + 1)))
        assert answer["error"]["code"] == "VALIDATION_ERROR"
        assert str(count) in answer["error"]["message"]
        assert set(queue.statuses().values()) == {"new"}

    def test_the_same_id_twice_is_refused_with_the_ids(self, server: Any, make_queue: Any) -> None:
        queue = make_queue(5)
        answer = server.update(queue.path, change(5, 1, 5, 2, 1))
        assert answer["error"]["code"] == "VALIDATION_ERROR"
        assert ": 5, 1." in answer["error"]["message"]
        assert set(queue.statuses().values()) == {"new"}

    def test_one_faulty_item_and_nothing_is_written(self, server: Any, make_queue: Any) -> None:
        queue = make_queue(3)
        before = queue.rows()
        answer = server.update(queue.path, [*change(1, 2), {"id": 3, "status": "Reviewed"}])
        assert (answer["updated_count"], answer["failed_count"]) == (0, 1)
        assert [result["success"] for result in answer["results"]] == [False] * 3
        assert ["error" in result for result in answer["results"]] == [False, False, True]
        assert queue.rows() == before

    def test_every_faulty_item_is_reported(self, server: Any, make_queue: Any) -> None:
        queue = make_queue(2)
        updates = [
            {"status": "new"},
            *change(None, True, "1", 1.5, 0, -1, 2**63, 99, [1]),
            {"id": 1},
            *change(2, status=" applied "),
            "update",
        ]
        answer = server.update(queue.path, updates)
        assert (answer["updated_count"], answer["failed_count"]) == (0, len(updates))
        assert [result["id"] for result in answer["results"]] == [
            *(None, None, True, "1", 1.5, 0, -1, 2**63, 99, None),
            *(1, 2, None),
        ]
        assert all(result["error"] for result in answer["results"])

    def test_unknown_ids_are_reported_even_when_another_item_is_invalid(self, server: Any, make_queue: Any) -> None:
        queue = make_queue(1)
        answer = server.update(queue.path, [*change(7), *change(1, status="?"), *change(8), *change(9, status="?")])
        unknown = [f"no job with id {result['id']}" in result["error"] for result in answer["results"]]
        assert unknown == [True, False, True, True]
        assert answer["failed_count"] == 4

    def test_the_largest_id_of_the_database_can_be_set(self, server: Any, make_queue: Any) -> None:
        queue = make_queue([{"id": 2**63 - 1}])
        assert server.update(queue.path, change(2**63 - 1))["updated_count"] == 1
        assert queue.statuses() == {2**63 - 1: "reviewed"}


class TestWhatIsWritten:
    def test_one_utc_timestamp_for_the_whole_batch(self, server: Any, make_queue: Any) -> None:
        queue = make_queue(100)
        before = datetime.now(UTC).replace(microsecond=0)
        server.update(queue.path, change(*range(1, 101)))
        (written,) = {row["updated_at"] for row in queue.rows().values()}
        assert TIMESTAMP.fullmatch(written)
        assert before <= datetime.fromisoformat(written) <= datetime.now(UTC)

    def test_the_time_is_told_in_utc_with_milliseconds(self, make_server: Any, make_queue: Any) -> None:
        queue = make_queue(1)
        east = datetime(2026, 1, 1, 1, 30, 0, 5999, tzinfo=timezone(timedelta(hours=2)))
        make_server(now=lambda: east).update(queue.path, change(1))
        assert queue.rows()[1]["updated_at"] == "2025-12-31T23:30:00.005Z"

    def test_it_is_written_even_when_the_status_does_not_change(self, make_server: Any, make_queue: Any) -> None:
        queue = make_queue([{"id": 1, "status": "reviewed", "updated_at": "2020-01-01T00:00:00.000Z"}])
        make_server(now=lambda: datetime(2026, 5, 6, tzinfo=UTC)).update(queue.path, change(1))
        assert queue.rows()[1]["updated_at"] == "2026-05-06T00:00:00.000Z"

    def test_only_status_and_updated_at_change(self, server: Any, make_queue: Any) -> None:
        full = {
            "id": 1,
            **{
                name: f"{name}'s" for name in ("job_id", "title", "company", "description", "url", "location", "source")
            },
            "captured_at": "2026-01-01T00:00:00Z",
        }
        queue = make_queue([full, full | {"id": 2}])
        server.update(queue.path, change(1, status="applied"))
        rows = queue.rows()
        assert rows[1] == full | {"status": "applied", "updated_at": rows[1]["updated_at"]}
        assert rows[2] == full | {"id": 2, "status": "new", "updated_at": None}

    def test_a_batch_sent_twice_ends_in_the_same_statuses(self, server: Any, make_queue: Any) -> None:
        queue = make_queue(3)
        first = server.update(queue.path, change(1, 3))
        statuses = queue.statuses()
        assert server.update(queue.path, change(1, 3)) == first
        assert queue.statuses() == statuses

    def test_every_status_can_be_set(self, server: Any, make_queue: Any) -> None:
        queue = make_queue(6)
        statuses = ["new", "shortlist", "reviewed", "reject", "resume_written", "applied"]
        updates = [{"id": id_, "status": status} for id_, status in enumerate(statuses, start=1)]
        assert server.update(queue.path, updates)["updated_count"] == 6
        assert list(queue.statuses().values()) == statuses


class TestOrderOfJudgement:
    def test_the_request_before_the_database(self, server: Any, folder: Path) -> None:
        missing = folder / "missing.db"
        for updates in (None, "x", change(*range(101)), change(1, 1)):
            assert server.update(missing, updates)["error"]["code"] == "VALIDATION_ERROR"

    def test_the_database_before_the_items(self, server: Any, folder: Path) -> None:
        for updates in (change(0), change(None)):
            assert server.update(folder / "missing.db", updates)["error"]["code"] == "DB_NOT_FOUND"

    def test_an_empty_batch_needs_no_file(self, server: Any, folder: Path) -> None:
        for path in (folder / "missing.db", folder / "no folder" / "jobs.db", folder):
            assert server.update(path, []) == {"updated_count": 0, "failed_count": 0, "results": []}
        assert list(folder.iterdir()) == []

    @pytest.mark.parametrize("updates", [[], change(0), change(1)])
    def test_the_column_updated_at_before_the_items(self, server: Any, make_queue: Any, updates: Any) -> None:
        queue = make_queue(1, columns=["id INTEGER PRIMARY KEY", "status TEXT"])
        error = server.update(queue.path, updates)["error"]
        assert (error["code"], error["retryable"]) == ("DB_ERROR", False)
        assert "migration needed" in error["message"].lower()
        assert queue.statuses() == {1: "new"}


class TestDatabase:
    def test_a_missing_file_is_told_by_its_base_name_and_not_created(self, server: Any, folder: Path) -> None:
        error = server.update(folder / "deep" / "missing.db", change(1))["error"]
        assert (error["code"], error["retryable"]) == ("DB_NOT_FOUND", False)
        assert "missing.db" in error["message"]
        assert str(folder) not in error["message"]
        assert "deep" not in error["message"]
        assert list(folder.iterdir()) == []

    @pytest.mark.parametrize("name", [":memory:", "file:jobs.db?mode=rwc", "jobs.db?mode=memory", "a" * 5000])
    def test_a_name_is_only_a_name(self, server: Any, folder: Path, monkeypatch: Any, name: str) -> None:
        monkeypatch.chdir(folder)
        assert server.update(Path(name), change(1))["error"]["code"] == "DB_NOT_FOUND"
        assert list(folder.iterdir()) == []

    @pytest.mark.parametrize("name", ["a?mode=ro.db", "a#b.db", "100%.db", "a%3Fb.db", "a b'\".db", "ü.db", "a&b=c.db"])
    def test_odd_names_open_that_file(self, server: Any, make_queue: Any, name: str) -> None:
        queue = make_queue(1, name=name)
        assert server.update(queue.path, change(1))["updated_count"] == 1
        assert queue.statuses() == {1: "reviewed"}
        assert server.read(queue.path)["count"] == 0

    def test_the_default_is_below_the_working_directory(self, server: Any, folder: Path, monkeypatch: Any) -> None:
        monkeypatch.chdir(folder)
        assert "jobs.db" in server.call("bulk_update_job_status", {"updates": change(1)})["error"]["message"]
        (folder / "data" / "capture").mkdir(parents=True)
        with closing(sqlite3.connect("data/capture/jobs.db")) as made:
            made.execute("CREATE TABLE jobs (id INTEGER PRIMARY KEY, status TEXT, updated_at TEXT)")
        assert server.call("bulk_update_job_status", {"updates": []})["updated_count"] == 0

    def test_a_link_leads_to_its_file(self, server: Any, make_queue: Any, folder: Path) -> None:
        queue = make_queue(1)
        (folder / "link.db").symlink_to(queue.path)
        assert server.update(folder / "link.db", change(1))["updated_count"] == 1
        (folder / "dangling.db").symlink_to(folder / "nothing.db")
        assert server.update(folder / "dangling.db", change(1))["error"]["code"] == "DB_NOT_FOUND"
        assert not (folder / "nothing.db").exists()

    @pytest.mark.parametrize("how", ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"])
    def test_a_locked_database_may_be_tried_again(self, make_server: Any, make_queue: Any, how: str) -> None:
        queue, server = make_queue(1), make_server(busy_seconds=0.05)
        with locked(queue.path, how):
            error = server.update(queue.path, change(1))["error"]
        assert (error["code"], error["retryable"]) == ("DB_ERROR", True)
        assert queue.statuses() == {1: "new"}
        assert server.update(queue.path, change(1))["updated_count"] == 1

    def test_a_commit_that_a_reader_holds_up_is_rolled_back(self, make_server: Any, make_queue: Any) -> None:
        queue, server = make_queue(2), make_server(busy_seconds=0.05)
        with locked(queue.path, "BEGIN") as reader:
            reader.execute("SELECT * FROM jobs").fetchone()  # its shared lock lets a writer begin but not commit
            error = server.update(queue.path, change(1, 2))["error"]
        assert (error["code"], error["retryable"]) == ("DB_ERROR", True)
        assert "committed" in error["message"]
        assert queue.statuses() == {1: "new", 2: "new"}

    def test_no_table_jobs(self, server: Any, folder: Path) -> None:
        with closing(sqlite3.connect(folder / "other.db")) as made:
            made.execute("CREATE TABLE orders (id INTEGER)")
        (folder / "empty.db").touch()
        for name in ("other.db", "empty.db"):
            error = server.update(folder / name, change(1))["error"]
            assert (error["code"], error["retryable"]) == ("DB_ERROR", False)
            assert "no jobs table" in error["message"]
        assert (folder / "empty.db").stat().st_size == 0

    def test_something_else_than_a_database(self, server: Any, folder: Path) -> None:
        text = folder / "notes.txt"
        text.write_text("not a database, " * 1000)
        os.mkfifo(folder / "pipe")
        for path in (text, folder / "pipe"):
            error = server.update(path, change(1))["error"]
            assert (error["code"], error["retryable"]) == ("DB_ERROR", False)
            assert "not a usable SQLite database" in error["message"]
        assert text.read_text() == "not a database, " * 1000

    @pytest.mark.parametrize(
        ("name", "shown"),
        [
            ("deep", "There is no database file deep."),
            ("deep/", "There is no database file deep."),
            ("linked", "There is no database file linked."),
            ("notes.txt/jobs.db", "There is no database file jobs.db."),
            ("dangling", "There is no database file dangling."),
            ("circle", "There is no database file circle."),
            ("~/jobs.db", "There is no database file jobs.db."),
            (".", "db_path names no database file."),
            ("/", "db_path names no database file."),
        ],
    )
    def test_a_path_without_a_file_is_not_found(
        self, server: Any, folder: Path, monkeypatch: Any, name: str, shown: str
    ) -> None:
        (folder / "deep").mkdir()
        (folder / "linked").symlink_to(folder / "deep")
        (folder / "dangling").symlink_to(folder / "nothing")
        (folder / "circle").symlink_to(folder / "circle")
        (folder / "notes.txt").write_text("not a database")
        monkeypatch.chdir(folder)
        monkeypatch.setenv("HOME", str(folder))
        for answer in (server.update(name, change(1)), server.read(name)):
            error = answer["error"]
            assert (error["code"], error["retryable"]) == ("DB_NOT_FOUND", False)
            assert error["message"] == f"{shown} Check db_path; nothing was created."

    def test_a_tilde_is_the_home_folder(self, server: Any, make_queue: Any, folder: Path, monkeypatch: Any) -> None:
        queue = make_queue(1)
        monkeypatch.setenv("HOME", str(queue.path.parent))
        assert server.update(f"~/{queue.path.name}", change(1))["updated_count"] == 1
        assert queue.statuses() == {1: "reviewed"}

    def test_a_constraint_that_refuses_is_no_matter_of_time(self, server: Any, make_queue: Any) -> None:
        columns = ["id INTEGER PRIMARY KEY", "status TEXT CHECK (status <> 'applied' OR id < 3)", "updated_at TEXT"]
        queue = make_queue(3, columns=columns)
        error = server.update(queue.path, change(1, 2, 3, status="applied"))["error"]
        assert (error["code"], error["retryable"]) == ("DB_ERROR", False)
        assert set(queue.statuses().values()) == {"new"}

    def test_updates_that_a_trigger_swallows_are_no_success(self, server: Any, make_queue: Any) -> None:
        queue = make_queue(3)
        queue.execute("CREATE TRIGGER t BEFORE UPDATE ON jobs WHEN new.id = 2 BEGIN SELECT RAISE(IGNORE); END")
        error = server.update(queue.path, change(1, 2, 3))["error"]
        assert (error["code"], error["retryable"]) == ("DB_ERROR", False)
        assert set(queue.statuses().values()) == {"new"}

    @pytest.mark.parametrize("application_id", [0x53484C47, 0x53485342])
    def test_files_of_the_ledger_and_the_simulator_are_refused(
        self, server: Any, make_queue: Any, application_id: int
    ) -> None:
        queue = make_queue(1)
        queue.execute(f"PRAGMA application_id = {application_id}")
        before = queue.path.read_bytes()
        with locked(queue.path, "BEGIN IMMEDIATE"):  # refused without waiting for, or taking, the write lock
            error = server.update(queue.path, change(1))["error"]
        assert (error["code"], error["retryable"]) == ("DB_ERROR", False)
        assert "not a jobs database" in error["message"]
        assert server.read(queue.path)["error"]["code"] == "DB_ERROR"
        assert queue.path.read_bytes() == before

    def test_files_with_another_application_id_are_a_queue(self, server: Any, make_queue: Any) -> None:
        queue = make_queue(1)
        queue.execute("PRAGMA application_id = 1234")
        assert server.update(queue.path, change(1))["updated_count"] == 1


class TestReadOnly:
    """Root may write to a file without write permission, so three kinds of read-only are shown."""

    def refused(self, error: dict[str, Any]) -> bool:
        return (error["code"], error["retryable"], "read-only" in error["message"]) == ("DB_ERROR", False, True)

    def test_a_file_that_nobody_may_write_by_its_mode(self, server: Any, make_queue: Any) -> None:
        queue = make_queue(1)
        queue.path.chmod(0o444)
        assert self.refused(server.update(queue.path, change(1))["error"])
        assert queue.statuses() == {1: "new"}
        assert server.read(queue.path)["count"] == 1

    def test_a_file_that_even_root_cannot_write(self, server: Any, make_queue: Any) -> None:
        queue = make_queue(1)
        chattr = shutil.which("chattr")
        if chattr is None or subprocess.run([chattr, "+i", queue.path], capture_output=True, check=False).returncode:
            pytest.skip("this file system or user cannot make a file immutable")
        try:
            assert self.refused(server.update(queue.path, change(1))["error"])
            assert server.read(queue.path)["count"] == 1
        finally:
            subprocess.run([chattr, "-i", queue.path], check=True)

    def test_a_file_that_another_user_owns(self, make_queue: Any) -> None:
        queue = make_queue(1)
        queue.path.chmod(0o644)
        answer = subprocess.run(
            [sys.executable, "-c", AS_NOBODY, str(queue.path)], capture_output=True, text=True, check=False
        )
        if answer.returncode == 77:
            pytest.skip("only root can become another user")
        assert answer.stdout.split() == ["DB_ERROR", "False", "1"], answer.stderr

    def test_sqlite_itself_refusing_is_told_the_same(self, server: Any, make_queue: Any, monkeypatch: Any) -> None:
        queue = make_queue(1)
        connect = sqlite3.connect

        def connect_to_read(target: str, **more: Any) -> sqlite3.Connection:
            return connect(target.replace("mode=rw", "mode=ro"), **more)

        monkeypatch.setattr(database.sqlite3, "connect", connect_to_read)
        assert self.refused(server.update(queue.path, change(1))["error"])


AS_NOBODY = """
import os, sys
from datetime import datetime, UTC
from pathlib import Path
from mcp_servers.jobs import handlers, reader, writer
from mcp_servers.jobs.faults import JobsFault
from mcp_servers.jobs.validation import update_request
if os.geteuid() != 0:
    sys.exit(77)
os.setgid(65534)
os.setuid(65534)
path = Path(sys.argv[1])
items = update_request({"updates": [{"id": 1, "status": "reviewed"}]}, path_is_fixed=False).items
try:
    writer.write_statuses(path, items, lambda: datetime.now(UTC))
except JobsFault as fault:
    print(fault.code, fault.retryable)
print(len(reader.read_new_jobs(path, 10, None).jobs))
"""
