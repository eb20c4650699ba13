"""What was shipped before, and what of it is in doubt, for a screen that asks. Answered to the screen, never told as an
event: it names recipients of earlier batches, which no log, no output and no model needs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One batch of the history."""

    id: str
    name: str
    status: str
    total_rows: int
    completed: int
    failed: int
    in_doubt: int
    pending: int
    spent_cents: int
    environment: str | None
    created_at: str
    """UTC, ISO 8601."""
    currency: str = "USD"
    """Of what was spent."""


@dataclass(frozen=True, slots=True)
class DoubtLine:
    """One shipment whose outcome is not known, and what was done to learn it."""

    job_id: str
    sheet_row: int
    recipient: str
    order_number: str
    reference: str
    """Ours, by which it is looked up at UPS."""
    sent_at: str
    """UTC, ISO 8601."""
    why: str
    """How its answer was lost."""
    look_ups: int
    """Those that could have found it."""
    looked_up_at: str | None
    found: str
    """What the last look-up showed, in words; empty before the first."""
    waits_for: str
    """What has to pass before it can be released, in words; empty = it can be."""
    waits_until: str | None
    """Until when, UTC; None = nothing to wait for, or nobody knows how long."""
