"""`python -m tests.evaluation.shadow SHEET [FILE]`: both interpreters on messages without gold, compared by what they do.

Messages come from FILE, one a line, else from docs/commands.md and the framed conditions of the tests. Same is: the same
rows and services, the same tool, or both ask. Every difference is printed: somebody has to say who is right.
"""

import argparse
import asyncio
import re
from collections import Counter
from pathlib import Path
from typing import Any

import tests.own_state  # noqa: F401 - before anything reads the settings
from agent.brains.offline import OfflineBrain
from agent.brains.protocol import Brain, Conversation
from agent.understanding.brain import UnderstandingBrain
from tests.evaluation.__main__ import TODAY
from tests.evaluation.fake_toolbox import DataServer, FakeToolbox, data_server, rows_for
from tests.unit.language.test_same_meaning import CASES

Effect = tuple[Any, ...]
PAGE = Path(__file__).parents[2] / "docs" / "commands.md"
SAME, NEW_ASKS, OLD_ASKS, DIFFERS = "same", "new asks", "old asks", "differs"


def messages() -> list[str]:
    """The examples of the page of commands, and conditions in many frames."""
    page = re.findall(r"^- `(.*?)`", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return [*page, *(frame.format(condition) for condition, frames in CASES for frame in frames)]


async def effect(brain: Brain, message: str, data: DataServer) -> Effect:
    """What a message leads to in a fresh conversation: a question, words, or a tool with its rows."""
    conversation = Conversation(today=TODAY)
    toolbox = FakeToolbox(data, conversation)
    await brain.turn(message, conversation, toolbox, toolbox)
    if toolbox.unanswered:
        return ("asks", toolbox.asked[-1]["question"])
    calls = [call for call in toolbox.called if call[0] not in ("count_rows", "column_values")] or toolbox.called[-1:]
    if not calls:
        return ("says", " ".join(toolbox.said))
    name, arguments = calls[-1]
    if name not in ("propose_shipment", "count_rows", "show_rows"):
        return (
            name,
            str(sorted((key, str(value)) for key, value in arguments.items() if key not in ("where", "limit"))),
        )
    rows = tuple(row.sheet_row for row in await rows_for(data, arguments))
    services = tuple(rule["service"] for rule in arguments.get("service_rules", ()))
    return (name, rows, arguments.get("service"), arguments.get("service_column"), services)


def compared(old: Effect, new: Effect) -> str:
    """How two effects stand to each other."""
    if old == new or (old[0] == new[0] and old[0] in ("asks", "says")):
        return SAME
    if new[0] == "asks":
        return NEW_ASKS
    return OLD_ASKS if old[0] == "asks" else DIFFERS


async def run(sheet: str, said: list[str]) -> Counter[str]:
    """Prints the differences; returns how often each kind occurred."""
    counts: Counter[str] = Counter()
    async with data_server() as data:
        await data.open(sheet)
        old, new = OfflineBrain(), UnderstandingBrain()
        for message in said:
            effects = await effect(old, message, data), await effect(new, message, data)
            kind = compared(*effects)
            counts[kind] += 1
            if kind != SAME:
                print(f"{kind}: {message}\n    old {str(effects[0])[:160]}\n    new {str(effects[1])[:160]}")
    return counts


def main() -> None:
    """The differences and their numbers."""
    parser = argparse.ArgumentParser(prog="python -m tests.evaluation.shadow")
    parser.add_argument("sheet")
    parser.add_argument("file", nargs="?", type=Path)
    options = parser.parse_args()
    said = options.file.read_text(encoding="utf-8").splitlines() if options.file else messages()
    print(dict(asyncio.run(run(options.sheet, [message for message in said if message.strip()]))))


if __name__ == "__main__":
    main()
