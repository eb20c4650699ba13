"""Reads the queue page by page, newest first; the file is opened read-only.

A page starts behind a position and not at an offset, so records that leave the queue between two pages shift nothing.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mcp_servers.jobs.cursor import Position, Stored
from mcp_servers.jobs.database import BUSY_SECONDS, opened_to_read
from mcp_servers.jobs.schemas import JOB_FIELDS

_SELECT = f"SELECT {', '.join(JOB_FIELDS)} FROM jobs WHERE status = 'new'"
_ORDER = " ORDER BY captured_at DESC, id DESC LIMIT ?"


@dataclass(frozen=True, slots=True)
class Page:
    """Records with the fields of `JOB_FIELDS`; `last` is where the next page starts, None when there is none."""

    jobs: list[dict[str, Any]]
    last: Position | None


def read_new_jobs(path: Path, limit: int, after: Position | None, busy_seconds: float = BUSY_SECONDS) -> Page:
    """At most `limit` records with status `new` behind `after`; raises `JobsFault`."""
    condition, bound = _behind(after)
    with opened_to_read(path, busy_seconds) as connection:
        rows = connection.execute(_SELECT + condition + _ORDER, (*bound, limit + 1)).fetchall()
    page = [dict(zip(JOB_FIELDS, row, strict=True)) for row in rows[:limit]]
    last = Position(page[-1]["captured_at"], page[-1]["id"]) if len(rows) > limit else None
    return Page([_record(row) for row in page], last)


def _behind(after: Position | None) -> tuple[str, tuple[Stored, ...]]:
    """The condition for records that follow `after`; NULL is the oldest `captured_at`."""
    if after is None:
        return "", ()
    if after.captured_at is None:
        return " AND captured_at IS NULL AND id < ?", (after.id,)
    captured_at, value = after.captured_at, "?"
    if isinstance(captured_at, str):
        # Bound as its bytes, because a text that is not UTF-8 cannot be bound as text.
        captured_at, value = captured_at.encode("utf-8", "surrogateescape"), "CAST(? AS TEXT)"
    condition = f" AND (captured_at < {value} OR (captured_at = {value} AND id < ?) OR captured_at IS NULL)"
    return condition, (captured_at, captured_at, after.id)


def _record(row: dict[str, Stored]) -> dict[str, Any]:
    return {name: value if name == "id" else _shown(value) for name, value in row.items()}


def _shown(value: Stored) -> str | None:
    """A stored value as text that JSON can carry."""
    if isinstance(value, str):
        value = value.encode("utf-8", "surrogateescape")
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return None if value is None else str(value)
