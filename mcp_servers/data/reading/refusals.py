"""What a database refuses, in coded form, and whether trying again can help."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError

from mcp_servers.data.faults import DATABASE_TROUBLE
from mcp_servers.shared.faults import ToolFault, fault
from mcp_servers.shared.redaction import redact

_SQLITE = frozenset((5, 6, 7, 9, 10, 13, 15))
"""Primary result codes: busy, locked, no memory, interrupted, input or output, disk full, locking protocol."""
_POSTGRES = ("08", "40", "53", "55P03", "55006", "57014", "57P", "58")
"""SQLSTATEs: connection, rolled back (deadlock), no resources, locked, in use, cancelled, shut down, system."""
_POSTGRES_TURNED_AWAY = ("authentication failed", "no password supplied", "no pg_hba.conf entry", "does not exist")
"""Before there is a connection PostgreSQL's driver gives no SQLSTATE."""
_MARIADB = frozenset(
    (
        *(0, 2002, 2003, 2005, 2006, 2013, 2014, 2055),  # no connection, or it was lost
        *(1040, 1053, 1077, 1129, 1152, 1158, 1159, 1160, 1161, 1184, 1203, 1226, 1927),  # full, shutting down, network
        *(1020, 1205, 1213, 1317, 1969, 3024),  # changed meanwhile, locked, deadlock, interrupted, out of time
        *(1021, 1030, 1037, 1038, 1041),  # disk, storage, memory
    )
)
_ROW_LOCKED = ("55P03", 1205)


def passing(error: DBAPIError) -> bool:
    """Whether the same may work later: away, busy, locked, a deadlock. What a rule forbids never will."""
    orig = error.orig
    if error.connection_invalidated:
        return True
    if (sqlite := getattr(orig, "sqlite_errorcode", None)) is not None:
        return sqlite & 0xFF in _SQLITE
    code = _code(error)
    if isinstance(code, int):
        return code in _MARIADB
    if code is not None:
        return code.startswith(_POSTGRES)
    away = isinstance(error, (OperationalError, InterfaceError))
    return away and not any(words in str(orig) for words in _POSTGRES_TURNED_AWAY)


def row_is_locked(error: DBAPIError) -> bool:
    """Another program holds this row; the transaction can go on with the others."""
    return _code(error) in _ROW_LOCKED


def refused(error: SQLAlchemyError, shown: str) -> ToolFault:
    """The coded form, without parameters or credentials."""
    known = error if isinstance(error, DBAPIError) else None
    reason = type(error).__name__ if known is None else reason_of(known)
    answer = fault(DATABASE_TROUBLE, where=shown, url=shown, reason=reason)
    answer.retryable = known is not None and passing(known)
    return answer


def reason_of(error: DBAPIError) -> str:
    """The database's own first line."""
    said = (
        error.orig.args[1] if isinstance(_code(error), int) and error.orig and len(error.orig.args) > 1 else error.orig
    )
    return redact(next(iter(str(said).splitlines()), "")) or type(error.orig or error).__name__


@contextmanager
def talking(shown: str) -> Iterator[None]:
    """Turns a database's refusals into coded ones."""
    try:
        yield
    except SQLAlchemyError as error:
        raise refused(error, shown) from None


def _code(error: DBAPIError) -> str | int | None:
    """MariaDB's number, else PostgreSQL's SQLSTATE."""
    first = error.orig.args[0] if error.orig is not None and error.orig.args else None
    return first if isinstance(first, int) else getattr(error.orig, "sqlstate", None)
