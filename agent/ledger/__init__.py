"""The ledger: jobs, rows, shipments, packages, outbox and audit, in SQLite.

It is the memory that a crash must not lose (docs/money.md).
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agent.ledger.audit import AuditService
    from agent.ledger.jobs import JobService
    from agent.ledger.states import JobStatus, RowStatus
    from agent.ledger.tables import Base, Job, JobRow

_HOMES = {
    "AuditService": "audit",
    "Base": "tables",
    "Job": "tables",
    "JobRow": "tables",
    "JobService": "jobs",
    "JobStatus": "states",
    "RowStatus": "states",
}
"""Loaded when they are asked for: who only looks at the list of batches needs no SQLAlchemy."""

__all__ = ["AuditService", "Base", "Job", "JobRow", "JobService", "JobStatus", "RowStatus"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
