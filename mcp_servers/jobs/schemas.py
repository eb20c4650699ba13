"""What the two tools publish: their statuses, limits and typed schemas.

The models describe; `validation` judges, because a faulty item is an answer here and not a refusal.
"""

from typing import Annotated, Any, Literal, get_args

from pydantic import Field

from mcp_servers.shared.tools import Answer, Arguments

Status = Literal["new", "shortlist", "reviewed", "reject", "resume_written", "applied"]
STATUSES: tuple[str, ...] = get_args(Status)

LARGEST_BATCH = 100
LARGEST_PAGE = 1000
DEFAULT_PAGE = 50
LARGEST_ID = 2**63 - 1
"""SQLite's integers end here."""

DEFAULT_PATH = "data/capture/jobs.db"

JOB_FIELDS = (
    "id",
    "job_id",
    "title",
    "company",
    "description",
    "url",
    "location",
    "source",
    "status",
    "captured_at",
)

DatabasePath = Annotated[
    str | None,
    Field(min_length=1, description=f"SQLite file; {DEFAULT_PATH} below the working directory when left out."),
]


class StatusUpdate(Arguments):
    """One record and the status it shall get."""

    id: int = Field(ge=1, le=LARGEST_ID, description="Key of the record.")
    status: Status = Field(description="Exact and case-sensitive, without blanks around it.")


class UpdateArguments(Arguments):
    """Input of bulk_update_job_status."""

    updates: list[StatusUpdate] = Field(max_length=LARGEST_BATCH, description="Each id at most once; all or nothing.")
    db_path: DatabasePath = None


class ItemResult(Answer):
    """What became of one update. `error` says what is wrong with this very item."""

    id: int | float | str | bool | None = Field(description="The id as submitted; null when missing or no plain value.")
    success: bool = Field(description="False for every item of a batch that was not written.")
    error: str = Field(default_factory=str, description="Present on faulty items only.")


class UpdateAnswer(Answer):
    """Output of bulk_update_job_status; results in input order."""

    updated_count: int = Field(ge=0, description="All updates, or 0.")
    failed_count: int = Field(ge=0, description="Number of faulty items.")
    results: list[ItemResult]


class ReadArguments(Arguments):
    """Input of bulk_read_new_jobs."""

    limit: int = Field(default=DEFAULT_PAGE, ge=1, le=LARGEST_PAGE, description="Records on a page.")
    cursor: str | None = Field(default=None, description="next_cursor of the page before; left out for the first page.")
    db_path: DatabasePath = None


class JobRecord(Answer):
    """One record of the queue; a missing value is null."""

    id: int
    job_id: str | None
    title: str | None
    company: str | None
    description: str | None
    url: str | None
    location: str | None
    source: str | None
    status: str | None
    captured_at: str | None


class ReadAnswer(Answer):
    """Output of bulk_read_new_jobs; newest first."""

    jobs: list[JobRecord]
    count: int = Field(ge=0, description="Records on this page.")
    has_more: bool
    next_cursor: str | None = Field(description="Opaque; null on the last page.")


def input_schema(arguments: type[Arguments], *, path_is_fixed: bool) -> dict[str, Any]:
    """The published input schema; without `db_path` when the database is fixed."""
    schema = arguments.model_json_schema()
    if path_is_fixed:
        del schema["properties"]["db_path"]
    return schema


def output_schema(answer: type[Answer]) -> dict[str, Any]:
    """The published output schema of a success."""
    return answer.model_json_schema()
