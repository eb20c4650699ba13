"""The closed list of tools: importing their modules registers them."""

from functools import cache

from agent.chat.tools import (  # noqa: F401 - importing registers
    asking,
    destinations,
    history,
    mappings,
    queue,
    sheet,
    shipment,
)
from agent.chat.tools.registry import ToolSpec, registered


@cache
def all_tools() -> dict[str, ToolSpec]:
    """Every tool, in the order of their modules."""
    return registered()
