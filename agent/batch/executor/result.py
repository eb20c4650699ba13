"""How an execution ended, and what `execute` answers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stop:
    """Why an execution sends nothing more, or nothing at all."""

    code: str
    reason: str
    paused: bool = False
    """By no fault of a row: UPS takes no requests for now, and the job waits for a resume."""


@dataclass(frozen=True, slots=True)
class BatchResult:
    """Counters are cumulative over resumes; rows in doubt count as failed here."""

    success: bool
    job_id: str
    total_rows: int
    processed_rows: int
    successful_rows: int
    failed_rows: int
    total_cost_cents: int
    error_code: str | None = None
    error_message: str | None = None

    def counts(self) -> dict[str, int]:
        """The counters, for observers."""
        return {
            "total_rows": self.total_rows,
            "successful_rows": self.successful_rows,
            "failed_rows": self.failed_rows,
            "total_cost_cents": self.total_cost_cents,
        }
