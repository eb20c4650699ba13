"""The one way in which the agent calls a server: `async (tool, arguments) -> dict`, mocked in tests."""

from collections.abc import Awaitable, Callable
from typing import Any

ToolCaller = Callable[[str, dict[str, Any]], Awaitable[dict[str, Any]]]


class GoneError(Exception):
    """The server cannot be reached any more; what the call did is unknown."""
