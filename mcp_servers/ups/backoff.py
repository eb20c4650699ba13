"""One back-off for all calls: UPS sends 429 without saying how long to wait, so we learn it."""

import random
from collections.abc import Callable
from time import monotonic

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0


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

    def slow_down(self) -> float:
        """UPS said 429: raise the pause; returns it. Answers that were on their way together count once."""
        if self.pause_left_s == 0.0:
            longest = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2**self._level)
            self._level = min(self._level + 1, 10)
            self._until = self._clock() + longest * (0.5 + self._chance() / 2)
        return self.pause_left_s

    def went_well(self) -> None:
        """A call was answered."""
        if self._level and self.pause_left_s == 0.0:
            self._level -= 1
