"""The progress of a batch: counters, the last events, and every event in one list that a screen can page through."""

from dataclasses import dataclass, field
from typing import Literal

from agent.events import BatchFinished, BatchStarted, BatchStopped, Event, RowCompleted, RowFailed, RowInDoubt
from tui.model.amounts import dollars

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
    completed: int = 0
    failed: int = 0
    in_doubt: int = 0
    spent_cents: int = 0
    lines: list[LogLine] = field(default_factory=list)
    stopped: BatchStopped | None = None
    finished: BatchFinished | None = None

    @property
    def total(self) -> int:
        return self.started.total_rows

    @property
    def settled(self) -> int:
        return self.completed + self.failed + self.in_doubt

    @property
    def share(self) -> float:
        """0 to 1."""
        return min(1.0, self.settled / self.total) if self.total else 1.0

    @property
    def last(self) -> list[LogLine]:
        return self.lines[-LAST:]

    def apply(self, event: Event) -> None:
        match event:
            case RowCompleted():
                self.completed += 1
                self.spent_cents += event.cost_cents
                numbers = ", ".join(event.tracking_numbers or [event.tracking_number])
                self._note("done", event.sheet_row, f"{event.recipient}  {numbers}", event.cost_cents)
            case RowFailed():
                self.failed += 1
                self._note("failed", event.sheet_row, f"{event.recipient}  {event.code} {event.message}")
            case RowInDoubt():
                self.in_doubt += 1
                self._note("doubt", event.sheet_row, f"{event.recipient}  {event.reference} {event.reason}")
            case BatchStopped():
                self.stopped = event
                self.lines.append(LogLine("note", None, f"{event.status}: {event.reason}"))
            case BatchFinished():
                self._finish(event)

    def _finish(self, event: BatchFinished) -> None:
        self.finished = event
        self.spent_cents = event.spent_cents
        rows = event.rows
        self.completed = rows.get("completed", self.completed)
        self.failed = rows.get("failed", self.failed)
        self.in_doubt = rows.get("in_doubt", self.in_doubt)

    def _note(self, outcome: Outcome, sheet_row: int, text: str, cost_cents: int | None = None) -> None:
        cost = f"  {dollars(cost_cents)}" if cost_cents is not None else ""
        self.lines.append(LogLine(outcome, sheet_row, f"{text}{cost}"))
