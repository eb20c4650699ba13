"""Where a page of the queue ended: an opaque, URL-safe token of (`captured_at`, `id`).

`captured_at` keeps the type it is stored with, because SQLite orders NULL < numbers < text < blobs.
"""

import base64
import binascii
import json
import math
from dataclasses import dataclass
from typing import Any

from mcp_servers.jobs.faults import invalid
from mcp_servers.jobs.schemas import LARGEST_ID

Stored = int | float | str | bytes | None
"""A value as SQLite holds it; bytes of a text that are not UTF-8 are surrogate escapes."""

_SMALLEST_INTEGER = -LARGEST_ID - 1


@dataclass(frozen=True, slots=True)
class Position:
    """The last record of a page."""

    captured_at: Stored
    id: int


def encode(position: Position) -> str:
    """The token of a position."""
    captured_at: Any = position.captured_at
    if isinstance(captured_at, bytes):
        captured_at = {"blob": captured_at.hex()}
    text = json.dumps([captured_at, position.id], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode("ascii")).decode("ascii")


def decode(token: str) -> Position:
    """The position of a token; VALIDATION_ERROR for anything that `encode` does not make."""
    try:
        captured_at, id_ = json.loads(base64.urlsafe_b64decode(token.encode("ascii")))
        if isinstance(captured_at, dict):
            captured_at = bytes.fromhex(captured_at["blob"])
        position = Position(captured_at, id_)
        well_formed = _is_stored(captured_at) and _is_integer(id_) and encode(position) == token
    except (ValueError, TypeError, KeyError, RecursionError, binascii.Error):
        well_formed = False
    if not well_formed:
        raise invalid("cursor is malformed.", "Pass next_cursor unchanged, or leave it out to start again.")
    return position


def _is_integer(value: object) -> bool:
    return type(value) is int and _SMALLEST_INTEGER <= value <= LARGEST_ID


def _is_stored(value: object) -> bool:
    if isinstance(value, float):
        return not math.isnan(value)
    return value is None or isinstance(value, str | bytes) or _is_integer(value)
