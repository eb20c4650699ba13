"""How many requests may be at UPS at once, and when: fewer and later when UPS asks for it (429), more afterwards."""

import asyncio
from collections.abc import Callable
from math import isfinite
from types import TracebackType

from agent.batch.executor.request_holders import boot_clock

LONGEST_TOLD_WAIT_S = 300.0
"""shipchat does not wait for a longer `Retry-After`: the batch pauses at once."""
SHORTEST_COUNTED_S = 1.0
"""A shorter wait counts as this much patience, so that it ends."""


class ConcurrencyLimiter:
    """`async with limiter:` holds one slot. The limit never exceeds `most` and never falls below one.

    All workers of a batch share it: what UPS told one of them holds for each. `patience_s` is how long in all it waits,
    without one request that goes through, before it gives up.
    """

    def __init__(self, most: int, *, patience_s: float = 90.0, clock: Callable[[], float] = boot_clock) -> None:
        self._most = most
        self.limit = float(most)
        self._in_flight = 0
        self._wave = 0
        self._changed = asyncio.Condition()
        self._clock = clock
        self._patience_s = patience_s
        self._until = 0.0
        self.waited_s = 0.0
        """Patience that is used up since the last request that went through."""
        self.named_s: float | None = None
        """The wait that UPS named with its latest refusal."""
        self._refusals = 0

    async def __aenter__(self) -> int:
        """The wave that this slot belongs to: one wave lowers the limit once."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._in_flight < int(self.limit))
            self._in_flight += 1
            return self._wave

    async def __aexit__(
        self, _kind: type[BaseException] | None, _fault: BaseException | None, _trace: TracebackType | None
    ) -> None:
        # No await before the count: a slot must come back even when the task is being cancelled.
        self._in_flight -= 1
        async with self._changed:
            self._changed.notify()

    @property
    def left_s(self) -> float:
        """Seconds for which nothing new may be sent."""
        return max(0.0, self._until - self._clock())

    def refused(self, wave: int, told_s: float | None, longest_s: float) -> bool:
        """UPS refused with 429 in this wave; `told_s` is the wait it named, without one ours doubles up to `longest_s`.

        False when the patience is over: the batch should pause.
        """
        first = self.slower(wave)
        self._refusals += first
        readable = isinstance(told_s, int | float) and isfinite(told_s) and told_s >= 0
        self.named_s = told_s if readable else None
        own_s = min(longest_s, 2.0**self._refusals, max(0.0, self._patience_s - self.waited_s))
        wait_s = own_s if self.named_s is None else self.named_s
        if wait_s > LONGEST_TOLD_WAIT_S or self.waited_s >= self._patience_s:
            return False
        if first:
            self.waited_s += max(wait_s, SHORTEST_COUNTED_S)
        self._until = max(self._until, self._clock() + wait_s)
        return True

    def hold_back(self, wait_s: float) -> bool:
        """Another station was refused: nothing new is sent for so long. No patience of this one is used up.

        False for longer than anybody waits: the batch should pause.
        """
        if wait_s > LONGEST_TOLD_WAIT_S:
            self.named_s = wait_s
            return False
        self._until = max(self._until, self._clock() + wait_s)
        return True

    def slower(self, wave: int) -> bool:
        """Lower the limit; False where this wave has done so already."""
        if wave != self._wave:
            return False
        self._wave += 1
        self.limit = max(1.0, self.limit / 2)
        return True

    def faster(self) -> None:
        """A request went through."""
        self.waited_s, self._refusals = 0.0, 0
        self.limit = min(float(self._most), self.limit + 1 / self.limit)
