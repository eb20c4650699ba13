"""`python -m tests.evaluation.ranking --round N`: could another ranking of the readings do better?

Of every command that ships and is not read rightly: whether the right rows and service are among the readings that the
chart found at all, without a word left out. No ranking, learned or not, can gain more than these.
"""

import argparse
import asyncio
from collections import Counter
from typing import Any

import tests.own_state  # noqa: F401 - before anything reads the settings
from agent.chat.choice import choose_brain
from agent.settings import Settings
from agent.understanding import interpret
from agent.understanding.chart import Derivation
from agent.understanding.conditions import clause
from agent.understanding.readings import ShipRequest
from tests.evaluation import gold
from tests.evaluation.__main__ import RIGHT, is_wanted, items, play
from tests.evaluation.fake_toolbox import DataServer, data_server, rows_for

RANKED, FOUND, SKIPPED, NOT_FOUND = "right", "found, not chosen", "found, a word left out", "not found"


async def outcome(item: dict[str, Any], data: DataServer, found: list[Derivation]) -> str:
    """Whether the right reading is among those found."""
    wanted = gold.selected(item["sheet"], item)
    services = gold.services(item, wanted)
    best = NOT_FOUND
    for one in found:
        request = one.value
        if not isinstance(request, ShipRequest) or request.cuts or request.rules or request.service is None:
            continue
        rows = {row.sheet_row for row in await rows_for(data, {"where": clause(request.where)})}
        if rows == set(services) and set(services.values()) == {request.service.code}:
            if not one.skipped:
                return FOUND
            best = SKIPPED
    return best


async def run(listed: list[dict[str, Any]]) -> Counter[str]:
    """How many commands of each outcome."""
    counts: Counter[str] = Counter()
    parsed: list[Derivation] = []
    parse = interpret.parse

    def recording(*arguments: Any, **named: Any) -> list[Derivation]:
        found = parse(*arguments, **named)
        parsed.extend(found)
        return found

    interpret.parse = recording  # type: ignore[attr-defined]
    async with data_server() as data:
        brain = choose_brain("offline", Settings.load())
        for item in sorted(listed, key=lambda one: str(one["sheet"])):
            parsed.clear()
            verdict = await play(item, "offline", data, brain)
            counts[RANKED if verdict.outcome in RIGHT else await outcome(item, data, list(parsed))] += 1
    return counts


def main() -> None:
    """Prints the counts of one round."""
    parser = argparse.ArgumentParser(prog="python -m tests.evaluation.ranking")
    parser.add_argument("--round", type=int, required=True)
    number = parser.parse_args().round
    plain = [item for item in items() if is_wanted(item, number, None) and "rows" in item and "service" in item]
    listed = [item for item in plain if item["class"] != "talks" and item["service"] != "column"]
    print(dict(asyncio.run(run(listed))))


if __name__ == "__main__":
    main()
