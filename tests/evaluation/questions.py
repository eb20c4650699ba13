"""`python -m tests.evaluation.questions [--round N]`: are the questions worth asking?

Of every command whose rows are known and which is asked about: whether the question has choices, whether different choices
do different things, and whether one of them leads to the right rows and service in this one step.
"""

import argparse
import asyncio
from collections import Counter
from typing import Any

import tests.own_state  # noqa: F401 - before anything reads the settings
from agent.brains.protocol import Brain, Conversation
from agent.chat.choice import choose_brain
from agent.settings import Settings
from agent.understanding.brain import EXAMPLES
from tests.evaluation.__main__ import RIGHT, TODAY, is_wanted, items
from tests.evaluation.fake_toolbox import DataServer, FakeToolbox, data_server, rows_for
from tests.evaluation.judge import judge

SERVICE = ("service", "service_column", "service_rules", "arrive_by", "arrive_by_column")
NO_CHOICES, SAME, NONE_RIGHT, ONE_RIGHT = (
    "no choices",
    "choices do the same",
    "no choice is right",
    "one choice is right",
)


async def outcome(item: dict[str, Any], data: DataServer, brain: Brain) -> str | None:
    """What the question about an item is worth; None where nothing is asked."""
    asked = await said(item, list(item.get("answers", [])), data, brain)
    if not asked.unanswered:
        return None
    options = [option for option in asked.asked[-1].get("options") or [] if option != EXAMPLES]
    if not options:
        return NO_CHOICES
    effects, right = [], False
    for option in options:
        tried = await said(item, [*item.get("answers", []), option], data, brain)
        effects.append(await effect(tried, data))
        right = right or (await judge(item, tried, data)).outcome in RIGHT
    if len(set(effects)) < len(effects):
        return SAME
    return ONE_RIGHT if right else NONE_RIGHT


async def said(item: dict[str, Any], answers: list[str], data: DataServer, brain: Brain) -> FakeToolbox:
    """The item's conversation with these answers."""
    conversation = Conversation(today=TODAY)
    for earlier in item.get("before", []):
        toolbox = FakeToolbox(data, conversation)
        await brain.turn(earlier, conversation, toolbox, toolbox)
    toolbox = FakeToolbox(data, conversation, answers)
    await brain.turn(item["say"], conversation, toolbox, toolbox)
    return toolbox


async def effect(tried: FakeToolbox, data: DataServer) -> str:
    """What a choice does: the rows and their service, else the next question or another call."""
    if tried.unanswered:
        return f"asks {tried.asked[-1]['question']} {tried.asked[-1].get('options')}"
    proposals = [arguments for name, arguments in tried.called if name == "propose_shipment"]
    if not proposals:
        return str([call for call in tried.called if call[0] not in ("column_values",)][-1:] or tried.said)
    rows = [row.sheet_row for row in await rows_for(data, proposals[-1])]
    return f"{rows} {[proposals[-1].get(name) for name in SERVICE]}"


async def run(listed: list[dict[str, Any]]) -> Counter[str]:
    """How many questions are worth what."""
    found: Counter[str] = Counter()
    async with data_server() as data:
        brain = choose_brain("offline", Settings.load())
        for item in sorted(listed, key=lambda item: str(item["sheet"])):
            await data.open(item["sheet"])
            worth = await outcome(item, data, brain)
            if worth is not None:
                found[worth] += 1
    return found


def main() -> None:
    """Prints the counts."""
    parser = argparse.ArgumentParser(prog="python -m tests.evaluation.questions")
    parser.add_argument("--round", type=int)
    options = parser.parse_args()
    listed = [item for item in items() if "rows" in item and is_wanted(item, options.round, None)]
    found = asyncio.run(run(listed))
    print(f"{len(listed)} commands, {found.total()} asked about")
    for worth in (ONE_RIGHT, NONE_RIGHT, SAME, NO_CHOICES):
        print(f"{worth}: {found[worth]}")


if __name__ == "__main__":
    main()
