"""What a process asks UPS besides labels, in the pace that all stations of a shared ledger keep.

A label request has its place before its intent (agent/batch/executor/row_step.py). The others get theirs here, and only
one of them stands in the row at a time: a station that asks for a thousand prices takes every second place, when others
ship. Without a pace only a 429 counts, and that is looked for once a second at most.
"""

import asyncio
from collections.abc import Awaitable, Callable
from math import isfinite
from time import monotonic
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from agent.errors import ShipchatError, error, is_refusal
from agent.ledger import pace
from agent.ledger.faults import HELD_BACK
from agent.tool_caller import ToolCaller

NEVER_AT_UPS = frozenset({"service_list"})
HAS_ITS_PLACE = "shipping_create"
PLACES = {"shipping_find": 2}
"""How many requests to UPS a tool makes, where it is not one: label recovery, then tracking."""
MOST_ASKS = 4
"""How often what UPS refused with 429 is asked again before the refusal is told."""
LONGEST_WAIT_S = 30.0
"""Nobody who waits for a price waits longer than that; what UPS named is told instead."""
LOOK_EVERY_S = 1.0
AWAY_S = 30.0
"""A database that does not answer is not asked for so long: no label is bought then, and the rest need not wait."""


class UpsPace:
    """Of one process and one UPS account."""

    def __init__(
        self,
        url: str,
        account: str,
        per_second: float | None,
        *,
        now: Callable[[], float] | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`now` stands for the clock of the database and of this process."""
        self._url, self._account, self._per_second = url, account, per_second
        self._now, self._sleep = now, sleep
        self._clock = now or monotonic
        self._in_line = asyncio.Lock()
        self._engine: Engine | None = None
        self._look_at = self._ask_from = float("-inf")
        self._held_until = float("-inf")

    async def call(self, ask: ToolCaller, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """The answer of the UPS server, asked when it is this request's turn."""
        if tool in NEVER_AT_UPS or tool == HAS_ITS_PLACE:
            return await ask(tool, arguments)
        attempt = 1
        while True:
            async with self._in_line:
                held_s = await self._turn(PLACES.get(tool, 1))
            if held_s > LONGEST_WAIT_S:
                return _held_back(held_s)
            reply = await ask(tool, arguments)
            wait_s = _named_wait(reply)
            if wait_s is None:
                return reply
            await self._asked(pace.hold_back, wait_s)
            self._held_until = max(self._held_until, self._clock() + wait_s)
            # Where an earlier attempt of the server may have reached UPS, its caller must hear of it.
            if attempt == MOST_ASKS or wait_s > LONGEST_WAIT_S or reply.get("may_have_run"):
                return reply
            attempt += 1

    def close(self) -> None:
        if self._engine is not None:
            self._engine.dispose()

    async def _turn(self, places: int) -> float:
        """Wait for it; the seconds that are left where UPS named more than anybody waits for."""
        left_s = held_s = await self._held()
        if self._per_second is not None and held_s <= LONGEST_WAIT_S:
            left_s = max(held_s, await self._asked(pace.reserve, self._per_second, places))
        while left_s > 0 and held_s <= LONGEST_WAIT_S:
            await self._sleep(min(left_s, LONGEST_WAIT_S))
            held_s = await self._held()
            left_s = max(left_s - LONGEST_WAIT_S, held_s)
        return held_s if held_s > LONGEST_WAIT_S else 0.0

    async def _held(self) -> float:
        """Seconds until UPS takes requests again, told to this station or to another one."""
        if self._clock() >= self._look_at:
            told_s = await self._asked(pace.held_s)
            self._look_at = self._clock() + LOOK_EVERY_S
            self._held_until = max(self._held_until, self._clock() + told_s)
        return max(0.0, self._held_until - self._clock())

    async def _asked(self, what: Callable[..., float | None], *more: Any) -> float:
        if self._clock() < self._ask_from:
            return 0.0

        def ask() -> float:
            with self._connected() as connection:
                return what(connection, self._account, *more, now=self._now() if self._now else None) or 0.0

        try:
            return await asyncio.to_thread(ask)
        except (DBAPIError, ShipchatError):
            self._ask_from = self._clock() + AWAY_S
            return 0.0

    def _connected(self) -> Connection:
        from agent.ledger.connection import engine_of

        if self._engine is None:
            self._engine = engine_of(self._url, "session")
        return self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")


def _named_wait(reply: dict[str, Any]) -> float | None:
    """Seconds that a 429 names; None for any other answer."""
    named = reply.get("retry_after_s") if is_refusal(reply) else None
    readable = isinstance(named, int | float) and isfinite(named) and named >= 0
    return float(named) if readable and named is not None else None


def _held_back(wait_s: float) -> dict[str, Any]:
    refusal = error(HELD_BACK, wait_s=f"{wait_s:.0f}").as_dict()
    more = {"retryable": True, "outcome": "not_done", "http_status": 429, "retry_after_s": wait_s}
    return {"isError": True, **refusal, **more}
