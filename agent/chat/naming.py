"""Messages that are read to the letter, under every brain: a path, a sheet, the header's row, an expression."""

import re
from pathlib import Path
from typing import Any

from agent.sheet.fields import MAPPED
from agent.sheet.kinds import kind_of

_OPEN = re.compile(
    r"""\s*(?P<verb>open|load|import|read|use|switch\s+to)?\s*
        (?:the\s+)?(?:file|workbook|spreadsheet|database)?\s*
        @?(?:"(?P<quoted>[^"\n]+)"|'(?P<single>[^'\n]+)'|(?P<bare>\S+))
        (?:,?\s*(?:and\s+)?(?:use\s+)?(?:the\s+)?(?P<part>sheet|tab|table)\s+"?(?P<name>[^"\n]+?)"?)?\s*\.?\s*""",
    re.IGNORECASE | re.VERBOSE,
)
_DATABASE = re.compile(r"(db:[\w-]+|(?:jdbc:)?[a-z][a-z0-9+.-]*://\S+)", re.IGNORECASE)


def named_location(message: str) -> tuple[str, dict[str, Any]] | None:
    """`(path or database URL, options)` when the whole message asks to open it; else None."""
    match = _OPEN.fullmatch(message)
    if match is None:
        return None
    location = match["quoted"] or match["single"] or match["bare"].rstrip(".,")
    quoted = match["quoted"] or match["single"]
    path = Path(location).expanduser()
    if not (kind_of(path) or _DATABASE.fullmatch(location) or (quoted and match["verb"] and path.suffix)):
        return None
    if match["name"] is None:
        return location, {}
    return location, {"table" if match["part"].casefold() == "table" else "sheet": match["name"].strip()}


_MENTION = re.compile(
    r"""(?:\b(?:(?P<verb>open|load|import|read|use)|in|from|of|with|using|on)\s+(?:the\s+)?(?:file|sheet|workbook)?\s*)?
        (?<!\S)(?P<at>@)?(?:"(?P<quoted>[^"\n]+)"|(?P<bare>[^\s",;:]+))[,;:]?
        (?(verb)(?:\s*(?:and\s+then|and|then)\b)?)""",
    re.IGNORECASE | re.VERBOSE,
)


def named_mention(message: str, *, without_at: bool = False) -> tuple[str, str] | None:
    """`(path, the rest)` where one sheet is mentioned beside what is said: `@orders.csv ship all`; else None.

    `without_at`: `ship all in orders.csv` mentions it too.
    """
    matches = [match for match in _MENTION.finditer(message) if match["at"] or without_at]
    found = [(match, match["quoted"] or match["bare"].rstrip(".")) for match in matches]
    sheets = [(match, path) for match, path in found if kind_of(path)]
    if len(sheets) != 1:
        return None
    match, path = sheets[0]
    return path, " ".join(f"{message[: match.start()]} {message[match.end() :]}".split())


_HEADER = re.compile(
    r"(?:the\s+)?(?:header|headers|column\s+names|names\s+of\s+the\s+columns)\s*(?:row)?\s*(?:is|are)\s*(?:in\s+)?"
    r"row\s+(\d+)\s*[.!]*|use\s+row\s+(\d+)\s+as\s+(?:the\s+)?header\s*[.!]*",
    re.IGNORECASE,
)
_PART = re.compile(
    r"(?:use|open|take|switch\s+to)\s+(?:the\s+)?(?:sheet|tab)\s+\"?([^\"\n]+?)\"?\s*[.!]*", re.IGNORECASE
)
_EXPRESSION = re.compile(
    r"(?:set|change|make|edit)\s+(?:the\s+)?(?P<field>\w+(?:\s\w+)?)\s*(?:to|=|as)\s*(?P<expression>.*\brow\s*[\[.].*)",
    re.IGNORECASE | re.DOTALL,
)


def named_part(message: str) -> dict[str, Any] | None:
    """The import options of a message that says which row or which sheet of the open file is meant; else None."""
    text = message.strip()
    if header := _HEADER.fullmatch(text):
        return {"header_row": int(header[1] or header[2])}
    if part := _PART.fullmatch(text):
        return {"sheet": part[1]}
    return None


def named_expression(message: str) -> tuple[str, str] | None:
    """`(field, expression)` of a message like `set the company to row["Firm"] | upper`; else None."""
    match = _EXPRESSION.fullmatch(message.strip())
    if match is None:
        return None
    expression = match["expression"].strip().removeprefix("{{").removesuffix("}}").strip()
    return match["field"].casefold().replace(" ", "_"), expression


_COLUMN = re.compile(r"use\s+(?:the\s+)?column\s+\"(?P<column>.+)\"\s+for\s+(?:the\s+)?(?P<field>\w[\w ]*?)\s*[.!]*")
_MAPPING = re.compile(
    r"(?:please\s+)?(?:show|see|edit|change|what\s+is|what's)\s+(?:me\s+)?(?:the|this)\s+mapping(?:\s+of\s+(?:the|this)\s+sheet)?"
    r"\s*[.!?]*",
    re.IGNORECASE,
)


def named_column(message: str) -> tuple[str, str] | None:
    """`(field, column)` of `use the column "Who" for name`: the quotes say where any header begins and ends."""
    match = _COLUMN.fullmatch(message.strip())
    field = match["field"].casefold().replace(" ", "_") if match is not None else ""
    return (field, match["column"]) if match is not None and field in MAPPED else None


def asks_for_mapping(message: str) -> bool:
    """Whether the whole message asks how the sheet is understood."""
    return _MAPPING.fullmatch(message.strip()) is not None
