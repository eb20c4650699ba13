"""Tools that read the active source."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from pydantic import Field

from mcp_servers.data.app import DataServer
from mcp_servers.data.guard.clause import compile_clause
from mcp_servers.data.guard.select import compile_select
from mcp_servers.data.model import Column, Descriptor
from mcp_servers.data.sources import verify
from mcp_servers.data.table.source import TIME_LIMIT_SECONDS
from mcp_servers.data.tools.answers import (
    FilterAnswer,
    OneRowAnswer,
    OrderLinesAnswer,
    QueryAnswer,
    RowsAnswer,
    SchemaAnswer,
    SchemaColumn,
    ValueCount,
    ValuesAnswer,
    VerifyAnswer,
    row_answer,
)
from mcp_servers.shared.limits import stopped_after
from mcp_servers.shared.tools import Arguments, ToolTable

T = TypeVar("T")
_CLAUSE = "one DuckDB condition; column names between double quotes, text between single ones; TRUE for all rows"


class NoArguments(Arguments):
    """Nothing."""


class ClauseArguments(Arguments):
    """A filter clause."""

    where_clause: str = Field(description=_CLAUSE)


class OrderTerm(Arguments):
    """One column to sort by, by value; `sheet_row` and `row_number` go by the sheet's own order."""

    column: str
    descending: bool = False


class RowsArguments(Arguments):
    """Which rows, in which order, which page."""

    where_clause: str = Field(default="TRUE", description=_CLAUSE)
    order_by: list[OrderTerm] | None = None
    limit: int = Field(default=100, ge=1, le=1000)
    offset: int = Field(default=0, ge=0)


class RowArguments(Arguments):
    """One row."""

    row_number: int = Field(ge=1, description="1-based data row, header not counted")


class ValuesArguments(Arguments):
    """Which column."""

    column: str
    limit: int = Field(default=50, ge=1, le=1000)


class OrderLinesArguments(Arguments):
    """What tells the rows of one order."""

    order_column: str = Field(description="the column of order numbers")
    address_columns: list[str] = Field(min_length=1, description="the recipient's columns: name, street, city ...")


class QueryArguments(Arguments):
    """A question in SQL."""

    sql: str = Field(description="one SELECT over the table source, without joins and sub-queries")


class VerifyArguments(Arguments):
    """Which source; the active one when left out."""

    source_id: str | None = None
    descriptor: Descriptor | None = None


def _compiled(compile_: Callable[[str, Sequence[Column], int], T], *asked: Any) -> T:
    """Nothing interrupts the reading of a clause: a server that does not come to its end ends itself."""
    with stopped_after(TIME_LIMIT_SECONDS, lambda: None):
        return compile_(*asked)


def register(table: ToolTable[DataServer]) -> None:
    """Add the tools to the server's table."""
    _register_columns(table)
    _register_rows(table)

    @table.tool("Query the open sheet (SQL)", read_only=True, idempotent=True)
    async def query_data(app: DataServer, arguments: QueryArguments) -> QueryAnswer:
        """Answer one SELECT over the table `source` (the active source): columns, expressions, count, sum, avg, min,
        max, median, WHERE, GROUP BY, HAVING, ORDER BY, LIMIT. At most 1,000 rows come back."""
        source = app.active
        query = await asyncio.to_thread(
            _compiled, compile_select, arguments.sql, source.table.columns, source.table.sheet_offset
        )
        rows, truncated = await asyncio.to_thread(source.table.answer, query)
        return QueryAnswer(columns=list(query.names), rows=rows, row_count=len(rows), truncated=truncated)

    @table.tool("Check rows against the file", read_only=True, idempotent=True)
    async def verify_source(app: DataServer, arguments: VerifyArguments) -> VerifyAnswer:
        """Tell whether the rows of a source are still what was imported. Results written back change nothing here."""
        descriptor = app.resolve(arguments.source_id, arguments.descriptor)
        if descriptor.type == "database":
            from mcp_servers.data.databases import verify_database

            found = await asyncio.to_thread(verify_database, descriptor, app.database_url(descriptor))
        else:
            found = await asyncio.to_thread(verify, descriptor, app.signature(descriptor.source_id))
        return VerifyAnswer(
            source_id=descriptor.source_id,
            changed=found.changed,
            missing=found.missing,
            fingerprint=found.fingerprint,
            details=found.details,
        )


def _register_columns(table: ToolTable[DataServer]) -> None:
    @table.tool("Columns of the open sheet", read_only=True, idempotent=True)
    async def get_schema(app: DataServer, arguments: NoArguments) -> SchemaAnswer:
        """List the active source's columns with type, number of empty cells and number of different values."""
        source = app.active
        counts = await asyncio.to_thread(source.table.distinct_counts)
        columns = [
            SchemaColumn(name=column.name, type=column.type, nulls=column.nulls, distinct_count=count)
            for column, count in zip(source.table.columns, counts, strict=True)
        ]
        return SchemaAnswer(source_id=source.descriptor.source_id, columns=columns, row_count=source.table.row_count)

    @table.tool("Values of a column", read_only=True, idempotent=True)
    async def get_column_values(app: DataServer, arguments: ValuesArguments) -> ValuesAnswer:
        """Count a column's values, the most frequent first. Refused for columns that hold people (names, streets,
        phones, e-mails) and for columns with more than 1,000 different values."""
        column, distinct, values = await asyncio.to_thread(app.active.table.values, arguments.column, arguments.limit)
        counted = [ValueCount(value=value, count=count) for value, count in values]
        return ValuesAnswer(column=column.name, distinct_count=distinct, values=counted)

    @table.tool("Say which rows are one order", read_only=True, idempotent=True)
    async def set_order_lines(app: DataServer, arguments: OrderLinesArguments) -> OrderLinesAnswer:
        """Say which columns tell orders apart and hold the recipient. Rows that carry an order's number (or none, right
        under the order) and leave all recipient columns blank continue that order: from then on `check_filter` and
        `get_rows_by_filter` read the order's own columns from its first row. Delivered cells stay as typed;
        `query_data` and `get_column_values` count what is written."""
        source = app.active
        lines = await asyncio.to_thread(source.table.set_order_lines, arguments.order_column, arguments.address_columns)
        return OrderLinesAnswer(
            continuing_rows=len(lines.leads),
            order_columns=list(lines.order_columns),
            orders_on_several_rows=lines.several,
        )


def _register_rows(table: ToolTable[DataServer]) -> None:
    @table.tool("Check a filter", read_only=True, idempotent=True)
    async def check_filter(app: DataServer, arguments: ClauseArguments) -> FilterAnswer:
        """Check a filter clause and count its rows without delivering any. A refusal names the offending part and the
        nearest valid column or function. Text is compared without case and outer blanks, numbers and dates by value;
        negations keep empty cells; an empty cell IS NULL and equals ''."""
        source = app.active
        columns, offset = source.table.columns, source.table.sheet_offset
        condition = await asyncio.to_thread(_compiled, compile_clause, arguments.where_clause, columns, offset)
        count = await asyncio.to_thread(source.table.count, condition)
        return FilterAnswer(ok=True, sql=condition.shown, count=count, columns_used=list(condition.columns_used))

    @table.tool("Rows that match a filter", read_only=True, idempotent=True)
    async def get_rows_by_filter(app: DataServer, arguments: RowsArguments) -> RowsAnswer:
        """Deliver a page of the rows that a filter clause selects. Values are text as typed, '' for empty cells.
        Sorting is by value, ties by row number."""
        source = app.active
        columns, offset = source.table.columns, source.table.sheet_offset
        order = [(term.column, term.descending) for term in arguments.order_by or []]
        condition = await asyncio.to_thread(_compiled, compile_clause, arguments.where_clause, columns, offset)
        total = await asyncio.to_thread(source.table.count, condition)
        rows = await asyncio.to_thread(source.table.rows, condition, order, arguments.limit, arguments.offset)
        return RowsAnswer(rows=[row_answer(row) for row in rows], total_count=total)

    @table.tool("One row", read_only=True, idempotent=True)
    async def get_row(app: DataServer, arguments: RowArguments) -> OneRowAnswer:
        """Deliver one data row."""
        return OneRowAnswer(row=row_answer(await asyncio.to_thread(app.active.table.row, arguments.row_number)))
