"""What happened, in order, so that a test can wait for an exact stage of a request instead of sleeping."""

import asyncio
import time
from collections import deque
from typing import Any

MOST_KEPT = 20_000


class Events:
    """A numbered log of `{n, at, stage, operation, reference?, ...}`, `at` in seconds since the epoch; the stages are
    received, held, booked, answered, dropped."""

    def __init__(self) -> None:
        self._log: deque[dict[str, Any]] = deque(maxlen=MOST_KEPT)
        self._count = 0
        self._changed = asyncio.Event()

    def add(self, stage: str, operation: str, **more: Any) -> None:
        """Note an event and wake those who wait."""
        self._count += 1
        self._log.append({"n": self._count, "at": time.time(), "stage": stage, "operation": operation, **more})
        self._changed.set()

    async def after(self, number: int, wait_s: float) -> list[dict[str, Any]]:
        """The events after `number`; if there are none, the first that come within `wait_s`."""
        try:
            async with asyncio.timeout(wait_s):
                while self._count <= number:
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            return []
        return [event for event in self._log if event["n"] > number]
