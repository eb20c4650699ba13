"""Commands that are written like a query: links in capitals, lists in parentheses, values in quotes, as plain words."""

import re
from typing import Final

from agent.understanding.sheet import Sheet
from agent.understanding.tokens import keys, stem

_LIST: Final = re.compile(r"\b(not\s+)?in\s*\(([^()]*)\)", re.IGNORECASE)
_QUOTED: Final = re.compile(r"(?<!\w)(['\"‘“])([^'\"‘’“”]+)['\"’”](?!\w)")
_LINK: Final = re.compile(r"(?<=[\w'\")]) (OR|AND|IN|NOT|WHERE)(?= [\w'\"(])")
_NO_OPERAND: Final = frozenset("in to from for and or ship send , not the by via".split())  # noqa: SIM905
_NOUNS: Final = frozenset("orders order ones one packages by via ground and or overnight with using".split())  # noqa: SIM905
_LIMIT: Final = re.compile(
    r"^\s*(?:select\s+\*\s+)?order\s+by\s+(\"[^\"]+\"|\w+)(?:\s+(asc|desc)\w*)?\s+limit\s+(\d+)\b", re.IGNORECASE
)
"""A query without a condition: `order by total desc limit 5`."""

_MINUS: Final = re.compile(r"(?:^|(?<=\s))(all|everything|\*)\s+[-–−]\s*(?=\w)", re.IGNORECASE)
"""`all - gifts`: the sign leaves them out; it is never passed over."""


def in_words(text: str, sheet: Sheet) -> str:
    """`State IN ('TX', 'CA')` as `State in TX or CA`; a quoted text stays one unless it is a value of the sheet."""
    text = _LIMIT.sub(_ordered, text)
    text = text if re.search(r"\bonly\b", text) else _MINUS.sub("everything except ", text)
    text = _LIST.sub(_listed, text)
    text = _QUOTED.sub(lambda match: _bare(match, sheet), text)
    if text.isupper():
        return text
    parts = re.split(r'("[^"]*"|“[^”]*”)', text)
    return "".join(part if at % 2 else _LINK.sub(lambda m, s=part: _link(m, s), part) for at, part in enumerate(parts))


def _ordered(match: re.Match[str]) -> str:
    way = "highest" if (match[2] or "").casefold() == "desc" else "lowest"
    return f"the {match[3]} {way} {match[1]}"


def _listed(match: re.Match[str]) -> str:
    items = [item.strip() for item in match[2].split(",") if item.strip()]
    return f"{'not ' if match[1] else ''}in {' or '.join(items)}"


def _bare(match: re.Match[str], sheet: Sheet) -> str:
    known = tuple(map(stem, keys(match[2]))) in sheet.values
    return match[2] if known and len(keys(match[2])) == 1 else match[0]


def _link(match: re.Match[str], text: str) -> str:
    """`TX OR CA` links, `WA and OR orders` names Oregon."""
    before = re.findall(r"[\w,]+", text[: match.start()])[-1:] or [""]
    after = re.findall(r"\w+", text[match.end() :])[:1] or [""]
    place = before[0].casefold() in _NO_OPERAND or after[0].casefold() in _NOUNS or before[0].endswith(",")
    return match[0] if place else match[0].lower()
