"""Cutting a message into words: numbers, money, quoted texts, ids and plain words, each with its key."""

import re
from dataclasses import dataclass
from typing import Final, Literal

from agent.shipping.text import key

WordKind = Literal["word", "number", "money", "range", "quoted", "id", "operator", "mark", "ordinal", "date", "arrow"]

_PARTS: Final[tuple[tuple[WordKind, str], ...]] = (
    ("quoted", r'"[^"]*"|“[^”]*”|«[^»]*»|(?<![\w])[\'‘][^\'’]+[\'’](?!\w)'),
    ("date", r"\d{4}-\d{1,2}-\d{1,2}(?!\w)|\d{1,2}/\d{1,2}(?:/\d{2,4})?(?![\w/])|\d{1,2}\.\d{1,2}\.\d{4}(?!\w)"),
    (
        "id",
        r"#\d+\s?[-–—]\s?#\d+(?![-\w])|#?\d+(?:-\d+){2,}|#?[^\W\d_]+[-_]?\d[\w-]*\d|#?[^\W\d_]+-?\d+(?!\w)|#\s?[\w-]+|\d+-[^\W\d_]+-?\d[\w-]*",
    ),
    ("range", r"\$?\d+(?:\.\d+)?\s?[-–—]\s?\$?\d+(?:\.\d+)?(?![-\d/])"),
    ("money", r"(?:US)?[$€£]\s?(?:(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?|\.\d+)[kK]?(?!\w)"),
    ("ordinal", r"\d+(?:st|nd|rd|th)\b"),
    ("number", r"(?:(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?|\.\d+)(?:k(?!\w))?"),
    ("arrow", r"[-=–]+>(?!\s?\$?\d)|→"),
    ("operator", r"=>|[<>!]=|<>|==|[=<>≥≤≠]"),
    ("word", r"w/o(?!\w)|w/(?=\s)|[^\W\d_](?:\.[^\W\d_])+\.?|[^\W\d_]+(?:['’][^\W\d_]+)*"),
    ("mark", r"[^\w\s]|_"),
)
_SCANNER = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _PARTS), re.IGNORECASE)
_SHORT = 3
_SKIPPED_MARKS = frozenset("-–—_.…!?:()[]*'’`\"/")


@dataclass(frozen=True, slots=True)
class Word:
    """One piece of a message; `key` is what vocabularies are compared by."""

    kind: WordKind
    text: str
    key: str
    start: int
    end: int


def cut(text: str) -> list[Word]:
    """The words of a message in order. Hyphens and underscores inside words part them, so that both spellings meet."""
    found: list[Word] = []
    for match in _SCANNER.finditer(text):
        kind: WordKind = match.lastgroup  # type: ignore[assignment]
        piece = match[0]
        if kind == "mark" and (piece in _SKIPPED_MARKS or not _meant(piece)):
            continue
        key_of = _key(kind, piece)
        found.append(Word("mark" if kind == "arrow" else kind, piece, key_of, match.start(), match.end()))
    return found


def keys(text: str) -> tuple[str, ...]:
    """The keys of a phrase, for vocabularies."""
    return tuple(word.key for word in cut(text))


def stem(word: str) -> str:
    """Without the ending of a plural; enough to compare words of headers."""
    if len(word) <= _SHORT or not word.endswith("s") or word.endswith("ss"):
        return word
    if word.endswith(("xes", "ches", "shes", "sses", "zes")):
        return word[:-2]
    return f"{word[:-3]}y" if word.endswith("ies") else word[:-1]


def root(word: str) -> str:
    """Without the usual endings, for comparing a word with a word of a header: `wrapped` and `wrap`."""
    bare = stem(word)
    for ending in ("ed", "ing"):
        if bare.endswith(ending) and len(bare) - len(ending) >= _SHORT:
            bare = bare[: -len(ending)]
            bare = bare[:-1] if bare[-1] == bare[-2] else bare
            break
    return bare.removesuffix("e")


def _meant(mark: str) -> bool:
    return mark in ",;&+%#$@\\<>=|"


def _key(kind: WordKind, piece: str) -> str:
    if kind == "word":
        if "/" in piece:
            return piece.casefold()  # "w/", "w/o"
        bare = re.sub(r"['’]s$", "", piece)
        return key(bare).replace(" ", "")
    if kind == "arrow":
        return ","  # "fragile -> ground"
    if piece == "=>":
        return ">="
    if kind in ("number", "money"):
        return piece.replace(",", "").replace(" ", "").casefold()
    return piece.strip().casefold()
