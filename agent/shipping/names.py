"""Text that a label can print: Latin letters with their accents stay, other scripts are transliterated, emoji go.

UPS takes at most 35 characters for a name (30 print).
"""

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

from agent.shipping import faults
from agent.shipping.text import clean, has_control, is_blank_name
from agent.shipping.verdict import Changed, Ok, Verdict, reject

NAME_WIDTH = 35
_SEAM = "\0"
"""Beside what a sign spells until the digits around it are known; no cleaned text holds it."""
_BETWEEN_DIGITS = re.compile(r"(?<=[\d.,])\0+(?=[.,]?\d)")
_SPELLED = re.compile(r"[¼-¾]|[^\x00-\xff]")
"""What may have to be spelled out. `²`, `³` and `º` are letters of Latin-1 and stay."""
_HAN = re.compile("[\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa\uff66-\uff9d]")
_OTHER_READINGS = frozenset({"JP", "KR"})
"""Countries whose readings of Chinese characters are not the Chinese ones, and known to the bearer of a name only."""
_NOT_LATIN_1 = re.compile(r"[^\x00-\xff]+")
_TYPOGRAPHY = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "№": "No."})


def latin(text: object) -> str:
    """The text in the characters of Latin-1, which labels print; letters of other scripts are transliterated.

    Emoji and other pictures have no reading and are left out.
    """
    plain = clean(text).translate(_TYPOGRAPHY)
    if plain.isascii():
        return plain
    apart = _SPELLED.sub(lambda sign: _spelled(sign[0]), plain)
    # Half-width and ligature forms of the same letters first, so that only real foreign letters are transliterated.
    same = _NOT_LATIN_1.sub(lambda found: unicodedata.normalize("NFKC", found[0]), apart)
    printed = "".join(letter if letter == _SEAM else _letter(letter) for letter in same)
    # `12½` -> `12 1/2`: what one sign spells never runs into the digits beside it.
    return " ".join(_BETWEEN_DIGITS.sub(" ", printed).replace(_SEAM, "").split())


@lru_cache(maxsize=4096)
def _spelled(sign: str) -> str:
    """A sign that stands for digits (a fraction, a circled number), between seams; a digit and a letter as they are."""
    if unicodedata.category(sign) == "Nd":
        return sign
    same = unicodedata.normalize("NFKC", sign).replace("⁄", "/")
    spelled = anyascii(sign) if same == sign and unicodedata.category(sign) in {"No", "Nl"} else same
    return f"{_SEAM}{spelled}{_SEAM}" if any(letter.isdecimal() for letter in spelled) else sign


def has_unknown_reading(text: object, country: str = "") -> bool:
    """Whether a text has Chinese characters that are read in another way than in Chinese: beside kana, or in a country
    (two letters) where people read them their own way."""
    cell = clean(text)
    return _HAN.search(cell) is not None and (country in _OTHER_READINGS or _KANA.search(cell) is not None)


def _letter(letter: str) -> str:
    if letter.isascii() or ("¡" <= letter <= "ÿ" and letter not in "×÷"):
        return letter
    if unicodedata.category(letter) in {"So", "Sk", "Mn", "Me"}:
        return ""
    reading = anyascii(letter)
    # Signs are read one by one; a blank keeps the syllables of a Chinese or Japanese name apart.
    return (
        f"{reading} "
        if unicodedata.category(letter) == "Lo" and unicodedata.east_asian_width(letter) == "W"
        else reading
    )


def read_name(text: object, width: int = NAME_WIDTH, country: str = "") -> Verdict[str]:
    """A name as it will print; shown when it had to change, rejected when nothing printable is left.

    A blank cell is an empty name: who may be missing is for the caller to decide. `country` is where its bearer lives.
    """
    cell = clean(text)
    if is_blank_name(cell):
        return Ok("")
    if has_unknown_reading(cell, country):
        return reject(faults.UNKNOWN_READING, cell, cell=cell)
    printable = latin(cell)
    if not any(letter.isalnum() for letter in printable):
        return reject(faults.UNPRINTABLE, cell, cell=cell)
    short = shorten(printable, width)
    why = [
        *(["control characters removed"] if has_control(text) else []),
        *(["in letters that a label prints"] if printable != cell.translate(_TYPOGRAPHY) else []),
        *([f"shortened to {width} characters"] if short != printable else []),
    ]
    return Changed(short, cell, short, ", ".join(why)) if why else Ok(short)


def shorten(text: str, width: int) -> str:
    """At most `width` characters, cut between words where there is one to cut at."""
    if len(text) <= width:
        return text
    head = text[: width + 1].rpartition(" ")[0].rstrip(" ,;-")
    return head or text[:width]


def split_name(text: object) -> tuple[str, str]:
    """First and last name: `Ana de Souza` -> (`Ana`, `de Souza`); `de Souza, Ana` the same."""
    cell = clean(text)
    last, comma, first = cell.partition(",")
    if comma and first.strip() and "," not in first:
        return first.strip(), last.strip()
    head, _, tail = cell.partition(" ")
    return head, tail
