"""One open question at a time: a turn waits for the person, the session hands the answer over."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from agent.conversation.approval import read_words
from agent.conversation.limit_words import read_limit_words
from agent.conversation.result import TurnResult
from agent.errors import ErrorKind, error
from agent.events import Event, QuestionAnswered, QuestionAsked

NO_OPTION = ErrorKind(
    "E-2304",
    "{answer!r} is none of the choices.",
    "Answer with one of: {options} (or its number), or say “never mind”.",
)
NO_QUESTION = ErrorKind("E-2305", "There is no open question.", "Say what you want to do.")

_COMMAND = re.compile(
    r"""\s*(?:(?:please|now|ok|okay|no|actually),?\s+)*
        (?:(?:ship|send)\s+\S+\s+\S|(?:show|list|count|open|load|undo|void|retry|resume|pause|help)\b
          |(?:how\s+(?:many|much)|what\s+(?:did|failed|would|is|are)|which\s+orders|switch\s+to|make\s+it|leave\s+out|only\s+those)\b)""",
    re.IGNORECASE | re.VERBOSE,
)
"""How a new command begins: it is never taken for the answer in free words to something else."""


@dataclass(slots=True)
class OpenQuestion:
    """A question that is on the screen, and the future that its answer resolves."""

    question_id: str
    text: str
    options: list[str]
    free_text: bool
    numbered: bool
    """Whether a typed number names a choice by its place; else it is a value."""
    answered: "asyncio.Future[str]"

    def choice(self, answer: str | int) -> str:
        """The option that an answer names: by its place (from 1), by its text, or free text where allowed.

        Raises:
            ShipchatError: E-2304 when it is none of the choices.
        """
        text = str(answer).strip()
        option = self._at(answer) if isinstance(answer, int) else self._option(text)
        if option is not None:
            return option
        if self.free_text and text and isinstance(answer, str):
            return text
        raise error(NO_OPTION, answer=text, options=", ".join(self.options))

    def takes(self, text: str) -> bool:
        """Whether a message is an answer to this question and no command of its own."""
        if self._option(text.strip()) is not None:
            return True
        if not self.free_text or self.dropped_by(text) or _COMMAND.match(text) is not None:
            return False
        limit = read_limit_words(text)
        return limit is None or not limit.plain

    def dropped_by(self, answer: str | int) -> bool:
        """Whether the person wants nothing of it any more: “never mind”, “cancel” - unless that is a choice."""
        words = read_words(str(answer))
        return self._option(str(answer).strip()) is None and words is not None and words.verdict == "refuse"

    def _option(self, text: str) -> str | None:
        for option in self.options:
            if option.casefold() == text.casefold():
                return option
        return self._at(int(text)) if self.numbered and text.isdecimal() else None

    def _at(self, place: int) -> str | None:
        return self.options[place - 1] if 1 <= place <= len(self.options) else None


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
        result: TurnResult,
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
        self.open = OpenQuestion(question_id or self.reserve(), text, options, free_text, numbered, future)
        result.await_answer(text, options)
        self.emit(QuestionAsked(self.open.question_id, text, options, free_text, numbered))
        self.asked.set()
        try:
            answer = await future
        finally:
            self.open = None
            self.asked.clear()
        result.status, result.question = "answer", None
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
            ShipchatError: E-2305 without an open question, E-2304 when the answer is none of its choices.
        """
        if self.open is None:
            raise error(NO_QUESTION)
        choice = self.open.choice(answer)
        self.emit(QuestionAnswered(self.open.question_id, choice))
        self.open.answered.set_result(choice)
        # Cleared here, not by the waiting turn, so that the session does not see the old question again.
        self.open = None
        self.asked.clear()
