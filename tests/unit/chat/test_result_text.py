"""The `text` of a result: what was said, a question and a refusal included."""

from agent.chat.result import TurnResult
from agent.errors import ShipchatError


def test_a_question_alone_is_the_text() -> None:
    result = TurnResult()
    result.await_answer("Which Portland?", ["Portland, ME", "Portland, OR"])
    assert result.as_dict()["text"] == "Which Portland?"


def test_a_refusal_alone_is_the_text() -> None:
    result = TurnResult()
    result.refuse(ShipchatError("E-1002", "There is no file orders.csv.", "Check the path."))
    assert "There is no file orders.csv." in result.as_dict()["text"]


def test_what_was_said_stays_the_text() -> None:
    result = TurnResult()
    result.say("orders.csv: 5 rows.")
    result.await_answer("Which Portland?", [])
    assert result.as_dict()["text"] == "orders.csv: 5 rows."
