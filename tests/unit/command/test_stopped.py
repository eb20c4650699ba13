"""Ctrl-C between two steps of `-p`: no later step begins, above all no `--yes`."""

import asyncio
from typing import Any

import pytest

from agent.cli.exits import Exit
from agent.cli.headless import _converse
from agent.cli.script import code_of as code_of_script
from agent.cli.stopping import code_of, until_stopped
from agent.scripts.model import Step
from agent.scripts.player import Played


class Session:
    """Says what was asked of it; Ctrl-C comes during the step `stopped_in`."""

    def __init__(self, stopping: asyncio.Event, stopped_in: str) -> None:
        self.steps: list[str] = []
        self.pending_digest = "digest"
        self._stopping, self._stopped_in = stopping, stopped_in

    async def _step(self, name: str, status: str) -> dict[str, Any]:
        self.steps.append(name)
        if name == self._stopped_in:
            self._stopping.set()
            await asyncio.sleep(0)
        return {"status": status}

    async def open(self) -> dict[str, Any]:
        return await self._step("open", "answer")

    async def send(self, _text: str) -> dict[str, Any]:
        return await self._step("send", "preview")

    async def approve(self, _digest: str, *, by: str, words: str) -> dict[str, Any]:
        assert (by, words) == ("--yes", "--yes")
        return await self._step("approve", "completed")

    async def pause_batch(self) -> None:
        self.steps.append("pause")

    async def stop_turn(self) -> None:
        self.steps.append("stop")


@pytest.mark.parametrize(
    ("stopped_in", "steps"),
    [
        ("open", ["open", "pause", "stop"]),
        ("send", ["open", "send", "pause", "stop"]),
        ("approve", ["open", "send", "approve", "pause", "stop"]),
        ("never", ["open", "send", "approve"]),
    ],
)
async def test_nothing_is_bought_after_ctrl_c(stopped_in: str, steps: list[str]) -> None:
    stopping = asyncio.Event()
    session: Any = Session(stopping, stopped_in)
    await until_stopped(session, _converse(session, "ship", stopping, yes=True, dry_run=False), stopping)
    assert [step for step in session.steps if step not in ("pause", "stop")] == [
        step for step in steps if step not in ("pause", "stop")
    ]
    assert ("pause" in session.steps) == (stopped_in != "never")


@pytest.mark.parametrize(
    ("in_doubt", "interrupted", "code"),
    [(0, True, Exit.INTERRUPTED), (1, True, Exit.IN_DOUBT), (1, False, Exit.IN_DOUBT), (0, False, Exit.ERROR)],
)
def test_a_doubt_is_told_even_where_the_person_stopped_it(in_doubt: int, interrupted: bool, code: Exit) -> None:
    result: dict[str, Any] = {"status": "paused", "rows": {"completed": 1, "in_doubt": in_doubt, "pending": 1}}
    assert code_of(result, interrupted=interrupted) == code


@pytest.mark.parametrize(
    ("expect", "rows", "status", "code"),
    [
        (None, {"completed": 1}, "completed", Exit.DONE),
        (None, {"in_doubt": 1}, "failed", Exit.IN_DOUBT),
        ({"total_rows": 1}, {"in_doubt": 1}, "failed", Exit.IN_DOUBT),
        ({"rows": {"in_doubt": 1}}, {"in_doubt": 1}, "failed", Exit.DONE),
        (None, {"failed": 1}, "failed", Exit.ROWS_FAILED),
        ({"status": "failed"}, {"failed": 1}, "failed", Exit.DONE),
        (None, {}, "preview", Exit.DONE),
    ],
)
def test_a_script_ends_in_silence_only_where_nothing_is_open(
    expect: dict[str, Any] | None, rows: dict[str, int], status: str, code: Exit
) -> None:
    step = Played(Step(say="ship", expect=expect), {"status": status, "rows": rows})
    assert code_of_script([step], interrupted=False) == code
