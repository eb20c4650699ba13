"""Title, bell and notification of the terminal: only on change, a sound only when the person looks elsewhere."""

import re
from collections.abc import Callable

from tui.model.session_view import Mood, SessionView

_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def title_sequence(title: str) -> str:
    """OSC 0: sets the window's title."""
    return f"\x1b]0;{_UNSAFE.sub('', title)}\x07"


def notification_sequence(words: str) -> str:
    """OSC 9: a desktop notification where the terminal knows it."""
    return f"\x1b]9;{_UNSAFE.sub('', words)}\x07"


def progress_sequence(percent: int | None) -> str:
    """OSC 9;4: progress in the task bar; None removes it."""
    return "\x1b]9;4;0;\x07" if percent is None else f"\x1b]9;4;1;{percent}\x07"


class Attention:
    """Follows the session_view; writes through `write`."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._title = ""
        self._mood = Mood.STARTING
        self._percent: int | None = None

    def follow(self, session_view: SessionView, *, looking: bool) -> None:
        """Called after each paint."""
        if session_view.title != self._title:
            self._title = session_view.title
            self._write(title_sequence(session_view.title))
        percent = (
            100 * session_view.batch_done // max(1, session_view.batch_rows) if session_view.batch_running else None
        )
        if percent != self._percent:
            self._percent = percent
            self._write(progress_sequence(percent))
        mood, self._mood = self._mood, session_view.mood
        waited_for = session_view.mood is Mood.NEEDS_YOU or (session_view.mood is Mood.READY and mood is Mood.WORKING)
        if waited_for and mood is not session_view.mood and not looking:
            words = "shipchat needs you" if session_view.mood is Mood.NEEDS_YOU else "shipchat is done"
            self._write("\x07" + notification_sequence(words))

    def leave(self) -> None:
        """Take away what would outlive the chat."""
        if self._percent is not None:
            self._write(progress_sequence(None))
        self._write(title_sequence(""))
