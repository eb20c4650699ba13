"""How shipchat itself, without any model, reads a message: the calls that it would make, none of them made."""

from dataclasses import dataclass, replace
from typing import Any

from agent.brains.protocol import Conversation, Toolbox, Voice
from agent.chat.state import SessionState
from agent.chat.tools.catalogue import all_tools
from agent.errors import ShipchatError
from agent.understanding.brain import OfflineBrain
from agent.understanding.requests import Say, ToolRequest
from agent.understanding.situation import Meant

Calls = list[tuple[str, dict[str, Any]]]
_LOOKING = frozenset({"describe_sheet", "column_values", "count_rows"})


async def own_reading(state: SessionState, said: str) -> Calls | None:
    """The calls that the offline brain reads in a message; None where it has a question or cannot read it."""
    reader = _Reader()
    conversation = replace(state.conversation, answers=dict(state.conversation.answers))
    await reader.turn(said, conversation, _Looking(state.unheard()), _Silence())
    action = reader.meant.action if reader.meant is not None else None
    if action is None or (isinstance(action, Say) and not action.refusal):
        return None
    requests = (*action.notes, action) if isinstance(action, ToolRequest) else ()
    return [(request.name, request.arguments) for request in requests]


class _Reader(OfflineBrain):
    """Reads as the offline brain does, and stops before it acts."""

    meant: Meant | None = None

    async def _act(self, meant: Meant, conversation: Conversation, toolbox: Toolbox, say: Voice) -> None:
        self.meant = meant


@dataclass(slots=True)
class _Looking:
    """The tools that only look; every question stays open."""

    unheard: SessionState

    def published(self) -> list[dict[str, Any]]:
        return []

    async def call(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if name not in _LOOKING:
            return {}
        spec = all_tools()[name]
        try:
            return await spec.run(self.unheard, spec.arguments.model_validate(arguments))
        except ShipchatError as refusal:
            return {"isError": True, **refusal.as_dict()}

    look = call


class _Silence:
    """Receives nothing: a reading is not a conversation."""

    async def __call__(self, text: str) -> None: ...

    def delta(self, text: str) -> None: ...

    def notice(self, text: str, level: str = "info") -> None: ...

    def used(self, input_tokens: int, output_tokens: int, cost_cents: int | None) -> None: ...
