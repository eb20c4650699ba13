"""Work that has begun and must come to its own end: Esc stops what has not begun, and what was done is told."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Stopping:
    """Whether the person wants nothing more begun."""

    def __init__(self) -> None:
        self.wanted = False

    def __call__(self) -> bool:
        return self.wanted


async def to_its_end(work: Coroutine[Any, Any, T], tell: Callable[[T], None], stopping: Stopping | None = None) -> None:
    """Wait for work and tell what came of it, also where the turn is stopped meanwhile.

    Raises:
        CancelledError: after it was told.
    """
    running = asyncio.create_task(work)
    try:
        result = await asyncio.shield(running)
    except asyncio.CancelledError:
        if stopping is not None:
            stopping.wanted = True
        tell(await running)
        raise
    tell(result)
