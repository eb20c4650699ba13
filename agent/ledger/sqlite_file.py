"""A ledger in a file: who may, with what promises of SQLite's, under which schema."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool

from agent.errors import error
from agent.ledger.faults import FOREIGN_FILE, LEDGER_TROUBLE, MOVED, MOVED_WORDS, NEWER_LEDGER, ledger_fault
from agent.ledger.lease import lease
from agent.ledger.place import Use
from agent.ledger.schema import APPLICATION_ID, HEAD, MOVED_ID
from agent.ledger.table_versions import create_tables, known_versions, migrate
from agent.ledger.tables import Base

BUSY_TIMEOUT_MS = 10_000
MOVED_TO = "moved_to"
"""The fact of a ledger's file that was moved: the URL where the ledger is now."""
_MOVED_TO = f"SELECT value FROM ledger WHERE key = '{MOVED_TO}'"


def engine_of(path: Path, use: Use) -> Engine:
    """An engine with WAL, synchronous=FULL and foreign keys; a writer begins with BEGIN IMMEDIATE."""
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool, connect_args={"check_same_thread": False})
    begin = "BEGIN IMMEDIATE" if use == "write" else "BEGIN"

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")

    # Not by an event: with a listener for `begin`, SQLAlchemy dispatches several events around every statement.
    engine.dialect.do_begin = lambda connection: connection.execute(begin)  # type: ignore[assignment,method-assign]
    return engine


def prepare(path: Path) -> None:
    """Create the file (0600) or check that it is ours, and bring it to the newest schema: see `connection.prepare`."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        path.chmod(0o600)
        schema = schema_of(path)
    except OSError as fault:
        raise error(LEDGER_TROUBLE, path=path, reason=fault.strerror or str(fault)) from fault
    except sqlite3.DatabaseError as fault:
        if "not a database" in str(fault):
            raise error(FOREIGN_FILE, path=path, reason=str(fault)) from fault
        raise ledger_fault(path, fault) from fault
    if schema == HEAD:
        return
    if schema is None:
        _create(path)
        return
    if schema not in known_versions():
        raise error(NEWER_LEDGER, path=path, found=schema)
    # An earlier version that runs a batch now could not record its answers in the new schema.
    with lease(path, wait_s=BUSY_TIMEOUT_MS / 1000):
        engine = engine_of(path, "write")
        with engine.begin() as connection:
            migrate(connection)
        engine.dispose()


def schema_of(path: Path) -> str | None:
    """The schema revision of our ledger, None for a new file; nothing is changed.

    Raises:
        ShipchatError: E-4201 it is somebody else's, E-4281 it was moved.
    """
    connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_MS / 1000)
    try:
        owner = connection.execute("PRAGMA application_id").fetchone()[0]
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if owner == APPLICATION_ID and "alembic_version" in tables:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            return str(row[0]) if row else None
        if owner == MOVED_ID:
            raise error(MOVED, path=path, place=connection.execute(_MOVED_TO).fetchone()[0])
        if owner not in (0, APPLICATION_ID) or tables - {"alembic_version"}:
            raise error(
                FOREIGN_FILE, path=path, reason=f"it belongs to application {owner:#x}" if owner else "its tables"
            )
        return None
    finally:
        connection.close()


def moved_to(path: Path) -> str | None:
    """Where the ledger of this file is now; None where it is still here, or there is no file."""
    if not path.exists():
        return None
    with closing(sqlite3.connect(path, timeout=BUSY_TIMEOUT_MS / 1000)) as connection:
        moved = connection.execute("PRAGMA application_id").fetchone()[0] == MOVED_ID
        return str(connection.execute(_MOVED_TO).fetchone()[0]) if moved else None


def mark_as_moved(connection: Connection, url: str) -> None:
    """From this commit on nobody writes here: no version opens it, and who has it open is told where it is."""
    connection.exec_driver_sql(f"INSERT INTO ledger (key, value) VALUES ('{MOVED_TO}', ?)", (url,))
    words = f"{MOVED_WORDS}{url}".replace("'", "''")
    for table in Base.metadata.tables:
        for verb in ("INSERT", "UPDATE", "DELETE"):
            body = f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
            connection.exec_driver_sql(f"CREATE TRIGGER moved_{table}_{verb} BEFORE {verb} ON {table} {body}")
    connection.exec_driver_sql(f"PRAGMA application_id = {MOVED_ID}")


def _create(path: Path) -> None:
    """Another process may do the same at the same time: the second finds everything there."""
    engine = engine_of(path, "write")
    with engine.begin() as connection:
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        create_tables(connection)
    engine.dispose()
