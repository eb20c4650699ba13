"""A whole ledger, copied row by row into the tables of another one, and what shows that both hold the same."""

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, Table, func, select, text

from agent.ledger import audit
from agent.ledger.tables import Base, Meta, table_of

META = table_of(Meta)
AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Content:
    """What a ledger holds."""

    rows: dict[str, int]
    """Of each table."""
    digests: dict[str, str]
    """SHA-256 over all rows of each table, in the order of their keys."""
    cents: dict[str, int]
    """The sum of each column of money, as `shipments.charge_cents`."""
    ledger_id: str | None
    """None for one that never ran a batch."""
    end: tuple[int, str]
    """Number and hash of the last audit entry."""


def tables() -> list[Table]:
    """All, each after those that it points to."""
    return list(Base.metadata.sorted_tables)


def content_of(connection: Connection, besides: Collection[str]) -> Content:
    """Read everything once. `besides`: facts of the place where a ledger is, which do not move with it."""
    rows, digests, cents = {}, {}, {}
    for table in tables():
        seal, count = hashlib.sha256(), 0
        for row in _rows(connection, table, besides):
            seal.update(audit.canonical(list(row)).encode())
            count += 1
        rows[table.name], digests[table.name] = count, seal.hexdigest()
        for column in table.columns:
            if column.name.endswith("_cents"):
                cents[f"{table.name}.{column.name}"] = int(connection.scalar(select(func.sum(column))) or 0)
    named = connection.scalar(select(META.c.value).where(META.c.key == "ledger"))
    return Content(rows, digests, cents, named, audit.end(connection))


def difference(before: Content, after: Content) -> str | None:
    """The first thing that is not the same, in words."""
    for table, count in before.rows.items():
        if after.rows[table] != count:
            return f"table {table} has {after.rows[table]} rows, the file has {count}"
        if after.digests[table] != before.digests[table]:
            return f"a row of table {table} differs"
    for column, total in before.cents.items():
        if after.cents[column] != total:
            return f"the sum of {column} is {after.cents[column]}, in the file it is {total}"
    if after.end != before.end:
        return f"its audit log ends with entry {after.end[0]}, that of the file with {before.end[0]}"
    return None if after.ledger_id == before.ledger_id else "its id is another one"


def copy(source: Connection, target: Connection, besides: Collection[str]) -> None:
    """All rows with their keys into the empty tables of a PostgreSQL ledger, whose sequences go on after them."""
    driver: Any = target.connection.cursor()
    for table in tables():
        columns = ", ".join(f'"{column.name}"' for column in table.columns)
        with driver.copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as lines:
            for row in _rows(source, table, besides):
                lines.write_row(row)
        counted = table.autoincrement_column
        if counted is not None:
            # Of an empty table it stays where it is.
            last = f'(SELECT max("{counted.name}") FROM "{table.name}")'
            serial = f"pg_get_serial_sequence('{table.name}', '{counted.name}')"
            target.execute(text(f"SELECT setval({serial}, {last}) WHERE {last} IS NOT NULL AND {serial} IS NOT NULL"))


def _rows(connection: Connection, table: Table, besides: Collection[str]) -> Iterator[Any]:
    query: Select[Any] = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=AT_ONCE)
    return iter(connection.execute(query.where(META.c.key.not_in(besides)) if table is META else query))
