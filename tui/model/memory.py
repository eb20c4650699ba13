"""What the prompt remembers: sent messages to walk through, and messages that wait for their turn."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count


@dataclass(slots=True)
class PromptHistory:
    """Messages in the order they were sent; Up walks back, Down comes forward to the draft."""

    entries: list[str] = field(default_factory=list)
    suggested: list[str] = field(default_factory=list)
    """What could be said; Up comes to it where nothing was sent before."""
    keep: Callable[[str], None] = lambda _text: None
    """Told of each message, for the next time."""
    stashed: str = ""
    """A draft that was put aside."""
    _position: int | None = None
    _draft: str = ""

    def add(self, text: str) -> None:
        """Remember a message; the same one twice in a row counts once."""
        self._position = None
        if text.strip() and (not self.entries or self.entries[-1] != text):
            self.entries.append(text)
            self.keep(text)

    def holding(self, words: str) -> list[str]:
        """Messages in which these words occur, newest first, each once; case is ignored."""
        wanted = words.casefold()
        return [text for text in dict.fromkeys(reversed(self.entries)) if wanted in text.casefold()]

    def swap(self, draft: str) -> str:
        """Put a draft aside; an empty prompt gets back what was put aside. Answers what the prompt holds then."""
        if draft.strip():
            self.stashed = draft
            return ""
        draft, self.stashed = self.stashed, ""
        return draft

    def suggest(self, sentences: list[str]) -> None:
        """Put these behind the oldest message, the first of them nearest; they take the place of earlier ones."""
        self.entries = [*reversed(sentences), *self.entries[len(self.suggested) :]]
        self.suggested, self._position = sentences, None

    def older(self, current: str) -> str | None:
        """The message before, or None at the oldest."""
        if self._position is None:
            self._draft, self._position = current, len(self.entries)
        if self._position == 0:
            return None
        self._position -= 1
        return self.entries[self._position]

    def newer(self) -> str | None:
        """The message after, at last the draft; None when not walking."""
        if self._position is None:
            return None
        self._position += 1
        if self._position >= len(self.entries):
            self._position = None
            return self._draft
        return self.entries[self._position]


@dataclass(frozen=True, slots=True)
class Message:
    """What a person typed, and when they began to."""

    number: int
    text: str
    begun_at: float


@dataclass(slots=True)
class Outgoing:
    """Messages typed while a turn runs, sent one by one after it; none is lost, none approves anything."""

    waiting: deque[Message] = field(default_factory=deque)
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    def add(self, text: str, begun_at: float) -> None:
        self.waiting.append(Message(next(self._numbers), text, begun_at))

    def next(self) -> Message | None:
        return self.waiting.popleft() if self.waiting else None

    def pull_back(self) -> Message | None:
        """The newest, to be edited or dropped."""
        return self.waiting.pop() if self.waiting else None

    def cancel(self, number: int) -> None:
        self.waiting = deque(message for message in self.waiting if message.number != number)

    def __len__(self) -> int:
        return len(self.waiting)
