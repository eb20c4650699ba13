"""One headless dry run over a file: a session over real servers, with somebody who answers its questions."""

import asyncio
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from agent.chat.options import SessionOptions
from agent.chat.session import ChatSession
from agent.errors import ShipchatError
from agent.servers import ServerManager
from agent.settings import Settings
from tests.orders.judge import Outcome

TODAY: Final = "2026-11-20"
SAY: Final = "Ship all orders via Ground"
MOST_QUESTIONS: Final = 12
Answer = Callable[[str, list[str]], str | None]
"""(question, options) -> what the person says; None where nobody knows."""


class FileRunner:
    """The servers that all files share, on one event loop; a home of its own for each file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._loop = asyncio.Runner()
        self._servers = ServerManager(Settings(home=folder / "servers", today=TODAY))
        self._count = 0

    def run(
        self,
        text: str | bytes,
        answer: Answer,
        *,
        name: str = "orders.csv",
        say: str = SAY,
        defaults: Mapping[str, str] | None = None,
    ) -> Outcome:
        """Open the file, say the sentence, answer what is asked; nothing is bought."""
        settings, options = self._prepare(name, text, defaults or {})
        return self._loop.run(self._run(settings, options, answer, say))

    def run_twice(self, text: str | bytes, answer: Answer, *, name: str, say: str, then: str) -> list[Outcome]:
        """Ship by the first sentence, in the simulator; open the file again, as it is then, and say the second."""
        settings, options = self._prepare(name, text, {})
        shipped = self._loop.run(self._run(settings, options, answer, say, approve=True))
        return [shipped, self._loop.run(self._run(settings, options, answer, then))]

    def _prepare(self, name: str, text: str | bytes, defaults: Mapping[str, str]) -> tuple[Settings, SessionOptions]:
        self._count += 1
        folder = self._folder / str(self._count)
        # A home of its own, so that no file remembers another one's answers; copied, because a new ledger takes time.
        shutil.copytree(self._new_home(), folder / "home")
        path = folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return _settings(folder / "home"), SessionOptions(source=str(path), defaults=dict(defaults))

    def _new_home(self) -> Path:
        """A home that a session has been in, and nothing else."""
        home = self._folder / "new-home"
        if not home.exists():
            self._loop.run(self._visit(home))
        return home

    async def _visit(self, home: Path) -> None:
        session = ChatSession(_settings(home), SessionOptions(), self._servers)
        await session.open()
        await session.close()

    async def _run(
        self, settings: Settings, options: SessionOptions, answer: Answer, say: str, *, approve: bool = False
    ) -> Outcome:
        session = ChatSession(settings, options, self._servers)
        outcome = Outcome("")
        try:
            result = await _settle(session, await session.open(), answer, outcome)
            if result["status"] not in ("refused", "needs_input"):
                result = await _settle(session, await session.send(say), answer, outcome)
            outcome = _outcome(session, result, outcome)
            if approve and session.pending_digest is not None:
                done = await session.approve(session.pending_digest, by="script", words="yes")
                assert done["status"].startswith("completed"), done
        except ShipchatError as refusal:
            outcome.status, outcome.error = "refused", refusal.as_dict()
        finally:
            await session.close()
        return outcome

    def close(self) -> None:
        self._loop.run(self._servers.close())
        self._loop.close()


def _settings(home: Path) -> Settings:
    return Settings(home=home, model="offline", today=TODAY, concurrency=1, preview_rows=1)


async def _settle(session: ChatSession, result: dict[str, Any], answer: Answer, outcome: Outcome) -> dict[str, Any]:
    while result["status"] == "needs_input":
        text, options = result["question"]["text"], result["question"]["options"]
        said = answer(text, options) if len(outcome.asked) < MOST_QUESTIONS else None
        if said is None:
            outcome.open_question = f"{text} {options}"
            return result
        outcome.asked.append(text)
        result = await session.answer(None, said)
    return result


def _outcome(session: ChatSession, result: dict[str, Any], outcome: Outcome) -> Outcome:
    turns = session._turns
    assert turns is not None
    outcome.status, outcome.error = result["status"], result["error"]
    outcome.said = "\n".join([result["text"], *result["warnings"]])
    pending, sheet = turns.state.pending, turns.state.sheet.open
    if pending is not None and result["status"] == "preview":
        outcome.rows = set(result["row_numbers"])
        leads = [line.row_number for line in pending.preview.lines]
        outcome.shipped = dict(zip(leads, pending.payloads, strict=True))
    # Reasons name the sheet's rows; data rows of these files follow each other below the header.
    header = int((sheet.answer.get("header_row") or 0) if sheet is not None else 0)
    for reason, rows in result["excluded"].items():
        for row in rows:
            outcome.excluded.setdefault(row - header, []).append(reason)
    return outcome
