"""Requests that are refused whoever makes them: instructions to the program, statements, files, other addresses.

Refusing is not the gate - tools and servers have theirs - but an honest answer, before any word is read as a wish.
"""

import re
import tomllib
from collections.abc import Iterable, Sequence
from importlib.resources import files
from typing import Any, Final, Protocol

_SQL: Final = re.compile(
    r"""\b(drop|truncate|alter|create)\s+(or\s+replace\s+)?(table|database|schema|index|view|column)\b
      | \b(insert\s+into|delete\s+from)\b | \b(attach|pragma)\s+['"\w] | \bcopy\b.{1,40}\b(to|from)\s*'
      | \bupdate\b.{1,40}\bset\b.{1,30}= | \bunion\s+(all\s+)?select\b | (?<!day\s)(?<!day-)\bselect\b.{1,60}\bfrom\b
      | ;\s*(drop|delete|update|insert|select|shutdown) | (\b|')(\d+|true)'?\s*=\s*'?(\d+|true)\b
      | --\s*$ | /\* | \bxp_cmdshell\b | \bread_(csv|text|blob|parquet|json)\b
      | \bexec(ute)?\b.{0,20}\b(sql|query|statement|command|shell|script|code)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_LISTED: Final[list[dict[str, Any]]] = tomllib.loads(
    (files("agent.brains") / "refusals.toml").read_text(encoding="utf-8")
)["refusal"]
_COMPILED: Final = tuple(
    (re.compile("|".join(entry["patterns"]), re.IGNORECASE), str(entry["answer"]).strip()) for entry in _LISTED
)
_CARRIERS: Final = re.compile(
    r"\b(usps|fed ?ex|dhl|on ?trac|lasership|dpd|purolator|royal mail|canada post|"
    r"(?:us |the )?post office|postal service|(?:priority|first[ -]class) mail|parcel post|media mail|"
    r"amazon logistics)(?:'?s|ed)?\b(?! box)",
    re.IGNORECASE,
)
_QUOTED: Final = re.compile(r"\"[^\"]*\"|“[^”]*”")


class Column(Protocol):
    """A column of the sheet, as either interpreter knows it."""

    @property
    def name(self) -> str: ...

    @property
    def values(self) -> Sequence[tuple[str, int]]:
        """Cells with how often they stand there, as far as they are listed."""
        ...


def other_carrier(text: str, columns: Iterable[Column]) -> str | None:
    """Why a message that names another carrier is refused; a word that the sheet itself holds is about its rows."""
    found = _CARRIERS.search(_QUOTED.sub('""', text))
    if found is None:
        return None
    said = found[1].casefold()
    if any(
        said in held.casefold() for column in columns for held in (column.name, *(cell for cell, _ in column.values))
    ):
        return None
    return f"I ship with UPS only, not by {found[1]}. Say which UPS service to use instead."


def refusal(text: str) -> str | None:
    """Why a message is refused as a whole; None when nothing speaks against reading it."""
    if _SQL.search(text):
        return "I read plain words, not SQL. Say which orders to ship, e.g. `Texas orders over $100`."
    bare = _QUOTED.sub('""', text)
    for pattern, reason in _COMPILED:
        if pattern.search(bare):
            return reason
    return None
