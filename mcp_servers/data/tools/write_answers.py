"""What writing back, locks and backups answer. Field names are a contract (docs/data-server.md)."""

from typing import Any, Literal

from pydantic import Field

from mcp_servers.data.model import SourceType
from mcp_servers.data.writing.backups import Backup
from mcp_servers.shared.tools import Answer

_OUTCOMES = (
    "unchanged: held already; left: a cell to clear holds something else; sidecar: durable, but beside the sheet, as "
    "its row is gone or somebody else wrote into its cells; "
    "lost: a database row changed"
)


_REASON = "why the result, or a cell of it, is not where it belongs"


class WriteAnswer(Answer):
    """One result, durably written."""

    success: bool = Field(description="it is in the sheet, or rightly left")
    source_type: SourceType
    row_number: int
    tracking_number: str
    where: Literal["sheet", "sidecar", "nowhere"]
    outcome: Literal["written", "unchanged", "left", "sidecar", "lost"] = Field(description=_OUTCOMES)
    reason: str | None = Field(default=None, description=_REASON)
    sidecar_path: str | None = None


class WriteResult(Answer):
    """What became of one row's result."""

    row_number: int
    success: bool
    where: Literal["sheet", "sidecar", "nowhere"]
    outcome: Literal["written", "unchanged", "left", "sidecar", "lost", "not_found", "refused"] = Field(
        description=f"{_OUTCOMES}; not_found: there never was such a row; refused: the database does not take it"
    )
    reason: str | None = Field(default=None, description=_REASON)
    refusal: dict[str, Any] | None = Field(
        default=None,
        description="`{code, message, where, remedy, retryable}` of a refused row; the others stand",
    )


class WriteManyAnswer(Answer):
    """What became of every result, in the order given."""

    results: list[WriteResult]
    written: int = Field(description="results that the sheet itself holds now")
    sidecar_path: str | None = None
    source_type: SourceType


class LockAnswer(Answer):
    """The lock that this process holds now."""

    source_id: str
    locked: bool
    lock_path: str | None = None
    pid: int | None = None
    host: str | None = None
    since: str | None = None


class BackupAnswer(Answer):
    """One backup."""

    id: str
    made_at: str
    size: int
    row_count: int
    sha256: str


class BackupsAnswer(Answer):
    """A source's backups, the newest first."""

    source_id: str
    folder: str | None = None
    backups: list[BackupAnswer]


class RestoreAnswer(Answer):
    """What was restored, and the backup of what it replaced."""

    source_id: str
    restored: str
    replaced: BackupAnswer


def backup_answer(backup: Backup) -> BackupAnswer:
    """One backup for the wire."""
    return BackupAnswer(
        id=backup.id,
        made_at=backup.made_at,
        size=backup.size,
        row_count=backup.row_count,
        sha256=backup.sha256,
    )
