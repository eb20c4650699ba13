"""The list of batches: one statement, for SQLAlchemy's connection and for a bare look with the standard library."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from agent.ledger.states import IN_JSON, UNSETTLED, JobStatus
from agent.planning.wording import money, totals_in_words


@dataclass(frozen=True, slots=True)
class JobSummary:
    """One line of the history."""

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
    currency: str = "USD"
    """Of what was spent: as UPS charged it."""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def cells(self) -> list[str]:
        """As a row of a table under HEADER."""
        rows, spent = f"{self.completed}/{self.total_rows}", money(self.spent_cents, self.currency)
        return [self.id, self.created_at[:16], self.status, rows, spent, self.name]


def spent_in_words(jobs: Iterable[JobSummary]) -> str:
    """What batches cost, each currency by itself: `$12.00 and €9.10`."""
    return totals_in_words((job.spent_cents, job.currency) for job in jobs)


HEADER = ("ID", "Created", "Status", "Rows", "Spent", "Name")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which batches a person wants to see: a status, from and until an instant (ISO 8601, UTC), a part of the name."""

    status: str | None = None
    since: str | None = None
    until: str | None = None
    name: str | None = None

    def parameters(self) -> dict[str, str | None]:
        """What `LIST` is given. Raises ValueError for a status that there is none of."""
        return {
            "status": str(JobStatus(self.status)) if self.status is not None else None,
            "since": self.since,
            "until": self.until,
            "name": self.name or None,
        }


def _counted(word: str) -> str:
    states = ", ".join(f"'{state}'" for state, meant in IN_JSON.items() if meant == word)
    return f"(SELECT count(*) FROM job_rows AS r WHERE r.job_id = j.id AND r.status IN ({states}))"


LIST = f"""
SELECT j.id, j.name, j.status, j.total_rows, {_counted("completed")}, {_counted("failed")}, {_counted("in_doubt")},
    {_counted("pending")}, CASE WHEN j.spent_cents != 0 THEN j.spent_cents ELSE j.total_cost_cents END,
    j.environment, j.created_at,
    coalesce((SELECT s.currency FROM shipments AS s WHERE s.job_id = j.id AND s.currency IS NOT NULL LIMIT 1), 'USD')
FROM batch_jobs AS j
WHERE j.deleted_at IS NULL
    AND j.status = coalesce(:status, j.status)
    AND j.created_at >= coalesce(:since, j.created_at)
    AND (j.created_at < :until OR CAST(:until AS TEXT) IS NULL)
    AND (CAST(:name AS TEXT) IS NULL OR replace(lower(j.name), lower(:name), '') != lower(j.name))
ORDER BY j.created_at DESC, j.id
"""
"""Newest first; the columns are those of `JobSummary`."""

NAMES = "SELECT id, name FROM batch_jobs WHERE deleted_at IS NULL ORDER BY created_at DESC, id"

SETTLED = ("completed", "completed_with_warnings", "cancelled")
_UNSETTLED = ", ".join(f"'{state}'" for state in UNSETTLED)
MAY_BE_UNFINISHED = f"""
SELECT EXISTS (SELECT 1 FROM batch_jobs WHERE deleted_at IS NULL AND environment IS NOT NULL
        AND status NOT IN ({", ".join(f"'{status}'" for status in SETTLED)}))
    OR EXISTS (SELECT 1 FROM outbox WHERE state = 'pending')
    OR EXISTS (SELECT 1 FROM shipments WHERE state IN ({_UNSETTLED}))
"""
"""Whether something may have to be named at the start: never 0 where `queries.unsettled` finds anything."""
