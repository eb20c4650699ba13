"""How code that needs a decision speaks with the person: it tells, it asks, it reports. Screens are behind it."""

from typing import Any, Protocol

from agent.events import Event


class Dialogue(Protocol):
    """The person of a session, as opening and planning see them."""

    def say(self, text: str, level: str = "info") -> None:
        """A notice; `level` is info, warning or alarm."""
        ...

    def warn(self, text: str) -> None:
        """A notice that is also one of the turn's warnings."""
        ...

    async def ask(
        self, text: str, options: list[str], *, free_text: bool = False, numbered: bool = True, remember: bool = True
    ) -> str:
        """One question; waits for the person. With `remember` the same question is asked once a session."""
        ...

    def forget(self, question: str) -> str | None:
        """Ask a remembered question again the next time."""
        ...

    def emit(self, event: Event) -> None:
        """Report what happened."""
        ...

    def source_read(self, source: dict[str, Any]) -> None:
        """The turn is about this sheet, as it is now (`OpenSheet.summary`)."""
        ...

    def rows_selected(self, clause: str, in_words: str, excluded: dict[str, list[int]]) -> None:
        """Which rows the turn is about, and which sheet rows stay out, by reason; again whenever more is known."""
        ...
