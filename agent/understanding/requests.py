"""What the interpreter hands to the session: calls of tools, one question, or words."""

from dataclasses import dataclass, field
from typing import Any, Union


@dataclass(frozen=True, slots=True)
class ToolRequest:
    """One call to the closed set of tools."""

    name: str
    arguments: dict[str, Any] = field(default_factory=dict)
    in_words: str = ""
    """What the numbers of the answer are about, for saying them."""
    keep: int | None = None
    """How many groups of the answer to say; those that tie with the last of them are said too."""
    currency: str = ""
    """Of the amounts in the answer: `$`, or a code."""
    notes: tuple["ToolRequest", ...] = ()
    """What is noted before it: defaults that the message states beside the command."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A question to the person; its answer is looked up by its text when the message is read again."""

    question: str
    options: tuple[str, ...] = ()
    slot: str = "words"
    free_text: bool = True
    unread: bool = False
    """Whether nothing of the message could be read, or nothing that is about rows of the sheet."""


@dataclass(frozen=True, slots=True)
class Say:
    """Plain words; `refusal` marks what will not be done at all."""

    text: str
    refusal: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """Clauses whose numbers of rows must be known before the message can be read."""

    clauses: tuple[str, ...]


Action = Union[ToolRequest, Ask, Say, Look]  # noqa: UP007
