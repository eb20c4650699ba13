"""The words of commands: phrase -> what it may be. The lists are in vocabulary.toml; the rest comes from the sheet."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from agent.brains.language.words import keys


@cache
def _lists() -> dict[str, dict[str, str]]:
    text = (files("agent.brains.language") / "vocabulary.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def readings() -> dict[tuple[str, ...], dict[str, Any]]:
    """Keys of a phrase -> every terminal it may be with its value, for words that several lists hold (`over`, `by`)."""
    lists = _lists()
    table: dict[tuple[str, ...], dict[str, Any]] = {}
    groups: list[tuple[str, Any, str]] = [(terminal, None, words) for terminal, words in lists["words"].items()]
    groups += [("DATE_CMP", operator, words) for operator, words in lists["dates"].items()]
    groups += [("CMP", _comparison(name), words) for name, words in lists["comparisons"].items()]
    groups += [("SUPER", _superlative(name), words) for name, words in lists["superlatives"].items()]
    groups += [("WEIGHT_UNIT", unit, words) for unit, words in lists["weight_units"].items()]
    for terminal, value, words in groups:
        for phrase in words.split("|"):
            table.setdefault(keys(phrase), {}).setdefault(terminal, value)
    table.pop((), None)
    return table


def _comparison(name: str) -> tuple[str, str | None]:
    operator, _, role = name.partition(" ")
    return operator, role or None


def _superlative(name: str) -> tuple[str, bool]:
    role, _, direction = name.partition(" ")
    return role, direction == "descending"


@cache
def longest() -> int:
    """Words of the longest phrase."""
    return max(map(len, readings()))


@cache
def single_words() -> frozenset[str]:
    """All words that occur in commands, for typing errors."""
    return frozenset(word for phrase in readings() for word in phrase if word.isalpha())
