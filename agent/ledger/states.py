"""The states of jobs, rows and shipments (docs/money.md), and which of them hold a row's identity."""

from enum import StrEnum


class JobStatus(StrEnum):
    """A batch as a whole. `failed` and `paused` can be resumed, an interrupted `running` one too."""

    pending = "pending"
    running = "running"
    completed = "completed"
    completed_with_warnings = "completed_with_warnings"
    failed = "failed"
    paused = "paused"
    cancelled = "cancelled"


class RowStatus(StrEnum):
    """A row has the state of its latest attempt; after a release it is pending again."""

    pending = "pending"
    submitting = "submitting"
    created = "created"
    completed = "completed"
    failed = "failed"
    in_doubt = "in_doubt"
    skipped = "skipped"
    voiding = "voiding"
    voided = "voided"
    closed = "closed"


class ShipmentState(StrEnum):
    """One create request. `released` is a doubt that the person gave up for a new attempt."""

    pending = "pending"
    submitting = "submitting"
    created = "created"
    completed = "completed"
    failed = "failed"
    in_doubt = "in_doubt"
    released = "released"
    closed = "closed"
    skipped = "skipped"
    voiding = "voiding"
    voided = "voided"


HOLDING = ("pending", "submitting", "in_doubt", "created", "completed", "voiding")
"""A shipment in one of these states holds its identity: no other may be sent for it."""

KEEPING = (*HOLDING, "closed")
"""Besides: whoever closed a doubt never learnt whether there is a label. Only a typed re-ship sends that row again."""

UNSETTLED = ("submitting", "in_doubt", "created", "voiding")
"""Named at every start, whatever the job's status."""

RESUMABLE = (JobStatus.pending, JobStatus.failed, JobStatus.paused, JobStatus.running)

IN_JSON = {
    "completed": "completed",
    "failed": "failed",
    "in_doubt": "in_doubt",
    "submitting": "in_doubt",
    "created": "in_doubt",
    "voiding": "in_doubt",
    "pending": "pending",
    "skipped": "skipped",
    "voided": "skipped",
    "closed": "skipped",
}
"""How a row counts in the command line's `rows` object."""
