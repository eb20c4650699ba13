"""One sentence keeps orders here, another is about all others; what is said of orders that do not go changes nothing."""

import pytest

from agent.understanding.requests import Ask, ToolRequest
from tests.unit.understanding.conftest import Interpret

KEPT = [
    ("uniforms", "Who has not paid must wait. All others ship by ground.", "\"PAID\" = 'y'"),
    ("uniforms", "Nobody who has not paid gets a box. Everyone else goes ground.", "\"PAID\" = 'y'"),
    ("uniforms", "Oakfield stays here. Everything else that's paid goes ground.", "\"PAID\" = 'y' AND \"SCHOOL\" <> 'Oakfield'"),
    ("uniforms", "Don't send anything to Oakfield. Paid ones by ground.", "\"PAID\" = 'y' AND \"SCHOOL\" <> 'Oakfield'"),
    ("tea", "Pickups are collected, don't ship them. Everything else that's Ready goes ground. Go.",
     "\"Order Status\" = 'Ready' AND \"Fulfillment Type\" <> 'Pickup'"),
    ("museum", "We're low on bubble wrap. Nothing made of glass ships today. Everything else goes ground.", "\"Glass\" <> 'Y'"),
    ("parts", "The truck comes at four. Ship what comes from the Boise and Tulsa branches by ground. Leave Mobile alone.",
     "\"BRANCH\" IN ('BOISE', 'TULSA')"),
    ("honey", "The deli is shouting at me. Everything for Corner Deli in the States goes ground. Today.",
     "\"Recipient company name\" = 'Corner Deli' AND \"Delivery country\" = 'USA'"),
]  # fmt: skip
UNCLEAR = [
    "Paid orders do not wait. Everything else goes ground.",
    "The Oakfield ones must not wait. Ship the rest ground.",
    "Don't leave Oakfield behind. Ship all paid ones by ground.",
]


@pytest.mark.parametrize(("on", "said", "wanted"), KEPT)
def test_what_a_sentence_keeps_here_does_not_go(on, said, wanted, interpret: Interpret, same_rows) -> None:
    found = interpret(said, on=on)
    assert isinstance(found, ToolRequest), found
    assert found.arguments["service"] == "03"
    assert same_rows(found.arguments["where"], wanted, on=on)


@pytest.mark.parametrize("said", UNCLEAR)
def test_what_may_keep_orders_here_or_not_is_asked_about(said, interpret: Interpret) -> None:
    assert isinstance(interpret(said, on="uniforms"), Ask)


def test_a_sentence_with_a_service_of_its_own_is_about_other_orders(interpret: Interpret, same_rows) -> None:
    said = (
        "Collectors are loud. Give Collector's Box backers in the US next day air. Everyone else in the US gets ground."
    )
    found = interpret(said, on="backers")
    assert isinstance(found, ToolRequest), found
    assert found.arguments["service"] == "03"
    assert [rule["service"] for rule in found.arguments["service_rules"]] == ["01"]
    assert same_rows(found.arguments["where"], "\"Shipping Country Name\" = 'United States'", on="backers")


@pytest.mark.parametrize(
    "said",
    [
        "ship everything but not the ones that are on hold, ground",
        "everything by ground, not the ones thats on hold",
        "ship all orders ground except the ones on hold",
        "ground for everything except what is on hold",
    ],
)
@pytest.mark.parametrize("on", ["florist", "etsy", "wine"])
def test_on_hold_is_a_state_and_no_command_to_hold_what_comes_next(on, said, interpret: Interpret, same_rows) -> None:
    held = {"florist": "\"Notes\" ILIKE '%hold%'", "etsy": "\"Status\" = 'On hold'", "wine": "\"Payment\" = 'On hold'"}
    found = interpret(said, on=on)
    # A question is an answer, too; orders that are on hold are none.
    if isinstance(found, ToolRequest):
        assert same_rows(f"({found.arguments['where']}) AND {held[on]}", "FALSE", on=on), found.arguments["where"]
