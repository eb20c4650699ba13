"""What goes on of a kept talk: its words as history, its sheet, and the words of the preview that was open."""

from dataclasses import dataclass

from agent.saved_sessions.store import SavedSessions
from agent.saved_sessions.telling import open_command, sheet_of, told


@dataclass(frozen=True, slots=True)
class Resumed:
    """An earlier talk, for a session that goes on with it. Nothing of it approves anything."""

    session_id: str
    name: str
    talk: list[dict[str, str]]
    """`{role, text}`, in order."""
    sheet: str | None
    command: str
    """Planned again: it gives a preview of its own, with a digest of its own."""


def resumed(store: SavedSessions, name: str) -> Resumed:
    """The talk that a person means.

    Raises:
        ShipchatError: E-4340, E-4341.
    """
    session_id = store.find(name)
    lines = store.lines(session_id)
    return Resumed(session_id, store.told(session_id).name, told(lines), sheet_of(lines), open_command(lines))
