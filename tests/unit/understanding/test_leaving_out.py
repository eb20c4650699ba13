"""A word that nothing explains may be left out by a choice that says what is then done; never so that all orders go."""

from datetime import date

import pytest

from agent.understanding.interpret import interpret
from agent.understanding.requests import Action, Ask, ToolRequest
from agent.understanding.situation import Situation
from tests.unit.understanding.test_joined_edits import SHEET, Everywhere


def read(text: str, **answers: str) -> Action:
    return interpret(text, Situation(SHEET, date(2026, 11, 20), answers, Everywhere())).action


@pytest.mark.parametrize(
    ("text", "word", "where"),
    [
        ("ship the zorbly Texas orders by ground", "zorbly", "\"State\" = 'TX'"),
        ("ship Texas orders over $100 zorbly by ground", "zorbly", '"State" = \'TX\' AND "Order Total" > 100'),
    ],
)
def test_the_choice_says_and_does_the_same(text: str, word: str, where: str) -> None:
    asked = read(text)
    assert isinstance(asked, Ask), asked
    assert asked.question == f'What do you mean by "{word}"?'
    (choice,) = [option for option in asked.options if option.startswith(f'leave "{word}" out: ')]
    assert "State is Texas" in choice
    assert "UPS Ground" in choice
    done = read(text, **{asked.question: choice})
    assert isinstance(done, ToolRequest), done
    assert (done.arguments["where"], done.arguments["service"]) == (where, "03")


@pytest.mark.parametrize("text", ["ship the zorbly orders by ground", "ship all zorbly orders by ground"])
def test_it_never_leaves_all_orders(text: str) -> None:
    asked = read(text)
    assert isinstance(asked, Ask), asked
    assert not [option for option in asked.options if option.startswith("leave ")]


@pytest.mark.parametrize(
    "text", ["ship Texas orders more than zorbly by ground", "ship Texas orders but not zorbly by ground"]
)
def test_words_that_compare_or_deny_are_never_left_out(text: str) -> None:
    asked = read(text)
    assert isinstance(asked, Ask), asked
    for option in asked.options:
        assert not option.startswith(('leave "more', 'leave "than', 'leave "but', 'leave "not'))
