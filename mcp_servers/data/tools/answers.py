"""What questions about the active source answer. Field names are a contract (docs/data-server.md)."""

from typing import Any

from pydantic import Field

from mcp_servers.data.model import ColumnType, DateOrder, Descriptor
from mcp_servers.data.table.source import Row
from mcp_servers.shared.tools import Answer


class SchemaColumn(Answer):
    """One column of the schema."""

    name: str
    type: ColumnType
    nulls: int
    distinct_count: int


class SchemaAnswer(Answer):
    """The active source's columns."""

    source_id: str
    columns: list[SchemaColumn]
    row_count: int


class OverrideAnswer(Answer):
    """A column as it is read from now on."""

    source_id: str
    name: str
    type: ColumnType
    date_order: DateOrder | None = None
    descriptor: Descriptor


class ValueCount(Answer):
    """A value and how many rows hold it; '' for empty cells."""

    value: str
    count: int


class ValuesAnswer(Answer):
    """A column's values, most frequent first."""

    column: str
    distinct_count: int
    values: list[ValueCount]


class FilterAnswer(Answer):
    """A clause that is allowed."""

    ok: bool
    sql: str = Field(description="the clause as it was understood")
    count: int
    columns_used: list[str]


class OrderLinesAnswer(Answer):
    """What the rows of orders are like."""

    continuing_rows: int = Field(description="rows that leave the order's own cells blank")
    order_columns: list[str] = Field(description="columns that only the order's first row fills in")
    orders_on_several_rows: int


class RowAnswer(Answer):
    """One data row; every value is text."""

    row_number: int
    sheet_row: int
    data: dict[str, str]
    checksum: str
    continues: int | None = Field(
        default=None, description="row number of the order's row that this one belongs to (see set_order_lines)"
    )


class RowsAnswer(Answer):
    """A page of rows, and how many fit in all."""

    rows: list[RowAnswer]
    total_count: int


class FileRow(Answer):
    """One row of a file beside the active source; every value is text."""

    sheet_row: int
    data: dict[str, str]


class FileRowsAnswer(Answer):
    """A page of a file's rows, and how many it has."""

    columns: list[str]
    rows: list[FileRow]
    total_count: int


class OneRowAnswer(Answer):
    """One row."""

    row: RowAnswer


class QueryAnswer(Answer):
    """A SELECT's answer."""

    columns: list[str]
    rows: list[list[Any]]
    row_count: int
    truncated: bool


class VerifyAnswer(Answer):
    """Whether the source is still what was imported."""

    source_id: str
    changed: bool
    missing: bool
    fingerprint: str | None = None
    details: str


def row_answer(row: Row) -> RowAnswer:
    """One row for the wire."""
    return RowAnswer(
        row_number=row.row_number,
        sheet_row=row.sheet_row,
        data=row.data,
        checksum=row.checksum,
        continues=row.continues,
    )
