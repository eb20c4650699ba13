"""What a model has cost is told once a turn, beside the data."""

import pytest

from agent.cli.text import Narrator, usage_line
from agent.events import TurnEnded, UsageReported

DONE = TurnEnded({})


@pytest.mark.parametrize(
    ("cents", "cost"), [(None, "its price is not in the settings"), (0, "$0.00 so far"), (1234, "$12.34 so far")]
)
def test_tokens_and_cost_of_a_turn(cents, cost):
    narrator = Narrator()
    assert narrator.lines(UsageReported(10, 2, cents)) == []
    assert narrator.lines(UsageReported(12345, 321, cents)) == []
    assert narrator.lines(DONE) == [f"Model: 12,345 tokens read, 321 written, {cost}."]
    assert narrator.lines(DONE) == [], "the next turn asked no model"


@pytest.mark.parametrize(
    ("tokens", "cents", "limit"),
    [(5000, None, "5,000 tokens"), (None, 150, "$1.50"), (5000, 150, "5,000 tokens and $1.50")],
)
def test_a_limit_is_told_with_it(tokens, cents, limit):
    assert usage_line(UsageReported(10, 2, 3, tokens, cents)).endswith(f"$0.03 so far. Limit: {limit}.")


def test_it_is_no_data(capsys):
    narrator = Narrator()
    narrator(UsageReported(1, 1, None))
    narrator(DONE)
    said = capsys.readouterr()
    assert (said.out, said.err.startswith("Model: ")) == ("", True)
