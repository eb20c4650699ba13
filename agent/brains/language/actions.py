"""What the interpreter answers with: requests to tools, a question, or words."""

from dataclasses import dataclass, field
from typing import Any

from agent.brains.language.conditions import Condition


@dataclass(frozen=True, slots=True)
class ToolRequest:
    """One call to the closed set of tools."""

    name: str
    arguments: dict[str, Any] = field(default_factory=dict)
    in_words: str = ""
    """What the numbers of the answer are about, for saying them."""
    keep: int | None = None
    """How many groups of the answer to say; those that tie with the last of them are said too."""


@dataclass(frozen=True, slots=True)
class Probe:
    """Something that the sheet can settle before the person is asked: rows of this clause mean this answer."""

    clause: str
    answer: str
    settles: bool = True
    """Whether it may be the answer by itself; else it is only offered when it finds rows."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A question to the person; its answer is looked up by the question's text when the words are read again."""

    question: str
    options: tuple[str, ...] = ()
    slot: str = ""
    """What is being asked for: `column`, `value`, `place`, `service`, `unit`, `date`, `words`, ..."""
    free_text: bool = False
    probes: tuple[Probe, ...] = ()
    """Looked up first; when exactly one of them finds rows, that is the answer and nobody is asked."""
    place: tuple[int, int] | None = None
    """Where in the message the answer stands instead of what was said there."""


@dataclass(frozen=True, slots=True)
class Say:
    """Plain words; `refusal` marks what will not be done at all."""

    text: str
    refusal: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """What the sheet must be asked before the words can be read: how many rows each of these conditions has."""

    conditions: tuple[Condition, ...]


Action = ToolRequest | Ask | Say | Look


@dataclass(frozen=True, slots=True)
class Interpretation:
    """What one message means."""

    actions: tuple[Action, ...]
    ignored: tuple[str, ...] = ()
    """Words that carry no meaning for the plan, and spellings that were corrected."""


class AskError(Exception):
    """Raised where reading cannot go on without an answer."""

    def __init__(self, ask: Ask) -> None:
        super().__init__(ask.question)
        self.ask = ask


class LookError(Exception):
    """Raised where reading needs to know more of the sheet."""

    def __init__(self, conditions: tuple[Condition, ...]) -> None:
        super().__init__(str(conditions))
        self.look = Look(conditions)


class SayError(Exception):
    """Raised where reading ends in words: something that cannot or will not be done."""

    def __init__(self, text: str, *, refusal: bool = False) -> None:
        super().__init__(text)
        self.say = Say(text, refusal)
