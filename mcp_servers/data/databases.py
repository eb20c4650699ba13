"""Opens database sources and tells whether they changed. Loaded with the first database only."""

from collections.abc import Sequence

import duckdb
import sqlalchemy as sa

from mcp_servers.data.faults import KEY_TWICE
from mcp_servers.data.fitting import fitting
from mcp_servers.data.model import Change, Descriptor
from mcp_servers.data.reading.catalogue import changed_by_itself, own_key
from mcp_servers.data.reading.database import (
    Snapshot,
    begin_read,
    connect,
    handle,
    plan_snapshot,
    read_snapshot,
)
from mcp_servers.data.reading.header import column_names
from mcp_servers.data.reading.refusals import talking
from mcp_servers.data.reading.stored import as_stored, cell_text
from mcp_servers.data.sources import ImportOptions, Loaded, OpenSource, Verified, build, compared
from mcp_servers.data.table.checksums import Fingerprint, row_checksum
from mcp_servers.data.table.loading import load_rows
from mcp_servers.data.table.source import open_connection
from mcp_servers.data.writing.database_rows import DatabaseRows
from mcp_servers.data.writing.held import ROLES_HELD, Held, filled
from mcp_servers.shared.faults import fault


def database_descriptor(
    url: str,
    *,
    table: str | None,
    query: str | None,
    where: str | None,
    key_columns: list[str],
    add_columns: bool = False,
) -> Descriptor:
    """What names a database source, without its password. Raises E-1301 and E-1307."""
    return Descriptor(
        type="database",
        url=handle(url).shown,
        table=table,
        query=query,
        where=where,
        key_columns=key_columns,
        add_columns=add_columns,
    )


def open_database_source(descriptor: Descriptor, url: str, options: ImportOptions, *, all_rows: bool) -> OpenSource:
    """Read a snapshot. Raises E-1301 to E-1307, E-1530 and E-4012."""
    found = handle(url)
    with fitting(found.shown), talking(found.shown), begin_read(connect(found)) as connection:
        snapshot = plan_snapshot(connection, descriptor, all_rows=all_rows)
        descriptor.key_columns = list(snapshot.key_columns)
        if snapshot.table is not None:
            names = dict(zip(snapshot.names, column_names(snapshot.names, len(snapshot.names)), strict=True))
            itself = changed_by_itself(connection, snapshot.table)
            descriptor.computed = [names[name] for name in itself if name not in snapshot.key_columns]
        rows = open_connection()
        stats = load_rows(rows, read_snapshot(connection, snapshot), len(snapshot.names))
        _check_unique(connection, rows, snapshot)
        source = build(descriptor, Loaded(snapshot.names, rows, stats), options, only_data=True)
    if not snapshot.key_columns:
        source.warnings.append("No key was found, so results cannot be written back; name `key_columns` to allow it.")
    return source


def _check_unique(connection: sa.Connection, rows: duckdb.DuckDBPyConnection, snapshot: Snapshot) -> None:
    """Columns that the person named as the key must tell every row from every other, in the whole table and as the
    database compares them (whatever their case, in some): results are written by it, whatever the condition says."""
    key, table = snapshot.key_columns, snapshot.table
    if not key or (table is not None and key == own_key(connection, table)):
        return
    if table is None:
        listed = ", ".join(f"c{snapshot.names.index(name)}" for name in key)
        found = rows.execute(f"SELECT {listed} FROM cells GROUP BY {listed} HAVING count(*) > 1 LIMIT 1").fetchall()
        twice = tuple(found[0]) if found else None
    else:
        columns = [as_stored(table.c[name]) for name in key]
        same = sa.select(*columns).group_by(*columns).having(sa.func.count() > 1).limit(1)
        first = connection.execute(same).first()
        twice = tuple(first) if first is not None else None
    if twice is not None:
        example = ", ".join(map(cell_text, twice))
        raise fault(KEY_TWICE, columns=", ".join(key), example=example)


def held_in_database(descriptor: Descriptor, url: str, rows: Sequence[Change]) -> list[Held | None]:
    """The result cells of rows (a change without cells each); None for a row that is not there as it was, or that no
    key names. Raises E-1301 and E-4012."""
    if descriptor.table is None or not descriptor.key_columns:
        return [None] * len(rows)
    found = handle(url)
    with talking(found.shown), begin_read(connect(found)) as connection:
        named = {row.checksum for row in rows if row.checksum is not None}
        places = DatabaseRows(descriptor).found(connection, named)
    managed = descriptor.managed
    return [
        filled({role: places[row.checksum].cells.get(managed[role], "") for role in ROLES_HELD})
        if row.checksum in places
        else None
        for row in rows
    ]


def verify_database(descriptor: Descriptor, url: str) -> Verified:
    """Read the snapshot again and compare."""
    found = handle(url)
    with talking(found.shown), begin_read(connect(found)) as connection:
        snapshot = plan_snapshot(connection, descriptor)
        names = column_names(snapshot.names, len(snapshot.names))
        positions = {name: position for position, name in enumerate(names)}
        if not set(descriptor.original_header) <= set(positions):
            return compared(descriptor, None)
        original = [positions[name] for name in descriptor.original_header]
        whole = Fingerprint(descriptor.telling_header)
        for number, cells in read_snapshot(connection, snapshot):
            whole.add(number, row_checksum(cells[position] for position in original))
    return compared(descriptor, whole.hexdigest())
