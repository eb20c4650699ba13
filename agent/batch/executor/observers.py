"""Whoever watches a batch. An observer that raises is logged and changes nothing."""

import inspect
import logging
from typing import Any

logger = logging.getLogger(__name__)


class Observers:
    """Calls optional methods by name, in order of registration."""

    def __init__(self) -> None:
        self._observers: list[Any] = []

    def add(self, observer: Any) -> None:
        self._observers.append(observer)

    def remove(self, observer: Any) -> None:
        if observer in self._observers:
            self._observers.remove(observer)

    async def notify(self, method: str, *facts: Any, **more: Any) -> None:
        """Call `method` where an observer has it; a coroutine is awaited."""
        for observer in list(self._observers):
            call = getattr(observer, method, None)
            if call is None:
                continue
            try:
                answer = call(*facts, **_taken(call, more))
                if inspect.isawaitable(answer):
                    await answer
            except Exception:
                logger.exception("observer %r failed in %s", type(observer).__name__, method)


def _taken(call: Any, more: dict[str, Any]) -> dict[str, Any]:
    """Only what the observer's signature takes: fields are added over time."""
    try:
        parameters = inspect.signature(call).parameters
    except (TypeError, ValueError):
        return more
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
        return more
    return {key: value for key, value in more.items() if key in parameters}
