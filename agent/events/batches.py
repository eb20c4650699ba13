"""Events of batches: rows that are sent, ends of batches, labels that are taken back."""

from dataclasses import dataclass, field
from typing import Any

from agent.events.base import Event


@dataclass(frozen=True, slots=True)
class BatchStarted(Event):
    job_id: str
    total_rows: int
    environment: str
    budget_cents: int | None = None
    pending_rows: int | None = None
    """How many of them are sent now; the others are settled already."""
    rows: dict[str, int] = field(default_factory=dict)
    """Of a batch that goes on: how its rows stood before, as in the command line's JSON; empty = all are new."""
    spent_cents: int = 0
    """What was spent on it before."""
    currency: str = "USD"
    """Of all its amounts."""


@dataclass(frozen=True, slots=True)
class RowCompleted(Event):
    job_id: str
    row_number: int
    sheet_row: int
    recipient: str
    tracking_number: str
    tracking_numbers: list[str]
    cost_cents: int
    label_path: str
    currency: str = "USD"


@dataclass(frozen=True, slots=True)
class RowFailed(Event):
    job_id: str
    row_number: int
    sheet_row: int
    recipient: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class RowInDoubt(Event):
    job_id: str
    row_number: int
    sheet_row: int
    recipient: str
    reference: str
    reason: str


@dataclass(frozen=True, slots=True)
class BatchStopped(Event):
    """Paused, cancelled or stopped by fail-fast, budget or a price surprise."""

    job_id: str
    status: str
    reason: str


@dataclass(frozen=True, slots=True)
class BatchSelected(Event):
    """The rows of a whole batch, from its plan, where the turn itself selected none."""

    job_id: str
    row_numbers: list[int]
    filter_clause: str | None
    filter_in_words: str | None
    excluded: dict[str, list[int]]
    service_code: str | None
    total_estimated_cost_cents: int
    source: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class BatchFinished(Event):
    job_id: str
    status: str
    """completed, completed_with_warnings, failed, paused, cancelled."""
    rows: dict[str, int]
    """completed, failed, in_doubt, pending, skipped: as in the command line's JSON."""
    spent_cents: int
    labels_path: str
    sheet: str
    """Where tracking numbers were written, in words."""
    text: str
    tracking: list[dict[str, Any]] = field(default_factory=list)
    failed: list[dict[str, Any]] = field(default_factory=list)
    in_doubt: list[dict[str, Any]] = field(default_factory=list)
    """Rows of the whole batch, earlier runs included, as in the command line's JSON."""
    warnings: list[str] = field(default_factory=list)
    rows_wait: bool = False
    """Whether rows that were asked for too wait with another batch: then a completed batch is not all."""
    currency: str = "USD"
    only_told: bool = False
    """The end of an earlier batch, told because it was asked for."""
    next_words: list[str] = field(default_factory=list)
    """What can be said now about this batch, the likeliest first: `print the labels`, `which are in doubt?`."""


@dataclass(frozen=True, slots=True)
class BatchRefused(Event):
    """Nothing of a batch was begun; the batch as it stands. Why was told before it."""

    job_id: str
    rows: dict[str, int]
    spent_cents: int
    tracking: list[dict[str, Any]]
    failed: list[dict[str, Any]]
    in_doubt: list[dict[str, Any]]
    warnings: list[str]


@dataclass(frozen=True, slots=True)
class LabelsVoided(Event):
    """Labels of a batch were taken back at UPS, or that broke off; the batch as it stands afterwards."""

    job_id: str
    voided: list[int] | None
    """Sheet rows; None = it broke off, and nobody can tell."""
    unconfirmed: list[int]
    """Sheet rows that UPS did not confirm."""
    batch: dict[str, Any] | None
    """`rows`, `tracking`, `failed`, `in_doubt`, `spent_cents`; None = the ledger could not be read."""


@dataclass(frozen=True, slots=True)
class DoubtsSettled(Event):
    """The person decided about rows in doubt, or had them looked up; the batch as it stands afterwards."""

    job_id: str
    decision: str
    """released, adopted, closed, taken_back (an adoption), looked_up."""
    rows: list[int]
    """Sheet rows of which that holds now."""
    still_in_doubt: list[int]
    """Sheet rows that were meant, too, and are in doubt as before."""
    text: str
    """All of it in words, what UPS was found to have included."""
    batch: dict[str, Any] | None
    """`rows`, `tracking`, `failed`, `in_doubt`, `spent_cents`; None = the ledger could not be read."""
    next_words: list[str] = field(default_factory=list)
    """As of `BatchFinished`."""


@dataclass(frozen=True, slots=True)
class RecoveryOffered(Event):
    """An earlier batch has unfinished business."""

    job_id: str
    job_name: str
    prompt: str
    """`47/200 complete. Last: row 47 (name, tracking). 153 remaining.` and the last error."""
    options: list[str]
    question_id: str
