"""What the sheet itself says about earlier batches: a batch can be resumed from it alone (csv-persistence, Resume)."""

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from mcp_servers.data.guard.clause import EVERYTHING, compile_clause
from mcp_servers.data.model import STATUS, TRACKING
from mcp_servers.data.table.source import SourceTable

_MOST_VALUES = 1000


@dataclass(frozen=True, slots=True)
class Results:
    """Rows done, left and in doubt (PROCESSING when the process died), and the clauses that choose them."""

    done: int
    left: int
    in_doubt: int
    left_clause: str
    in_doubt_clause: str | None = None


def results_in(table: SourceTable, managed: Mapping[str, str]) -> Results:
    """Work left = STATUS neither COMPLETED nor in doubt, and no tracking number; as far as there are such columns.

    A tracking cell holds a number where it holds a digit from 1 to 9: `n/a`, `pending`, `-` and `0` are not.
    """
    status, tracking = (quoted if (quoted := _quoted(table, managed[role])) else None for role in (STATUS, TRACKING))
    conditions = [f"{status} NOT IN ('COMPLETED', 'PROCESSING')"] if status else []
    conditions += [_no_number(table, tracking)] if tracking else []
    left_clause = " AND ".join(conditions) or EVERYTHING
    in_doubt_clause = f"{status} = 'PROCESSING'" if status else None
    left = _count(table, left_clause)
    in_doubt = _count(table, in_doubt_clause) if in_doubt_clause else 0
    return Results(table.row_count - left - in_doubt, left, in_doubt, left_clause, in_doubt_clause)


def some_values(connection: duckdb.DuckDBPyConnection, position: int) -> list[str]:
    """The different filled texts of a column, a thousand at most."""
    cell = f"c{position}"
    rows = connection.execute(
        f"SELECT DISTINCT trim({cell}) FROM cells WHERE trim({cell}) <> '' LIMIT {_MOST_VALUES}"
    ).fetchall()
    return [row[0] for row in rows]


def number_sql(cell: str) -> str:
    """Whether a cell of the table holds a tracking number, as SQL."""
    return f"coalesce(regexp_matches({cell}, '[1-9]'), false)"


def _no_number(table: SourceTable, column: str) -> str:
    """The clause for rows without a tracking number: blank ones, where every other cell holds one."""
    digits = " OR ".join(f"contains({column}, '{digit}')" for digit in range(1, 10))
    placeholders = _count(table, f"{column} IS NOT NULL AND NOT ({digits})")
    return f"NOT ({digits})" if placeholders else f"{column} IS NULL"


def _quoted(table: SourceTable, name: str) -> str | None:
    return '"' + name.replace('"', '""') + '"' if name in table.names else None


def _count(table: SourceTable, clause: str) -> int:
    return table.count(compile_clause(clause, table.columns, table.sheet_offset))
