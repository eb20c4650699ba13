"""The prompt's history of earlier talks: read at the start, added to with each message."""

from collections.abc import Callable

from agent.saved_sessions.prompts import KeptPrompts
from agent.saved_sessions.store import SavedSessions
from agent.settings import Settings
from tui.model.memory import PromptHistory


def history_of(settings: Settings | None, hint: Callable[[str], None]) -> PromptHistory:
    """What was typed before; new messages are kept too, where talks are. `hint` says what hinders it."""
    if settings is None or not settings.sessions_kept:
        return PromptHistory()
    kept = KeptPrompts(SavedSessions(settings.home / "sessions").prompts)
    memory = PromptHistory()

    def keep(text: str) -> None:
        try:
            kept.add(text)
        except OSError as fault:
            memory.keep = lambda _text: None
            hint(f"What you type cannot be kept for the next time: {fault.strerror}.")

    try:
        memory.entries = kept.read()
    except OSError:
        # As if nothing had been kept; the first message that is sent says what is wrong.
        memory.entries = []
    memory.keep = keep
    return memory
