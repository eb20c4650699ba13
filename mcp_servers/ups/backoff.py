"""One back-off for all calls: as long as UPS names in `Retry-After`; as a rule it names nothing, so we learn it."""

import random
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
"""Of our own choice. What UPS names is kept, however long; whoever calls decides whether to wait for it."""
LONGEST_NAMED_S = 86_400.0
"""A `Retry-After` beyond a day is taken for a day."""


def named_pause_s(retry_after: str | None, now: datetime | None = None) -> float | None:
    """Seconds of a `Retry-After` header: a number or an HTTP date. None where there is none, or nobody can read it."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:10]), LONGEST_NAMED_S)
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return min(max(0.0, (until - (now or datetime.now(UTC))).total_seconds()), LONGEST_NAMED_S)


class Backoff:
    """Each 429 doubles the pause that every call respects; each success takes one doubling back."""

    def __init__(self, clock: Callable[[], float] = monotonic, chance: Callable[[], float] = random.random) -> None:
        self._clock = clock
        self._chance = chance
        self._level = 0
        self._until = 0.0

    @property
    def pause_left_s(self) -> float:
        """Seconds for which nothing should be sent."""
        return max(0.0, self._until - self._clock())

    def slow_down(self, named_s: float | None = None) -> float:
        """UPS said 429: raise the pause; returns it. Answers that were on their way together count once.

        `named_s` is the time that UPS named: nothing is sent before.
        """
        if self.pause_left_s == 0.0:
            longest = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2**self._level)
            self._level = min(self._level + 1, 10)
            self._until = self._clock() + longest * (0.5 + self._chance() / 2)
        if named_s is not None:
            self._until = max(self._until, self._clock() + named_s)
        return self.pause_left_s

    def went_well(self) -> None:
        """A call was answered."""
        if self._level and self.pause_left_s == 0.0:
            self._level -= 1
