"""Every `*.chat.yaml` is a test: one session over the real servers, which the scripts of a worker share.

A script plays in a folder of its own, beside a copy of the sheets, with an empty home: no script sees another one.
"""

import asyncio
import contextlib
import os
import shutil
import sqlite3
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agent.errors import ShipchatError
from agent.scripts.model import ChatScript, load_script
from agent.scripts.player import Played, play
from agent.servers import ServerManager
from agent.settings import Settings

SUFFIX = ".chat.yaml"
SHEETS = Path(__file__).parent / "sheets"
QUEUE_SCRIPTS = "queue"
"""Scripts that begin so have a queue of records, and servers of their own."""


def pytest_collect_file(parent: pytest.Collector, file_path: Path) -> "ScriptFile | None":
    return ScriptFile.from_parent(parent, path=file_path) if file_path.name.endswith(SUFFIX) else None


class ScriptFile(pytest.File):
    """One script, one test."""

    def collect(self) -> Iterator["ScriptItem"]:
        name = self.path.name.removesuffix(SUFFIX)
        script = ScriptItem.from_parent(self, name=name)
        if zlib.crc32(name.encode()) % 4:
            # Three of four, by name: all together they take longer than the README's command may. CI plays every one.
            script.add_marker(pytest.mark.slow)
        yield script


class NotAsExpectedError(Exception):
    """What a script met and did not expect, as a person reads it."""


class ScriptItem(pytest.Item):
    """Plays its script and compares."""

    def runtest(self) -> None:
        stage = _stage(self.config)
        played = stage.play(self.path)
        failed = [step for step in played if step.differences]
        if failed:
            raise NotAsExpectedError(_report(self.path, played))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, NotAsExpectedError | ShipchatError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, self.name


def _report(path: Path, played: list[Played]) -> str:
    lines = [f"{path.name} did not go as written:"]
    for step in played:
        lines.append(f"  {step.step.words}")
        lines += [f"    | {line}" for line in str(step.result.get("text", "")).splitlines()]
        if step.result.get("error"):
            lines.append(f"    | {step.result['error']['code']}: {step.result['error']['message']}")
        if step.result.get("question"):
            lines.append(f"    ? {step.result['question']['options']}")
        lines += [f"    X {line}" for line in step.differences]
    return "\n".join(lines)


class Stage:
    """The servers that all scripts of a worker share, on one event loop."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._runner = asyncio.Runner()
        self._managers: dict[str | None, ServerManager] = {}
        self._count = 0

    def play(self, path: Path) -> list[Played]:
        script = load_script(path)
        self._count += 1
        folder = self._folder / f"{self._count}-{path.name.removesuffix(SUFFIX)}"
        shutil.copytree(SHEETS, folder / "sheets")
        before = Path.cwd()
        os.chdir(folder)
        try:
            return self._runner.run(self._play(path, script, folder))
        finally:
            os.chdir(before)

    async def _play(self, path: Path, script: ChatScript, folder: Path) -> list[Played]:
        settings = Settings(home=folder / "home", model="offline", today=script.today)
        source = str(folder / script.source) if script.source else None
        if not path.name.startswith(QUEUE_SCRIPTS):
            return await play(script, settings, source, servers=await self._servers(script.today))
        settings = settings.model_copy(update={"jobs_db": _queue(folder / "queue.sqlite")})
        return await play(script, settings, source)

    async def _servers(self, today: str | None) -> ServerManager:
        """Servers know one day only."""
        if today not in self._managers:
            self._managers[today] = ServerManager(Settings(home=self._folder / f"servers-{today}", today=today))
        return self._managers[today]

    def close(self) -> None:
        for servers in self._managers.values():
            self._runner.run(servers.close())
        self._runner.close()


_STAGE = pytest.StashKey[Stage]()


def _stage(config: pytest.Config) -> Stage:
    if _STAGE not in config.stash:
        # The place of `tmp_path`s, so that pytest tidies up; an item that is no function has no fixtures.
        factory: pytest.TempPathFactory = config._tmp_path_factory  # type: ignore[attr-defined]
        stage = Stage(factory.mktemp("chat"))
        config.stash[_STAGE] = stage
        config.add_cleanup(stage.close)
    return config.stash[_STAGE]


def _queue(path: Path) -> Path:
    """Eleven new records, as the jobs server expects to find them."""
    columns = "job_id, title, company, description, url, location, source, status, captured_at, updated_at"
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute(f"CREATE TABLE jobs (id INTEGER PRIMARY KEY, {columns})")
        database.executemany(
            f"INSERT INTO jobs VALUES ({', '.join('?' * 11)})",
            [
                (
                    n,
                    f"j{n}",
                    f"Title {n}",
                    "Acme",
                    "d",
                    "http://x",
                    "NYC",
                    "web",
                    "new",
                    f"2026-11-{n:02d}T00:00:00Z",
                    None,
                )
                for n in range(1, 12)
            ],
        )
        database.commit()
    return path
