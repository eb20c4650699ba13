"""Many aggregates over table `cells` at once."""

from collections.abc import Iterator, Sequence
from typing import Any

import duckdb

TERMS_AT_ONCE = 50
"""Aggregates in one query: DuckDB compares every expression of a query with every other, so wide sheets take parts."""


def aggregated(cursor: duckdb.DuckDBPyConnection, terms: Sequence[str]) -> list[Any]:
    """The value of each aggregate."""
    found: list[Any] = []
    for part in parts(terms):
        found += cursor.execute(f"SELECT {', '.join(part)} FROM cells").fetchall()[0]
    return found


def parts(terms: Sequence[str]) -> Iterator[Sequence[str]]:
    """The terms of one query after the other."""
    for start in range(0, len(terms), TERMS_AT_ONCE):
        yield terms[start : start + TERMS_AT_ONCE]
