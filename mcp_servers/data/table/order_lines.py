"""Rows of one order. Shops export a row for each item and leave the order's own cells blank from its second row on:
such a row has no say of its own, so conditions on the order's columns are decided by the order's first row."""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from mcp_servers.data.model import Column
from mcp_servers.data.table.aggregates import aggregated
from mcp_servers.data.table.values import text_sql

FILLED = "filled"
"""Table `cells` with the order's own cells filled in; made only where rows continue an order."""
_CONTINUES = "continues"


@dataclass(frozen=True, slots=True)
class OrderLines:
    """What the rows of orders are like."""

    leads: dict[int, int]
    """Row number of each row that continues an order -> row number of the order's row that has the address."""
    order_columns: tuple[str, ...]
    """Columns that are blank in every one of these rows: they say something of the order, not of one item."""
    several: int
    """How many orders have more than one row."""


NO_LINES = OrderLines({}, (), 0)


def find_order_lines(
    cursor: duckdb.DuckDBPyConnection, columns: Sequence[Column], key: Column, address: Sequence[Column]
) -> OrderLines:
    """Find the rows that continue an order, and fill table `filled` for them.

    A row continues the order whose number it carries when all its `address` cells are blank; a row without an order
    number continues the order of the row above when it names an item (a cell with letters) and no blank row stands
    between. `columns` are all but the managed ones.
    """
    cursor.execute(f"DROP TABLE IF EXISTS {FILLED}")
    several = cursor.execute(
        f"SELECT count(*) FROM (SELECT 1 FROM cells WHERE {text_sql(key)} IS NOT NULL "
        f"GROUP BY lower({text_sql(key)}) HAVING count(*) > 1)"
    ).fetchall()[0][0]
    unaddressed = f"SELECT 1 FROM cells WHERE NOT ({_addressed_sql(address)}) LIMIT 1"
    if not cursor.execute(unaddressed).fetchall():
        return OrderLines({}, (), several)
    items = [column for column in columns if column not in (key, *address)]
    cursor.execute(f"CREATE OR REPLACE TEMP TABLE {_CONTINUES} AS {_continuing_sql(key, address, items)}")
    leads = dict(cursor.execute(f"SELECT row_number, lead FROM {_CONTINUES} ORDER BY row_number").fetchall())
    if not leads:
        return OrderLines({}, (), several)
    terms = [f"count({text_sql(one)}) FILTER (row_number IN (SELECT row_number FROM {_CONTINUES}))" for one in columns]
    of_order = [one for one, filled in zip(columns, aggregated(cursor, terms), strict=True) if not filled]
    _fill(cursor, [*{one.position: one for one in (*of_order, key)}.values()])
    return OrderLines(leads, tuple(one.name for one in of_order), max(several, len(set(leads.values()))))


def _continuing_sql(key: Column, address: Sequence[Column], items: Sequence[Column]) -> str:
    """(row_number, lead) of every row that continues an order."""
    named = " OR ".join(f"coalesce(regexp_matches({column.cell}, '\\p{{L}}'), false)" for column in items) or "false"
    rows = (
        f"SELECT row_number, lower({text_sql(key)}) AS order_key, ({_addressed_sql(address)}) AS addressed, "
        f"({named}) AS named, "
        "row_number - row_number() OVER (ORDER BY row_number) AS gaps FROM cells"
    )
    # A row without a number belongs to the nearest numbered row above it, unless a blank row or another recipient
    # stands between.
    keyed = (
        "SELECT *, nullif(last_value(coalesce(order_key, CASE WHEN addressed THEN '' END) IGNORE NULLS) OVER above, "
        "'') AS order_of, "
        "last_value(CASE WHEN order_key IS NOT NULL THEN gaps END IGNORE NULLS) OVER above AS gaps_above "
        f"FROM ({rows}) WINDOW above AS (ORDER BY row_number ROWS UNBOUNDED PRECEDING)"
    )
    led = (
        "SELECT *, CASE WHEN addressed THEN row_number END AS own, "
        "last_value(own IGNORE NULLS) OVER (PARTITION BY order_of ORDER BY row_number ROWS UNBOUNDED PRECEDING) "
        "AS above_lead, first_value(own IGNORE NULLS) OVER (PARTITION BY order_of ORDER BY row_number "
        f"ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS below_lead FROM ({keyed}) WHERE order_of IS NOT NULL"
    )
    return (
        f"SELECT row_number, coalesce(above_lead, below_lead) AS lead FROM ({led}) WHERE NOT addressed "
        "AND coalesce(above_lead, below_lead) IS NOT NULL "
        "AND (order_key IS NOT NULL OR (named AND gaps = gaps_above))"
    )


def _addressed_sql(address: Sequence[Column]) -> str:
    return " OR ".join(f"{text_sql(column)} IS NOT NULL" for column in address)


def _fill(cursor: duckdb.DuckDBPyConnection, of_order: Sequence[Column]) -> None:
    """Table `filled`: the order's cells where a row leaves them blank."""
    given = ", ".join(
        f"coalesce(nullif(trim(cells.{one.cell}), ''), lead.{one.cell}) AS {one.cell}" for one in of_order
    )
    cursor.execute(
        f"CREATE TABLE {FILLED} AS SELECT cells.* REPLACE ({given}) FROM cells "
        f"LEFT JOIN {_CONTINUES} AS continues USING (row_number) "
        "LEFT JOIN cells AS lead ON lead.row_number = continues.lead"
    )
