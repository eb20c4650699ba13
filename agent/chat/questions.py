"""One open question at a time: a turn waits for the person, the session hands the answer over."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from agent.errors import ErrorKind, error
from agent.events import Event, QuestionAnswered, QuestionAsked

NO_OPTION = ErrorKind(
    "E-2304",
    "{answer!r} is not one of the choices.",
    "Answer with one of: {options} (or its number), or say “never mind”.",
)
NO_QUESTION = ErrorKind("E-2305", "There is no open question.", "Say what you want to do.")


@dataclass(frozen=True, slots=True)
class Choices:
    """What an open question takes for an answer."""

    options: list[str]
    free_text: bool = False
    numbered: bool = True
    """Whether a typed number names a choice by its place; else it is a value."""

    def chosen(self, answer: str | int) -> str:
        """The option that an answer names: by its place (from 1), by its text, or free text where allowed.

        Raises:
            ShipchatError: E-2304 when it is not one of the choices.
        """
        text = str(answer).strip()
        option = self._at(answer) if isinstance(answer, int) else self.named(text)
        if option is not None:
            return option
        if self.free_text and text and isinstance(answer, str):
            return text
        raise error(NO_OPTION, answer=text, options=", ".join(self.options))

    def named(self, text: str) -> str | None:
        """The option that a text names: by its own text, or by its place."""
        for option in self.options:
            if option.casefold() == text.casefold():
                return option
        return self._at(int(text)) if self.numbered and text.isdecimal() else None

    def _at(self, place: int) -> str | None:
        return self.options[place - 1] if 1 <= place <= len(self.options) else None


@dataclass(slots=True)
class OpenQuestion:
    """A question that is on the screen, and the future that its answer resolves."""

    question_id: str
    text: str
    choices: Choices
    answered: "asyncio.Future[str]"


def are_amounts(options: list[str]) -> bool:
    """Whether choices are numbers themselves: then “2” means 2, not the second of “1 lb, 2 lb, 5 lb”."""
    return any(option.lstrip("$€£ ")[:1].isdecimal() for option in options)


@dataclass(slots=True)
class Questions:
    """Asks, and remembers the answers of this session."""

    emit: Callable[[Event], None]
    open: OpenQuestion | None = None
    remembered: dict[str, str] = field(default_factory=dict)
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    async def ask(
        self,
        text: str,
        options: list[str],
        *,
        free_text: bool = False,
        numbered: bool = True,
        remember: bool = True,
        question_id: str | None = None,
    ) -> str:
        """The person's choice; the same question is asked once a session."""
        known = self.remembered.get(text) if remember else None
        if known is not None and (free_text or known in options):
            # Nobody is waited for: the keys and the screen still get their turn.
            await asyncio.sleep(0)
            return known
        future: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        numbered = numbered and not are_amounts(options)
        self.open = OpenQuestion(question_id or self.reserve(), text, Choices(options, free_text, numbered), future)
        self.emit(QuestionAsked(self.open.question_id, text, options, free_text, numbered))
        self.asked.set()
        try:
            answer = await future
        finally:
            self.open = None
            self.asked.clear()
        if remember:
            self.remembered[text] = answer
        return answer

    def forget(self, text: str) -> str | None:
        """The remembered answer to a question that it did not answer; the person is asked again."""
        return self.remembered.pop(text, None)

    def reserve(self) -> str:
        """The id of a question to come, for an event that announces it."""
        return f"q{next(self._numbers)}"

    def answer(self, answer: str | int) -> None:
        """Hand over the answer to the open question.

        Raises:
            ShipchatError: E-2305 without an open question, E-2304 when the answer is not one of its choices.
        """
        if self.open is None:
            raise error(NO_QUESTION)
        choice = self.open.choices.chosen(answer)
        self.emit(QuestionAnswered(self.open.question_id, choice))
        self.open.answered.set_result(choice)
        # Cleared here, not by the waiting turn, so that the session does not see the old question again.
        self.open = None
        self.asked.clear()
