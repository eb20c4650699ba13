"""The text of a cell before any rule reads it: one way to clean, one way to compare."""

import re
import unicodedata
from functools import lru_cache

_BLANKS = re.compile(r"\s+")
_ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b.")
_TEXT_MARK = re.compile(r"^'(?=[\d+=@-])")
_MARKED_ERROR = re.compile(r"#[¡¿]?[^\W\d]+(?:[ _/][^\W\d]+)*(?:/0)?[!?]")
"""`#REF!`, `#BEZUG!`, `#¿NOMBRE?`, `#DIV/0!`: an error of a spreadsheet in any language ends in a mark."""
_OTHER_ERROR = re.compile(r"#[^\W\da-z]+(?:_[^\W\da-z]+)+|#{2,}|Err:\d{3}")
"""`#GETTING_DATA` and its translations, a number too wide for its column, LibreOffice's `Err:502`."""
_UNMARKED = """
#n/a #na #nv #n/d #nd #nb #n/b #n/v #n/t #n/g #n.d. #i/t #н/д #δ/υ #yok #brak #hiányzik #saknas #nedostupný #puuttuu
#calc #spill
"""
_UNMARKED_ERRORS = frozenset(_UNMARKED.split())
"""What stands for "not available" in the languages that write it without a mark."""
_LOADING = "loading;wird geladen;chargement;cargando;caricamento;carregando;laden;загрузка;読み込み中"
_NOT_YET = frozenset(_LOADING.split(";"))
"""A cell that an online sheet had not worked out when it was saved; dots follow."""
_FROM_PROGRAMS = frozenset({"undefined", "[object object]", "[object]"})
_IN_BRACKETS = ("blank", "empty", "null", "none", "nil")
_CLEARLY_NOTHING = frozenset(
    {"", "-", "--", "---", "–", "—", ".", "..", "...", "?", "n/a", "n.a.", "n.a", r"\n", "not available", "tbd", "<na>"}
    | {f"({word})" for word in _IN_BRACKETS}
    | {f"[{word}]" for word in _IN_BRACKETS}
    | {f"<{word}>" for word in _IN_BRACKETS}
)
_NOTHING_IN_SMALL = frozenset({"none", "null", "nil", "nan", "nat", "na"})
"""Nothing where a program or a hurried person wrote them; with a capital also names of people and towns."""
_NOTHING = _CLEARLY_NOTHING | _NOTHING_IN_SMALL | {"unknown"}
_WRITTEN_BY_PROGRAMS = frozenset({"NULL", "NaN", "NaT"})


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
    """Empty, or one of the words that sheets use for nothing (`N/A`, `none`, `-`).

    Not for names and towns: some people are called Null, and a town None is in Italy (`is_blank_name`).
    """
    return clean(text).casefold() in _NOTHING


def is_blank_name(text: object) -> bool:
    """Empty, or something that can be neither a name nor a town: `N/A`, `-`, `nan`, `NULL`, `\\N`."""
    cell = clean(text)
    return cell.casefold() in _CLEARLY_NOTHING or cell in _NOTHING_IN_SMALL or cell in _WRITTEN_BY_PROGRAMS


def is_doubtful_name(text: object) -> bool:
    """`None`, `Null`, `Nan`, `NA`, `Unknown`: a name or a town, or nothing at all. Only a person knows."""
    return is_blank(text) and not is_blank_name(text)


def is_broken(text: object) -> bool:
    """What a spreadsheet or a program shows instead of a value: `#N/A`, `#BEZUG!`, `Loading...`, `undefined`."""
    written = str(text)
    # Most cells are plain words and numbers, and every cell of a sheet comes by here.
    plain = written[:1].isalnum() and written[-1:].isalnum() and written[:1] not in "EeUu"
    return not plain and _broken(clean(written))


@lru_cache(maxsize=4096)
def _broken(cell: str) -> bool:
    small = cell.casefold()
    if small in _UNMARKED_ERRORS or small in _FROM_PROGRAMS:
        return True
    if small.endswith((".", "…")) and small.rstrip(".… ") in _NOT_YET:
        return True
    return bool(_MARKED_ERROR.fullmatch(cell) or _OTHER_ERROR.fullmatch(cell))


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
