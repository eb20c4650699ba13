"""One headless dry run over a file: a session over real servers, with somebody who answers its questions."""

import asyncio
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from agent.errors import ShipchatError
from agent.hub import Hub
from agent.session import ChatSession, SessionOptions
from agent.settings import Settings
from tests.orders.judge import DEFAULT_WEIGHT, Outcome
from tests.orders.truth import LINE, Platform

TODAY: Final = "2026-11-20"
SAY: Final = "Ship all orders via Ground"
MOST_QUESTIONS: Final = 12
Answer = Callable[[str, list[str]], str | None]
"""(question, options) -> what the person says; None where nobody knows."""


class Desk:
    """The servers that all files share, on one event loop; a home of its own for each file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._runner = asyncio.Runner()
        self._hub = Hub(Settings(home=folder / "servers", today=TODAY))
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
        """Open the file, say the sentence, answer what is asked. Nothing is bought, so all share one home."""
        settings, options = self._prepare(name, text, self._folder / "home", defaults or {})
        return self._runner.run(self._run(settings, options, answer, say))

    def run_twice(self, text: str | bytes, answer: Answer, *, name: str, say: str, then: str) -> list[Outcome]:
        """Ship by the first sentence, in the simulator; open the file again, as it is then, and say the second."""
        settings, options = self._prepare(name, text, self._folder / f"home-{self._count}", {})
        shipped = self._runner.run(self._run(settings, options, answer, say, approve=True))
        return [shipped, self._runner.run(self._run(settings, options, answer, then))]

    def _prepare(
        self, name: str, text: str | bytes, home: Path, defaults: Mapping[str, str]
    ) -> tuple[Settings, SessionOptions]:
        self._count += 1
        path = self._folder / str(self._count) / name
        path.parent.mkdir(parents=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        settings = Settings(home=home, model="offline", today=TODAY, concurrency=1, preview_rows=1)
        return settings, SessionOptions(source=str(path), defaults=dict(defaults))

    async def _run(
        self, settings: Settings, options: SessionOptions, answer: Answer, say: str, *, approve: bool = False
    ) -> Outcome:
        session = ChatSession(settings, options, self._hub)
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
        self._runner.run(self._hub.close())
        self._runner.close()


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
    outcome.status, outcome.error, outcome.said = (
        result["status"],
        result["error"],
        "\n".join([result["text"], *result["warnings"]]),
    )
    pending, sheet = turns.state.pending, turns.state.sheet
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


def defaults(platform: Platform) -> dict[str, str]:
    """What the person says beside the sentence: the weight, where the file has none."""
    return {} if platform.weighs() else {"weight": DEFAULT_WEIGHT}


def sensible(platform: Platform, spelt: Mapping[str, str], lead: Mapping[str, str]) -> Answer:
    """Somebody who knows the platform: `spelt` is header -> how the file spells it, `lead` one order's cells."""
    ship = {spelt[header] for header in platform.block("ship.")}
    cells = {lead[header] for header in platform.block("ship.") if lead[header]}
    payers = {lead[header] for header in platform.block("bill.") if lead[header]} - cells
    weights = [spelt[column.header] for column in platform.columns if _weighs(column.role)]

    def answer(question: str, options: list[str]) -> str | None:
        by_line = any(column.of_line and _weighs(column.role) for column in platform.columns)
        for wanted in (
            "items of one parcel",
            ("times their quantity" if by_line else "weight of the whole parcel"),
            "Leave these rows out",
        ):
            for option in options:
                if wanted in option:
                    return option
        if {"lb", "oz"} <= set(options):
            return "lb"
        if "weigh" in question:
            both = [option for option in options if re.search(r"\bboth\b|\btogether\b|\badd", option)]
            fitting = both if len(weights) > 1 and both else [option for option in options if option in weights]
            return fitting[0] if fitting else None
        meant = _status(platform, question, options)
        if meant is not None:
            return meant
        best = max(options, key=lambda option: _fits(option, ship, cells, payers), default=None)
        return best if best is not None and _fits(best, ship, cells, payers) > 0 else None

    return answer


def _weighs(role: str) -> bool:
    return role.removeprefix(LINE).startswith(("weight", "part"))


def _fits(option: str, ship: set[str], cells: set[str], payers: set[str]) -> int:
    """How much a choice speaks of the recipient and not of the payer."""
    named = 2 * (option in ship) + sum(cell in option for cell in cells)
    return named - sum(cell in option for cell in payers)


def _status(platform: Platform, question: str, options: list[str]) -> str | None:
    """What an unknown word of a status column means, for somebody who knows the platform."""
    words = {cell: case.means for case in platform.cases for cell in case.cells.values() if cell}
    named = [
        word for word in sorted(words, key=len, reverse=True) if re.search(rf"[“\"']{re.escape(word)}[”\"']", question)
    ]
    if not named:
        return None
    stays = re.compile(r"\b(not|already|leave|out|stay|wait|hold)\b", re.IGNORECASE)
    ready = words[named[0]] == "ready"
    fitting = [option for option in options if (stays.search(option) is None) == ready]
    return fitting[0] if fitting else None
