"""Many aggregates over table `cells` at once."""

from collections.abc import Sequence
from typing import Any

import duckdb

TERMS_AT_ONCE = 50
"""Aggregates in one query: DuckDB compares every expression of a query with every other, so wide sheets take parts."""


def aggregated(cursor: duckdb.DuckDBPyConnection, terms: Sequence[str]) -> list[Any]:
    """The value of each aggregate."""
    found: list[Any] = []
    for start in range(0, len(terms), TERMS_AT_ONCE):
        part = ", ".join(terms[start : start + TERMS_AT_ONCE])
        found += cursor.execute(f"SELECT {part} FROM cells").fetchall()[0]
    return found
