"""Opens the queue's file: never creates it, never follows options in its name, always closes it."""

import sqlite3
import stat
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Literal

from mcp_servers.jobs.faults import (
    broken,
    commit_failed,
    database_fault,
    not_a_database,
    not_found,
    read_only,
    too_large,
)
from mcp_servers.shared.limits import stopped_after

BUSY_SECONDS = 3.0
"""How long to wait for another process's lock before the caller hears of it."""

WORK_SECONDS = 10.0
"""How long the statements of one call may take together."""

LONGEST_VALUE = 16 << 20
"""Bytes of one value, or of one record."""

_STEPS = 10_000
"""SQLite's steps between two looks at the clock: about a millisecond."""

OTHER_FILES = {0x53484C47: "shipchat's ledger", 0x53485342: "the UPS simulator's books"}
"""`application_id` of files that look like SQLite and are never a queue."""

_INTERRUPTED_WRITE = {sqlite3.SQLITE_READONLY_ROLLBACK, sqlite3.SQLITE_READONLY_RECOVERY}


@contextmanager
def opened_to_read(path: Path, busy_seconds: float = BUSY_SECONDS) -> Iterator[sqlite3.Connection]:
    """A read-only connection; SQLite's troubles inside the block become `JobsFault`s."""
    _require_file(path)
    with _translated():
        try:
            connection = _connect(path, "ro", busy_seconds)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode not in _INTERRUPTED_WRITE:
                raise
            # A writer died in mid-batch. Whoever opens the file for writing rolls its remains back.
            _require_writable(path)
            _connect(path, "rw", busy_seconds).close()
            connection = _connect(path, "ro", busy_seconds)
        with closing(connection), _bounded(connection):
            yield connection


@contextmanager
def write_transaction(path: Path, busy_seconds: float = BUSY_SECONDS) -> Iterator[sqlite3.Connection]:
    """One transaction that holds the write lock from its start: committed at the end, rolled back on any exception."""
    _require_file(path)
    _require_writable(path)
    with _translated(), closing(_connect(path, "rw", busy_seconds)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        try:
            with _bounded(connection):
                yield connection
            _commit(connection)
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def _commit(connection: sqlite3.Connection) -> None:
    try:
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        raise commit_failed() from error


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise database_fault(error) from error
    except MemoryError as error:
        raise too_large() from error


@contextmanager
def _bounded(connection: sqlite3.Connection) -> Iterator[None]:
    """Stop the block's statements after WORK_SECONDS. Views and triggers can make any statement endless."""
    expired = threading.Event()
    connection.set_progress_handler(expired.is_set, _STEPS)
    try:
        with stopped_after(WORK_SECONDS, expired.set):
            yield
    finally:
        # So that rolling back is not stopped too.
        connection.set_progress_handler(None, 0)


def _connect(path: Path, mode: Literal["ro", "rw"], busy_seconds: float) -> sqlite3.Connection:
    # as_uri quotes ? # and %, so that a file's name cannot carry options.
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    connection = sqlite3.connect(uri, uri=True, timeout=busy_seconds, isolation_level=None)
    try:
        connection.text_factory = _text
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
        _refuse_other_files(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _text(stored: bytes) -> str:
    return stored.decode("utf-8", "surrogateescape")  # a record with damaged text can still be read and paged over


def _refuse_other_files(connection: sqlite3.Connection) -> None:
    (application_id,) = connection.execute("SELECT application_id FROM pragma_application_id").fetchone()
    if application_id in OTHER_FILES:
        raise broken(f"The file is {OTHER_FILES[application_id]}, not a jobs database.", "Check db_path.")


def _require_file(path: Path) -> None:
    try:
        mode = path.stat().st_mode
    except PermissionError as error:
        raise broken("The database file may not be reached.", "Check the permissions of its folder.") from error
    except OSError as error:
        raise not_found(path) from error
    if stat.S_ISDIR(mode):
        raise not_found(path)
    if not stat.S_ISREG(mode):
        raise not_a_database()


def _require_writable(path: Path) -> None:
    # SQLite tells when the system forbids writing; root may write to any file, but one marked read-only stays as it is.
    if not path.stat().st_mode & 0o222:
        raise read_only()
