"""A message that names a sheet and nothing else opens it, under every brain."""

import re
from pathlib import Path
from typing import Any

from agent.conversation.sheet import KNOWN_SUFFIXES

_OPEN = re.compile(
    r"""\s*(?P<verb>open|load|import|read|use|switch\s+to)?\s*
        (?:the\s+)?(?:file|workbook|spreadsheet|database)?\s*
        @?(?:"(?P<quoted>[^"\n]+)"|'(?P<single>[^'\n]+)'|(?P<bare>\S+))
        (?:,?\s*(?:and\s+)?(?:use\s+)?(?:the\s+)?(?P<part>sheet|tab|table)\s+"?(?P<name>[^"\n]+?)"?)?\s*\.?\s*""",
    re.IGNORECASE | re.VERBOSE,
)
_PASSWORD = re.compile(r"(\b[a-z][a-z0-9+]*://[^\s:/@]*:)[^\s@]+@", re.IGNORECASE)
_DATABASE = re.compile(r"(db:[\w-]+|[a-z][a-z0-9+]*://\S+)", re.IGNORECASE)


def named_location(message: str) -> tuple[str, dict[str, Any]] | None:
    """`(path or database URL, options)` when the whole message asks to open it; else None."""
    match = _OPEN.fullmatch(message)
    if match is None:
        return None
    location = match["quoted"] or match["single"] or match["bare"].rstrip(".,")
    quoted = match["quoted"] or match["single"]
    path = Path(location).expanduser()
    known = path.suffix.casefold() in KNOWN_SUFFIXES
    if not (known or _DATABASE.fullmatch(location) or (quoted and match["verb"] and path.suffix)):
        return None
    if match["name"] is None:
        return location, {}
    return location, {"table" if match["part"].casefold() == "table" else "sheet": match["name"].strip()}


def without_password(message: str) -> str:
    """The message as screens, models and the ledger see it."""
    return _PASSWORD.sub(r"\1***@", message)
