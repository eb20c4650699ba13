"""`shipchat doctor --model`: asks the model for one tool call, because a model that calls no tools cannot ship."""

from dataclasses import dataclass, field
from typing import Any

from agent.brains.protocol import Conversation
from agent.chat.choice import choose_brain
from agent.errors import ErrorKind, error
from agent.settings import Settings

CALLS_NO_TOOL = ErrorKind(
    "E-5016",
    "{model} answered in words and called no tool.",
    "Choose a model that supports tools (docs/models.md), or give it a larger context.",
)
_WORDS = "This is a test of the connection. Call the tool count_rows once with where = TRUE, then say OK."
_SCHEMA = {"type": "object", "properties": {"where": {"type": "string"}}, "required": ["where"]}


@dataclass(slots=True)
class _OneTool:
    """A tool that counts nothing and remembers that it was called."""

    called: bool = False

    def published(self) -> list[dict[str, Any]]:
        return [{"name": "count_rows", "description": "Counts rows of the sheet.", "input_schema": _SCHEMA}]

    async def call(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        self.called = self.called or (name == "count_rows" and "where" in arguments)
        return {"count": 3}

    look = call


@dataclass(slots=True)
class _Ear:
    tokens: tuple[int, int] = field(default=(0, 0))

    async def __call__(self, text: str) -> None:
        """What it says does not matter."""

    def delta(self, text: str) -> None:
        """Nor how."""

    def notice(self, text: str, level: str = "info") -> None:
        """Waits are the doctor's own matter."""

    def used(self, input_tokens: int, output_tokens: int, cost_cents: int | None) -> None:
        self.tokens = (input_tokens, output_tokens)


async def probe(settings: Settings) -> str:
    """What the model did, in a line.

    Raises:
        ShipchatError: E-5016 where it called no tool, E-44xx and E-55xx where it could not be asked.
    """
    brain = choose_brain(settings.model, settings)
    tool, ear = _OneTool(), _Ear()
    await brain.turn(_WORDS, Conversation(today=settings.day()), tool, ear)
    if not tool.called:
        raise error(CALLS_NO_TOOL, model=settings.model)
    return f"{settings.model}: called a tool, {ear.tokens[0]} tokens read and {ear.tokens[1]} written"
