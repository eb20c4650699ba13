"""A queue's file as a capture tool leaves it, and calls that check every answer against the published schemas."""

import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import jsonschema
import pytest
from mcp import StdioServerParameters

from mcp_servers.jobs.handlers import JobsApp
from mcp_servers.jobs.server import jobs_table
from tests.tool_answers import answered

COLUMNS = (
    "id INTEGER PRIMARY KEY",
    *(f"{name} TEXT" for name in ("job_id", "title", "company", "description", "url", "location", "source")),
    "status TEXT",
    "captured_at TEXT",
    "updated_at TEXT",
)

Row = dict[str, Any]


class Queue:
    """One jobs database, seen beside the server."""

    def __init__(self, path: Path, columns: Iterable[str] = COLUMNS) -> None:
        self.path = path
        self.execute(f"CREATE TABLE jobs ({', '.join(columns)})")

    def execute(self, sql: str, bound: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
        """One statement in its own connection and transaction."""
        with closing(sqlite3.connect(self.path)) as connection, connection:
            connection.execute("PRAGMA synchronous = OFF")
            return connection.execute(sql, tuple(bound)).fetchall()

    def add(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Insert rows; what a row leaves out is NULL, its status is `new`."""
        with closing(sqlite3.connect(self.path)) as connection, connection:
            connection.execute("PRAGMA synchronous = OFF")
            for row in rows:
                full = {"status": "new"} | dict(row)
                names = ", ".join(full)
                marks = ", ".join("?" * len(full))
                connection.execute(f"INSERT INTO jobs ({names}) VALUES ({marks})", tuple(full.values()))

    def rows(self) -> dict[int, Row]:
        """Every record by id, read in one statement."""
        with closing(sqlite3.connect(self.path)) as connection:
            connection.row_factory = sqlite3.Row
            return {row["id"]: dict(row) for row in connection.execute("SELECT * FROM jobs ORDER BY id")}

    def statuses(self) -> dict[int, str]:
        return {id_: row["status"] for id_, row in self.rows().items()}


class Server:
    """The server's table of tools in this process, with its answers checked."""

    def __init__(self, **app: Any) -> None:
        self.app = JobsApp(**app)
        self.table = jobs_table(self.app)
        self.outputs = {tool.name: tool.output_schema for tool in self.table.published}

    def call(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """The content of one answer."""
        answer = anyio.run(partial(self.table.call, self.app, name, arguments))
        content = answered(answer)
        if answer.is_error:
            assert content.keys() == {"error"}
            assert content["error"].keys() == {"code", "message", "retryable"}
        else:
            jsonschema.validate(content, self.outputs[name])
        return content

    def update(self, path: Path, updates: Any) -> dict[str, Any]:
        return self.call("bulk_update_job_status", {"updates": updates, "db_path": str(path)})

    def read(self, path: Path, **arguments: Any) -> dict[str, Any]:
        return self.call("bulk_read_new_jobs", {"db_path": str(path), **arguments})


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that every user of the machine may enter, unlike `tmp_path`."""
    made = Path(tempfile.mkdtemp(prefix="shipchat-jobs-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def make_queue(folder: Path) -> Callable[..., Queue]:
    """`make_queue(rows, name=..., columns=...)`; rows is a count or the records."""

    def make(rows: int | Iterable[Mapping[str, Any]] = 0, name: str = "jobs.db", columns: Any = COLUMNS) -> Queue:
        queue = Queue(folder / name, columns)
        queue.add([{"id": id_} for id_ in range(1, rows + 1)] if isinstance(rows, int) else rows)
        return queue

    return make


@pytest.fixture
def make_server() -> type[Server]:
    return Server


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def stdio() -> Callable[..., StdioServerParameters]:
    """How a client starts the real server."""

    def parameters(folder: Path, **environment: str) -> StdioServerParameters:
        return StdioServerParameters(
            command=sys.executable, args=["-P", "-m", "mcp_servers.jobs"], cwd=folder, env=environment
        )

    return parameters
