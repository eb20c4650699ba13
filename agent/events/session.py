"""Events of a conversation: what is said, asked, shown, approved and ended."""

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from agent.events.base import Event


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
class SessionResumed(Event):
    """The session goes on with an earlier talk: history to read, of which nothing is open and nothing approves."""

    session_id: str
    name: str
    talk: list[dict[str, str]]
    """`{role, text}` in order; the role is you, shipchat, note or error."""


@dataclass(frozen=True, slots=True)
class TurnStarted(Event):
    """The result of a turn begins anew here."""

    environment: str
    source: dict[str, Any] | None = None
    """The sheet that is open, as in the command line's JSON."""
    allowance: dict[str, Any] | None = None
    """What was last told of the session's limit; None = there is none."""


@dataclass(frozen=True, slots=True)
class TurnStopped(Event):
    """The person ended the turn before its end."""


@dataclass(frozen=True, slots=True)
class SourceOpened(Event):
    name: str
    path: str
    row_count: int
    columns: list[dict[str, str]]
    """`{name, type}`, in the sheet's order."""
    warnings: list[str]
    source: dict[str, Any] | None = None
    """As in the command line's JSON."""
    first_words: list[str] = field(default_factory=list)
    """Sentences that fit this sheet, for a person who has said nothing yet."""


@dataclass(frozen=True, slots=True)
class SourceRead(Event):
    """The open sheet was read again and is not as it was told before."""

    source: dict[str, Any]


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
    """One step of what is being done."""

    tool: str
    summary: str
    """Its arguments, e.g. `where="State = 'CA'"`."""
    words: str = ""
    """The same in plain words, for people: `counted the orders where State is CA`."""


@dataclass(frozen=True, slots=True)
class NoticeShown(Event):
    """Something worth knowing; `level` is info, warning or alarm."""

    text: str
    level: str = "info"
    kept_as: Literal["", "text", "warning"] = ""
    """Where the turn's result keeps it; empty = nowhere."""


@dataclass(frozen=True, slots=True)
class ErrorShown(Event):
    code: str
    message: str
    remedy: str
    where: str | None = None
    ends: Literal["", "turn", "call", "batch"] = ""
    """What it ended: the turn, a brain's call of a tool (which it may correct), a batch (whose end is told next)."""


@dataclass(frozen=True, slots=True)
class ErrorCorrected(Event):
    """A brain's call had been refused, and the brain has corrected itself: the turn has not failed."""

    code: str


@dataclass(frozen=True, slots=True)
class RequestDeclined(Event):
    """The brain answered that it does not do what was asked; the answer itself says why."""

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
    summary: str = ""
    """What the turn's result says of it; empty = nothing."""


@dataclass(frozen=True, slots=True)
class RowsCounted(Event):
    filter_clause: str
    count: int


@dataclass(frozen=True, slots=True)
class RowsSelected(Event):
    """What a proposal to ship means, before the rows are priced and shown."""

    filter_clause: str
    filter_in_words: str
    excluded: dict[str, list[int]]
    """Sheet rows left out so far, by reason."""


@dataclass(frozen=True, slots=True)
class NothingToShip(Event):
    """No row of a proposal is left: an answer with its reasons, not an error."""

    excluded: dict[str, list[int]]
    warnings: list[str] | None = None
    """Instead of those told before; None = those stay."""


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
    changes: list[str] = field(default_factory=list)
    """What was read otherwise than the cell says: `ZIP: 2116 -> 02116`."""
    currency: str = "USD"
    """Of `cost_cents`."""
    ship_from: str = ""
    """The place it starts from, where the preview has several."""
    access_point: str = ""
    """The UPS Access Point that keeps it: name, address, distance from the recipient, id."""

    @property
    def way(self) -> str:
        """The service, and where it starts if that is not the same for all."""
        return f"{self.service}, from {self.ship_from}" if self.ship_from else self.service

    @property
    def remarks(self) -> list[str]:
        """What a person should know of this row: where it waits, and its warnings."""
        return [*([f"at {self.access_point}"] if self.access_point else []), *self.warnings]


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
    most_expensive: PreviewLine | None
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
    """ship, retry, void, release, adopt, close, undo_adoption, writeback, queue, pickup, document."""
    allowance: str = ""
    """What is left of the session's limit before this, in words; empty = no limit."""
    above: list[str] = field(default_factory=list)
    """Why it is above that: then only a person's own yes approves it."""
    row_numbers: list[int] = field(default_factory=list)
    """All data rows that it ships, in order."""
    service_code: str | None = None
    """None = several services, or nothing is shipped."""
    job_id: str | None = None
    """The batch that a void is about."""
    rates: str = ""
    """Whose rates the prices are by: `negotiated rates`, `list prices`, nothing where UPS does not say; and that
    residential surcharges are not in them."""
    waiting_rows: int = 0
    """Rows that were approved before and go with a retry; they are not in `lines` and not in `total_rows`."""
    currency: str = "USD"
    """Of all its amounts."""
    waiting_cents: int = 0
    """What those cost; not in `total_cents`."""
    mapped_columns: int = 0
    """How many columns of the sheet the mapping reads; several fields may come from one, and some from none."""
    returns: bool = False
    """Whether these are return labels: from the customers to the shipper."""
    given: list[str] = field(default_factory=list)
    """What the person answered or said of this sheet, in words: `weight 2 lb`. It can be taken back."""
    difference: str = ""
    """Against the preview before, where this one refines it: `5 -> 4 rows, -$31.69`."""

    @property
    def buys(self) -> bool:
        """Whether approving it buys labels."""
        return self.purpose in {"ship", "retry"}

    @property
    def costs_money(self) -> bool:
        """Whether approving it costs anything: labels, or a pickup."""
        return self.buys or self.purpose == "pickup"


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
class ApprovalWithheld(Event):
    """A flag may not approve this preview: it stays, and a person is asked."""

    digest: str


@dataclass(frozen=True, slots=True)
class ApprovalRefused(Event):
    digest: str


@dataclass(frozen=True, slots=True)
class QueueUpdated(Event):
    """Records of the jobs queue got their new status."""

    count: int


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

    def facts(self) -> dict[str, Any] | None:
        """The `allowance` of the command line's JSON object; None where there is no limit."""
        limits = (self.max_total_cents, self.max_rows, self.until)
        limited = bool(self.services) or any(limit is not None for limit in limits)
        return asdict(self) if limited else None


@dataclass(frozen=True, slots=True)
class UsageReported(Event):
    """What the model has cost so far in this session."""

    input_tokens: int
    output_tokens: int
    cost_cents: int | None
    """None where the model has no price."""
    budget_tokens: int | None = None
    """How many tokens it may use in the session; None = no limit."""
    budget_cents: int | None = None

    def facts(self) -> dict[str, Any]:
        """The `model_usage` of the command line's JSON object."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class TurnEnded(Event):
    """The turn is over; `result` is the command line's JSON object."""

    result: dict[str, Any]
