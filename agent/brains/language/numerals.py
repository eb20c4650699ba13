"""Numbers in words: `five hundred`, `two hundred and fifty`, `a dozen`, `half a` before a unit, `2 and a half`."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from agent.brains.language.words import Word

SMALL: Final[dict[str, int]] = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
    "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90,
}  # fmt: skip
_GROUPS: Final[dict[str, int]] = {"dozen": 12, "hundred": 100, "thousand": 1000, "k": 1000}
NUMBER_WORDS: Final[dict[str, int]] = SMALL | _GROUPS
_PARTS: Final[dict[str, Decimal]] = {
    "half": Decimal("0.5"), "1/2": Decimal("0.5"), "quarter": Decimal("0.25"), "1/4": Decimal("0.25"),
    "three quarters": Decimal("0.75"), "3/4": Decimal("0.75"),
}  # fmt: skip
_FRACTION: Final = re.compile(
    r"(?:(?P<whole>\d+|one|two|three|four|five|six) (?:and )?)?(?:an? )?(?P<part>half|quarter|three quarters|[13]/[24])"
    r"(?: of)?(?: an?)?(?= (?:lbs?|pounds?|oz|ounces?|kgs?|kilos?|kilograms?|dollars?|bucks)\b)"
)


def number_in_words(words: Sequence[Word]) -> tuple[int, Decimal] | None:
    """(how many words, the number) at the beginning of these words; None where no number in words stands there.

    `one` and `a` alone are no numbers here: they are articles more often.
    """
    if [word.key for word in words[:3]] == ["half", "a", "dozen"]:
        return 3, Decimal(6)
    total, group, used = 0, 0, 0
    for at, word in enumerate(words):
        if word.key in SMALL and not (group % 10 and SMALL[word.key] < _GROUPS["dozen"]):
            group, used = group + SMALL[word.key], at + 1
        elif word.key in _GROUPS and word.kind == "word" and (used == at or (at == 1 and words[0].key == "a")):
            if _GROUPS[word.key] == _GROUPS["thousand"]:
                total, group = total + (group or 1) * _GROUPS["thousand"], 0
            else:
                group = (group or 1) * _GROUPS[word.key]
            used = at + 1
        elif not _links_numbers(words, at, used):
            break
    if used == 0 or (used == 1 and words[0].key == "one"):
        return None
    return used, Decimal(total + group)


def _links_numbers(words: Sequence[Word], at: int, used: int) -> bool:
    """`a` before a hundred, `and` after one."""
    if at == 0:
        return words[0].key == "a"
    return words[at].key == "and" and used == at and words[at - 1].key in ("hundred", "thousand")


def fraction(words: Sequence[Word]) -> tuple[int, Decimal] | None:
    """`half a pound`, `2 and a half lbs`, `1/2 lb`: a fraction stands before a unit."""
    match = _FRACTION.match(" ".join(word.key for word in words[:6]))
    if match is None:
        return None
    whole = match["whole"]
    value = _PARTS[match["part"]] + (Decimal(SMALL.get(whole, whole)) if whole else 0)
    return len(match[0].split()), value
