"""Has a session that a person holds written down, unless they keep none."""

from agent.chat.session import ChatSession
from agent.saved_sessions.recorder import Recorder
from agent.saved_sessions.store import SavedSessions


def record(session: ChatSession) -> Recorder | None:
    """What is said from now on is kept (setting `sessions_kept`)."""
    settings, resumed = session.settings, session.options.resumed
    if not settings.sessions_kept:
        return None
    store = SavedSessions(settings.home / "sessions")
    earlier = resumed.session_id if resumed is not None else None
    recorder = Recorder(store, settings.sessions_kept, session.warn, earlier)
    session.subscribe(recorder)
    return recorder
