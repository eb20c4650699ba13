"""The two tools: arguments in, answer out; all work on the file happens in a thread."""

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import anyio.to_thread

from mcp_servers.jobs.cursor import encode
from mcp_servers.jobs.database import BUSY_SECONDS
from mcp_servers.jobs.faults import DB_NOT_FOUND, JobsFault, internal
from mcp_servers.jobs.reader import read_new_jobs
from mcp_servers.jobs.schemas import DEFAULT_PATH
from mcp_servers.jobs.validation import read_request, update_answer, update_request
from mcp_servers.jobs.writer import write_statuses

logger = logging.getLogger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class JobsApp:
    """What the tools work with. With `fixed_path` set, callers cannot name a database."""

    fixed_path: Path | None = None
    now: Callable[[], datetime] = _now
    busy_seconds: float = BUSY_SECONDS


async def bulk_update_job_status(app: JobsApp, arguments: dict[str, Any]) -> dict[str, Any]:
    """Answer one batch; the shape is `schemas.UpdateAnswer`."""
    return await _answered(_update, app, arguments)


async def bulk_read_new_jobs(app: JobsApp, arguments: dict[str, Any]) -> dict[str, Any]:
    """Answer one page; the shape is `schemas.ReadAnswer`."""
    return await _answered(_read, app, arguments)


def _update(app: JobsApp, arguments: dict[str, Any]) -> dict[str, Any]:
    request = update_request(arguments, path_is_fixed=app.fixed_path is not None)
    try:
        verdicts = write_statuses(_chosen(app, request.path), request.items, app.now, app.busy_seconds)
    except JobsFault as refusal:
        # An empty batch needs no file; one that is there is judged all the same.
        if request.items or refusal.code != DB_NOT_FOUND:
            raise
        verdicts = []
    return update_answer(request.items, verdicts)


def _read(app: JobsApp, arguments: dict[str, Any]) -> dict[str, Any]:
    request = read_request(arguments, path_is_fixed=app.fixed_path is not None)
    page = read_new_jobs(_chosen(app, request.path), request.limit, request.after, app.busy_seconds)
    return {
        "jobs": page.jobs,
        "count": len(page.jobs),
        "has_more": page.last is not None,
        "next_cursor": None if page.last is None else encode(page.last),
    }


def _chosen(app: JobsApp, requested: Path | None) -> Path:
    chosen = app.fixed_path or requested or Path(DEFAULT_PATH)
    if chosen.parts[:1] == ("~",):
        # As in a shell. A home that is not known leaves the name as it is, and that is not found.
        return Path(os.path.expanduser(chosen))  # noqa: PTH111 - the method raises there
    return chosen


async def _answered(
    work: Callable[[JobsApp, dict[str, Any]], dict[str, Any]], app: JobsApp, arguments: dict[str, Any]
) -> dict[str, Any]:
    try:
        return await anyio.to_thread.run_sync(work, app, arguments)
    except JobsFault:
        raise
    except Exception as unexpected:
        logger.exception("unexpected fault")
        raise internal() from unexpected
