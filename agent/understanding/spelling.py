"""Plain typing errors put right: words of commands, headers, states; never a word close to a value of the sheet."""

from collections.abc import Collection, Sequence
from functools import cache
from typing import Final

from rapidfuzz.distance import OSA

from agent.shipping.places import PROVINCES, REGIONS, STATES
from agent.shipping.services import SERVICE_WORDS
from agent.understanding.dates import MONTH_NAMES
from agent.understanding.lexicon import columns as known_columns
from agent.understanding.lexicon import entries, known_words
from agent.understanding.numbers import NUMBER_WORDS
from agent.understanding.sheet import Sheet
from agent.understanding.tokens import Token, keys, renamed, stem
from agent.understanding.wording import TOLD

_TYPO: Final = 4
_KEYS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_LONG_TYPO: Final = 7
_TITLES: Final = {"doctor": "dr", "mister": "mr", "missus": "mrs", "saint": "st", "mount": "mt"}


def mended(tokens: Sequence[Token], sheet: Sheet) -> tuple[tuple[Token, ...], tuple[str, ...]]:
    """The tokens with plain typing errors put right, and notes of that; words close to a value are left alone."""
    closed = _closed()
    cells = sheet.cell_words
    found, notes = [], []
    for token in tokens:
        word = token.key
        new = _as_written(word, sheet)
        if token.kind == "word" and len(word) >= _TYPO and word.isalpha() and not _is_known({word, stem(word)}, sheet):
            new = new or (_nearest(word, closed) if not _like(word, cells) else None)
        if new is not None and new != word:
            notes += [f"read {token.text!r} as {new!r}"] if stem(new) != stem(word) else []
            token = renamed(token, new)
        found.append(token)
    return tuple(found), tuple(notes)


def _is_known(spellings: set[str], sheet: Sheet) -> bool:
    return any(one in _vocabulary() or one in sheet.vocabulary or one in sheet.parts for one in spellings)


def _as_written(word: str, sheet: Sheet) -> str | None:
    """`Doctor` where the cells say `Dr.`."""
    short = _TITLES.get(word)
    if short is None or word in sheet.vocabulary:
        return None
    return short if short in sheet.vocabulary else None


def near_a_value(tokens: Sequence[Token], sheet: Sheet) -> bool:
    """Whether one of these words may be a value or a header of the sheet that was typed wrongly."""
    phrases = (*map(keys, sheet.by_name), *sheet.values)
    known = {word for phrase in phrases for word in phrase if len(word) >= _TYPO} | set(sheet.parts)
    return any(_like(token.key, {word for word in known if _slipped(token.key, word)}) for token in tokens)


def _nearest(word: str, closed: frozenset[str]) -> str | None:
    allowed = 2 if len(word) >= _LONG_TYPO else 1
    near: dict[str, int] = {}
    for candidate in closed:
        if abs(len(candidate) - len(word)) <= allowed and candidate[0] == word[0]:
            distance = OSA.distance(word, candidate, score_cutoff=allowed)
            if candidate in _deciding() and (distance > 1 or len(word) == _TYPO):
                continue
            if distance <= allowed and (
                len(word) > _TYPO or sorted(word) == sorted(candidate) or len(candidate) > len(word)
            ):
                near[candidate] = distance
    best = [candidate for candidate, distance in near.items() if distance == min(near.values())]
    found = min(best, key=len) if len({stem(candidate) for candidate in best}) == 1 else None
    return found if found is not None and _slipped(word, found) else None


def _slipped(word: str, candidate: str) -> bool:
    """Whether letters were swapped, left out, doubled or hit beside their key: `charge` is never `change`."""
    if len(word) != len(candidate) or sorted(word) == sorted(candidate):
        return abs(len(word) - len(candidate)) <= 1
    wrong = [(a, b) for a, b in zip(word, candidate, strict=True) if a != b]
    return all(_beside(a, b) for a, b in wrong)


def _beside(one: str, other: str) -> bool:
    places = [
        (row, at)
        for letter in (one, other)
        for row, keys_of in enumerate(_KEYS)
        for at in (keys_of.find(letter),)
        if at >= 0
    ]
    return len(places) == 2 and all(abs(a - b) <= 1 for a, b in zip(*places, strict=True))


def _like(word: str, cells: Collection[str]) -> bool:
    allowed = 2 if len(word) >= _LONG_TYPO else 1
    return any(
        abs(len(c) - len(word)) <= allowed and OSA.distance(word, c, score_cutoff=allowed) <= allowed for c in cells
    )


@cache
def _closed() -> frozenset[str]:
    words = set(known_words()) | {w for phrase in known_columns("spoken") for w in phrase}
    words |= {
        w for names in (STATES.values(), PROVINCES.values(), REGIONS) for n in names for w in n.casefold().split()
    }
    words |= set(MONTH_NAMES) | {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}
    words |= {"canada", "mexico", "germany", "australia", "france", "today", "yesterday", "tomorrow", "weeks", "month"}
    return frozenset(word for word in words if len(word) >= _TYPO and word.isalpha())


@cache
def _deciding() -> frozenset[str]:
    """Words that deny or choose: never read into a word that is far from them (`bank`, `harvest`)."""
    return frozenset(phrase[0] for phrase, found in entries().items() if len(phrase) == 1 and found[0].category in TOLD)


@cache
def _vocabulary() -> frozenset[str]:
    services = {word for phrase in SERVICE_WORDS for word in phrase.split()}
    return (
        _closed()
        | known_words()
        | services
        | frozenset(NUMBER_WORDS)
        | frozenset({"week", "weeks", "days", "months", "hours", "year"})
    )
