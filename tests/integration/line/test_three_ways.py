"""The same conversations by the script player, in the window, with --plain and with -p: the same sheet, the same rows."""

import asyncio
import contextlib
import re
import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

import pexpect
import pytest

from agent.chat.session import ChatSession
from agent.events import ApprovalGiven, Event
from agent.scripts.model import ChatScript, load_script
from agent.scripts.player import options_of, play
from agent.settings import Settings
from tests.integration.line.shop import COMMAND
from tests.integration.line.test_chat import until
from tui.app import ShipchatApp

pytestmark = pytest.mark.slow

SCRIPTS = Path(__file__).parents[2] / "chat"
TALKS = ("narrow-the-preview", "approve-in-words", "failed-rows")
PROMPT = r"(?:Message|“no” refuses|Answer[^:\n]*): $"
INSTANT = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
End = tuple[bytes, list[tuple[int, str]]]


class Stage:
    """A folder with the script's sheet and a home of its own."""

    def __init__(self, name: str, folder: Path) -> None:
        self.script: ChatScript = load_script(SCRIPTS / f"{name}.chat.yaml")
        shutil.copytree(SCRIPTS / "sheets", folder / "sheets")
        assert self.script.source is not None
        self.folder, self.sheet = folder, folder / self.script.source

    @property
    def settings(self) -> Settings:
        return Settings(home=self.folder / "home", model="offline", today=self.script.today)

    @property
    def environment(self) -> dict[str, str]:
        own = {"SHIPCHAT_HOME": str(self.folder / "home"), "SHIPCHAT_STATE": str(self.folder / "state")}
        return own | {
            "SHIPCHAT_TODAY": str(self.script.today),
            "PATH": "/usr/bin:/bin",
            "TERM": "xterm",
            "LANG": "C.UTF-8",
        }

    def end(self) -> End:
        """The sheet's bytes but for the instants, and how each row of the ledger stands."""
        with contextlib.closing(sqlite3.connect(self.folder / "home" / "ledger.sqlite")) as ledger:
            asked = "SELECT r.sheet_row, s.state FROM job_rows r JOIN shipments s ON s.id = r.shipment_id ORDER BY 1, 2"
            return INSTANT.sub(b"WHEN", self.sheet.read_bytes()), ledger.execute(asked).fetchall()


async def by_player(stage: Stage) -> None:
    played = await play(stage.script, stage.settings, str(stage.sheet))
    assert [line for step in played for line in step.differences] == []


async def in_the_window(stage: Stage) -> None:
    session = ChatSession(stage.settings, options_of(stage.script, str(stage.sheet)))
    heard: list[Event] = []
    session.subscribe(heard.append)
    app = ShipchatApp(session)
    async with app.run_test(size=(120, 40)) as pilot:

        def asked() -> object:
            return app.chat.session_view.question

        async def said(text: str) -> None:
            before = asked()
            app.chat.prompt.put(text)
            await pilot.press("enter")
            await pilot.pause()
            await until(pilot, lambda: not app.chat.controller.busy or asked() not in (None, before), text)

        await until(pilot, lambda: app.chat.session_view.opened and not app.chat.controller.busy, "open")
        for step in stage.script.steps:
            if step.say is not None and (step.expect or {}).get("status") in ("completed", "failed"):
                # Words that come before the preview could be read are ordinary talk, however often.
                given = sum(isinstance(event, ApprovalGiven) for event in heard)
                while sum(isinstance(event, ApprovalGiven) for event in heard) == given:
                    await said(step.say)
            elif step.say is not None:
                await said(step.say)
            elif step.answer is not None:
                await said(str(step.answer))
            else:
                await pilot.press("tab")
                while not any(isinstance(event, ApprovalGiven) for event in heard):
                    await pilot.press("y")
                    await pilot.pause(0.05)
                await until(pilot, lambda: not app.chat.controller.busy, "shipped")


def in_plain_lines(stage: Stage) -> None:
    chat = pexpect.spawn(
        str(COMMAND), [str(stage.sheet), "--plain"], cwd=str(stage.folder), env=stage.environment, encoding="utf-8",
        timeout=90, dimensions=(50, 400),
    )  # fmt: skip
    try:
        chat.expect(PROMPT)
        for step in stage.script.steps:
            chat.sendline("yes" if step.approve else str(step.say if step.say is not None else step.answer))
            chat.expect(PROMPT)
        chat.sendeof()
        chat.expect(pexpect.EOF)
    finally:
        chat.close(force=True)
    assert chat.exitstatus == 0


@pytest.mark.parametrize("name", [TALKS[0], *(pytest.param(one, marks=pytest.mark.thorough) for one in TALKS[1:])])
async def test_a_talk_ends_alike_wherever_it_is_held(name: str, tmp_path: Path) -> None:
    stages = {way: Stage(name, tmp_path / way) for way in ("player", "window", "plain")}
    await by_player(stages["player"])
    await in_the_window(stages["window"])
    await asyncio.to_thread(in_plain_lines, stages["plain"])
    ended = {way: stage.end() for way, stage in stages.items()}
    assert ended["window"] == ended["player"]
    assert ended["plain"] == ended["player"]
    assert ended["player"][1], "something was shipped"


async def test_one_sentence_ends_like_its_script(tmp_path: Path) -> None:
    player, command = (Stage("approve-in-words", tmp_path / way) for way in ("player", "command"))
    await by_player(player)
    sentence = next(step.say for step in player.script.steps if step.say is not None and step.say.startswith("ship"))
    words: list[Any] = [COMMAND, "-p", sentence, "--source", str(command.sheet), "--yes"]
    await asyncio.to_thread(
        subprocess.run, words, cwd=command.folder, env=command.environment, check=True, capture_output=True
    )
    assert command.end() == player.end()
