"""A ledger in PostgreSQL: one database, all writers one after another, in the clock of the server.

Every write transaction begins by taking one advisory lock of the database, as BEGIN IMMEDIATE takes a file: so each
compare-and-set, the gap-free audit log and the arithmetic of budgets are the same as in a file. A station that stops
in the middle of a transaction keeps the others waiting for `STUCK_MS` at most; then the server ends its session.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock
from typing import Any
from zlib import crc32

from sqlalchemy import Connection, Engine, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from agent.errors import error
from agent.kept_secrets import kept
from agent.ledger import workers
from agent.ledger.faults import (
    ARRIVING,
    BUSY_LEDGER,
    FOREIGN_FILE,
    MAY_NOT_CHANGE,
    NEWER_LEDGER,
    NO_DRIVER,
    ledger_fault,
    reason_of,
)
from agent.ledger.place import Use
from agent.ledger.schema import APPLICATION_ID, ARRIVING_ID, HEAD
from agent.ledger.shared import STUCK_MS, TAKE_TURN
from agent.ledger.table_versions import create_tables, known_versions, migrate

CONNECT_S = 10
PATIENCE_MS = 30_000
"""How long a writer waits for the others; longer than one that stands still can keep it."""
SETTLING, DELIVERING = 0x53484C47, 0x53484C48
"""What one station at a time does for a batch, by advisory locks: settle its rows, write its results into the sheet."""
INSUFFICIENT_PRIVILEGE = "42501"
"""PostgreSQL's code."""
PASSWORD_VARIABLE, PASSWORD_KEPT = "SHIPCHAT_LEDGER_PASSWORD", "ledger-password"

_ALL = f"-c synchronous_commit=on -c lock_timeout={PATIENCE_MS}"
_KEEPALIVE = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": PATIENCE_MS,
}
"""A server that is gone without a word is noticed within half a minute."""
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
MARK = "shipchat_ledger"
"""The table that says whose database it is."""


def engine_of(url: str, use: Use) -> Engine:
    """An engine for one use. Raises ShipchatError E-4265 where the driver is not installed."""
    address = make_url(url).set(drivername="postgresql+psycopg")
    secret = os.environ.get(PASSWORD_VARIABLE) or kept(PASSWORD_KEPT)
    # Whoever only reads may take its time: it keeps nobody.
    options = f"{_ALL} -c idle_in_transaction_session_timeout={STUCK_MS}" if use == "write" else _ALL
    how: dict[str, Any] = {"isolation_level": "REPEATABLE READ" if use == "read" else "READ COMMITTED"}
    try:
        engine = create_engine(
            address.set(password=secret) if secret else address,
            pool_pre_ping=True,
            pool_size=4,
            max_overflow=16,
            connect_args={
                "connect_timeout": CONNECT_S,
                "application_name": "shipchat",
                "options": options,
                **_KEEPALIVE,
            },
            execution_options=how | ({"postgresql_readonly": True} if use == "read" else {}),
        )
    except ModuleNotFoundError as fault:
        raise error(NO_DRIVER, path=url) from fault
    if use == "write":
        # As SQLite's BEGIN IMMEDIATE; the driver's own BEGIN goes before it.
        engine.dialect.do_begin = lambda connection: connection.execute(TAKE_TURN)  # type: ignore[assignment,method-assign]
    return engine


def prepare(url: str) -> None:
    """Create the tables, or check that they are ours, and bring them to the newest schema: see `connection.prepare`."""
    reading = engine_of(url, "read")
    try:
        with reading.connect() as connection:
            schema = schema_of(connection, url)
        if schema != HEAD:
            _renew(url, schema)
    except DBAPIError as fault:
        raise ledger_fault(url, fault) from fault
    finally:
        reading.dispose()


def _renew(url: str, schema: str | None) -> None:
    if schema is not None and schema not in known_versions():
        raise error(NEWER_LEDGER, path=url, found=schema)
    writing = engine_of(url, "write")
    try:
        with writing.begin() as connection:
            # Another station may have done the same while this one waited for its turn.
            now = schema_of(connection, url)
            if now is None:
                create(connection, APPLICATION_ID)
            elif now != HEAD:
                _nobody_works(connection)
                migrate(connection)
    except DBAPIError as fault:
        if getattr(fault.orig, "sqlstate", None) != INSUFFICIENT_PRIVILEGE:
            raise
        raise error(MAY_NOT_CHANGE, path=url, schema=HEAD, reason=reason_of(fault)) from fault
    finally:
        writing.dispose()


def schema_of(connection: Connection, url: str) -> str | None:
    """The schema revision of our ledger, None for an empty database.

    Raises:
        ShipchatError: E-4201 it is somebody else's, E-4282 a ledger is being moved into it.
    """
    tables = set(connection.scalars(text(_TABLES)))
    if MARK in tables:
        owner = connection.scalar(text(f"SELECT application_id FROM {MARK}"))
        if owner == APPLICATION_ID:
            return str(connection.scalar(text("SELECT version_num FROM alembic_version")))
        if owner == ARRIVING_ID:
            raise error(ARRIVING, path=url)
    if tables:
        raise error(FOREIGN_FILE, path=url, reason="it holds tables of another program")
    encoding = connection.scalar(text("SHOW server_encoding"))
    if encoding != "UTF8":
        raise error(FOREIGN_FILE, path=url, reason=f"its encoding is {encoding}, not UTF8")
    return None


def _nobody_works(connection: Connection) -> None:
    """An earlier version that runs a batch now could not record its answers in the new schema."""
    if workers.living(connection):
        raise error(BUSY_LEDGER, holder="of an earlier version at another station")


def create(connection: Connection, application_id: int) -> None:
    """All tables, and the one that says whose they are."""
    connection.execute(text(f"CREATE TABLE {MARK} (application_id bigint PRIMARY KEY)"))
    connection.execute(text(f"INSERT INTO {MARK} VALUES ({application_id})"))
    create_tables(connection)


class Hold:
    """One advisory lock of a batch on a connection of its own: it ends with its process."""

    def __init__(self, url: str, what: int, job_id: str) -> None:
        self._url, self._engine = url, engine_of(url, "session")
        self._which = f"{what}, {crc32(job_id.encode()) - 2**31}"
        self._connection: Connection | None = None
        self._busy, self._over = Lock(), False

    def take(self) -> bool:
        """Whether it is held from now on, or was; another station may have it."""
        with self._busy:
            return not self._over and self._take()

    def let_go(self) -> None:
        """Another station may have it."""
        with self._busy:
            self._let_go()

    def end(self) -> None:
        """Let it go for good: a `take` of another thread that is still under way, or comes later, has nothing."""
        with self._busy:
            self._over = True
            self._let_go()

    def _take(self) -> bool:
        if self._connection is not None and self._is_alive(self._connection):
            return True
        self._let_go()
        try:
            # In a transaction that stands still the server would end this session, and with it the lock. An option of
            # the engine does not do: the one that it was made with goes before it.
            connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            if connection.scalar(text(f"SELECT pg_try_advisory_lock({self._which})")):
                self._connection = connection
                return True
            connection.close()
        except DBAPIError as fault:
            raise ledger_fault(self._url, fault) from fault
        return False

    @staticmethod
    def _is_alive(connection: Connection) -> bool:
        """A server that was away in the meantime has forgotten the lock, and may have given it to another station."""
        try:
            connection.execute(text("SELECT 1"))
        except SQLAlchemyError:
            return False
        return True

    def _let_go(self) -> None:
        if self._connection is not None:
            # The server notices a connection that ends only a moment later.
            with suppress(SQLAlchemyError):
                self._connection.execute(text(f"SELECT pg_advisory_unlock({self._which})"))
                self._connection.close()
            self._connection = None
        self._engine.dispose()


@contextmanager
def held(url: str, what: int, job_id: str) -> Iterator[bool]:
    """Try to hold one; whether it is held."""
    hold = Hold(url, what, job_id)
    try:
        yield hold.take()
    finally:
        hold.end()
