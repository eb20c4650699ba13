"""The jobs server's refusals: `{error: {code, message, retryable}}`, and which of them SQLite's troubles are.

Messages are fixed sentences: no SQL, no stack, no path but a file's base name.
"""

import sqlite3
from pathlib import Path, PureWindowsPath
from typing import Any

from mcp_servers.shared.faults import ToolFault

VALIDATION_ERROR = "VALIDATION_ERROR"
DB_NOT_FOUND = "DB_NOT_FOUND"
DB_ERROR = "DB_ERROR"
INTERNAL_ERROR = "INTERNAL_ERROR"

_SHOWN_NAME_LENGTH = 120


class JobsFault(ToolFault):
    """A refusal of a whole request, in the form of this server's own contract."""

    def __init__(self, code: str, message: str, remedy: str, *, retryable: bool = False) -> None:
        super().__init__(code=code, message=message, remedy=remedy, retryable=retryable)

    def as_dict(self) -> dict[str, Any]:
        """What the refusal says, as it goes out."""
        return {"error": {"code": self.code, "message": f"{self.message} {self.remedy}", "retryable": self.retryable}}


def invalid(message: str, remedy: str = "Correct the arguments and call again.") -> JobsFault:
    """The request as a whole does not fit; nothing was opened or written."""
    return JobsFault(VALIDATION_ERROR, message, remedy)


def not_found(path: Path) -> JobsFault:
    """There is no such file, or it is a folder. Only the base name is told; `/` and `.` have none."""
    name = _base_name(path)
    message = f"There is no database file {name}." if name else "db_path names no database file."
    return JobsFault(DB_NOT_FOUND, message, "Check db_path; nothing was created.")


def broken(message: str, remedy: str) -> JobsFault:
    """The database cannot serve as it is, and trying again will not help."""
    return JobsFault(DB_ERROR, message, remedy)


def busy(message: str) -> JobsFault:
    """The database cannot serve at this moment."""
    return JobsFault(DB_ERROR, message, "Nothing was changed; call again.", retryable=True)


def read_only() -> JobsFault:
    """The file is not to be written."""
    return broken("The database file is read-only.", "Make it writable or choose another; nothing was changed.")


def not_a_database() -> JobsFault:
    """Something else than an SQLite database lies there."""
    return broken("The file is not a usable SQLite database.", "Check db_path.")


def too_long() -> JobsFault:
    """The statements of one call were stopped."""
    return broken(
        "The work on the database took too long and was stopped.",
        "Nothing was changed; check the table's indexes, views and triggers.",
    )


def too_large() -> JobsFault:
    """A record, or the records of one page, are more than the server takes."""
    return broken(
        "A record of the database is too large to be read.", "Nothing was changed; shorten it, or read fewer."
    )


def commit_failed() -> JobsFault:
    """The whole batch was rolled back at its last step."""
    return busy("The batch could not be committed and was rolled back.")


def internal() -> JobsFault:
    """Something unexpected; the details are in the server's log."""
    return JobsFault(
        INTERNAL_ERROR, "The server met an unexpected error.", "Nothing was changed; call again.", retryable=True
    )


_PASSING = {
    sqlite3.SQLITE_BUSY: "The database is locked by another process.",
    sqlite3.SQLITE_LOCKED: "The database is locked by another process.",
    sqlite3.SQLITE_PROTOCOL: "The database is locked by another process.",
    sqlite3.SQLITE_IOERR: "The database file could not be read or written by the system.",
    sqlite3.SQLITE_FULL: "The disk that holds the database is full.",
    sqlite3.SQLITE_NOMEM: "The machine ran out of memory.",
}
_UNREADABLE = {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}
_FORBIDDEN = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH}


def database_fault(error: sqlite3.Error) -> JobsFault:
    """What an SQLite error means to the caller, judged by its primary result code."""
    extended = getattr(error, "sqlite_errorcode", None)
    if extended is None:  # raised by the binding, not by SQLite: a fault of this server
        return internal()
    code = extended & 0xFF
    if code in _PASSING:
        return busy(_PASSING[code])
    if code == sqlite3.SQLITE_INTERRUPT:
        return too_long()
    if code == sqlite3.SQLITE_TOOBIG:
        return too_large()
    if code in _UNREADABLE:
        return not_a_database()
    if code in _FORBIDDEN:
        return read_only()
    if code == sqlite3.SQLITE_CANTOPEN:
        return broken(
            "The database file or its journal could not be opened.", "Check the permissions of file and folder."
        )
    if code == sqlite3.SQLITE_CONSTRAINT:
        return broken(
            "A constraint of the database refuses the change.", "Nothing was changed; check the table's rules."
        )
    return broken("The database has no jobs table of the expected form.", "Check db_path and the table's columns.")


def _base_name(path: Path) -> str:
    name = PureWindowsPath(path).name  # knows both separators
    return "".join(letter if letter.isprintable() else "?" for letter in name)[:_SHOWN_NAME_LENGTH]
