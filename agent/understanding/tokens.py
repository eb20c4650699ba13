"""A message cut into tokens: numbers, money, quoted texts, order numbers and plain words, each with its key."""

import re
from dataclasses import dataclass, replace
from typing import Final, Literal

from agent.shipping.text import key

Kind = Literal["word", "number", "money", "range", "quoted", "id", "operator", "mark", "ordinal", "date"]

_NUMBER: Final = r"(?:(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?|\.\d+)"
_PARTS: Final[tuple[tuple[Kind, str], ...]] = (
    ("quoted", r'"[^"]*"|“[^”]*”|«[^»]*»|(?<![\w])[\'‘][^\'’]+[\'’](?!\w)'),
    ("date", r"\d{4}-\d{1,2}-\d{1,2}(?!\w)|\d{1,2}/\d{1,2}(?:/\d{2,4})?(?![\w/])|\d{1,2}\.\d{1,2}\.\d{4}(?!\w)"),
    ("id", r"\d+(?:\.\d+)?\s?[x×*]\s?\d+(?:\.\d+)?\s?[x×*]\s?\d+(?:\.\d+)?(?:\s?(?:inch|in|cm)\b)?"),
    ("range", r"#?\d+\s?[-–—]\s?#\d+(?![-\w])|[$€£]?\d+(?:\.\d+)?\s?[-–—]\s?[$€£]?\d+(?:\.\d+)?(?![-\d/\w])"),
    ("id", r"#?\d+(?:-\d+){2,}|#?[^\W\d_]+[-_]?\d[\w-]*\d|#?[^\W\d_]+-?\d+(?!\w)|#\s?\d[\w-]*|\d+-[^\W\d_]+-?\d[\w-]*"),
    ("money", rf"(?:US)?[$€£]\s?{_NUMBER}[kK]?(?!\w)"),
    ("ordinal", r"\d+(?:st|nd|rd|th)\b"),
    ("number", rf"{_NUMBER}(?:k(?!\w))?"),
    ("mark", r"[-–]+>|=+>(?!\s?\$?\d)|→"),
    ("operator", r"=>|[<>!]=|<>|==|[=<>≥≤≠]"),
    (
        "word",
        r"(?:st|mt|ft|dr|mr|mrs|ms)\.(?=\s)|w/o(?!\w)|w/(?=\s|$)|[^\W\d_](?:\.[^\W\d_])+\.?|[^\W\d_]+(?:['’][^\W\d_]+)*",
    ),
    ("mark", r"[.!:](?=\s|$)|\?(?=\s*$)|&&|\|\||[,;/&+%#$@|]"),
)
_SCANNER: Final = re.compile("|".join(f"(?P<{kind}{at}>{part})" for at, (kind, part) in enumerate(_PARTS)), re.I)
_COMMAS: Final = {";": ",", ":": ",", "->": ",", "/": ",", "→": ",", ".": ",", "!": ",", "&&": "&", "||": "or"}
_LISTED: Final = re.compile(r"\bin\s*\([^()]*\)", re.I)
"""`in ('CA', 'TX')` of a pseudo-query: its values are bare words."""
_EDGES: Final = re.compile(r"(?<!\w)['\"‘“]|['\"’”](?!\w)")
_SMALL_WORDS: Final = re.compile(r"[a-z]+(?: [a-z]+)*")
_SHORTEST_PLURAL: Final = 4


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of a message; `key` is what the lexicon and the sheet are compared by."""

    kind: Kind
    text: str
    key: str
    start: int
    end: int


def straight(text: str) -> str:
    """A message in which phrases are looked for: one blank between words, and straight apostrophes."""
    return " ".join(text.replace("\u2019", "'").split())


def cut(text: str) -> tuple[Token, ...]:
    """The tokens in order. Hyphens and underscores inside words part them, so that both spellings meet."""
    found: list[Token] = []
    for match in _SCANNER.finditer(_LISTED.sub(lambda found: _EDGES.sub(" ", found[0]), text)):
        kind = _PARTS[int(re.sub(r"\D", "", match.lastgroup or "0"))][0]
        found.append(Token(kind, match[0], _key(kind, match[0]), match.start(), match.end()))
    while found and found[-1].key == ",":
        found.pop()
    return tuple(token for at, token in enumerate(found) if token.key != "," or (at and found[at - 1].key != ","))


def keys(text: str) -> tuple[str, ...]:
    """The keys of a phrase: `Ship_State`, `shipState` and `ship-state` are the same two."""
    if _SMALL_WORDS.fullmatch(text):
        # Most of the lexicon's 3,000 phrases: nothing to cut but at the blanks.
        return tuple(text.split(" "))
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).replace("_", " ")
    return tuple(token.key for token in cut(spaced) if token.key not in (",", "?"))


def spellings(text: str) -> set[tuple[str, ...]]:
    """The keys of a value, with words that are written together parted or not: `PayPal`, `NextDay`."""
    return {keys(text), tuple(token.key for token in cut(text.replace("_", " ")) if token.key not in (",", "?"))}


def stem(word: str) -> str:
    """Without the ending of a plural, in American spelling."""
    bare = _singular(word).replace("cancell", "cancel")
    if bare.endswith("ogue"):
        return bare.removesuffix("ue")
    return f"{bare[:-3]}or" if bare.endswith("our") and len(bare) > _SHORTEST_PLURAL else bare


def _singular(word: str) -> str:
    if len(word) < _SHORTEST_PLURAL or not word.endswith("s") or word.endswith(("ss", "us")):
        return word
    if word.endswith(("xes", "ches", "shes", "sses", "zes")):
        return word[:-2]
    return f"{word[:-3]}y" if word.endswith("ies") else word[:-1]


def root(word: str) -> str:
    """Without the usual endings: `insured` and `insure`, `wrapped` and `wrap`."""
    for ending in ("ed", "ing"):
        if word.endswith(ending) and len(word) - len(ending) > _SHORTEST_PLURAL - 2:
            word = word.removesuffix(ending)
            return word[:-1] if word[-1] == word[-2] else word.removesuffix("e")
    return word.removesuffix("e")


def renamed(token: Token, new: str) -> Token:
    """The token read as another word."""
    return replace(token, key=new)


def _key(kind: Kind, piece: str) -> str:
    if kind == "word":
        return piece.casefold() if "/" in piece else key(re.sub(r"['’]s$", "", piece)).replace(" ", "")
    if kind in ("number", "money"):
        return piece.replace(",", "").replace(" ", "").casefold()
    if kind == "mark":
        return "," if "-" in piece or "=" in piece else _COMMAS.get(piece, piece)
    return {"=>": ">=", "≥": ">=", "≤": "<=", "≠": "<>", "!=": "<>", "==": "="}.get(piece, piece.strip().casefold())
