"""The rows that a clause takes from an open source."""

from mcp_servers.data.guard.clause import compile_clause


def chosen(source, clause):
    condition = compile_clause(clause, source.table.columns, source.table.sheet_offset)
    return [one.row_number for one in source.table.rows(condition, [], 100, 0)]
