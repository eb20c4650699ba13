"""Whom a first sentence only names: the next one may point at them; what may hold orders back is never left out."""

import pytest

from agent.understanding.requests import Ask, ToolRequest
from tests.unit.understanding.conftest import Interpret

POINTED = [
    ("Texas always complains. Put them on 2nd day air.", "\"State\" = 'TX'", "02"),
    ("California and Oregon are loud. Send their orders by ground.", "\"State\" IN ('CA', 'OR')", "03"),
    ("Austin is angry. Everything for them goes next day air.", "\"City\" = 'Austin'", "01"),
    ("Texas pays on time. Ship theirs by ground. The others can wait.", "\"State\" = 'TX'", "03"),
]
HELD = [
    "Texas is on hold. Ship them by ground.",
    "The Texas orders already went out. Ship everything by ground.",
    "Texas orders are cancelled. Ship Texas and Ohio by ground.",
    "Nobody in Texas gets a box. Ship theirs by ground.",
    "Only Texas complained. Ship everything by ground.",
]


@pytest.mark.parametrize(("said", "wanted", "service"), POINTED)
def test_the_next_sentence_points_at_whom_the_first_names(
    said, wanted, service, interpret: Interpret, same_rows
) -> None:
    found = interpret(said, on="shipstation")
    assert isinstance(found, ToolRequest), found
    assert found.arguments["service"] == service
    assert found.arguments["ignored"], "what was left out is said beside the preview"
    assert same_rows(found.arguments["where"], wanted, on="shipstation")


@pytest.mark.parametrize("said", HELD)
def test_what_may_hold_orders_back_is_asked_about(said, interpret: Interpret) -> None:
    assert isinstance(interpret(said, on="shipstation"), Ask)


def test_a_name_of_two_columns_is_no_topic(interpret: Interpret) -> None:
    """The fair customers may be those of the fair, or books in fair condition."""
    said = "I promised the fair customers quick delivery. Two day for them."
    assert isinstance(interpret(said, on="bookshop"), Ask)


@pytest.mark.parametrize("said", ["how many of them are gifts?", "show me those that go to Texas"])
def test_them_are_nobody_before_anything_was_shown(said, interpret: Interpret) -> None:
    assert isinstance(interpret(said, on="shipstation"), Ask)
