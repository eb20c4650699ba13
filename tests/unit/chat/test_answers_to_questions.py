"""What is an answer to the open question, what lets it go, and what is a command of its own."""

import asyncio

import pytest

from agent.chat.questions import Choices, Questions
from agent.chat.router import Answer, NeverMind, Route, Situation, route
from agent.errors import ShipchatError


async def _asked(options: list[str], *, free_text: bool = False) -> tuple[Questions, "asyncio.Task[str]"]:
    questions = Questions(lambda _event: None)
    task = asyncio.create_task(questions.ask("Which one?", options, free_text=free_text))
    await questions.asked.wait()
    return questions, task


def _read(text: str, options: list[str], *, free_text: bool = False) -> Route:
    return route(text, Situation(question=Choices(options, free_text)))


@pytest.mark.parametrize("answer", ["UPS Ground", " ups ground ", "1", 1])
async def test_a_choice_by_its_words_or_its_number(answer: str | int) -> None:
    questions, task = await _asked(["UPS Ground", "UPS 2nd Day Air"])
    questions.answer(answer)
    assert await task == "UPS Ground"


@pytest.mark.parametrize("answer", ["0", "3", "ground", "", "never mind"])
async def test_nothing_else_is_a_choice(answer: str) -> None:
    questions, task = await _asked(["UPS Ground", "UPS 2nd Day Air"])
    with pytest.raises(ShipchatError, match="E-2304"):
        questions.answer(answer)
    task.cancel()


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("2 lb 3 oz", True), ("Boston", True), ("ship date", True), ("the blue ones", True),
        ("ship the Texas orders via ground", False), ("how many orders are there?", False), ("never mind", False),
        ("please show the orders over $100", False), ("make it 2-day", False), ("open orders.csv", False),
        ("raise the limit to $100", False), ("remove the limit", False),
    ],
)  # fmt: skip
def test_a_command_is_never_taken_for_an_answer_in_free_words(text: str, taken: bool) -> None:
    assert (_read(text, ["1 lb"], free_text=True) == Answer(text)) is taken


async def test_an_answer_is_remembered_for_the_same_choices_only() -> None:
    questions, task = await _asked(["Weight", "Gross"])
    questions.answer("Gross")
    await task
    assert await questions.ask("Which one?", ["Gross", "Weight"]) == "Gross"
    other = asyncio.create_task(questions.ask("Which one?", ["Net", "Tara"]))
    await questions.asked.wait()
    assert questions.open is not None, "another sheet has other columns"
    other.cancel()


@pytest.mark.parametrize("text", ["cancel", "no", "stop"])
def test_a_choice_goes_before_letting_go(text: str) -> None:
    assert _read(text, ["Yes", text]) == Answer(text)
    assert _read(text, ["Yes", "Later"]) == NeverMind()
