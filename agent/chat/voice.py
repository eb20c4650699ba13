"""What a brain says becomes events of the session."""

from dataclasses import dataclass

from agent.chat.state import SessionState
from agent.events import AssistantDelta, AssistantSaid, NoticeShown, UsageReported


@dataclass(frozen=True, slots=True)
class SessionVoice:
    """Implements `agent.brains.protocol.Voice`."""

    state: SessionState

    async def __call__(self, text: str) -> None:
        self._spoke()
        self.state.emit(AssistantSaid(text))

    def delta(self, text: str) -> None:
        self._spoke()
        self.state.emit(AssistantDelta(text))

    def notice(self, text: str, level: str = "info") -> None:
        self.state.emit(NoticeShown(text, level))

    def _spoke(self) -> None:
        """What a model says after a preview may ask for a yes to something else."""
        if self.state.model_turn.at_work and self.state.pending is not None:
            self.state.pending.model_spoke = True

    def used(self, input_tokens: int, output_tokens: int, cost_cents: int | None) -> None:
        settings = self.state.settings
        limits = settings.model_budget_tokens, settings.model_budget_cents
        self.state.emit(UsageReported(input_tokens, output_tokens, cost_cents, *limits))
