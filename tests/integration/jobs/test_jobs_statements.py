"""What the jobs server says to SQLite: only the statements it needs, values bound, every connection closed."""

import sqlite3
from contextlib import closing
from datetime import datetime
from typing import Any, ClassVar

import pytest

from mcp_servers.jobs import database

SQL = "x'); DROP TABLE jobs; --"


def change(*ids: Any, status: Any = "reviewed") -> list[dict[str, Any]]:
    return [{"id": id_, "status": status} for id_ in ids]


class RecordingConnection(sqlite3.Connection):
    """Notes the statements as they were written, before values are bound, and whether it was closed."""

    statements: ClassVar[list[str]] = []
    still_open: ClassVar[int] = 0

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        RecordingConnection.still_open += 1

    def execute(self, sql: str, *bound: Any) -> sqlite3.Cursor:
        self.statements.append(sql)
        return super().execute(sql, *bound)

    def executemany(self, sql: str, *bound: Any) -> sqlite3.Cursor:
        self.statements.append(sql)
        return super().executemany(sql, *bound)

    def close(self) -> None:
        super().close()
        RecordingConnection.still_open -= 1


@pytest.fixture
def recorded(monkeypatch: Any) -> type[RecordingConnection]:
    connect = sqlite3.connect
    monkeypatch.setattr(RecordingConnection, "statements", [])
    monkeypatch.setattr(RecordingConnection, "still_open", 0)

    def connect_recorded(target: str, **more: Any) -> sqlite3.Connection:
        return connect(target, **(more | {"factory": RecordingConnection} if more.get("uri") else more))

    monkeypatch.setattr(database.sqlite3, "connect", connect_recorded)
    return RecordingConnection


class TestStatements:
    def test_nothing_but_selects_one_update_and_the_transaction(
        self, server: Any, make_queue: Any, recorded: type[RecordingConnection]
    ) -> None:
        path = make_queue(3).path
        server.update(path, change(1, 2, 3))
        assert [sql.split()[0] for sql in recorded.statements] == [
            *("SELECT", "BEGIN", "SELECT", "SELECT", "SELECT", "SELECT"),
            *("UPDATE", "COMMIT"),
        ]
        assert "BEGIN IMMEDIATE" in recorded.statements

    def test_parameters_are_always_bound(
        self, server: Any, make_queue: Any, recorded: type[RecordingConnection]
    ) -> None:
        path = make_queue([{"id": 1, "captured_at": SQL}, {"id": 2, "captured_at": SQL}]).path
        server.update(path, [*change(1, 77777, SQL), *change(2, status=SQL)])
        cursor = server.read(path, limit=1)["next_cursor"]
        assert server.read(path, limit=1, cursor=cursor)["count"] == 1
        text = " ".join(recorded.statements)
        assert "DROP" not in text
        assert "77777" not in text

    def test_an_unexpected_exception_rolls_back_and_tells_nothing(
        self, make_server: Any, make_queue: Any, recorded: type[RecordingConnection]
    ) -> None:
        queue = make_queue(1)

        def fail() -> datetime:
            raise RuntimeError("SELECT secret FROM /etc")

        error = make_server(now=fail).update(queue.path, change(1))["error"]
        assert (error["code"], error["retryable"]) == ("INTERNAL_ERROR", True)
        assert "secret" not in error["message"]
        assert (recorded.statements[-1], recorded.still_open) == ("ROLLBACK", 0)
        assert queue.statuses() == {1: "new"}

    def test_an_interrupt_between_writing_and_commit_rolls_back(
        self, make_queue: Any, recorded: type[RecordingConnection]
    ) -> None:
        queue = make_queue(1)

        def interrupted() -> None:
            with database.write_transaction(queue.path) as connection:
                connection.execute("UPDATE jobs SET status = 'reject'")
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            interrupted()
        assert (recorded.statements[-1], recorded.still_open) == ("ROLLBACK", 0)
        assert queue.statuses() == {1: "new"}

    @pytest.mark.parametrize("updates", [change(1), change(99), [], "x"])
    def test_the_connection_always_closes(
        self, make_server: Any, make_queue: Any, recorded: type[RecordingConnection], updates: Any
    ) -> None:
        path, server = make_queue(1).path, make_server(busy_seconds=0.05)
        server.update(path, updates)
        server.read(path)
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            server.update(path, updates)
        assert recorded.still_open == 0
