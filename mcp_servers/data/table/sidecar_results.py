"""Results beside a sheet count as columns of it: all results of a workbook that is only read, and those that could not
go into another sheet because its cells were filled or its rows gone for a while."""

from collections.abc import Sequence
from dataclasses import replace

import duckdb

from mcp_servers.data.model import ROLES, TRACKING, Change, Descriptor
from mcp_servers.data.table.checksums import checksum_sql
from mcp_servers.data.table.loading import LoadStats
from mcp_servers.data.table.results import number_sql
from mcp_servers.data.table.values import literal
from mcp_servers.data.writing.cells import find_rows
from mcp_servers.data.writing.replace import SheetBusyError
from mcp_servers.data.writing.sidecar import read_sidecar

_AT_ONCE = 1000


def add_results(
    connection: duckdb.DuckDBPyConnection, stats: LoadStats, names: Sequence[str], descriptor: Descriptor
) -> tuple[LoadStats, list[str], list[str]]:
    """Put what the sidecar file says into the rows that it means, in a sheet that is written to only where no tracking
    number stands; answers the table's new shape and names, and what a person should know."""
    names = list(names)
    try:
        lines = read_sidecar(descriptor.file).values()
    except SheetBusyError as other:
        if descriptor.read_only:
            raise
        return stats, names, [f"{other}; what it says does not count."]
    changes = [_change(line) for line in lines if (line.get("row_number") or "").isdecimal()]
    roles = [role for role in ROLES if any(change.cells.get(role) for change in changes)]
    if not roles:
        return stats, names, []
    managed = descriptor.managed
    checksum = checksum_sql(
        [f"c{place}" for place, name in enumerate(names) if name not in managed.values()], escape=stats.separators
    )
    known = dict(connection.execute(f"SELECT row_number, {checksum} FROM cells").fetchall())
    by_checksum: dict[str, list[int]] = {}
    for number, digest in known.items():
        by_checksum.setdefault(digest, []).append(number)
    places = find_rows(changes, known.get, lambda: by_checksum, lambda _: "")
    for role in roles:
        if managed[role] not in names:
            connection.execute(f"ALTER TABLE cells ADD COLUMN c{len(names)} VARCHAR")
            names.append(managed[role])
            descriptor.columns[role] = managed[role]
    found = [(place, change) for place, change in zip(places, changes, strict=True) if place is not None]
    tracking = f"c{names.index(managed[TRACKING])}" if managed[TRACKING] in names else None
    free = "" if descriptor.read_only or tracking is None else f" AND NOT {number_sql(tracking)}"
    for start in range(0, len(found), _AT_ONCE):
        values = ", ".join(
            f"({place}, {', '.join(literal(change.cells.get(role, '')) for role in roles)})"
            for place, change in found[start : start + _AT_ONCE]
        )
        cells = {role: f"c{names.index(managed[role])}" for role in roles}
        put = ", ".join(
            f"{cells[role]} = coalesce(nullif(told.v{n}, ''), {cells[role]})" for n, role in enumerate(roles)
        )
        columns = ", ".join(f"v{n}" for n in range(len(roles)))
        connection.execute(
            f"UPDATE cells SET {put} FROM (VALUES {values}) AS told(number, {columns})"
            f" WHERE row_number = told.number{free}"
        )
    return replace(stats, width=len(names)), names, []


def _change(line: dict[str, str]) -> Change:
    cells = {role: line.get(role) or "" for role in ROLES}
    return Change(int(line["row_number"]), cells, line.get("row_checksum") or None)
