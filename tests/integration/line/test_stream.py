"""`stream-json` tells a program all that the JSON object says: over a signal, and over the resume after it."""

import json
import signal
from typing import Any

import pytest

from agent.events import TurnEnded, from_json
from tests.folded import differing_ends
from tests.integration.line.shop import Shop
from tests.integration.line.test_truth import POLLS, arguments, release_faults, started, wanted

pytestmark = pytest.mark.slow


def ends(stream: str) -> list[dict[str, Any]]:
    """The result of each turn, which its events tell, too."""
    events = [from_json(json.loads(line)) for line in stream.splitlines()]
    assert differing_ends(events) == []
    return [event.result for event in events if isinstance(event, TurnEnded)]


def test_the_stream_of_a_paused_batch_and_of_its_resume(shop: Shop) -> None:
    process = started(shop, *arguments()[:-1], "stream-json")
    process.send_signal(signal.SIGTERM)
    for _ in range(POLLS):
        if wanted(shop):
            break
        shop.simulator.pages.get("/simulator/events?after=1000000&wait=0.05")
    release_faults(shop)
    out, _err = process.communicate(timeout=120)
    paused = ends(out)[-1]
    assert paused["status"] == "paused"
    resumed = ends(shop.run("jobs", "resume", paused["job_id"], "--output-format", "stream-json").stdout)
    assert [(result["status"], result["job_id"]) for result in resumed] == [("completed", paused["job_id"])]
