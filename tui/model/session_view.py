"""Where the session stands, folded from its events: environment, mode, the open question, the preview, the batch."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum

from agent.events import (
    AllowanceUpdated,
    ApprovalGiven,
    ApprovalRefused,
    BatchStarted,
    Event,
    ModeChanged,
    PreviewReady,
    PreviewVoided,
    QuestionAnswered,
    QuestionAsked,
    SessionOpened,
    SheetsOffered,
    SourceOpened,
    TurnEnded,
    UsageReported,
    UserSaid,
)
from tui.model.amounts import dollars, money
from tui.model.counts import BatchCounts, duration

PRACTICE, TEST, LIVE = "PRACTICE", "TEST", "LIVE"
WITHOUT_MODEL = "no model"
"""“offline”, as the setting is called, read like the state of a connection beside LIVE."""
BADGES = {"simulator": PRACTICE, "test": TEST, "production": LIVE}


def badge_of(environment: str) -> str:
    """What people read for an environment."""
    return BADGES.get(environment, environment.upper())


class Mood(Enum):
    """What the window's title says."""

    STARTING = "starting"
    READY = "ready"
    WORKING = "working"
    NEEDS_YOU = "needs you"


MOOD_SIGNS = {Mood.STARTING: "◇", Mood.READY: "◇", Mood.WORKING: "✦", Mood.NEEDS_YOU: "✋"}


@dataclass(slots=True)
class SessionView:
    """Changed by `apply` only; `turn_running` is told by the app."""

    environment: str = "simulator"
    model: str = ""
    mode: str = "confirm"
    budget: str = ""
    ends_at: float | None = None
    """When the time of the limit is over, by `now`."""
    account: str = ""
    sheet: str = ""
    first_words: list[str] = field(default_factory=list)
    offered: list[str] = field(default_factory=list)
    """Paths of sheets that could be opened instead of none."""
    said: bool = False
    """Whether something was said since the sheet was opened: then no number key chooses a sentence any more."""
    opened: bool = False
    turn_running: bool = False
    question: QuestionAsked | None = None
    preview: PreviewReady | None = None
    batch: BatchCounts | None = None
    """The latest one, also when it has ended."""
    now: Callable[[], float] = time.monotonic
    model_usage: UsageReported | None = None

    @property
    def badge(self) -> str:
        return badge_of(self.environment)

    @property
    def batch_running(self) -> bool:
        return self.batch is not None and self.batch.running

    @property
    def batch_rows(self) -> int:
        return self.batch.total if self.batch is not None else 0

    @property
    def batch_done(self) -> int:
        return self.batch.settled if self.batch is not None else 0

    @property
    def mood(self) -> Mood:
        if self.question is not None or self.preview is not None:
            return Mood.NEEDS_YOU
        if self.turn_running or self.batch_running:
            return Mood.WORKING
        return Mood.READY if self.opened else Mood.STARTING

    @property
    def suggestions(self) -> list[str]:
        """What a number key chooses on the first screen: sentences that fit the sheet, or sheets to open."""
        if self.said or self.question is not None or self.preview is not None:
            return []
        return self.first_words if self.sheet else self.offered

    @property
    def left(self) -> str:
        """What is left of the limit; nothing goes without asking once its time is over."""
        over = self.ends_at is not None and self.now() >= self.ends_at
        return f"nothing left, its time is over ({self.budget})" if over else self.budget

    @property
    def band(self) -> str:
        """What has to be seen at all times: real money is spent without a question. Empty otherwise."""
        if self.badge != LIVE or self.mode != "auto":
            return ""
        return f"LIVE AUTO - real labels are bought without asking: {self.left}"

    @property
    def title(self) -> str:
        """`✋ shipchat - needs you - orders.csv`."""
        parts = [f"{MOOD_SIGNS[self.mood]} shipchat", self.mood.value]
        return " - ".join(parts + ([self.sheet] if self.sheet else []))

    @property
    def invitation(self) -> str:
        """What an empty prompt says."""
        if self.question is not None:
            return "an answer, or the number of a choice"
        if self.preview is not None:
            return f"{self.preview.typed_confirmation or 'yes'}, no, or what to change: only those over 10 lb"
        if self.mood is Mood.WORKING:
            return "what you send now waits until this is done"
        if self.offered and not self.sheet:
            return "a number, or the path of an order sheet"
        return self.first_words[0] if self.first_words else "Ship all California orders via Ground"

    def apply(self, event: Event) -> None:
        match event:
            case SessionOpened():
                self.opened = True
                self.environment, self.model = event.environment, event.model
                self.mode, self.account = event.mode, event.account
            case SourceOpened() | SheetsOffered() | UserSaid():
                self._apply_sheet(event)
            case ModeChanged():
                self.mode, self.budget = event.mode, event.budget
            case AllowanceUpdated():
                self._limit(event)
            case QuestionAsked():
                self.question = event
            case QuestionAnswered():
                self._answered(event.question_id)
            case PreviewReady():
                self.preview = event
            case PreviewVoided() | ApprovalGiven() | ApprovalRefused():
                self._settle(event.digest)
            case UsageReported():
                self.model_usage = event
            case TurnEnded():
                # A turn that ended waits for nobody; a stopped one may leave its question behind.
                self.question = None
                self._rest()
            case _:
                self._apply_batch(event)

    def _limit(self, event: AllowanceUpdated) -> None:
        """Its time is kept on the clock that nobody sets."""
        self.budget, self.ends_at = event.text, None
        if event.until is not None:
            left = datetime.fromisoformat(event.until) - datetime.now(UTC)
            self.ends_at = self.now() + left.total_seconds()

    def _apply_sheet(self, event: SourceOpened | SheetsOffered | UserSaid) -> None:
        self.said = isinstance(event, UserSaid)
        if isinstance(event, SourceOpened):
            self.sheet, self.first_words = event.name, event.first_words
        elif isinstance(event, SheetsOffered):
            self.offered = [sheet.path for sheet in event.sheets]

    def _apply_batch(self, event: Event) -> None:
        if isinstance(event, BatchStarted):
            self.batch = BatchCounts.of(event, self.now())
        elif self.batch is not None and getattr(event, "job_id", None) == self.batch.job_id:
            self.batch.apply(event, self.now())

    def _answered(self, question_id: str) -> None:
        if self.question is not None and self.question.question_id == question_id:
            self.question = None

    def _rest(self) -> None:
        if self.batch is not None:
            self.batch.running = False

    def _settle(self, digest: str) -> None:
        if self.preview is not None and self.preview.digest == digest:
            self.preview = None

    def footer(self) -> list[tuple[str, str]]:
        """`(role, text)` in order; the role chooses the colour."""
        mode = f"{self.mode} {self.left}".strip()
        role = "auto" if self.mode == "auto" else "mode"
        parts = [("live" if self.badge == LIVE else "badge", self.badge), (role, mode)]
        if self.batch is not None:
            parts += _batch_parts(self.batch)
        else:
            parts.append(("batch", "no batch"))
        used = f" {_used(self.model_usage)}" if self.model_usage is not None else ""
        model = WITHOUT_MODEL if self.model == "offline" else self.model or "starting"
        parts.append(("model", f"{model}{used}"))
        return parts


def _used(usage: UsageReported) -> str:
    """`$0.05 of $1.00, 12,666 tokens`: what the model has cost in this session; the cost where it has a price."""
    tokens = f"{usage.input_tokens + usage.output_tokens:,}"
    tokens += f" of {usage.budget_tokens:,} tokens" if usage.budget_tokens is not None else " tokens"
    if usage.cost_cents is None:
        return tokens
    limit = f" of {dollars(usage.budget_cents)}" if usage.budget_cents is not None else ""
    return f"{dollars(usage.cost_cents)}{limit}, {tokens}"


def _batch_parts(batch: BatchCounts) -> list[tuple[str, str]]:
    """What is settled and pending, what went wrong, the money, and the time left."""
    parts = [("batch", f"batch {batch.settled:,}/{batch.total:,}")]
    if batch.failed:
        parts.append(("bad", f"{batch.failed:,} failed"))
    if batch.in_doubt:
        parts.append(("doubt", f"{batch.in_doubt:,} in doubt"))
    if batch.left_s is not None:
        parts.append(("batch", f"{duration(batch.left_s)} left"))
    cap = f"/{money(batch.cap_cents, batch.currency)}" if batch.cap_cents is not None else ""
    return [*parts, ("money", f"spent {money(batch.spent_cents, batch.currency)}{cap}")]
