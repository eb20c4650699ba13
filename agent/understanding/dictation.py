"""Dictated messages: signs that were said as words, values that were spelled, `and` for `&`; put into plain writing.

A spelled value is one only where the sheet holds it; nothing is made up, and every word that stays is read as it is.
"""

# ruff: noqa: E501 - a pattern is read as one line

import re
from collections.abc import Sequence
from typing import Final

from agent.understanding.dates import MONTH_NAMES
from agent.understanding.numbers import number_of
from agent.understanding.sheet import Sheet
from agent.understanding.tokens import keys, stem

_MARKS: Final = {
    "comma": ",", "colon": ":", "semicolon": ";", "full stop": ".", "question mark": "?", "period": ".",
    "exclamation mark": "!", "new line": ".", "open paren": "(", "close paren": ")", "open parenthesis": "(",
    "close parenthesis": ")", "open bracket": "(", "close bracket": ")",
}  # fmt: skip
_MARK: Final = re.compile(rf"\s*\b({'|'.join(sorted(_MARKS, key=len, reverse=True))})\b", re.IGNORECASE)
_QUOTE: Final = re.compile(r"\bquote\s+(.+?)\s+(?:unquote|end quote|close quote)\b", re.IGNORECASE)
_OPERATORS: Final = (
    (r"(?:is )?(?:greater|more|bigger|larger|higher) than or equal(?:s)? to|is at least|at least", ">="),
    (r"(?:is )?(?:less|smaller|lower|fewer) than or equal(?:s)? to|is at most|at most", "<="),
    (r"(?:is |does )?not equal(?:s)?(?: to)?|isn'?t equal to|doesn'?t equal", "<>"),
    (r"(?:is )?(?:greater|more|bigger|larger|higher) than|is over|is above", ">"),
    (r"(?:is )?(?:less|smaller|lower|fewer) than|is under|is below", "<"),
    (r"(?:is )?equal(?:s)?(?: to)?", "="),
)
_OPERATOR: Final = tuple((re.compile(rf"\b(?:{words})\b", re.IGNORECASE), sign) for words, sign in _OPERATORS)
_DIGITS: Final = {
    word: str(at)
    for at, word in enumerate("zero one two three four five six seven eight nine".split())  # noqa: SIM905
} | {"oh": "0"}
_DASHES: Final = frozenset({"dash", "hyphen", "minus", "slash", "underscore", "-"})
_ORDINALS: Final = {
    word: at
    for at, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "  # noqa: SIM905
        "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split(),
        1,
    )
} | {"thirtieth": 30}
_MONTHS: Final = "|".join(sorted(MONTH_NAMES, key=len, reverse=True))
_DAY_OF: Final = re.compile(
    rf"\b({_MONTHS})\s+(?:the\s+)?((?:twenty|thirty)[\s-]+)?([a-z]+)\b(?!\s+(?:hundred|thousand|dollars|orders|pounds))",
    re.IGNORECASE,
)
_DAY: Final = rf"((?:twenty|thirty)[\s-]+)?({'|'.join(_ORDINALS)})"
_DAY_BEFORE: Final = re.compile(rf"\b(?:the\s+)?{_DAY}\s+(?:of\s+)?({_MONTHS})\b", re.IGNORECASE)
_DAY_ALONE: Final = re.compile(
    rf"(?<=\b(?:on|by) the )(?:{_DAY})\b(?=\s*(?:$|[,.;]|(?:by|via|with|go|goes|ship)\b))", re.IGNORECASE
)
"""`the twenty first of november`, `baked on the eighteenth`."""
_BEFORE_A_NUMBER: Final = frozenset("order orders number numbers and or to through thru ticket tickets #".split())  # noqa: SIM905
_LONGEST: Final = 12
_UNMISTAKABLE: Final = 3
"""Digits of a number that is spelled, where no other number is said so: `seventy eighteen` is 7018."""
_HEARD: Final = {"for": "4", "fore": "4", "to": "2", "too": "2", "ate": "8", "won": "1"}
_NUMBER: Final = re.compile(
    r"(?:(?<=\bmore than )|(?<=\bless than )|(?<=\bfewer than )|(?<=\bover )|(?<=\bunder )|(?<=\babove )|(?<=\bbelow )"
    r"|(?<=\bat least )|(?<=\bat most )|(?<=\bexactly ))(for|fore|to|too|ate|won)\b(?= \w)"
    r"|\b(for|fore|to|too|ate|won)(?= or (?:more|less|fewer|over|under|heavier|lighter)\b| (?:pounds?|lbs?|ounces?|kilos?|dollars)\b)"
    r"|(?<=\bthe )(for|to|too|ate)(?= \w+est\b)",
    re.IGNORECASE,
)
"""Where only a number can stand: `under ate ounces`, `with for or more units`, `the too heaviest`."""


def dictated(text: str, sheet: Sheet) -> str:
    """The message as it would be written."""
    held = sheet.vocabulary
    text = _QUOTE.sub(r'"\1"', text)
    text = _MARK.sub(lambda found: found[0] if stem(found[1].casefold()) in held else _MARKS[found[1].casefold()], text)
    text = re.sub(r"\bu[ .]p[ .]s\b", "UPS", text, flags=re.IGNORECASE)
    text = _DAY_BEFORE.sub(_day_before, _DAY_OF.sub(_day, text))
    text = _DAY_ALONE.sub(lambda found: f"{_number(found)}th" if _number(found) else found[0], text)
    text = _NUMBER.sub(lambda found: _HEARD[found[0].casefold()], text)
    return _spelled_values(text, sheet)


def with_operators(text: str) -> str:
    """`state equals Texas and total is greater than 50` with signs, as a query is written."""
    for pattern, sign in _OPERATOR:
        text = pattern.sub(sign, text)
    return text


def _day(match: re.Match[str]) -> str:
    """`November sixteenth`, `November twenty one`: the number of the day."""
    tens = {"twenty": 20, "thirty": 30}.get((match[2] or "").strip(" -").casefold(), 0)
    word = match[3].casefold()
    day = _ORDINALS.get(word) or number_of((word,))
    if day is None or (tens and day > 9):
        return match[0]
    return f"{match[1]} {tens + day}" if 1 <= tens + day <= 31 else match[0]


def _day_before(match: re.Match[str]) -> str:
    number = _number(match)
    return f"{match[3]} {number}" if number else match[0]


def _number(match: re.Match[str]) -> int:
    """The day of a month that an ordinal says; 0 where there is no such day."""
    tens = {"twenty": 20, "thirty": 30}.get((match[1] or "").strip(" -").casefold(), 0)
    day = _ORDINALS[match[2].casefold()]
    return tens + day if (not tens or day < 10) and tens + day <= 31 else 0


def _spelled_values(text: str, sheet: Sheet) -> str:
    words = list(re.finditer(r"[^\W_]+|[^\w\s]", text))
    spellings = sheet.spelled
    parts, at, copied = [], 0, 0
    while at < len(words):
        best = None
        for end in range(min(at + _LONGEST, len(words)), at + 1, -1):
            said = [word[0].casefold() for word in words[at:end]]
            value = _value(said, words[at - 1][0].casefold() if at else "", spellings, sheet)
            if value is not None:
                best = (end, value)
                break
        if best is None:
            at += 1
            continue
        parts += [text[copied : words[at].start()], best[1]]
        at, copied = best[0], words[best[0] - 1].end()
    return "".join([*parts, text[copied:]])


def _value(said: Sequence[str], before: str, spellings: dict[str, tuple[str, str]], sheet: Sheet) -> str | None:
    """The value that some words spell; None where they are plain words, or no value."""
    if any(not word.isalnum() and word not in _DASHES for word in said) or said[-1] in _DASHES or said[0] in _DASHES:
        return None
    letters = sum(len(word) == 1 and word.isalpha() for word in said)
    digits = sum(word in _DIGITS or number_of((word,)) is not None for word in said)
    plain = [w for w in said if len(w) > 1 and w not in _DIGITS and w not in _DASHES and number_of((w,)) is None]
    if "and" in plain:
        found = spellings.get("".join(said))
        return found[1] if found and "&" in found[1] else None
    if len(plain) > 1 or not (letters + digits > 1 or (plain and digits)):
        return None
    for spelled in _spoken(said):
        found = spellings.get(spelled)
        if found is None or spelled in said:
            continue
        named = {stem(word) for word in keys(found[0])}
        if said[0] in ("a", "i") and stem(before) not in named:
            continue  # "a one" is `A1` behind its header only
        bare = not letters and not plain and not any(word in _DASHES for word in said)
        as_a_number = len(spelled) < _UNMISTAKABLE or number_of(tuple(said)) is not None
        if bare and before not in _BEFORE_A_NUMBER and as_a_number:
            continue
        return found[1]
    return None


def _spoken(said: Sequence[str]) -> list[str]:
    """What the words spell: digit by digit, or with their numbers as numbers."""
    bare = [word for word in said if word not in _DASHES]
    found = ["".join(_DIGITS.get(word, word) for word in bare)]
    parts: list[str] = []
    at = 0
    while at < len(bare):
        end = next((e for e in range(len(bare), at, -1) if number_of(tuple(bare[at:e])) is not None), None)
        parts.append(bare[at] if end is None else str(number_of(tuple(bare[at:end]))))
        at = at + 1 if end is None else end
    return list(dict.fromkeys([*found, "".join(parts)]))
