"""Where the session stands, folded from its events: environment, mode, the open question, the preview, the batch."""

from dataclasses import dataclass
from enum import Enum

from agent.events import (
    AllowanceUpdated,
    ApprovalGiven,
    ApprovalRefused,
    BatchFinished,
    BatchStarted,
    Event,
    ModeChanged,
    PreviewReady,
    PreviewVoided,
    QuestionAnswered,
    QuestionAsked,
    RowCompleted,
    RowFailed,
    RowInDoubt,
    SessionOpened,
    SourceOpened,
    TurnEnded,
    UsageReported,
)
from tui.model.amounts import dollars

PRACTICE, TEST, LIVE = "PRACTICE", "TEST", "LIVE"
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
    account: str = ""
    sheet: str = ""
    opened: bool = False
    turn_running: bool = False
    question: QuestionAsked | None = None
    preview: PreviewReady | None = None
    job_id: str | None = None
    batch_rows: int = 0
    batch_done: int = 0
    spent_cents: int = 0
    cap_cents: int | None = None
    model_cost_cents: int | None = None

    @property
    def badge(self) -> str:
        return badge_of(self.environment)

    @property
    def batch_running(self) -> bool:
        return self.job_id is not None

    @property
    def mood(self) -> Mood:
        if self.question is not None or self.preview is not None:
            return Mood.NEEDS_YOU
        if self.turn_running or self.batch_running:
            return Mood.WORKING
        return Mood.READY if self.opened else Mood.STARTING

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
        return "Ship all California orders via Ground"

    def apply(self, event: Event) -> None:
        match event:
            case SessionOpened():
                self.opened = True
                self.environment, self.model = event.environment, event.model
                self.mode, self.account = event.mode, event.account
            case SourceOpened():
                self.sheet = event.name
            case ModeChanged():
                self.mode, self.budget = event.mode, event.budget
            case AllowanceUpdated():
                self.budget = event.text
            case QuestionAsked():
                self.question = event
            case QuestionAnswered():
                if self.question is not None and self.question.question_id == event.question_id:
                    self.question = None
            case PreviewReady():
                self.preview = event
            case PreviewVoided() | ApprovalGiven() | ApprovalRefused():
                self._settle(event.digest)
            case UsageReported():
                self.model_cost_cents = event.cost_cents
            case TurnEnded():
                # A turn that ended waits for nobody; a stopped one may leave its question behind.
                self.question = None
                self.job_id = None
            case _:
                self._apply_batch(event)

    def _apply_batch(self, event: Event) -> None:
        match event:
            case BatchStarted():
                self.job_id, self.batch_rows, self.batch_done = event.job_id, event.total_rows, 0
                self.cap_cents, self.spent_cents = event.budget_cents, 0
            case RowCompleted():
                self.batch_done += 1
                self.spent_cents += event.cost_cents
            case RowFailed() | RowInDoubt():
                self.batch_done += 1
            case BatchFinished():
                self.job_id, self.spent_cents = None, event.spent_cents

    def _settle(self, digest: str) -> None:
        if self.preview is not None and self.preview.digest == digest:
            self.preview = None

    def footer(self) -> list[tuple[str, str]]:
        """`(role, text)` in order; the role chooses the colour."""
        mode = f"{self.mode} {self.budget}".strip()
        parts = [("live" if self.badge == LIVE else "badge", self.badge), ("mode", mode)]
        if self.batch_rows:
            parts.append(("batch", f"batch {self.batch_done}/{self.batch_rows}"))
            cap = f"/{dollars(self.cap_cents)}" if self.cap_cents is not None else ""
            parts.append(("money", f"spent {dollars(self.spent_cents)}{cap}"))
        else:
            parts.append(("batch", "no batch"))
        cost = f" {dollars(self.model_cost_cents)}" if self.model_cost_cents is not None else ""
        parts.append(("model", f"{self.model or 'starting'}{cost}"))
        return parts
