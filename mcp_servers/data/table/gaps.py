"""Empty columns without a name: what our own writing leaves between a sheet's columns and those that it adds."""

from collections.abc import Collection, Sequence

import duckdb

from mcp_servers.data.table.aggregates import aggregated
from mcp_servers.data.table.values import BLANKS, literal


def close_gap(connection: duckdb.DuckDBPyConnection, names: Sequence[str], managed: Collection[str]) -> list[str]:
    """Take the empty nameless columns between the last original one and ours out of table `cells`; the names that stay.

    They were none before the first write, so the sheet has the columns that it had. No checksum changes: empty cells at
    the end of a row are not part of it.
    """
    last = len(names)
    while last and names[last - 1] in managed:
        last -= 1
    nameless: list[int] = []
    while last and names[last - 1] == f"Column_{last}":
        last -= 1
        nameless.append(last)
    if not nameless or nameless[0] == len(names) - 1:
        return list(names)
    filled = aggregated(connection, [f"bool_or(trim(c{one}, {literal(BLANKS)}) <> '')" for one in nameless])
    gap = nameless[: next((place for place, held in enumerate(filled) if held), len(nameless))]
    kept = [position for position in range(len(names)) if position not in gap]
    for position in gap:
        connection.execute(f"ALTER TABLE cells DROP COLUMN c{position}")
    for now, before in enumerate(kept):
        if now != before:
            connection.execute(f"ALTER TABLE cells RENAME COLUMN c{before} TO c{now}")
    return [names[position] for position in kept]
