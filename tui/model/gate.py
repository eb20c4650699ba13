"""When a key, a click or a word may approve: decided here from times alone (docs/money.md)."""

from dataclasses import dataclass

DEAD_TIME_S = 0.5
"""After a preview was painted, or the window was focused, nothing approves for this long."""
TYPING_PAUSE_S = 1.0
"""After the last typed character no key approves for this long."""
_BEFORE_S = 0.001


@dataclass(slots=True)
class ApprovalGate:
    """The preview that waits, and what the person did lately; all times are monotonic seconds."""

    digest: str | None = None
    typed_confirmation: str | None = None
    painted_at: float | None = None
    typed_at: float | None = None
    focused_at: float | None = None

    def show(self, digest: str, typed_confirmation: str | None) -> None:
        """A preview arrived; it is not painted yet."""
        self.digest, self.typed_confirmation, self.painted_at = digest, typed_confirmation, None

    def painted(self, digest: str, now: float) -> bool:
        """Whether this is the first paint of the waiting preview."""
        if digest != self.digest or self.painted_at is not None:
            return False
        self.painted_at = now
        return True

    def close(self, digest: str | None = None) -> None:
        """The preview was approved, refused or voided."""
        if digest is None or digest == self.digest:
            self.digest = self.typed_confirmation = self.painted_at = None

    def typed(self, now: float) -> None:
        self.typed_at = now

    def window_focused(self, now: float) -> None:
        self.focused_at = now

    def key_approves(self, pressed_at: float) -> bool:
        """Whether a key pressed then approves: never where text must be typed, never early, never while typing."""
        return self.typed_confirmation is None and self._awake(pressed_at) and not self._typing(pressed_at)

    def click_approves(self, clicked_at: float) -> bool:
        """As a key; the click that brought the window to the front does not count."""
        fresh = self.focused_at is not None and clicked_at < self.focused_at + DEAD_TIME_S
        return self.key_approves(clicked_at) and not fresh

    def text_approves(self, text: str, submitted_at: float) -> bool:
        """Whether the typed confirmation is exactly what was asked for (outer blanks aside)."""
        return (
            self.typed_confirmation is not None
            and self._awake(submitted_at)
            and text.strip() == self.typed_confirmation
        )

    def begun(self, begun_at: float) -> float:
        """When a message began, as the session should judge it: in the dead time it counts as before the preview."""
        if self.painted_at is not None and self.painted_at <= begun_at < self.painted_at + DEAD_TIME_S:
            return self.painted_at - _BEFORE_S
        return begun_at

    def _awake(self, now: float) -> bool:
        return self.digest is not None and self.painted_at is not None and now >= self.painted_at + DEAD_TIME_S

    def _typing(self, now: float) -> bool:
        return self.typed_at is not None and now < self.typed_at + TYPING_PAUSE_S
