"""The batch engine: preview, executor, modes, recovery and outbox.

Re-exports the names that the outside relies on (DESIGN 4.5).
"""

from agent.batch.bare import BatchExecutor
from agent.batch.choices import (
    InterruptedJobInfo,
    RecoveryChoice,
    check_interrupted_jobs,
    handle_recovery_choice,
)
from agent.batch.modes import ExecutionMode, SessionModeManager
from agent.batch.preview import BatchPreview, PreviewGenerator, PreviewRow
from agent.batch.result import BatchResult

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
