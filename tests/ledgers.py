"""Where tests have their ledgers, and a look into them past the product.

`SHIPCHAT_TEST_LEDGER=postgresql` puts them into databases of a server of the run's own (CI does both): the same tests,
but those marked `ledger_file`, which are about SQLite's file.
"""

import os
import re
import shutil
import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import psycopg

from agent.ledger.place import Place
from agent.ledger.store import Ledger
from tests.postgres_server import cluster

ON_SERVER = os.environ.get("SHIPCHAT_TEST_LEDGER") == "postgresql"


def empty_ledger(folder: Path) -> Place:
    """One with all tables and nothing in them, to copy: making one takes longer than a whole job."""
    if ON_SERVER:
        return empty_database()
    path = folder / "ledger.sqlite"
    Ledger.open(path).close()
    return path


@cache
def empty_database() -> str:
    """The same on the server, for tests of what only a shared ledger has."""
    url = cluster().new_database()
    Ledger.open(url).close()
    return url


def new_ledger(folder: Path, template: Place | None = None) -> Place:
    """A ledger for a home; without a template there is none yet."""
    if ON_SERVER or isinstance(template, str):
        return cluster().new_database(str(template) if template is not None else "template0")
    path = folder / "ledger.sqlite"
    if template is not None:
        shutil.copy(template, path)
    return path


def setting(place: Place) -> dict[str, str]:
    """What settings need to find it besides the home."""
    return {"ledger": place} if isinstance(place, str) else {}


class Record:
    """A row whose columns have names and places, as `sqlite3.Row`."""

    def __init__(self, names: list[str], values: Any) -> None:
        self._names, self._values = names, tuple(values)

    def __getitem__(self, key: int | str) -> Any:
        return self._values[self._names.index(key) if isinstance(key, str) else key]

    def __iter__(self) -> Any:
        return iter(self._values)


def asked(place: Place, statement: str, **values: Any) -> list[Any]:
    """Rows, by name or place; parameters are written `:name`. Nothing is changed."""
    if isinstance(place, Path):
        with closing(sqlite3.connect(place)) as file:
            file.row_factory = sqlite3.Row
            return file.execute(statement, values).fetchall()
    cursor = _connection(place).execute(_named(statement), values)
    names = [column.name for column in cursor.description or ()]
    return [Record(names, row) for row in cursor.fetchall()]


def edited(place: Place, statement: str, **values: Any) -> None:
    """Somebody with an SQL prompt."""
    if isinstance(place, Path):
        with closing(sqlite3.connect(place)) as file, file:
            file.execute(statement, values)
    else:
        _connection(place).execute(_named(statement), values)


_connections: dict[str, Any] = {}


def _connection(url: str) -> Any:
    """Only to the database that was asked last: with one for each, a server would soon have too many clients."""
    if url not in _connections:
        while _connections:
            _connections.popitem()[1].close()
        _connections[url] = psycopg.connect(url, autocommit=True)
    return _connections[url]


def _named(statement: str) -> str:
    return re.sub(r"(?<!:):([a-z_]+)", r"%(\1)s", statement.replace("%", "%%"))


def fill(place: Place) -> None:
    """From here on no commit of the ledger succeeds: a trigger that cannot run stands for the disk."""
    if isinstance(place, Path):
        edited(place, "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN INSERT INTO nowhere VALUES (1); END")
    else:
        body = "BEGIN RAISE disk_full USING MESSAGE = 'no such table: nowhere'; END"
        edited(place, f"CREATE OR REPLACE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$")
        edited(place, "CREATE TRIGGER full_disk BEFORE INSERT ON audit EXECUTE FUNCTION no_room()")


def empty(place: Place) -> None:
    """There is room again."""
    on = "full" if isinstance(place, Path) else "full_disk ON audit"
    edited(place, f"DROP TRIGGER IF EXISTS {on}")
