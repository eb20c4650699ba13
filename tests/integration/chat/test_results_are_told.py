"""What a turn's JSON object says is told by the events of the turn: whoever reads the stream knows as much."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agent.events import Event, RowsCounted, TurnEnded
from agent.scripts.model import load_script
from agent.scripts.player import play_in, session_of
from agent.servers import ServerManager
from agent.settings import Settings
from tests.folded import as_json, differing_ends, told
from tests.integration.chat.conftest import Opened

pytestmark = pytest.mark.asyncio(loop_scope="module")

CHAT = Path(__file__).parents[2] / "chat"
DAY = "2026-11-20"
FEW = {
    "failed-rows", "faulty-cells-left-out", "never-mind", "refuse-the-preview", "the-limit-in-words", "void-one-row",
}  # fmt: skip
"""A refusal, questions, batches, a retry, a void, a limit: each at least once."""


def scripts() -> Iterator[Any]:
    """All chat scripts of the day that the servers of this module know; the few run always."""
    for path in sorted(CHAT.glob("*.chat.yaml")):
        name = path.name.removesuffix(".chat.yaml")
        if load_script(path).today in (DAY, None) and not name.startswith("queue"):
            yield pytest.param(path, id=name, marks=[] if name in FEW else pytest.mark.thorough)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    shutil.copytree(CHAT / "sheets", tmp_path / "sheets")
    before = Path.cwd()
    os.chdir(tmp_path)
    yield tmp_path
    os.chdir(before)


@pytest.mark.parametrize("path", scripts())
async def test_the_events_of_a_turn_tell_its_result(path: Path, folder: Path, servers: ServerManager) -> None:
    script = load_script(path)
    settings = Settings(home=folder / "home", model="offline", today=script.today)
    source = str(folder / script.source) if script.source else None
    heard: list[Event] = []
    before_steps: list[int] = []

    def mark() -> bool:
        before_steps.append(len(heard))
        return False

    session = session_of(script, settings, source, servers)
    session.subscribe(heard.append)
    try:
        played = await play_in(session, script, mark)
        mark()  # closing the session stops a turn whose question is open
    finally:
        await session.close()
    assert any(isinstance(event, TurnEnded) for event in heard)
    assert differing_ends(heard) == []
    for step, end in zip(played, before_steps[1:], strict=True):
        # A question leaves the turn open: what is known until then is told, too. A refused step begins no turn.
        if "filter_clause" in step.result:
            assert told(heard[:end]) == as_json(step.result), step.step.words


async def test_what_a_reading_looks_up_is_no_result(opened: Opened, sheet: Path) -> None:
    """Rows are counted to see which column may be meant; the question alone is the outcome."""
    session, heard = await opened(sheet)
    result = await session.send("Ship all orders whose colour is blue via Ground")
    assert (result["status"], result["filter_clause"]) == ("needs_input", None)
    assert not [event for event in heard if isinstance(event, RowsCounted)]
    await session.stop_turn()
    result = await session.send("how many orders are there for CA?")
    assert "CA" in result["filter_clause"]
