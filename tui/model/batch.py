"""The progress of a batch: counters, the last events, and every event in one list that a screen can page through."""

from dataclasses import dataclass, field
from typing import Literal

from agent.events import (
    BatchFinished,
    BatchStarted,
    BatchStopped,
    DoubtsSettled,
    Event,
    LabelsVoided,
    RowCompleted,
    RowFailed,
    RowInDoubt,
)
from tui.model.amounts import money, row_ranges
from tui.model.counts import BatchCounts

LAST = 5
Outcome = Literal["done", "failed", "doubt", "note"]


@dataclass(frozen=True, slots=True)
class LogLine:
    """One event of a batch, as a line."""

    outcome: Outcome
    sheet_row: int | None
    text: str


@dataclass(slots=True)
class BatchProgress:
    """Folded from a batch's events; a line per row is kept, never a widget per row."""

    started: BatchStarted
    counts: BatchCounts
    lines: list[LogLine] = field(default_factory=list)
    stopped: BatchStopped | None = None
    finished: BatchFinished | None = None
    voided: LabelsVoided | None = None

    @classmethod
    def of(cls, event: BatchStarted, now: float = 0.0) -> "BatchProgress":
        return cls(event, BatchCounts.of(event, now))

    @classmethod
    def told(cls, event: BatchFinished, now: float = 0.0) -> "BatchProgress":
        """A batch that ended before, as it stands: its lines are those of the rows that it has."""
        progress = cls.of(BatchStarted(event.job_id, sum(event.rows.values()), "", rows=event.rows), now)
        for item in event.tracking:
            numbers = ", ".join(item["tracking_numbers"] or [item["tracking_number"]])
            progress._note("done", item["sheet_row"], numbers, item["cost_cents"])
        for item in event.failed:
            progress._note("failed", item["sheet_row"], f"{item['code']} {item['message']}")
        for item in event.in_doubt:
            progress._note("doubt", item["sheet_row"], f"{item['reference']} {item['reason']}")
        progress.apply(event, now)
        return progress

    @property
    def share(self) -> float:
        """0 to 1."""
        return min(1.0, self.counts.settled / self.counts.total) if self.counts.total else 1.0

    @property
    def last(self) -> list[LogLine]:
        return self.lines[-LAST:]

    def apply(self, event: Event, now: float = 0.0) -> None:
        self.counts.apply(event, now)
        match event:
            case RowCompleted():
                numbers = ", ".join(event.tracking_numbers or [event.tracking_number])
                self._note("done", event.sheet_row, f"{event.recipient}  {numbers}", event.cost_cents)
            case RowFailed():
                self._note("failed", event.sheet_row, f"{event.recipient}  {event.code} {event.message}")
            case RowInDoubt():
                self._note("doubt", event.sheet_row, f"{event.recipient}  {event.reference} {event.reason}")
            case BatchStopped():
                self.stopped = event
                self.lines.append(LogLine("note", None, f"{event.status}: {event.reason}"))
            case BatchFinished():
                self.finished = event
            case DoubtsSettled():
                self.lines.append(LogLine("note", None, f"{event.decision.replace('_', ' ')}: {event.text}"))
            case LabelsVoided():
                self.voided = event
                which = row_ranges(event.voided) if event.voided else "no label was confirmed"
                self.lines.append(LogLine("note", None, f"void: {which}"))

    def _note(self, outcome: Outcome, sheet_row: int, text: str, cost_cents: int | None = None) -> None:
        cost = f"  {money(cost_cents, self.started.currency)}" if cost_cents is not None else ""
        self.lines.append(LogLine(outcome, sheet_row, f"{text}{cost}"))
