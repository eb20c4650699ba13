"""Writes a batch of statuses: all of it in one transaction, or nothing."""

import sqlite3
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from mcp_servers.jobs.database import BUSY_SECONDS, write_transaction
from mcp_servers.jobs.faults import broken
from mcp_servers.jobs.validation import Item, judge

_COLUMNS = "SELECT lower(name) FROM pragma_table_info('jobs')"
_EXISTS = "SELECT 1 FROM jobs WHERE id = ?"
_UPDATE = "UPDATE jobs SET status = ?, updated_at = ? WHERE id = ?"


def write_statuses(
    path: Path,
    items: Sequence[Item],
    now: Callable[[], datetime],
    busy_seconds: float = BUSY_SECONDS,
) -> list[str | None]:
    """Judge every item against the table and write the batch when all are sound.

    Returns each item's fault or None; raises `JobsFault` when the database cannot serve.
    The time is taken once, with the write lock held, so that times follow the order of commits.
    """
    with write_transaction(path, busy_seconds) as connection:
        _require_columns(connection)
        verdicts = judge(items, _existing(connection, items))
        if not any(verdicts):
            _write(connection, items, timestamp(now()))
    return verdicts


def timestamp(moment: datetime) -> str:
    """`YYYY-MM-DDTHH:MM:SS.mmmZ` in UTC; `moment` must be aware."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _require_columns(connection: sqlite3.Connection) -> None:
    columns = {name for (name,) in connection.execute(_COLUMNS)}
    if not columns:
        raise broken("The database has no jobs table.", "Check db_path.")
    if "updated_at" not in columns:
        raise broken("Migration needed: the jobs table has no column updated_at.", "Add it, then call again.")


def _existing(connection: sqlite3.Connection, items: Sequence[Item]) -> set[int]:
    ids = (item.id for item in items if item.id is not None)
    return {id_ for id_ in ids if connection.execute(_EXISTS, (id_,)).fetchone()}


def _write(connection: sqlite3.Connection, items: Sequence[Item], updated_at: str) -> None:
    changed = connection.executemany(_UPDATE, [(item.status, updated_at, item.id) for item in items]).rowcount
    if items and changed != len(items):
        raise broken("The database did not take every update.", "Nothing was changed; check the table's triggers.")
