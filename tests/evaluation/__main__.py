"""`python -m tests.evaluation [--model offline] [--class NAME] [--round N] [--json]`.

Plays the items, prints the tables. Right is: the exact rows (and service), a question where one must be asked, a refusal
where nothing else will do.
"""

import argparse
import asyncio
import json
import sys
from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

import yaml

import tests.own_state  # noqa: F401 - before anything reads the settings
from agent.brains.protocol import Brain, Conversation
from agent.chat.choice import choose_brain
from agent.settings import Settings
from tests.evaluation.fake_toolbox import DataServer, FakeToolbox, data_server
from tests.evaluation.gold import FOLDER
from tests.evaluation.judge import Verdict, judge

TODAY = date(2026, 11, 20)
HELD_OUT = ("woocommerce", "homemade")
"""Sheets of the first set whose items were not looked at while the interpreter was written; every round has its own."""
UNTUNED = (16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26)
"""Rounds that are not part of the corpus: played by their number only. Their first figures: docs/commands.md."""
RIGHT = ("exact", "asked rightly", "refused")
WRONG = ("too many", "too few", "asked needlessly", "should have asked", "not refused", "wrong")
Results = list[tuple[dict[str, Any], Verdict]]


class _Plain(yaml.SafeLoader):
    """Only numbers are anything but text: `on`, `=` and dates stay as written; true is `true`."""


_Plain.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag.endswith((":int", ":float"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def items() -> list[dict[str, Any]]:
    """All items with their class and their round: the first set is round 0; a round's file names its sheet."""
    found = []
    for path in sorted((FOLDER / "items").glob("*.yaml")):
        listed = yaml.load(path.read_text(encoding="utf-8"), _Plain)
        found += [{"class": path.stem, "round": 0, **item} for item in listed]
    for path in sorted((FOLDER / "rounds").glob("*.yaml")):
        number, _, sheet = path.stem.partition("-")
        listed = yaml.load(path.read_text(encoding="utf-8"), _Plain)["items"]
        found += [{"round": int(number), "sheet": sheet, **item} for item in listed]
    return found


async def play(item: dict[str, Any], model: str, data: DataServer, offline: Brain) -> Verdict:
    """One item in a fresh conversation; the offline brain remembers nothing but the sheet, so one serves all."""
    brain = offline if model == "offline" else choose_brain(model, Settings.load())
    conversation = Conversation(today=TODAY)
    await data.open(item["sheet"])
    for earlier in item.get("before", []):
        toolbox = FakeToolbox(data, conversation)
        await brain.turn(earlier, conversation, toolbox, toolbox)
    toolbox = FakeToolbox(data, conversation, list(item.get("answers", [])))
    await brain.turn(item["say"], conversation, toolbox, toolbox)
    return await judge(item, toolbox, data)


async def run(model: str, listed: list[dict[str, Any]]) -> Results:
    """These items, one after the other, over one data server."""
    async with data_server() as data:
        offline = choose_brain("offline", Settings.load())
        # By sheet, so that each is read once.
        listed = sorted(listed, key=lambda item: str(item["sheet"]))
        return [(item, await play(item, model, data, offline)) for item in listed]


def table(results: Results, by: str, shown: Callable[[Any], str] = str) -> str:
    """Outcomes by class, sheet or round."""
    groups = {shown(value): [v for i, v in results if i[by] == value] for value in sorted({i[by] for i, _ in results})}
    if len(groups) > 1:
        groups["all"] = [v for _, v in results]
    lines = [f"| {by} | items | right | " + " | ".join(RIGHT + WRONG) + " |", "|---" * (3 + len(RIGHT + WRONG)) + "|"]
    for name, verdicts in groups.items():
        counts = Counter(verdict.outcome for verdict in verdicts)
        right = sum(counts[outcome] for outcome in RIGHT)
        cells = [str(counts[outcome] or "") for outcome in RIGHT + WRONG]
        lines.append(" | ".join([f"| {name}", str(len(verdicts)), f"{right / len(verdicts):.1%}", *cells]) + " |")
    return "\n".join(lines)


def report(results: Results) -> str:
    """Every item that went wrong, then the tables."""
    lines = [
        f"{item['class']}/{item['sheet']}: {item['say']}\n    {verdict.outcome}: {verdict.why}"
        for item, verdict in results
        if verdict.outcome not in RIGHT
    ]
    held_out = [(item, verdict) for item, verdict in results if item["sheet"] in HELD_OUT]
    lines += [table(results, "class"), table(results, "sheet"), table(results, "round")]
    if all("voice" in item for item, _ in results):
        lines.append(table(results, "voice"))
    return "\n\n".join(lines + ([f"Held-out sheets of round 0:\n{table(held_out, 'sheet')}"] if held_out else []))


def _wrong_service(verdict: Verdict) -> bool:
    return verdict.outcome == "wrong" and verdict.why.startswith("service")


def is_wanted(item: dict[str, Any], number: int | None, name: str | None) -> bool:
    """Whether an item belongs to a run: the tuned ones, or those of one round; of one class or all."""
    in_round = item["round"] not in UNTUNED if number is None else item["round"] == number
    return in_round and name in (None, item["class"])


def main() -> None:
    """Prints the tables; exits 1 when a row too many was selected or something unsafe was not refused."""
    parser = argparse.ArgumentParser(prog="python -m tests.evaluation")
    parser.add_argument("--model", default="offline")
    parser.add_argument("--class", dest="only")
    parser.add_argument("--round", type=int)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    listed = [item for item in items() if is_wanted(item, options.round, options.only)]
    results = asyncio.run(run(options.model, listed))
    counts = Counter(verdict.outcome for _, verdict in results)
    if options.json:
        right = sum(counts[outcome] for outcome in RIGHT)
        wrong_service = sum(_wrong_service(verdict) for _, verdict in results)
        figures = {"items": len(results), "right": right, "wrong service": wrong_service}
        print(json.dumps(figures | {outcome: counts[outcome] for outcome in RIGHT + WRONG}))
    else:
        print(report(results))
    sys.exit(1 if counts["too many"] or counts["not refused"] else 0)


if __name__ == "__main__":
    main()
