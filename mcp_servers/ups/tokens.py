"""The access token: one for all calls, fetched once at a time, renewed before it runs out."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

RENEW_AT_LATEST_S = 300.0


@dataclass(frozen=True, slots=True)
class Token:
    """A token and the moment (boot clock, seconds) from which a new one is wanted."""

    value: str
    renew_at: float


# macOS has no CLOCK_BOOTTIME; its CLOCK_MONOTONIC counts sleep.
_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def boot_clock() -> float:
    """Seconds on the clock that counts sleep: a laptop that slept through a token's life notices."""
    return time.clock_gettime(_CLOCK)


def token_from(value: str, lifetime_s: float, now: float) -> Token:
    """Renewed 5 minutes early, or after 3/4 of a shorter life."""
    return Token(value, now + max(lifetime_s * 0.75, lifetime_s - RENEW_AT_LATEST_S))


class TokenSource:
    """Hands out the current token; `fetch` gets a new one and its lifetime in seconds."""

    def __init__(
        self, fetch: Callable[[], Awaitable[tuple[str, float]]], clock: Callable[[], float] = boot_clock
    ) -> None:
        self._fetch = fetch
        self._clock = clock
        self._lock = asyncio.Lock()
        self._token: Token | None = None

    async def get(self) -> str:
        """A token that is good for the next minutes; however many ask, one request goes out."""
        if self._fresh():
            return self._token.value  # type: ignore[union-attr]  # _fresh() says that it is there
        async with self._lock:
            if not self._fresh():
                value, lifetime_s = await self._fetch()
                self._token = token_from(value, lifetime_s, self._clock())
            return self._token.value  # type: ignore[union-attr]

    def refused(self, value: str) -> None:
        """UPS answered 401 to this token: forget it, unless another one has taken its place."""
        if self._token is not None and self._token.value == value:
            self._token = None

    def _fresh(self) -> bool:
        return self._token is not None and self._clock() < self._token.renew_at
