"""Ship-from places in words: what names one, what only looks like it, and what is asked."""

from datetime import date

import pytest

from agent.brains.protocol import Conversation
from agent.understanding.requests import Ask, Say, ToolRequest
from tests.unit.understanding.conftest import Interpret

TODAY = date(2026, 11, 20)
PLACES = ("reno", "east coast")


def talk(**more: object) -> Conversation:
    return Conversation(today=TODAY, places=PLACES, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("ship the Texas orders by ground from Reno", "reno"),
        ("ship from Reno the Texas orders by ground", "reno"),
        ("ship the Texas orders from the Reno warehouse by ground", "reno"),
        ("send the Texas orders by ground out of our east-coast warehouse", "east coast"),
        ("Ship the Texas orders by Ground, shipping from East Coast", "east coast"),
    ],
)
def test_a_place_is_cut_out_of_the_command(interpret: Interpret, text: str, place: str) -> None:
    found = interpret(text, conversation=talk())
    assert isinstance(found, ToolRequest)
    assert (found.name, found.arguments["ship_from"], found.arguments["service"]) == ("propose_shipment", place, "03")
    assert "TX" in found.arguments["where"]


@pytest.mark.parametrize("text", ["make it from Reno", "ship them from Reno", "ship it from the Reno warehouse"])
def test_of_a_preview_its_rows_are_meant(interpret: Interpret, text: str) -> None:
    before = {"where": "\"State\" = 'TX'", "in_words": "State is TX", "service": "03"}
    found = interpret(text, conversation=talk(proposal=before, preview_pending=True))
    assert isinstance(found, ToolRequest)
    assert (found.arguments["ship_from"], found.arguments["service"]) == ("reno", "03")
    assert found.arguments["where"] == before["where"]


def test_it_stays_when_the_preview_is_changed(interpret: Interpret) -> None:
    before = {"where": "\"State\" = 'TX'", "in_words": "State is TX", "service": "03", "ship_from": "reno"}
    found = interpret("make it 2 day", conversation=talk(proposal=before, preview_pending=True))
    assert isinstance(found, ToolRequest)
    assert (found.arguments["ship_from"], found.arguments["service"]) == ("reno", "02")


def test_a_warehouse_that_is_not_set_is_refused_with_the_known_names(interpret: Interpret) -> None:
    found = interpret("ship the Texas orders by ground from the Dalton warehouse", conversation=talk())
    assert isinstance(found, Say)
    assert found.refusal
    assert "reno, east coast" in found.text


def test_a_town_of_the_sheet_that_is_a_place_too_is_a_question(interpret: Interpret) -> None:
    places = Conversation(today=TODAY, places=("austin",))
    text = "ship the orders from Austin by ground"
    asked = interpret(text, conversation=places)
    assert isinstance(asked, Ask)
    assert asked.options[0] == "parcels start from austin"
    places.answers[asked.question] = asked.options[0]
    found = interpret(text, conversation=places)
    assert isinstance(found, ToolRequest | Ask)


def test_without_places_nothing_changes(interpret: Interpret) -> None:
    text = "ship the orders from Texas by ground"
    found = interpret(text, conversation=Conversation(today=TODAY))
    assert isinstance(found, ToolRequest)
    assert "ship_from" not in found.arguments
    assert interpret(text, conversation=talk()) == found
