"""The batch engine: preview, executor, modes, recovery and outbox.

Re-exports the names that the outside relies on.
"""

from agent.batch.compat.basic_preview import BatchPreview, PreviewGenerator, PreviewRow
from agent.batch.compat.interrupted_jobs import (
    InterruptedJobInfo,
    RecoveryChoice,
    check_interrupted_jobs,
    handle_recovery_choice,
)
from agent.batch.compat.unplanned_jobs import BatchExecutor
from agent.batch.executor.result import BatchResult
from agent.batch.modes import ExecutionMode, SessionModeManager

__all__ = [
    "BatchExecutor",
    "BatchPreview",
    "BatchResult",
    "ExecutionMode",
    "InterruptedJobInfo",
    "PreviewGenerator",
    "PreviewRow",
    "RecoveryChoice",
    "SessionModeManager",
    "check_interrupted_jobs",
    "handle_recovery_choice",
]
