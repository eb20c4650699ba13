"""The ledger: jobs, rows, shipments, packages, outbox and audit, in SQLite.

It is the memory that a crash must not lose (docs/money.md).
"""

from agent.ledger.audit import AuditService
from agent.ledger.jobs import JobService
from agent.ledger.states import JobStatus, RowStatus
from agent.ledger.tables import Base, Job, JobRow

__all__ = ["AuditService", "Base", "Job", "JobRow", "JobService", "JobStatus", "RowStatus"]
