"""What a database tells about its tables: which there are, the key, and the columns that it changes by itself."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import NoSuchTableError

from mcp_servers.data.faults import UNKNOWN_TABLE
from mcp_servers.data.guard.parsing import nearest
from mcp_servers.shared.faults import fault

_PART = re.compile(r'\s*(?:"((?:[^"]|"")+)"|`((?:[^`]|``)+)`|([^."`]+?))\s*(?:\.|$)')
_NAME = r'("(?:[^"]|"")+"|`(?:[^`]|``)+`|\[[^\]]+\]|\w+)'
_ASSIGNED = re.compile(rf"(?is)(?:^|[;,]|\b(?:begin|then|else|loop|set))\s*new\s*\.\s*{_NAME}\s*:?=")
"""`NEW.column := ...` as a statement, in PostgreSQL's and MariaDB's triggers; not in a comparison."""
_ON_UPDATE = re.compile(r"(?is)(?:(?!\bbegin\b).)*\bupdate\b(?:\s+of\b(?:(?!\bbegin\b).)*)?\s+on\b")
_SET = re.compile(rf"(?is)(?:^|,)\s*{_NAME}\s*=")


def tables_of(connection: sa.Connection) -> list[str]:
    """Tables and views, tables first; those of PostgreSQL's other schemas with their schema."""
    found = sa.inspect(connection)
    names = [*found.get_table_names(), *found.get_view_names()]
    if connection.dialect.name == "postgresql":
        for schema in found.get_schema_names():
            if schema not in (found.default_schema_name, "information_schema") and not schema.startswith("pg_"):
                names += [f"{schema}.{name}" for name in found.get_table_names(schema=schema)]
    return names


def reflect(connection: sa.Connection, name: str) -> sa.Table:
    """The table as the database has it now; raises E-1303 with the nearest names.

    A dot belongs to the table's name where there is such a table, else it stands behind a schema. Quoted parts are read
    as in SQL: `"my.schema"."my.table"`.
    """
    schemas: set[str] | None = None
    for schema, bare in _readings(name):
        if schema is not None:
            schemas = schemas if schemas is not None else set(sa.inspect(connection).get_schema_names())
            if schema not in schemas:
                continue
        try:
            return sa.Table(bare, sa.MetaData(), schema=schema, autoload_with=connection)
        except NoSuchTableError:
            continue
    known = tables_of(connection)
    close = nearest(name, known) or known[:20]
    raise fault(UNKNOWN_TABLE, table=name, nearest="There is: " + ", ".join(close) + ".")


def _readings(name: str) -> Iterator[tuple[str | None, str]]:
    yield None, name
    if len(parts := _parts(name)) <= 2 and any(mark in name for mark in '"`'):
        yield (parts[0], parts[1]) if len(parts) == 2 else (None, parts[0])
    for dot in re.finditer(r"\.", name):
        if name[: dot.start()] and name[dot.end() :]:
            yield name[: dot.start()], name[dot.end() :]


def _parts(name: str) -> list[str]:
    """The parts of a name as SQL reads it; the whole name where it cannot be read so."""
    parts, position = [], 0
    while position < len(name):
        found = _PART.match(name, position)
        if found is None:
            return [name]
        double, back, plain = found.groups()
        parts.append(double.replace('""', '"') if double else back.replace("``", "`") if back else plain)
        position = found.end()
    return parts or [name]


def own_key(connection: sa.Connection, table: sa.Table) -> tuple[str, ...]:
    """The primary key, else the shortest unique key none of whose columns can be empty; () where there is none."""
    if table.primary_key.columns:
        return tuple(column.name for column in table.primary_key.columns)
    places = {column.name: place for place, column in enumerate(table.columns)}
    unique = _unique_in_sqlite(connection, table) if connection.dialect.name == "sqlite" else _unique(table)
    keys = [key for key in unique if key and not any(name not in places or table.c[name].nullable for name in key)]
    return min(keys, key=lambda key: (len(key), [places[name] for name in key]), default=())


def _unique(table: sa.Table) -> list[tuple[str, ...]]:
    """Unique keys of all rows. MariaDB tells them as indexes only."""
    columns: list[Sequence[Any]] = [list(index.columns) for index in table.indexes if _tells_rows_apart(index)]
    columns += [list(one.columns) for one in table.constraints if isinstance(one, sa.UniqueConstraint)]
    return [tuple(column.name for column in one) for one in columns]


def _tells_rows_apart(index: sa.Index) -> bool:
    """Not of some rows only, and not of expressions."""
    partial = index.dialect_options["postgresql"]["where"] is not None
    return bool(index.unique) and not partial and len(index.columns) == len(index.expressions)


def _unique_in_sqlite(connection: sa.Connection, table: sa.Table) -> list[tuple[str, ...]]:
    """Asked for directly: the library reads them from the table's text and misses some. An expression has no name."""
    found: dict[str, list[str]] = {}
    rows = connection.execute(
        sa.text(
            "SELECT list.name, coalesce(info.name, '') FROM pragma_index_list(:table, :schema) AS list "
            'JOIN pragma_index_info(list.name, :schema) AS info WHERE list."unique" AND NOT list.partial '
            "ORDER BY list.seq, info.seqno"
        ),
        {"table": table.name, "schema": table.schema or "main"},
    )
    for index, column in rows:
        found.setdefault(index, []).append(column)
    return [tuple(columns) for columns in found.values()]


def changed_by_itself(connection: sa.Connection, table: sa.Table) -> list[str]:
    """The columns that the database fills or changes itself when a row is written.

    Generated ones, MariaDB's `ON UPDATE`, and those that the table's triggers assign, as far as their text shows it.
    """
    found = {column.name for column in table.columns if column.computed is not None}
    texts = {"postgresql": _postgres, "sqlite": _sqlite}.get(connection.dialect.name, _mariadb)
    assigned = texts(connection, table)
    found |= {column.name for column in table.columns if column.name.casefold() in assigned}
    return [column.name for column in table.columns if column.name in found]


def _postgres(connection: sa.Connection, table: sa.Table) -> set[str]:
    qualified = connection.dialect.identifier_preparer.format_table(table)
    rows = connection.execute(
        sa.text(
            "SELECT p.prosrc, l.lanname, encode(t.tgargs, 'escape') FROM pg_trigger t "
            "JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_language l ON l.oid = p.prolang "
            "WHERE t.tgrelid = to_regclass(:table) AND NOT t.tgisinternal AND t.tgtype & 16 > 0"
        ),
        {"table": qualified},
    )
    found: set[str] = set()
    for body, language, arguments in rows:
        if language in ("c", "internal"):
            # moddatetime and its like are told the columns as arguments.
            found |= {one.casefold() for one in str(arguments).split("\\000")}
        else:
            found |= assigned_in(body, table.name)
    return found


def _mariadb(connection: sa.Connection, table: sa.Table) -> set[str]:
    where = {"schema": table.schema, "table": table.name}
    columns = connection.execute(
        sa.text(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = coalesce(:schema, database()) "
            "AND table_name = :table AND extra LIKE '%on update%'"
        ),
        where,
    )
    found = {str(name).casefold() for (name,) in columns}
    bodies = connection.execute(
        sa.text(
            "SELECT action_statement FROM information_schema.triggers WHERE event_manipulation = 'UPDATE' "
            "AND event_object_schema = coalesce(:schema, database()) AND event_object_table = :table"
        ),
        where,
    )
    return found.union(*(assigned_in(str(body), table.name) for (body,) in bodies))


def _sqlite(connection: sa.Connection, table: sa.Table) -> set[str]:
    master = f"{connection.dialect.identifier_preparer.quote(table.schema)}." if table.schema else ""
    bodies = connection.execute(
        sa.text(f"SELECT sql FROM {master}sqlite_master WHERE type = 'trigger' AND lower(tbl_name) = lower(:table)"),
        {"table": table.name},
    )
    return set[str]().union(*(assigned_in(str(body), table.name) for (body,) in bodies if _ON_UPDATE.match(str(body))))


def assigned_in(body: str, table: str) -> set[str]:
    """The columns, folded, that a trigger's text gives a value in the row at hand or by UPDATE in its own table.

    Read by pattern: what it takes too much is not compared, what it misses is found at the write itself.
    """
    body = re.sub(r"(?s)/\*.*?\*/|--[^\n]*", " ", body)
    names = [found[1] for found in _ASSIGNED.finditer(body)]
    update = re.compile(
        rf"(?is)\bupdate\s+(?:{_NAME}\s*\.\s*)?[\"`\[]?{re.escape(table)}[\"`\]]?\s+(?:as\s+\w+\s+)?set\b"
        r"(.*?)(?:\bwhere\b|;|\bend\b|$)"
    )
    for found in update.finditer(body):
        names += [name[1] for name in _SET.finditer(found[2])]
    return {_unquoted(name).casefold() for name in names}


def _unquoted(name: str) -> str:
    if name[0] in '"`[':
        return name[1:-1].replace('""', '"').replace("``", "`")
    return name
