"""The rows of one source as a locked-down DuckDB table: types, checksums, counts, pages."""
