"""The preview that waits for a person's yes."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from agent.events import PreviewReady
from agent.events.shipment_detail import ShipmentDetail
from agent.planning.allowance import Amount
from agent.planning.model import Approval

APPROVAL_DEAD_TIME_S = 0.5
"""No key or click approves within this time after the preview was painted."""


@dataclass(slots=True)
class PendingApproval:
    """Something that waits for a person's yes, and what the yes sets off."""

    preview: PreviewReady
    carry_out: Callable[[Approval], Awaitable[None]]
    painted_at: float | None = None
    payloads: list[dict[str, Any]] = field(default_factory=list)
    """What would be sent, for comparing services."""
    needs_person: str | None = None
    """Why `--yes` and a budget may not approve it (an unconfirmed mapping, a selection that nothing checked)."""
    typed_only: bool = False
    """Whether nothing but the typed words approve it: orders that were shipped go again."""
    needed: Amount = field(default_factory=Amount)
    """Money and rows, as held against the session's limit."""
    services: tuple[str, ...] = ()
    above: tuple[str, ...] = ()
    """Why it is above what is left of the limit: then `--yes` does not approve it."""
    model_spoke: bool = False
    """Whether a model has said something since: then a bare “yes” may be an answer to that."""

    detail: Callable[[int], ShipmentDetail | None] | None = None
    """One of its shipments, whole, by a data row; None where it ships nothing."""

    @property
    def digest(self) -> str:
        return self.preview.digest
