"""An answer of a model, whichever protocol it came by, and who asks for it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Protocol, Self

from agent.brains.faults import CUT_OFF
from agent.brains.history import Block
from agent.brains.usage import Tokens
from agent.errors import error

_LETTERS_A_TOKEN_AT_MOST = 16
"""On the average of a whole answer."""


def check_length(letters: int, max_tokens: int) -> None:
    """Stop reading an answer that is far longer than it was allowed to be: a service may ignore what it is asked.

    Raises:
        ShipchatError: E-2351.
    """
    if letters > max_tokens * _LETTERS_A_TOKEN_AT_MOST:
        raise error(CUT_OFF, limit=max_tokens)


@dataclass(frozen=True, slots=True)
class ToolUse:
    """A call that the model wants made; its arguments were whole JSON."""

    call_id: str
    name: str
    arguments: dict[str, Any]


@dataclass(slots=True)
class Reply:
    """A whole answer."""

    stop_reason: str
    blocks: list[Block]
    tokens: Tokens
    calls: list[ToolUse] = field(default_factory=list)
    declined_for: str | None = None


class ModelClient(Protocol):
    """Asks one model at one address; a context manager for the length of a turn."""

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    async def ask(
        self, request: dict[str, Any], heard: Callable[[str], None], counted: Callable[[Tokens], None]
    ) -> Reply:
        """Send `{system, messages, tools?}` in the form of the Messages API and read the answer to its end; text goes
        to `heard` as it comes, `counted` is told the tokens of every answer that began.

        Raises:
            ShipchatError: what asking again would not mend.
            AskAgain: what it might mend.
            ContextFull: the conversation is too long.
        """
        ...
