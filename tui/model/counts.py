"""How a batch stands, in numbers: settled, pending, spent, how fast, how long still. One fold for card and footer."""

from dataclasses import dataclass, field

from agent.events import (
    BatchFinished,
    BatchStarted,
    DoubtsSettled,
    Event,
    LabelsVoided,
    RowCompleted,
    RowFailed,
    RowInDoubt,
)

PACE_AFTER_S = 2.0
"""A rate over less than this says nothing."""


@dataclass(slots=True)
class BatchCounts:
    """Folded from a batch's events; times are monotonic seconds."""

    job_id: str
    total: int
    cap_cents: int | None = None
    currency: str = "USD"
    completed: int = 0
    failed: int = 0
    in_doubt: int = 0
    skipped: int = 0
    spent_cents: int = 0
    running: bool = True
    began_at: float = 0.0
    latest_at: float = 0.0
    _before: int = field(default=0)
    """Rows that an earlier run settled: they do not count for the pace of this one."""

    @classmethod
    def of(cls, event: BatchStarted, now: float) -> "BatchCounts":
        """A batch that begins, or goes on where an earlier run left it."""
        counts = cls(event.job_id, event.total_rows, event.budget_cents, event.currency, began_at=now, latest_at=now)
        counts._stand(event.rows, event.spent_cents)
        counts._before = counts.settled
        return counts

    @property
    def settled(self) -> int:
        """Rows of which is known what became of them, a doubt included."""
        return self.completed + self.failed + self.in_doubt + self.skipped

    @property
    def pending(self) -> int:
        return max(0, self.total - self.settled)

    @property
    def rows_per_s(self) -> float | None:
        """Of this run; None until there is something to measure."""
        took, done = self.latest_at - self.began_at, self.settled - self._before
        return done / took if took >= PACE_AFTER_S and done else None

    @property
    def left_s(self) -> float | None:
        """What the pending rows take at this pace; None while nothing runs or nothing is known."""
        rate = self.rows_per_s
        return self.pending / rate if self.running and rate else None

    def apply(self, event: Event, now: float) -> None:
        match event:
            case RowCompleted():
                self.completed += 1
                self.spent_cents += event.cost_cents
            case RowFailed():
                self.failed += 1
            case RowInDoubt():
                self.in_doubt += 1
            case BatchFinished():
                self.running = False
                self._stand(event.rows, event.spent_cents)
                return
            case LabelsVoided() | DoubtsSettled():
                if event.batch is not None:
                    self._stand(event.batch["rows"], event.batch["spent_cents"])
                return
            case _:
                return
        self.latest_at = now

    def _stand(self, rows: dict[str, int], spent_cents: int) -> None:
        """As the ledger has it."""
        self.completed, self.failed = rows.get("completed", 0), rows.get("failed", 0)
        self.in_doubt, self.skipped = rows.get("in_doubt", 0), rows.get("skipped", 0)
        self.spent_cents = spent_cents
        self.total = sum(rows.values()) or self.total


def duration(seconds: float) -> str:
    """`45 s`, `3 min`, `1 h 20 min`: how long something takes, rounded up."""
    whole = max(1, round(seconds))
    if whole < 90:
        return f"{whole} s"
    minutes = -(-whole // 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
