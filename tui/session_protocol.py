"""What the chat needs of a session and of a clock; the product's session is `agent.chat.session.ChatSession`."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Protocol

from agent.events import Event
from agent.events.history import BatchLine, DoubtLine
from agent.events.shipment_detail import ShipmentDetail


class SessionProtocol(Protocol):
    """The interface to a conversation (a structural view of `ChatSession`, so that tests can replay events)."""

    @property
    def busy(self) -> bool: ...

    @property
    def mode(self) -> str: ...

    @property
    def environment(self) -> str: ...

    @property
    def pending_digest(self) -> str | None: ...

    def subscribe(self, listener: Callable[[Event], None]) -> None: ...

    async def open(self) -> dict[str, Any]: ...

    async def close(self) -> None: ...

    async def send(self, text: str, *, begun_at: float) -> dict[str, Any]: ...

    def pauses(self, text: str) -> bool: ...

    async def answer(self, question_id: str, answer: str | int) -> dict[str, Any]: ...

    async def approve(self, digest: str, *, by: str, words: str) -> dict[str, Any]: ...

    async def refuse(self, digest: str) -> None: ...

    def preview_painted(self, digest: str) -> None: ...

    def shipment_detail(self, digest: str, row_number: int) -> ShipmentDetail | None: ...

    async def history(self) -> list[BatchLine]: ...

    async def doubts(self) -> list[DoubtLine]: ...

    async def stop_turn(self) -> None: ...

    async def pause_batch(self) -> None: ...

    async def cancel_batch(self) -> None: ...


class Stamped(Protocol):
    """Anything that says when it came into being (a key press, a click), in monotonic seconds."""

    time: float


class Clock:
    """Monotonic seconds; tests put their own in its place."""

    def now(self) -> float:
        return time.monotonic()

    def utc(self) -> datetime:
        """The time of day, for what is waited for until then."""
        return datetime.now(UTC)

    def of(self, event: Stamped) -> float:
        """When the person pressed: earlier than now when the screen was busy, so that a buffered key stays early."""
        return min(event.time, self.now())
