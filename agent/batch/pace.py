"""How many requests may be at UPS at once: halved when UPS asks for fewer (429), raised one by one afterwards."""

import asyncio
from types import TracebackType


class Pace:
    """`async with pace:` holds one slot. The limit never exceeds `most` and never falls below one."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.limit = float(most)
        self._in_flight = 0
        self._wave = 0
        self._changed = asyncio.Condition()

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

    def slower(self, wave: int) -> None:
        """UPS refused with 429 in this wave."""
        if wave == self._wave:
            self._wave += 1
            self.limit = max(1.0, self.limit / 2)

    def faster(self) -> None:
        """A request went through."""
        self.limit = min(float(self._most), self.limit + 1 / self.limit)
