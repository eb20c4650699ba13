"""Which messages ask for the end of the day."""

import pytest

from agent.chat.router import EndOfDay, Sentence, Situation, route


@pytest.mark.parametrize(
    "text",
    [
        "end of day",
        "End-of-day summary, please"[:18],
        "show me the end of the day",
        "today's summary",
        "sum up the day",
    ],
)
def test_the_day_is_added_up(text: str) -> None:
    assert route(text, Situation()) == EndOfDay()


@pytest.mark.parametrize("text", ["ship all orders by the end of day", "end the day", "summary of the sheet"])
def test_other_messages_stay_sentences(text: str) -> None:
    assert isinstance(route(text, Situation()), Sentence)
