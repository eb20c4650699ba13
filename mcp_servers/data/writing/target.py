"""What the queue writes to: a sheet with its lock, its backup and its way out."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from mcp_servers.data.model import Change, Descriptor, Outcome
from mcp_servers.shared.faults import ToolFault

Where = Literal["sheet", "sidecar", "nowhere"]


@dataclass(frozen=True, slots=True)
class Written:
    """What became of one result, durably."""

    row_number: int
    outcome: Outcome
    sidecar: Path | None = None
    refusal: ToolFault | None = None
    """Why a database refused this row alone."""
    reason: str | None = None
    """Why a result, or a cell of it, is not where it belongs."""

    @property
    def where(self) -> Where:
        """In the sheet, beside it, or nowhere: no such row, or a database row that changed or was refused."""
        if self.outcome in (Outcome.LOST, Outcome.NOT_FOUND, Outcome.REFUSED):
            return "nowhere"
        return "sheet" if self.sidecar is None else "sidecar"


class Target(Protocol):
    """A sheet or table that takes results. Methods block; the queue calls them one at a time."""

    place: str
    descriptor: Descriptor

    def adopt(self, descriptor: Descriptor) -> None:
        """Write by a newer import of the same source."""

    def allow_new_columns(self) -> None:
        """The person said yes to columns that a database table lacks; a sheet gets them anyway."""

    def lock(self) -> dict[str, object]:
        """Hold it for the whole batch; answers who holds it."""

    def apply(self, changes: Sequence[Change]) -> list[Written]:
        """Write results, durable when it returns. Raises OSError when it may work later."""

    def divert(self, changes: Sequence[Change], reason: str) -> list[Written]:
        """Write results beside the sheet. Raises OSError."""

    def release(self) -> None:
        """The batch ended: drop the lock, forget the session."""
