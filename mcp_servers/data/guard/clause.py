"""A filter clause, checked: the SQL that runs and the short form that people see."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from mcp_servers.data.guard.compiler import Compiler
from mcp_servers.data.guard.names import check_called
from mcp_servers.data.guard.parsing import bounded, parse_clause
from mcp_servers.data.model import Column

EVERYTHING = "TRUE"


@dataclass(frozen=True, slots=True)
class Condition:
    """`sql` runs over table `cells`; `shown` is the same clause for people, and can be used as a clause again."""

    sql: str
    shown: str
    columns_used: tuple[str, ...]


def today() -> date:
    """The day of `current_date`: SHIPCHAT_TODAY freezes it."""
    frozen = os.environ.get("SHIPCHAT_TODAY")
    return date.fromisoformat(frozen) if frozen else date.today()  # noqa: DTZ011 - people mean their own day


def compile_clause(clause: str, columns: Sequence[Column], sheet_offset: int, day: date | None = None) -> Condition:
    """Check a clause and write its SQL; an empty one means every row. Raises E-1101 to E-1108."""
    if not clause.strip():
        return Condition("true", EVERYTHING, ())
    with bounded():
        tree = parse_clause(clause)
        check_called(clause)
        compiler = Compiler(columns, sheet_offset, day or today())
        sql = undivided(compiler.condition(tree))
        return Condition(sql, shown(tree, columns), tuple(compiler.used))


def undivided(condition: str) -> str:
    """The condition as one piece: DuckDB derives new comparisons from every two that AND joins, before anything can
    stop it; 300 of them took minutes and 8 GB on three rows."""
    return f"CASE WHEN {condition} THEN true ELSE false END"


def shown(tree: exp.Expression, columns: Sequence[Column]) -> str:
    """The clause with every column under its real name, without comments."""
    names = {column.name.casefold(): column.name for column in columns}

    def rename(node: exp.Expression) -> exp.Expression:
        if isinstance(node, exp.Column) and (name := names.get(node.name.casefold())) is not None:
            return exp.column(name, quoted=True)
        return node

    return tree.transform(rename).sql(dialect="duckdb", comments=False)
