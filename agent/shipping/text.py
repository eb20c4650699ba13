"""The text of a cell before any rule reads it: one way to clean, one way to compare."""

import re
import unicodedata
from functools import lru_cache

_BLANKS = re.compile(r"\s+")
_ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b.")
_TEXT_MARK = re.compile(r"^'(?=[\d+=@-])")
_BROKEN = frozenset(
    {"#n/a", "#ref!", "#value!", "#div/0!", "#name?", "#num!", "#null!", "#spill!", "#calc!", "#error!"}
)
_NOTHING = frozenset(
    {"", "-", "--", ".", "n/a", "na", "none", "null", "nil", "nan", "nat", "unknown", "not available", "tbd", "?"}
)


def clean(text: object) -> str:
    """Without control and invisible characters and the apostrophe that marks text in a sheet; blanks made single.

    Terminal escapes go as a whole, so nothing that a cell holds can act.
    """
    return _cleaned("" if text is None else str(text))


# The rules of one row read the same cells again and again; most cells of a sheet are short.
@lru_cache(maxsize=4096)
def _cleaned(text: str) -> str:
    plain = _ESCAPES.sub("", unicodedata.normalize("NFC", text))
    visible = plain if plain.isascii() and plain.isprintable() else "".join(map(_visible, plain))
    tidy = _BLANKS.sub(" ", visible).strip()
    return _TEXT_MARK.sub("", tidy)


def _visible(letter: str) -> str:
    kind = unicodedata.category(letter)
    if kind in {"Cc", "Zl", "Zp", "Zs"}:
        return " "
    return "" if kind in {"Cf", "Cs", "Co", "Cn"} else letter


def has_control(text: object) -> bool:
    """Whether a cell holds control characters other than line ends and tabs: somebody means a terminal with it."""
    return any(unicodedata.category(letter) == "Cc" and letter not in "\r\n\t" for letter in str(text))


def is_blank(text: object) -> bool:
    """Empty, or one of the words that sheets use for nothing (`N/A`, `none`, `-`)."""
    return clean(text).casefold() in _NOTHING


def is_broken(text: object) -> bool:
    """One of the errors that a spreadsheet shows instead of a value."""
    return clean(text).casefold() in _BROKEN


def key(text: object) -> str:
    """For comparing names: lower case, letters and digits only, single blanks between words."""
    return _key(clean(text))


@lru_cache(maxsize=4096)
def _key(cleaned: str) -> str:
    letters = (letter if letter.isalnum() else " " for letter in cleaned.casefold() if letter not in ".'’")
    return " ".join("".join(letters).split())


def without_float_tail(text: str) -> str:
    """`02116.0` is a number that a sheet program made of `02116`: the tail goes."""
    return re.sub(r"^(\d+)\.0*$", r"\1", text)
