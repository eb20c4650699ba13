"""The words of commands (words.toml) and of columns (columns.toml), ready to be compared with tokens."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from agent.understanding.tokens import keys, stem

_PLAIN: Final = frozenset({"Verb", "Filler", "Noun", "Empty", "Except", "Stays"})
"""Categories in which the ending of a plural says nothing that must be written out twice."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One phrase of one category."""

    category: str
    value: str


def _read(name: str) -> dict[str, dict[str, str]]:
    return tomllib.loads((files("agent.understanding") / name).read_text(encoding="utf-8"))


def phrases(listed: str) -> Iterator[tuple[str, ...]]:
    """The phrases of a list, as keys."""
    for phrase in " ".join(listed.split()).split(" | "):
        found = keys(phrase) or (phrase.strip(),)  # marks have no keys
        if found != ("",):
            yield found


@cache
def entries() -> dict[tuple[str, ...], tuple[Entry, ...]]:
    """Keys of a phrase -> everything that it may be."""
    table: dict[tuple[str, ...], dict[Entry, None]] = {}
    for category, lists in _read("words.toml").items():
        for value, listed in lists.items():
            for phrase in phrases(listed):
                table.setdefault(phrase, {})[Entry(category, value)] = None
    return {phrase: tuple(found) for phrase, found in table.items()}


@cache
def longest() -> int:
    """Tokens of the longest phrase."""
    return max(map(len, entries()))


@cache
def known_words() -> frozenset[str]:
    """All single words of commands, for typing errors and for coverage."""
    return frozenset(word for phrase in entries() for word in phrase)


@cache
def columns(section: str) -> dict[tuple[str, ...], str]:
    """Keys of a phrase (stems) -> the field that it names; sections `headers`, `telling`, `spoken`."""
    lists: dict[str, Any] = _read("columns.toml")[section]
    return {tuple(map(stem, phrase)): field for field, listed in lists.items() for phrase in phrases(listed)}
