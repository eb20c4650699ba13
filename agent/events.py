"""All that a session says, in order: the one log that chat, headless line, scripts and tests read.

Events are facts in the past tense, plain data, JSON-serialisable by `to_json`. `VERSION` grows with every change
of a meaning; fields are only added.
"""

from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar

VERSION = 1


@dataclass(frozen=True, slots=True)
class Event:
    """Base of all events; `kind` is the class's name in JSON."""

    kind: ClassVar[str] = "event"

    def to_json(self) -> dict[str, Any]:
        """`{"v": 1, "event": kind, ...fields}`."""
        return {"v": VERSION, "event": type(self).__name__, **asdict(self)}


@dataclass(frozen=True, slots=True)
class SessionOpened(Event):
    environment: str
    """simulator (shown as PRACTICE), test, or production (shown in red as LIVE)."""
    model: str
    mode: str
    """confirm or auto."""
    account: str
    greeting: str


@dataclass(frozen=True, slots=True)
class SourceOpened(Event):
    name: str
    path: str
    row_count: int
    columns: list[dict[str, str]]
    """`{name, type}`, in the sheet's order."""
    warnings: list[str]


@dataclass(frozen=True, slots=True)
class UserSaid(Event):
    text: str


@dataclass(frozen=True, slots=True)
class AssistantDelta(Event):
    """A piece of an answer that is still being written; `AssistantSaid` repeats the whole."""

    text: str


@dataclass(frozen=True, slots=True)
class AssistantSaid(Event):
    """Markdown."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolCalled(Event):
    """One line of what is being done, e.g. `count_rows state = 'CA'`."""

    tool: str
    summary: str


@dataclass(frozen=True, slots=True)
class NoticeShown(Event):
    """Something worth knowing; `level` is info, warning or alarm."""

    text: str
    level: str = "info"


@dataclass(frozen=True, slots=True)
class ErrorShown(Event):
    code: str
    message: str
    remedy: str
    where: str | None = None


@dataclass(frozen=True, slots=True)
class TableShown(Event):
    """Rows that the person asked to see; they go to the screen, never to a model."""

    title: str
    columns: list[str]
    rows: list[list[str]]
    total_rows: int


@dataclass(frozen=True, slots=True)
class QuestionAsked(Event):
    question_id: str
    text: str
    options: list[str]
    """Choices in order; a free answer is allowed too when `free_text`."""
    free_text: bool = False
    numbered: bool = True
    """Whether a typed number names a choice by its place; else it is a value."""


@dataclass(frozen=True, slots=True)
class QuestionAnswered(Event):
    question_id: str
    answer: str


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """One shipment of a preview."""

    sheet_row: int
    row_number: int
    order_number: str
    recipient: str
    city_state: str
    service: str
    cost_cents: int | None
    """None = not quoted yet."""
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PreviewReady(Event):
    """A plan to approve or refuse. All numbers come from stored data."""

    digest: str
    short_digest: str
    command: str
    filter_in_words: str
    filter_sql: str
    total_rows: int
    lines: list[PreviewLine]
    """All shipments, in order (the screen may show the first 20)."""
    total_cents: int
    """Quoted, plus an estimate for unquoted shipments when `estimated`."""
    estimated: bool
    cheapest: PreviewLine | None
    dearest: PreviewLine | None
    excluded: dict[str, list[int]]
    """Sheet rows left out, by reason."""
    boundary: list[str]
    """Sentences on rows just beyond the edge of the selection."""
    warnings: list[str]
    mapping: list[tuple[str, str]]
    """(shipment field, what it is taken from) of the mapping that is part of what is approved."""
    mapping_is_new: bool
    environment: str
    account: str
    approval_sentence: str
    typed_confirmation: str | None
    """The text that must be typed (e.g. `ship 120`), None when a key is enough."""
    purpose: str = "ship"
    """ship, retry, void, writeback, queue."""
    allowance: str = ""
    """What is left of the session's limit before this, in words; empty = no limit."""
    above: list[str] = field(default_factory=list)
    """Why it is above that: then only a person's own yes approves it."""
    rates: str = ""
    """Whose rates the prices are by: `negotiated rates`, `list prices`; empty where UPS does not say."""


@dataclass(frozen=True, slots=True)
class PreviewVoided(Event):
    digest: str
    reason: str


@dataclass(frozen=True, slots=True)
class ApprovalGiven(Event):
    digest: str
    by: str
    words: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ApprovalRefused(Event):
    digest: str


@dataclass(frozen=True, slots=True)
class BatchStarted(Event):
    job_id: str
    total_rows: int
    environment: str
    budget_cents: int | None = None
    pending_rows: int | None = None
    """How many of them are sent now; the others are settled already."""


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


@dataclass(frozen=True, slots=True)
class RecoveryOffered(Event):
    """An earlier batch has unfinished business."""

    job_id: str
    job_name: str
    prompt: str
    """`47/200 complete. Last: row 47 (name, tracking). 153 remaining.` and the last error."""
    options: list[str]
    question_id: str


@dataclass(frozen=True, slots=True)
class ModeChanged(Event):
    mode: str
    budget: str


@dataclass(frozen=True, slots=True)
class AllowanceUpdated(Event):
    """What is left of the session's limit: at its start, after each batch and void, and where it was changed."""

    text: str
    """`$21.41 left of $40.00, UPS Ground only, until 17:00`; empty = no limit."""
    max_total_cents: int | None = None
    left_cents: int | None = None
    max_rows: int | None = None
    left_rows: int | None = None
    services: list[str] = field(default_factory=list)
    """Codes that may go without asking; empty = all."""
    until: str | None = None
    """ISO 8601 with its offset."""

    def facts(self) -> dict[str, Any]:
        """The `allowance` of the command line's JSON object."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class UsageReported(Event):
    """What the model has cost so far in this session."""

    input_tokens: int
    output_tokens: int
    cost_cents: int | None


@dataclass(frozen=True, slots=True)
class TurnEnded(Event):
    """The turn is over; `result` is the command line's JSON object (DESIGN 4.6)."""

    result: dict[str, Any]
