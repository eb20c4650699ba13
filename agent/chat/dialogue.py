"""The person of a session: what is told and asked becomes events, and part of the turn's result."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from agent.chat.questions import Questions
from agent.chat.result import TurnResult
from agent.events import Event, NoticeShown


@dataclass(slots=True)
class SessionDialogue:
    """Implements `agent.dialogue.Dialogue`."""

    emit: Callable[[Event], None]
    questions: Questions
    result: TurnResult
    """Of the turn that runs."""

    def say(self, text: str, level: str = "info") -> None:
        """A notice to the person, kept in the result's text."""
        self.result.say(text)
        self.emit(NoticeShown(text, level))

    def warn(self, text: str) -> None:
        self.emit(NoticeShown(text, "warning"))
        self.result.warnings.append(text)

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
        """One question; waits for the person."""
        return await self.questions.ask(
            text,
            options,
            self.result,
            free_text=free_text,
            numbered=numbered,
            remember=remember,
            question_id=question_id,
        )

    def forget(self, question: str) -> None:
        self.questions.remembered.pop(question, None)

    def source_read(self, source: dict[str, Any]) -> None:
        self.result.source = source

    def rows_selected(self, clause: str, in_words: str, excluded: dict[str, list[int]]) -> None:
        self.result.filter_clause, self.result.filter_in_words = clause, in_words
        self.result.excluded = excluded
