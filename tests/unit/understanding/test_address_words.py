"""Which messages have addresses checked, and of which rows."""

from datetime import date

import pytest

from agent.brains.protocol import Conversation
from agent.understanding.requests import ToolRequest
from tests.unit.understanding.conftest import Interpret

TODAY = date(2026, 11, 20)
CALIFORNIA = "CA"


@pytest.mark.parametrize(
    "text",
    [
        "check the addresses of the California orders",
        "Check the California addresses",
        "please verify all addresses for California",
        "validate the shipping addresses of California orders",
        "are the addresses of the California orders ok?",
        "Are the addresses in California valid?",
        "are the California addresses right?",
        "which California addresses are wrong?",
    ],
)
def test_the_rows_that_are_named(interpret: Interpret, text: str) -> None:
    found = interpret(text)
    assert isinstance(found, ToolRequest)
    assert found.name == "check_destinations"
    assert CALIFORNIA in found.arguments["where"]


@pytest.mark.parametrize(
    "text",
    [
        "check the addresses",
        "Check all addresses.",
        "verify my addresses",
        "are the addresses ok?",
        "check all the addresses",
    ],
)
def test_nothing_named_is_everything(interpret: Interpret, text: str) -> None:
    found = interpret(text)
    assert isinstance(found, ToolRequest)
    assert (found.name, found.arguments) == ("check_destinations", {"where": "TRUE"})


@pytest.mark.parametrize("text", ["check these addresses", "are these addresses ok?", "check the addresses"])
def test_while_a_preview_waits_its_rows_are_meant(interpret: Interpret, text: str) -> None:
    conversation = Conversation(today=TODAY, proposal={"where": "TRUE", "in_words": "all"}, preview_pending=True)
    found = interpret(text, conversation=conversation)
    assert isinstance(found, ToolRequest)
    assert (found.name, found.arguments) == ("check_destinations", {"previewed": True})


@pytest.mark.parametrize("text", ["which orders go to homes?", "how many addresses are residential?"])
def test_ups_is_asked_which_are_homes(interpret: Interpret, text: str) -> None:
    found = interpret(text)
    assert isinstance(found, ToolRequest)
    assert (found.name, found.arguments) == ("check_destinations", {"where": "TRUE"})


def test_those_that_were_counted_last(interpret: Interpret) -> None:
    conversation = Conversation(today=TODAY, counted=("\"State\" = 'TX'", "State is Texas"))
    found = interpret("check those addresses", conversation=conversation)
    assert isinstance(found, ToolRequest)
    assert found.arguments == {"where": "\"State\" = 'TX'"}


@pytest.mark.parametrize("text", ["check the addresses again", "check the addresses of all orders again"])
def test_again_asks_anew(interpret: Interpret, text: str) -> None:
    found = interpret(text)
    assert isinstance(found, ToolRequest)
    assert found.arguments == {"where": "TRUE", "again": True}


@pytest.mark.parametrize(
    "text",
    [
        "ship the orders without an address by ground",
        "show orders with the address 12 Main St",
        "ship to other addresses",
    ],
)
def test_other_messages_about_addresses_check_nothing(interpret: Interpret, text: str) -> None:
    found = interpret(text)
    assert not (isinstance(found, ToolRequest) and found.name == "check_destinations")
