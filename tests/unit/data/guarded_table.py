"""Five rows with everything that makes filters hard, and what a clause finds in them."""

from datetime import date

from mcp_servers.data.guard.clause import compile_clause
from mcp_servers.data.table.loading import load_rows
from mcp_servers.data.table.source import SourceTable, open_connection

NAMES = ["Order #", "Name", "State", "Total", "Weight", "Date", "Gift", "Größe"]


ROWS = [
    ["1001", "Ann", "CA", "1,234.50", "5", "2026-11-01", "yes", "L"],
    ["1002", "Bob", " ca ", "$12.00", "5.0", "2026-11-05", "no", ""],
    ["1003", "Carol", "", "n/a", "12", "", "", "XL"],
    ["1004", "o'Neil", "TX", "", "", "2026-11-20", "yes", "l"],
    ["1005", "100%_", "West Virginia", "-3", "0.5", "2026-12-01", "no", "M"],
]


TODAY = date(2026, 11, 21)


def open_table():
    connection = open_connection()
    stats = load_rows(connection, ((number, row) for number, row in enumerate(ROWS, 1)), len(NAMES))
    return SourceTable(connection, stats, NAMES, sheet_offset=3, managed=[], overrides={})


def found(table, clause):
    condition = compile_clause(clause, table.columns, table.sheet_offset, TODAY)
    return [row.row_number for row in table.rows(condition, [], 100, 0)]
