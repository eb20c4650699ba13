"""Which tools of the person's servers a model is offered, under which names and with which words.

Names, descriptions and annotations are a stranger's text. A name that is not plain letters is left out, not mended, so
that what the person is asked about is what is called; words are cut, made visible and fenced as data.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from agent.brains.fencing import fenced, plain
from agent.brains.prompts import render
from agent.brains.protocol import OWN_MARK
from agent.own_servers.schema import Unfit, told_schema

MOST_TOOLS = 32
MOST_BYTES = 24_000
"""Of all descriptions together: what a model reads before every answer."""
LONGEST_DESCRIPTION = 500
LONGEST_NAME = 64
"""Letters that models take."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./-]*")


@dataclass(frozen=True, slots=True)
class ListedTool:
    """A tool as its server lists it."""

    name: str
    description: str
    input_schema: Any
    read_only: bool
    """What the server says of it; nothing proves it."""


@dataclass(frozen=True, slots=True)
class OfferedTool:
    """A tool as a model may call it."""

    name: str
    """`shop__list_orders`."""
    server: str
    tool: str
    """Its name at its server."""
    description: str
    input_schema: dict[str, Any]
    asks: bool
    """Whether the person is asked before every call."""

    def published(self) -> dict[str, Any]:
        return {"name": self.name, "description": self.description, "input_schema": self.input_schema}


@dataclass(frozen=True, slots=True)
class Offer:
    """What becomes of the tools of one server."""

    tools: tuple[OfferedTool, ...] = ()
    left_out: tuple[str, ...] = ()
    """`name: why`, in words for the person."""


def offer(server: str, listed: Iterable[ListedTool], *, asks_always: bool) -> Offer:
    """The tools of a server that can be offered, in its order; of two with one name the first."""
    tools: dict[str, OfferedTool] = {}
    left_out: list[str] = []
    for tool in listed:
        try:
            found = _offered(server, tool, asks_always)
            if found.name in tools:
                raise Unfit("another one has its name")
            tools[found.name] = found
        except Unfit as reason:
            left_out.append(f"{plain(tool.name[:200], 40)}: {reason}")
    return Offer(tuple(tools.values()), tuple(left_out))


def within_bounds(offers: Iterable[Offer]) -> tuple[list[OfferedTool], list[str]]:
    """What all servers together may offer, and the names of what is left out for want of room."""
    kept: list[OfferedTool] = []
    left_out: list[str] = []
    used = 0
    for tool in (tool for one in offers for tool in one.tools):
        size = len(json.dumps(tool.published()))
        if len(kept) < MOST_TOOLS and used + size <= MOST_BYTES:
            kept.append(tool)
            used += size
        else:
            left_out.append(tool.name)
    return kept, left_out


def _offered(server: str, tool: ListedTool, asks_always: bool) -> OfferedTool:
    if not _NAME.fullmatch(tool.name):
        raise Unfit("its name is not plain letters, digits and _ - . /")
    name = f"{server}{OWN_MARK}{re.sub(r'[./]', '_', tool.name)}"
    if len(name) > LONGEST_NAME:
        raise Unfit("its name is too long")
    words = render(
        "own_tool",
        server=server,
        description=fenced(plain(tool.description[: 4 * LONGEST_DESCRIPTION], LONGEST_DESCRIPTION)),
    )
    return OfferedTool(
        name, server, tool.name, words, told_schema(tool.input_schema), asks_always or not tool.read_only
    )
