"""Which of SQLite's troubles are worth another try, and that no message tells more than it should."""

import sqlite3
from pathlib import Path

import pytest

from mcp_servers.jobs import faults


def sqlite_error(code: int) -> sqlite3.Error:
    error = sqlite3.OperationalError('near "SELECT": syntax error in /home/someone/jobs.db')
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("code", "retryable"),
    [
        (sqlite3.SQLITE_BUSY, True),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, True),
        (sqlite3.SQLITE_LOCKED, True),
        (sqlite3.SQLITE_IOERR, True),
        (sqlite3.SQLITE_IOERR_FSYNC, True),
        (sqlite3.SQLITE_FULL, True),
        (sqlite3.SQLITE_ERROR, False),
        (sqlite3.SQLITE_NOTADB, False),
        (sqlite3.SQLITE_CORRUPT, False),
        (sqlite3.SQLITE_READONLY, False),
        (sqlite3.SQLITE_READONLY_DIRECTORY, False),
        (sqlite3.SQLITE_CANTOPEN, False),
        (sqlite3.SQLITE_CONSTRAINT_CHECK, False),
        (sqlite3.SQLITE_MISMATCH, False),
    ],
)
def test_a_database_error_says_whether_to_try_again(code: int, retryable: bool) -> None:
    error = faults.database_fault(sqlite_error(code)).as_dict()["error"]
    assert (error["code"], error["retryable"]) == ("DB_ERROR", retryable)
    assert "SELECT" not in error["message"]
    assert "/" not in error["message"]


def test_an_error_of_the_binding_is_unexpected() -> None:
    error = faults.database_fault(sqlite3.ProgrammingError("Cannot operate on a closed database.")).as_dict()["error"]
    assert (error["code"], error["retryable"]) == ("INTERNAL_ERROR", True)


def test_a_failed_commit_may_be_tried_again() -> None:
    error = faults.commit_failed().as_dict()["error"]
    assert (error["code"], error["retryable"]) == ("DB_ERROR", True)


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/home/someone/queue/jobs.db", "jobs.db."),
        (r"C:\Users\someone\jobs.db", "jobs.db."),
        ("secret/jobs\n\x1b[31m.db", "jobs??[31m.db."),
        ("/srv/" + "a" * 300, "a" * 120 + "."),
    ],
)
def test_a_missing_file_is_named_by_its_base_name_only(path: str, shown: str) -> None:
    message = faults.not_found(Path(path)).as_dict()["error"]["message"]
    assert message.startswith(f"There is no database file {shown} ")
