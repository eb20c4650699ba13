"""A reader who follows a page: saves its files, types its commands and its words, and compares what comes of them.

Commands run in this process (each start of the installed one costs a second); servers, ledger and the practice UPS are
the real ones. Where a command would open the chat, its session is opened without a screen.
"""

import asyncio
import os
import re
import shlex
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from agent.chat.session import ChatSession
from agent.cli import chat as chat_command
from agent.cli.main import main
from agent.cli.text import Narrator
from tests.integration.line.shop import Simulator
from tests.integration.pages.page import Block

HOME_OF_THE_PAGES = "~/.local/share/shipchat"
_UNSTABLE = (
    (r"\b1Z[0-9A-Z]{16}\b", "1Z"),
    (r"\bSC[0-9A-Z]{8}(\d{8}(-\d)?)?\b", "SC"),
    (r"\b[0-9a-f]{12}\b", "BATCH"),
    (r"\b\d{4}-\d\d-\d\d(T[\d:]+Z?)?", "DATE"),
    (r"\b\d{8}-\d{6}-\w{8}\b", "RUN"),
    (r"[ -]{2,}", " "),
)
"""What differs from one run to the next, and how wide columns are."""


class Reader:
    """Follows one page in a folder and a home of its own."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.stands_for: dict[str, str] = {}
        """What a page names, and what it is here: `192.0.2.7:9100` and a socket."""
        self.monkeypatch = monkeypatch
        self.simulator: Simulator | None = None
        """The practice UPS, where a page needs one that can be held or broken."""
        self._capsys = capsys
        self._runner = asyncio.Runner()
        self._session: ChatSession | None = None
        self._told: list[str] = []
        self._endings: list[Callable[[], None]] = []
        for name in [name for name in os.environ if name.startswith(("SHIPCHAT_", "ANTHROPIC_"))]:
            if name != "SHIPCHAT_UPS_BASE_URL":
                monkeypatch.delenv(name)
        monkeypatch.setenv("SHIPCHAT_HOME", str(folder / "home"))
        monkeypatch.setenv("SHIPCHAT_STATE", str(folder / "state"))
        monkeypatch.setenv("SHIPCHAT_TODAY", "2026-11-20")
        monkeypatch.setattr(chat_command, "open_chat", self._open)
        monkeypatch.chdir(folder)

    def follow(self, block: Block) -> None:
        """Do what a block says."""
        if "shown only" in block.notes:
            return
        if block.title and block.kind == "sql":
            with closing(sqlite3.connect(block.title)) as database:
                database.executescript(block.text)
        elif block.title:
            file = Path(block.title.replace(HOME_OF_THE_PAGES, str(self.folder / "home")))
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(self._here(block.text), encoding="utf-8")
        elif block.kind == "console":
            for command, expected in block.parts("$ "):
                code, told = self._command(command)
                assert code == int(block.notes.get("exit", 0)), told
                self._compare(command, expected, told)
        elif block.kind == "chat":
            for words, expected in block.parts("you  "):
                self._compare(words, expected, self._say(words))
        else:
            raise AssertionError(f"line {block.line}: neither a file nor console nor chat; say why it is shown only")

    def at_the_end(self, ending: Callable[[], None]) -> None:
        """Stop something that a page needs, when the page is over."""
        self._endings.append(ending)

    def close(self) -> None:
        self._leave()
        self._runner.close()
        for ending in reversed(self._endings):
            ending()

    def _command(self, command: str) -> tuple[int, str]:
        self._leave()
        words = shlex.split(self._here(command), comments=True)
        if words[0] == "export":
            self.monkeypatch.setenv(*words[1].split("=", 1))
            return 0, ""
        if words[0] != "shipchat":
            done = subprocess.run(words, capture_output=True, text=True, check=False)
            return done.returncode, done.stdout + done.stderr
        self._capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(words[1:])
        said = self._capsys.readouterr()
        return int(ended.value.code or 0), "\n".join([*self._taken(), said.out, said.err])

    def _here(self, text: str) -> str:
        for named, real in self.stands_for.items():
            text = text.replace(named, real)
        return text

    def _open(self, settings: Any, options: Any, *, plain: bool = False) -> int:
        self._session = ChatSession(settings, options)
        tell: Callable[[Any], list[str]] = Narrator().lines
        self._session.subscribe(lambda event: self._told.extend(tell(event)))
        self._runner.run(self._session.open())
        return 0

    def _say(self, words: str) -> str:
        assert self._session is not None, f"no chat is open for “{words}”"
        self._runner.run(self._session.send(words))
        if self._session.pending_digest is not None:
            self._session.preview_painted(self._session.pending_digest)
        return "\n".join(self._taken())

    def _leave(self) -> None:
        if self._session is not None:
            self._runner.run(self._session.close())
        self._session = None

    def _taken(self) -> list[str]:
        told, self._told = self._told, []
        return told

    def _compare(self, said: str, expected: list[str], told: str) -> None:
        """Every line of the page comes, in this order; only `...` leaves lines out."""
        for named, real in self.stands_for.items():
            told = told.replace(real, named)
        lines = [self._stable(line) for line in told.splitlines() if line.strip()]
        skipping, at = False, 0
        for line in expected:
            wanted = self._stable(line)
            if wanted == "...":
                skipping = True
                continue
            places = range(at, len(lines) if skipping else min(at + 1, len(lines)))
            found = next((place for place in places if _fits(wanted, lines[place])), None)
            assert found is not None, f"“{said}”: expected\n  {wanted}\ngot\n  " + "\n  ".join(lines[at:])
            skipping, at = False, found + 1
        assert skipping or not expected or at == len(lines), f"“{said}”: also said\n  " + "\n  ".join(lines[at:])

    def _stable(self, line: str) -> str:
        line = line.replace(str(self.folder / "home"), HOME_OF_THE_PAGES).replace(str(self.folder), "~/shop")
        for pattern, name in _UNSTABLE:
            line = re.sub(pattern, name, line)
        return line.strip()


def _fits(wanted: str, line: str) -> bool:
    return line.startswith(wanted.removesuffix("...").rstrip()) if wanted.endswith("...") else line == wanted
