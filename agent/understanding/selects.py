"""`SELECT` as people type it who know a little SQL, put into the words that it stands for.

Only one statement, with no other one behind it; everything else that is written in SQL is refused.
"""

import re
from typing import Final

_NAME: Final = r"(?:\"[^\"]+\"|[\w.]+)"
_FROM: Final = rf"(?:\s+from\s+{_NAME})?"
_ROWS: Final = re.compile(rf"^\s*select\s+(?:\*|{_NAME}(?:\s*,\s*{_NAME})*){_FROM}\s+where\b", re.IGNORECASE)
_FUNCTION: Final = re.compile(
    rf"^\s*select\s+(?:(?P<before>{_NAME})\s*,\s*)?(?P<name>count|sum|avg|min|max)\s*\(\s*(?P<column>\*|{_NAME})\s*\)"
    rf"{_FROM}(?:\s+where\s+(?P<where>.+?))?(?:\s+group\s+by\s+(?P<by>{_NAME}))?\s*;?\s*$",
    re.IGNORECASE | re.DOTALL,
)
_SHIPS: Final = re.compile(r"[-=]>|→|;|\b(?:ship|send|via|service)\b", re.IGNORECASE)
_WORDS: Final = {"count": "how many", "sum": "total", "avg": "average", "min": "lowest", "max": "highest"}
_ANOTHER: Final = re.compile(
    r"(?<!day )(?<!day-)\b(?:select|union|insert|update|delete|drop|alter|create)\b", re.IGNORECASE
)


def selected(text: str) -> str:
    """`select * from orders where state = 'TX' -> ground` without its beginning, and functions as questions."""
    if len(_ANOTHER.findall(text)) != 1:
        return text
    rows = _ROWS.match(text)
    if rows is not None:
        condition = text[rows.end() :].strip()
        return f"where {condition}" if _SHIPS.search(condition) else f"show orders where {condition}"
    found = _FUNCTION.match(text)
    if found is None or (found["before"] and not _same(found["before"], found["by"])):
        return text
    column = "orders" if found["column"] == "*" else found["column"]
    where = f" where {found['where']}" if found["where"] else ""
    by = f" per {found['by']}" if found["by"] else ""
    return f"{_WORDS[found['name'].casefold()]} {column}{where}{by}"


def _same(one: str, other: str | None) -> bool:
    return other is not None and one.strip('"').casefold() == other.strip('"').casefold()
