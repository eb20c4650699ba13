"""Text that a label can print: Latin letters with their accents stay, other scripts are transliterated, emoji go.

UPS takes at most 35 characters for a name (30 print).
"""

import unicodedata

from anyascii import anyascii

from agent.shipping import faults
from agent.shipping.text import clean, has_control
from agent.shipping.verdict import Changed, Ok, Verdict, reject

NAME_WIDTH = 35
_TYPOGRAPHY = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "№": "No."})


def latin(text: object) -> str:
    """The text in the characters of Latin-1, which labels print; letters of other scripts are transliterated.

    Emoji and other pictures have no reading and are left out.
    """
    # Half-width and ligature forms of the same letters first, so that only real foreign letters are transliterated.
    plain = clean(text).translate(_TYPOGRAPHY)
    if plain.isascii():
        return plain
    apart = "".join(map(_number, plain))
    return " ".join("".join(map(_letter, unicodedata.normalize("NFKC", apart))).split())


def _number(letter: str) -> str:
    """`12½` is 12 1/2 and not 121/2: a number in one sign stands apart from the digits around it."""
    if unicodedata.category(letter) != "No":
        return letter
    return f" {unicodedata.normalize('NFKC', letter).replace(chr(0x2044), '/')} "


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


def read_name(text: object, width: int = NAME_WIDTH) -> Verdict[str]:
    """A name as it will print; shown when it had to change, rejected when nothing printable is left.

    A blank cell is an empty name: who may be missing is for the caller to decide.
    """
    cell = clean(text)
    if not cell or cell in {"-", "--", "."} or cell.casefold() in {"n/a", "nan"}:
        return Ok("")
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
