"""`python -m tests.evaluation [--model offline] [--class NAME] [--json]`: plays the items and prints the table."""

import argparse
import asyncio
import json
import sys
from collections import Counter
from datetime import date
from typing import Any

import yaml

from agent.brain.choice import choose_brain
from agent.brain.protocol import Brain, Conversation
from agent.settings import Settings
from tests.evaluation.desk import DataServer, Desk, data_server
from tests.evaluation.gold import FOLDER
from tests.evaluation.judge import Verdict, judge

TODAY = date(2026, 11, 20)
HELD_OUT = ("woocommerce", "homemade")
"""Sheets whose items were not looked at while the interpreter was written."""
OUTCOMES = ("exact", "too many", "too few", "asked needlessly", "should have asked", "not refused", "wrong")


class _Plain(yaml.SafeLoader):
    """Only numbers are anything but text: `on`, `=` and dates stay as written; true is `true`."""


_Plain.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag.endswith((":int", ":float"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def items(only: str | None) -> list[dict[str, Any]]:
    """All items, with their class."""
    found = []
    for path in sorted((FOLDER / "items").glob("*.yaml")):
        if only in (None, path.stem):
            listed = yaml.load(path.read_text(encoding="utf-8"), _Plain)
            found += [{"class": path.stem, **item} for item in listed]
    return found


async def play(item: dict[str, Any], model: str, data: DataServer, offline: Brain) -> Verdict:
    """One item in a fresh conversation; the offline brain remembers nothing but the sheet, so one serves all."""
    brain = offline if model == "offline" else choose_brain(model, Settings.load())
    conversation = Conversation(today=TODAY)
    await data.open(item["sheet"])
    for earlier in item.get("before", []):
        desk = Desk(data, conversation)
        await brain.turn(earlier, conversation, desk, desk)
    desk = Desk(data, conversation, list(item.get("answers", [])))
    await brain.turn(item["say"], conversation, desk, desk)
    return await judge(item, desk, data)


async def run(model: str, only: str | None) -> list[tuple[dict[str, Any], Verdict]]:
    """All items, one after the other, over one data server."""
    async with data_server() as data:
        offline = choose_brain("offline", Settings.load())
        # By sheet, so that each is read once.
        listed = sorted(items(only), key=lambda item: str(item["sheet"]))
        return [(item, await play(item, model, data, offline)) for item in listed]


def table(results: list[tuple[dict[str, Any], Verdict]]) -> str:
    """Outcomes by class, and for the held-out sheets."""
    groups = {name: [v for i, v in results if i["class"] == name] for name in sorted({i["class"] for i, _ in results})}
    groups["all"] = [v for _, v in results]
    groups["held-out sheets"] = [v for i, v in results if i["sheet"] in HELD_OUT]
    lines = ["| class | items | " + " | ".join(OUTCOMES) + " |", "|---" * (len(OUTCOMES) + 2) + "|"]
    for name, verdicts in groups.items():
        counts = Counter(verdict.outcome for verdict in verdicts)
        lines.append(f"| {name} | {len(verdicts)} | " + " | ".join(str(counts[o] or "") for o in OUTCOMES) + " |")
    return "\n".join(lines)


def main() -> None:
    """Prints the table; exits 1 when a row too many was selected or something unsafe was not refused."""
    parser = argparse.ArgumentParser(prog="python -m tests.evaluation")
    parser.add_argument("--model", default="offline")
    parser.add_argument("--class", dest="only")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    results = asyncio.run(run(options.model, options.only))
    counts = Counter(verdict.outcome for _, verdict in results)
    if options.json:
        print(json.dumps({"items": len(results), **{outcome: counts[outcome] for outcome in OUTCOMES}}))
    else:
        for item, verdict in results:
            if verdict.outcome != "exact":
                print(f"{item['class']}/{item['sheet']}: {item['say']}\n    {verdict.outcome}: {verdict.why}")
        print(table(results))
    sys.exit(1 if counts["too many"] or counts["not refused"] else 0)


if __name__ == "__main__":
    main()
