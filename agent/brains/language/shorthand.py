"""Shorthand of hurried people (`n`, `w/`, `tmrw`), written out before anything is read; a word of the sheet stays."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from agent.brains.language.facts import SheetFacts
from agent.brains.language.words import Word

_WRITTEN_OUT: Final[dict[str, str]] = {
    "w": "with", "w/": "with", "w/o": "without", "wo": "without", "em": "them", "b4": "before", "ea": "each",
    "tmrw": "tomorrow", "tmr": "tomorrow", "tmw": "tomorrow", "tomo": "tomorrow", "2moro": "tomorrow",
    "yday": "yesterday", "ystrday": "yesterday", "wknd": "weekend", "wk": "week", "wks": "weeks",
    "ord": "order", "ords": "orders", "pkg": "package", "pkgs": "packages", "shpmt": "shipment", "shpmts": "shipments",
    "grd": "ground", "evrything": "everything", "addr": "address", "ppl": "people",
}  # fmt: skip
_BEFORE_A_VALUE: Final = frozenset({"is", "=", "says", "equals", "was"})


def written_out(words: Sequence[Word], facts: SheetFacts) -> list[Word]:
    """The words with their shorthand replaced; what they looked like stays in `text`."""
    found: list[Word] = []
    for index, word in enumerate(words):
        known = (word.key,) in facts.value_keys or (word.key,) in facts.header_keys
        if word.text == "n" and _joins(words, index, facts):
            found.append(replace(word, key="and"))
        elif word.kind == "word" and word.key in _WRITTEN_OUT and not known and not word.text.isupper():
            found.append(replace(word, key=_WRITTEN_OUT[word.key]))
        else:
            found.append(word)
    return found


def _joins(words: Sequence[Word], index: int, facts: SheetFacts) -> bool:
    """Whether a small `n` is an "and": between two words, and no answer to a yes/no column before it."""
    if not 0 < index < len(words) - 1:
        return False
    before = words[index - 1].key
    return before not in _BEFORE_A_VALUE and (before,) not in facts.header_keys
