"""“..., Texas only” behind a command is said of all of it: no order outside Texas comes with it."""

import itertools

import pytest

from agent.understanding.requests import ToolRequest
from tests.unit.understanding.conftest import Interpret

COMMANDS = (
    "2 day for anything over 10 lbs, ground for the rest",
    "gifts by 2 day, everything else ground",
    "overnight the fragile ones, ground for all others",
    "ground under $100, 2 day otherwise",
    "ship the paid orders by ground",
)
ENDINGS = ("Texas only", "only Texas")


@pytest.mark.parametrize(("command", "ending"), itertools.product(COMMANDS, ENDINGS))
def test_only_behind_a_command_narrows_all_of_it(command, ending, interpret: Interpret, same_rows) -> None:
    found = interpret(f"{command}, {ending}")
    # A question is an answer, too; more orders are none.
    if isinstance(found, ToolRequest):
        assert same_rows(f"({found.arguments['where']}) AND \"State\" <> 'TX'", "FALSE")


def test_it_is_read_without_a_question(interpret: Interpret, same_rows) -> None:
    found = interpret(f"{COMMANDS[0]}, {ENDINGS[0]}")
    assert isinstance(found, ToolRequest), found
    assert same_rows(found.arguments["where"], "\"State\" = 'TX'")
