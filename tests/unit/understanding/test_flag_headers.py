"""A column that says yes or no may have a header of words that mean nothing elsewhere: `Address OK`, `Good To Go`."""

import pytest

from agent.understanding.interpret import interpret
from agent.understanding.requests import ToolRequest
from agent.understanding.situation import Situation
from tests.unit.understanding.conftest import TODAY, sheet_of

HEADERS = ["Address OK", "Good To Go", "Ready To Ship", "Box Fine", "All Set", "Customer Fine", "Order OK Now"]
COMMANDS = [
    "ship {} orders by ground",
    "ship the {} ones, ground",
    "ship the ones with {}, ground",
    "ground for everything with {}",
    "ship orders where {} is yes by ground",
]


@pytest.mark.parametrize("header", HEADERS)
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("written", [str, str.lower], ids=["as written", "in lower case"])
def test_a_header_of_idle_words_is_never_passed_over(header, command, written) -> None:
    sheet = sheet_of({"Order": ["1", "2", "3"], "State": ["MA", "TX", "NV"], header: ["yes", "no", "yes"]})
    found = interpret(command.format(written(header)), Situation(sheet, TODAY)).action
    # A question is an answer, too; all orders are none.
    if isinstance(found, ToolRequest) and found.name == "propose_shipment":
        assert found.arguments["where"] == f"\"{header}\" = 'yes'"


@pytest.mark.parametrize("command", COMMANDS)
def test_it_is_read_without_a_question(command) -> None:
    sheet = sheet_of({"Order": ["1", "2", "3"], "State": ["MA", "TX", "NV"], "Address OK": ["yes", "no", "yes"]})
    found = interpret(command.format("address ok"), Situation(sheet, TODAY)).action
    assert isinstance(found, ToolRequest), found
    assert found.arguments["where"] == "\"Address OK\" = 'yes'"
