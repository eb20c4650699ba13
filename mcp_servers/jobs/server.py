"""Publishes the two tools as the MCP server `shipchat-jobs`."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path

import mcp_types as types

from mcp_servers.jobs.handlers import JobsApp, bulk_read_new_jobs, bulk_update_job_status
from mcp_servers.jobs.schemas import (
    LARGEST_BATCH,
    LARGEST_PAGE,
    ReadAnswer,
    ReadArguments,
    UpdateAnswer,
    UpdateArguments,
    input_schema,
    output_schema,
)
from mcp_servers.shared.tools import ToolTable

NAME = "shipchat-jobs"
INSTRUCTIONS = """A queue of jobs in SQLite: bulk_read_new_jobs reads those with status new, page by page, newest first;
bulk_update_job_status sets statuses, all or nothing. A refusal is `isError` with JSON text
{error: {code, message, retryable}}; a faulty item is an answer (`success` false with its `error`).
"""
"""What a client's model is told when it connects."""
FIXED_PATH_VARIABLE = "SHIPCHAT_JOBS_DB"
"""Names the one database that callers then cannot change."""


def fixed_path(environment: Mapping[str, str]) -> Path | None:
    """The database set by whoever starts the server, or None; an empty value is none."""
    named = environment.get(FIXED_PATH_VARIABLE)
    return Path(named) if named else None


def jobs_table(app: JobsApp) -> ToolTable[JobsApp]:
    """The server's tools; where the app has a fixed path they publish no `db_path`."""
    path_is_fixed = app.fixed_path is not None

    @asynccontextmanager
    async def lifespan() -> AsyncIterator[JobsApp]:
        yield app

    table: ToolTable[JobsApp] = ToolTable(NAME, version("shipchat"), lifespan, INSTRUCTIONS)
    table.add(_published_update(path_is_fixed=path_is_fixed), None, bulk_update_job_status)
    table.add(_published_read(path_is_fixed=path_is_fixed), None, bulk_read_new_jobs)
    return table


def _published_update(*, path_is_fixed: bool) -> types.Tool:
    return types.Tool(
        name="bulk_update_job_status",
        title="Set the status of jobs",
        description=(
            f"Set the status of up to {LARGEST_BATCH} queue jobs. All or nothing: one faulty item and nothing is "
            "written; every faulty item is reported with its error. Sending the same batch again is harmless."
        ),
        input_schema=input_schema(UpdateArguments, path_is_fixed=path_is_fixed),
        output_schema=output_schema(UpdateAnswer),
        annotations=_annotations(read_only=False),
    )


def _published_read(*, path_is_fixed: bool) -> types.Tool:
    return types.Tool(
        name="bulk_read_new_jobs",
        title="Read new jobs",
        description=(
            f"Read 1 to {LARGEST_PAGE} queue jobs with status new, newest first. While has_more is true, pass "
            "next_cursor as cursor to read on; no record comes twice and none is skipped."
        ),
        input_schema=input_schema(ReadArguments, path_is_fixed=path_is_fixed),
        output_schema=output_schema(ReadAnswer),
        annotations=_annotations(read_only=True),
    )


def _annotations(*, read_only: bool) -> types.ToolAnnotations:
    # A status that is overwritten is gone, so the writing tool counts as destructive.
    return types.ToolAnnotations(
        read_only_hint=read_only, destructive_hint=not read_only, idempotent_hint=True, open_world_hint=False
    )
