"""What a turn led to: the object that `-p --output-format json` prints, folded from the turn's events.

Nothing else writes it: what a result says was told to every listener, and the events of a turn give its result again.
"""

from dataclasses import asdict, dataclass, field
from typing import Any, Literal, cast

from agent.errors import ShipchatError
from agent.events import (
    AllowanceUpdated,
    ApprovalGiven,
    ApprovalWithheld,
    AssistantSaid,
    BatchFinished,
    BatchRefused,
    BatchSelected,
    DoubtsSettled,
    ErrorCorrected,
    ErrorShown,
    Event,
    LabelsVoided,
    MappingShown,
    NothingToShip,
    NoticeShown,
    PreviewReady,
    QuestionAnswered,
    QuestionAsked,
    QueueUpdated,
    RequestDeclined,
    RowsCounted,
    RowsSelected,
    ServicesCompared,
    SourceOpened,
    SourceRead,
    TableShown,
    TurnStarted,
    TurnStopped,
    UsageReported,
)
from agent.planning.sentence import counted

Status = Literal[
    "preview",
    "needs_input",
    "completed",
    "completed_with_warnings",
    "failed",
    "answer",
    "refused",
    "paused",
    "cancelled",
]


MOST_ROWS_NAMED = 50
"""Rows that a grouped error names; the rest are counted."""


@dataclass(slots=True)
class TurnResult:
    """Collected while a turn runs; every key is always there, so that scripts need no guards."""

    status: Status = "answer"
    text: str = ""
    source: dict[str, Any] | None = None
    filter_clause: str | None = None
    filter_in_words: str | None = None
    row_numbers: list[int] = field(default_factory=list)
    excluded: dict[str, list[int]] = field(default_factory=dict)
    """Sheet rows left out, by reason."""
    service_code: str | None = None
    """None when the rows go by several services."""
    total_rows: int = 0
    total_estimated_cost_cents: int = 0
    warnings: list[str] = field(default_factory=list)
    question: dict[str, Any] | None = None
    """`{text, options}` while an answer is awaited."""
    environment: str = "simulator"
    job_id: str | None = None
    rows: dict[str, int] = field(default_factory=dict)
    tracking: list[dict[str, Any]] = field(default_factory=list)
    failed: list[dict[str, Any]] = field(default_factory=list)
    in_doubt: list[dict[str, Any]] = field(default_factory=list)
    spent_cents: int = 0
    currency: str | None = None
    """Of all its amounts; None = it has none."""
    allowance: dict[str, Any] | None = None
    """What is left of the session's limit (`AllowanceUpdated`); None = there is none."""
    model_usage: dict[str, Any] | None = None
    """Tokens and cents of the session's model so far, and its limits (`UsageReported`); None = it was not asked."""
    error: dict[str, Any] | None = None
    mapping: list[tuple[str, str]] = field(default_factory=list)
    """(shipment field, source) pairs of the plan's mapping."""

    def apply(self, event: Event) -> None:
        """Add what an event says; `TurnResults` adds what needs more than one event."""
        match event:
            case AssistantSaid():
                self.say(event.text)
            case NoticeShown(kept_as="text"):
                self.say(event.text)
            case NoticeShown(kept_as="warning"):
                self.warnings.append(event.text)
            case TableShown() | ServicesCompared() | MappingShown():
                self.say(event.summary)
            case SourceOpened():
                self.source = event.source
                self.say(f"{event.name}: {counted(event.row_count, 'row')}.")
            case SourceRead():
                self.source = event.source
            case AllowanceUpdated() | UsageReported():
                self._apply_limit(event)
            case QuestionAsked():
                self.await_answer(event.text, event.options)
            case QuestionAnswered():
                self.status, self.question = "answer", None
            case ErrorShown() | RequestDeclined() | ErrorCorrected() | TurnStopped():
                self._apply_failure(event)
            case BatchSelected() | BatchFinished() | BatchRefused() | LabelsVoided() | DoubtsSettled():
                self._apply_batch(event)
            case _:
                self._apply_selection(event)

    def _apply_limit(self, event: AllowanceUpdated | UsageReported) -> None:
        if isinstance(event, AllowanceUpdated):
            self.allowance = event.facts()
        else:
            self.model_usage = event.facts()

    def _apply_failure(self, event: ErrorShown | RequestDeclined | ErrorCorrected | TurnStopped) -> None:
        match event:
            case ErrorShown(ends="turn") | RequestDeclined():
                self.refuse(_refusal(event))
            case ErrorShown(ends="call") if self.status in ("answer", "refused"):
                # What was shown or done before a refused call still holds.
                self.refuse(_refusal(event))
            case ErrorShown(ends="batch"):
                self.error = _refusal(event).as_dict()
            case ErrorCorrected():
                self.error = None
                self.status = "answer" if self.status == "refused" else self.status
            case TurnStopped():
                self.stop()

    def _apply_selection(self, event: Event) -> None:
        match event:
            case RowsCounted():
                self.filter_clause = event.filter_clause
            case RowsSelected():
                self.filter_clause, self.filter_in_words = event.filter_clause, event.filter_in_words
                self.excluded = _copied(event.excluded)
            case NothingToShip():
                self.status, self.excluded = "answer", _copied(event.excluded)
                self.warnings = list(self.warnings if event.warnings is None else event.warnings)
            case PreviewReady():
                self.status, self.job_id = "preview", event.job_id or self.job_id
                self.select(event)
                self.say("\n".join([event.approval_sentence, *event.boundary]))
            case QueueUpdated():
                self.status = "completed"

    def _apply_batch(self, event: BatchSelected | BatchFinished | BatchRefused | LabelsVoided | DoubtsSettled) -> None:
        self.job_id = event.job_id
        match event:
            case BatchSelected():
                self.row_numbers, self.total_rows = list(event.row_numbers), len(event.row_numbers)
                self.filter_clause, self.filter_in_words = event.filter_clause, event.filter_in_words
                self.service_code, self.excluded = event.service_code, _copied(event.excluded)
                self.total_estimated_cost_cents, self.source = event.total_estimated_cost_cents, event.source
            case BatchFinished():
                self._stand(event.rows, event.tracking, event.failed, event.in_doubt, event.spent_cents)
                self.status, self.currency = _status_of(event), event.currency
                self.warnings += event.warnings
                self.say(event.text)
            case BatchRefused():
                self._stand(event.rows, event.tracking, event.failed, event.in_doubt, event.spent_cents)
                self.status = "refused"
                self.warnings += event.warnings
            case LabelsVoided():
                if event.batch is not None:
                    self._stand(**event.batch)
                if event.voided is None:
                    self.status = "failed"
                else:
                    self.status = "completed_with_warnings" if event.unconfirmed else "completed"
            case DoubtsSettled():
                if event.batch is not None:
                    self._stand(**event.batch)
                kept = set(event.still_in_doubt) - set(event.rows)
                self.status = "completed_with_warnings" if kept else "completed"
                self.say(event.text)

    def _stand(
        self,
        rows: dict[str, int],
        tracking: list[dict[str, Any]],
        failed: list[dict[str, Any]],
        in_doubt: list[dict[str, Any]],
        spent_cents: int,
    ) -> None:
        """How a batch stands."""
        self.rows, self.spent_cents = dict(rows), spent_cents
        self.tracking, self.failed, self.in_doubt = list(tracking), list(failed), list(in_doubt)

    def say(self, text: str) -> None:
        """Add what was said to the person."""
        self.text = f"{self.text}\n{text}".strip()

    def select(self, preview: PreviewReady) -> None:
        """What a preview selected: it belongs to the turn that shows it, and to the one that approves it."""
        self.total_rows, self.currency = preview.total_rows, preview.currency
        if not preview.buys:
            return
        self.filter_clause, self.filter_in_words = preview.filter_sql, preview.filter_in_words
        self.row_numbers, self.excluded = list(preview.row_numbers), _copied(preview.excluded)
        self.service_code, self.total_estimated_cost_cents = preview.service_code, preview.total_cents
        self.warnings, self.mapping = list(preview.warnings), list(preview.mapping)

    def refuse(self, refusal: ShipchatError) -> None:
        """A turn that failed. What a batch of it has bought stays told."""
        self.error = refusal.as_dict()
        if self.rows:
            self.status = "completed_with_warnings" if self.status == "completed" else self.status
            self.warnings.append(f"{refusal.code}: {refusal.message}")
            return
        self.status = "refused"
        self.row_numbers = []

    def stop(self) -> None:
        """The person ended the turn; nothing waits for an answer any more. What a batch of it has bought stays told."""
        self.question = None
        if not self.rows:
            self.status = "answer"

    def await_answer(self, text: str, options: list[str]) -> None:
        self.status = "needs_input"
        self.question = {"text": text, "options": list(options)}

    def as_dict(self) -> dict[str, Any]:
        answer = asdict(self)
        if not self.text:
            # A question or a refusal alone is what was said, too.
            answer["text"] = (self.question or {}).get("text") or (self.error or {}).get("message") or ""
        if self.status in ("needs_input", "answer", "refused"):
            answer["row_numbers"] = []
        return answer


@dataclass(slots=True)
class TurnResults:
    """The fold over the events of a session: the result of its current turn.

    A turn that approves a preview takes over what the preview selected, whichever turn has shown it.
    """

    current: TurnResult = field(default_factory=TurnResult)
    shown: PreviewReady | None = None
    """The preview that was shown last."""

    def apply(self, event: Event) -> None:
        match event:
            case TurnStarted():
                self.current = TurnResult(environment=event.environment, source=event.source, allowance=event.allowance)
            case PreviewReady():
                self.shown = event
                self.current.apply(event)
            case ApprovalGiven(digest=digest) if self.shown is not None and self.shown.digest == digest:
                self.current.select(self.shown)
            case ApprovalWithheld(digest=digest) if self.shown is not None and self.shown.digest == digest:
                self.current.select(self.shown)
                self.current.status = "preview"
                self.current.say(self.shown.approval_sentence)
            case _:
                self.current.apply(event)


def _refusal(event: ErrorShown | RequestDeclined) -> ShipchatError:
    return ShipchatError(event.code, event.message, event.remedy, event.where)


def _status_of(ended: BatchFinished) -> Status:
    if ended.only_told:
        return "answer"
    if ended.rows_wait and ended.status == "completed":
        # All that was approved is done, and not all that was asked for.
        return "completed_with_warnings"
    return cast(Status, ended.status)


def _copied(excluded: dict[str, list[int]]) -> dict[str, list[int]]:
    return {reason: list(rows) for reason, rows in excluded.items()}


def grouped(failed: list[dict[str, Any]]) -> list[str]:
    """`failed` of a batch as lines, equal errors once: `Rows 5, 12, 34: E-3010: The ZIP code ...`, in row order."""
    rows: dict[tuple[str, str], list[int]] = {}
    for item in failed:
        same = rows.setdefault((str(item["code"]), str(item["message"])), [])
        if item["sheet_row"] not in same:
            same.append(item["sheet_row"])
    return [f"{_rows(numbers)}: {code}: {message}" for (code, message), numbers in rows.items()]


def _rows(numbers: list[int]) -> str:
    named = ", ".join(map(str, numbers[:MOST_ROWS_NAMED]))
    more = f" and {len(numbers) - MOST_ROWS_NAMED} more" if len(numbers) > MOST_ROWS_NAMED else ""
    return f"{'Row' if len(numbers) == 1 else 'Rows'} {named}{more}"
