"""The person of a session: what is told and asked becomes events; the turn's result is their fold."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from agent.chat.questions import Questions
from agent.chat.result import TurnResults
from agent.events import Event, NoticeShown, RowsSelected, SourceRead


@dataclass(slots=True)
class SessionDialogue:
    """Implements `agent.dialogue.Dialogue`."""

    emit: Callable[[Event], None]
    questions: Questions
    results: TurnResults

    def say(self, text: str, level: str = "info") -> None:
        """A notice to the person, kept in the result's text."""
        self.emit(NoticeShown(text, level, kept_as="text"))

    def warn(self, text: str) -> None:
        self.emit(NoticeShown(text, "warning", kept_as="warning"))

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
            text, options, free_text=free_text, numbered=numbered, remember=remember, question_id=question_id
        )

    def forget(self, question: str) -> str | None:
        return self.questions.forget(question)

    def source_read(self, source: dict[str, Any]) -> None:
        """The sheet was read again; told where it is another than the turn knows."""
        if self.results.current.source != source:
            self.emit(SourceRead(source))

    def rows_selected(self, clause: str, in_words: str, excluded: dict[str, list[int]]) -> None:
        """What is selected so far, where that was not told yet."""
        copied = {reason: list(rows) for reason, rows in excluded.items()}
        told = self.results.current
        if (clause, in_words, copied) != (told.filter_clause, told.filter_in_words, told.excluded):
            self.emit(RowsSelected(clause, in_words, copied))
