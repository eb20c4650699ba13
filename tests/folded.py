"""The results that a stream of events tells, folded from its JSON as a program would that reads `stream-json`."""

import json
from collections.abc import Iterable
from typing import Any

from agent.chat.result import TurnResults
from agent.events import Event, TurnEnded, from_json


def as_json(thing: Any) -> Any:
    """What a program reads of it: tuples are lists, keys are text."""
    return json.loads(json.dumps(thing))


def told(events: Iterable[Event]) -> dict[str, Any]:
    """The result after these events, from their JSON alone."""
    results = TurnResults()
    for event in events:
        results.apply(from_json(as_json(event.to_json())))
    return dict(as_json(results.current.as_dict()))


def differing_ends(events: list[Event]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """`(folded, said)` of every turn whose events tell another result than its end says."""
    results, found = TurnResults(), []
    for event in events:
        results.apply(from_json(as_json(event.to_json())))
        folded = as_json(results.current.as_dict())
        if isinstance(event, TurnEnded) and folded != as_json(event.result):
            found.append((folded, as_json(event.result)))
    return found
