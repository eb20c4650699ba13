"""A worker of this version goes on with hand-outs that an earlier one began: their histories replay.

After a change of `agent/dispatch/workflow.py` that other histories come of, keep one more (`python -m
tests.unit.dispatch NAME`) and leave the earlier ones as they are.
"""

from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner
from temporalio.workflow import NondeterminismError

from agent.dispatch import workflow
from agent.dispatch.workflow import BatchWorkflow

KEPT = sorted((Path(__file__).parent / "kept_histories").glob("*.json"))


def history(path: Path) -> WorkflowHistory:
    return WorkflowHistory.from_json(path.stem, path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
async def test_a_kept_history_replays(path: Path) -> None:
    await Replayer(workflows=[BatchWorkflow]).replay_workflow(history(path))


async def test_a_workflow_that_would_do_something_else_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workflow, "FINISH", "something_else")
    replayer = Replayer(workflows=[BatchWorkflow], workflow_runner=UnsandboxedWorkflowRunner())
    with pytest.raises(NondeterminismError):
        await replayer.replay_workflow(history(KEPT[0]))
