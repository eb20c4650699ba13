"""What a brain says becomes events of the session."""

from collections.abc import Callable
from dataclasses import dataclass

from agent.events import AssistantDelta, AssistantSaid, Event, NoticeShown, UsageReported


@dataclass(frozen=True, slots=True)
class SessionVoice:
    """Implements `agent.brain.protocol.Voice`."""

    emit: Callable[[Event], None]

    async def __call__(self, text: str) -> None:
        self.emit(AssistantSaid(text))

    def delta(self, text: str) -> None:
        self.emit(AssistantDelta(text))

    def notice(self, text: str, level: str = "info") -> None:
        self.emit(NoticeShown(text, level))

    def used(self, input_tokens: int, output_tokens: int, cost_cents: int | None) -> None:
        self.emit(UsageReported(input_tokens, output_tokens, cost_cents))
