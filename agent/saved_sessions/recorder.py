"""Writes a talk down as it goes: a listener like any other.

A talk in which nobody says anything leaves no file, and one that goes on in silence stays as it was."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from agent.events import Event, UserSaid
from agent.saved_sessions.kept import kept
from agent.saved_sessions.store import SavedSessions

NOT_KEPT = "This talk cannot be kept for later ({reason}). Nothing else changes."
TOO_LONG = "what was said is as much as one talk may hold"


class Recorder:
    """One talk; `session_id` of an earlier one goes on with that."""

    def __init__(
        self, store: SavedSessions, most: int, tell: Callable[[str], None], session_id: str | None = None
    ) -> None:
        """`tell`: says what hinders it, once."""
        self.store = store
        self.most = most
        self.session_id = session_id or f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
        self._tell = tell
        self._waiting: list[dict[str, Any]] = []
        self._is_new = session_id is None
        self._begun = False
        self._ended = False

    def __call__(self, event: Event) -> None:
        line = kept(event)
        if line is None or self._ended:
            return
        if not self._begun and isinstance(event, UserSaid):
            self._begun = True
            if self._is_new:
                self._bounded()
                self._waiting.insert(0, {"event": "Started", "at": datetime.now(UTC).isoformat(timespec="seconds")})
        self._waiting.append(line)
        if self._begun and not self._ended:
            self._write()

    def _bounded(self) -> None:
        """One more talk: the oldest beyond the limit go."""
        try:
            self.store.keep(self.most - 1)
        except OSError as fault:
            self._end(fault.strerror or str(fault))

    def _write(self) -> None:
        try:
            whole = all(self.store.append(self.session_id, line) for line in self._waiting)
        except OSError as fault:
            self._end(fault.strerror or str(fault))
        else:
            self._waiting.clear()
            if not whole:
                self._end(TOO_LONG)

    def _end(self, reason: str) -> None:
        # First, because what is told comes back here as an event.
        self._ended = True
        self._tell(NOT_KEPT.format(reason=reason))
