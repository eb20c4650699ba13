"""A table or query of a database, read whole: a snapshot as text, in the order of its key."""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from mcp_servers.data.faults import (
    BAD_DATABASE,
    LARGE_TABLE,
    NO_SECRET,
    NOT_A_READ,
    NOT_WRITABLE,
    TABLE_OR_QUERY,
    UNKNOWN_KEY,
)
from mcp_servers.data.model import Descriptor
from mcp_servers.data.reading.catalogue import own_key, reflect, tables_of
from mcp_servers.data.reading.header import column_names
from mcp_servers.data.reading.stored import cell_text, read_leniently, readable
from mcp_servers.shared.faults import ToolFault, fault

LARGE = 10_000
_DRIVERS = {
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
}
_BATCH = 2000
_TIMEOUTS = {
    "postgresql": {"connect_timeout": 10},
    "mysql": {"connect_timeout": 10},
    "mariadb": {"connect_timeout": 10},
}


@dataclass(frozen=True, slots=True)
class Handle:
    """A database that can be opened. Only `shown`, which has no password, leaves this process's memory."""

    url: URL
    shown: str


def handle(url: str) -> Handle:
    """Open-able form of a URL or `db:NAME` (its URL in the environment as SHIPCHAT_DB_NAME, or in the keyring)."""
    shown = url
    if url.startswith("db:"):
        name = url[3:]
        variable = f"SHIPCHAT_DB_{re.sub(r'[^A-Za-z0-9]', '_', name).upper()}"
        secret = os.environ.get(variable) or _from_keyring(name)
        if secret is None:
            raise fault(NO_SECRET, name=name, variable=variable)
        url = secret
    try:
        parsed = make_url(_with_escaped_password(url))
    except ArgumentError:
        raise fault(BAD_DATABASE, reason="the URL cannot be read") from None
    parsed = parsed.set(drivername=_DRIVERS.get(parsed.drivername, parsed.drivername))
    if parsed.get_backend_name() not in ("postgresql", "mysql", "mariadb", "sqlite"):
        raise fault(BAD_DATABASE, reason=f"{parsed.get_backend_name()} is not supported")
    return Handle(parsed, shown if shown.startswith("db:") else _without_secrets(parsed))


def _with_escaped_password(url: str) -> str:
    """A password may hold what ends it in a URL (`p@ss/w?rd`): the last `@` before the query is its end.

    In the query itself (`?password=p@ss`) an `@` would make a host of what follows.
    """
    whole = re.fullmatch(r"([\w+.-]+://[\w.-]*(?::\d+)?(?:/[^?@]*)?\?)(\w+=.*)", url, re.DOTALL)
    if whole is not None:
        return whole[1] + whole[2].replace("@", "%40")
    found = re.match(r"([\w+.-]+://[^\s/?#@:]*:)(.*)", url, re.DOTALL)
    if found is None:
        return url
    head, question, query = found[2].partition("?")
    if "@" not in head:
        head, question, query = found[2], "", ""
    password, at, host = head.rpartition("@")
    escaped = re.sub(r"[@/?#:]", lambda letter: f"%{ord(letter[0]):02X}", password)
    return f"{found[1]}{escaped}{at}{host}{question}{query}" if at else url


def _without_secrets(url: URL) -> str:
    query = {name: value for name, value in url.query.items() if not re.search(r"(?i)pass|pwd|secret|key|token", name)}
    return URL.create(
        url.drivername, username=url.username, host=url.host, port=url.port, database=url.database, query=query
    ).render_as_string(hide_password=False)


def _from_keyring(name: str) -> str | None:
    try:
        keyring = import_module("keyring")
    except ImportError:
        return None
    secret = keyring.get_password("shipchat", f"db:{name}")
    return str(secret) if secret else None


def connect(found: Handle) -> Engine:
    """An engine; nothing is connected yet. An SQLite file that does not exist is refused, never made."""
    backend = found.url.get_backend_name()
    if backend == "sqlite" and found.url.database not in (None, "", ":memory:") and not _exists(found.url.database):
        raise fault(BAD_DATABASE, reason=f"there is no file {found.url.database}")
    try:
        engine = sa.create_engine(
            found.url, poolclass=sa.NullPool, hide_parameters=True, connect_args=dict(_TIMEOUTS.get(backend, {}))
        )
    except (NoSuchModuleError, ImportError) as error:
        raise fault(BAD_DATABASE, reason=f"its driver is not installed ({error})") from None
    read_leniently(engine)
    return engine


def _exists(path: str | None) -> bool:
    return path is not None and os.path.exists(path)  # noqa: PTH110 - a database name, not our file


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is read: the SELECT, its columns and its key."""

    select: sa.Select[Any] | sa.TextClause
    names: tuple[str, ...]
    key_columns: tuple[str, ...]
    table: sa.Table | None


def plan_snapshot(connection: sa.Connection, descriptor: Descriptor, *, all_rows: bool = True) -> Snapshot:
    """Check table or query, columns, key and size. Raises E-1302 to E-1307."""
    if (descriptor.table is None) == (descriptor.query is None):
        tables = tables_of(connection) if descriptor.table is None else []
        words = f"It has: {', '.join(tables[:20])}." if tables else "Give one of `table` and `query`."
        raise fault(TABLE_OR_QUERY, tables=words, more={"tables": tables})
    if descriptor.query is not None:
        return _of_query(connection, descriptor.query, descriptor.key_columns)
    assert descriptor.table is not None
    table = reflect(connection, descriptor.table)
    names = tuple(column.name for column in table.columns)
    keys = _keys(connection, table, descriptor.key_columns, names)
    select = sa.select(*readable(connection, table)).order_by(*[table.c[name] for name in keys or names])
    if descriptor.where:
        if ";" in descriptor.where:
            # Some drivers run several statements at once.
            raise fault(NOT_A_READ, part="`where`", form="one condition")
        # The person's own condition for the person's own database, under their own rights.
        select = select.where(_verbatim(f"({descriptor.where})"))
    elif not all_rows:
        count = connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
        if count > LARGE:
            raise fault(LARGE_TABLE, table=descriptor.table, count=count, limit=LARGE)
    return Snapshot(select, names, keys, table)


def _of_query(connection: sa.Connection, query: str, key_columns: Sequence[str]) -> Snapshot:
    text = query.strip().rstrip(";")
    if not re.match(r"(?is)^(select|with)\b", text) or ";" in text:
        raise fault(NOT_A_READ, part="`query`", form="one SELECT")
    with connection.execute(_verbatim(f"SELECT * FROM ({text}) AS shipchat_query WHERE 1 = 0")) as result:
        names = tuple(result.keys())
    keys = _keys(connection, None, key_columns, names)
    return Snapshot(_verbatim(text), names, keys, None)


def _verbatim(sql: str) -> sa.TextClause:
    """SQL in which a colon is a colon."""
    return sa.text(sql.replace(":", r"\:"))


def _keys(
    connection: sa.Connection, table: sa.Table | None, asked: Sequence[str], names: Sequence[str]
) -> tuple[str, ...]:
    if asked:
        # A column can be named as the import shows it, without odd blanks.
        shown = dict(zip(column_names(names, len(names)), names, strict=True))
        found = [name if name in names else shown.get(name) for name in asked]
        missing = [name for name, known in zip(asked, found, strict=True) if known is None]
        if missing:
            raise fault(UNKNOWN_KEY, column=missing[0], columns=", ".join(names))
        return tuple(name for name in found if name is not None)
    if table is None:
        return ()
    return own_key(connection, table)


def read_snapshot(connection: sa.Connection, snapshot: Snapshot) -> Iterator[tuple[int, list[str]]]:
    """Every row as text under its 1-based number."""
    result = connection.execute(snapshot.select, execution_options={"stream_results": True, "yield_per": _BATCH})
    for number, row in enumerate(result, 1):
        yield number, [cell_text(value) for value in row]


def begin_read(engine: Engine) -> sa.Connection:
    """A connection whose one transaction sees one state of the data and cannot write."""
    connection = engine.connect()
    if engine.dialect.name == "postgresql":
        connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    elif engine.dialect.name in ("mysql", "mariadb"):
        connection.exec_driver_sql("SET SESSION TRANSACTION READ ONLY")
        connection.commit()
    elif engine.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA query_only = 1")
    return connection


def not_writable(descriptor: Descriptor, reason: str) -> ToolFault:
    """A source without a way to find its rows again."""
    return fault(NOT_WRITABLE, where=descriptor.place, reason=reason)
