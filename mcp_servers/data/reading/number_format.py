"""What a number format adds to a number: leading zeros, and text that people read as part of the value.

`\\S\\O\\-0000` shows 12 as SO-0012, `0.00" kg"` shows 2.5 as 2.50 kg. Digits that the format rounds away stay.
Currencies, percent, fractions and thousands are left out: their numbers are used by value.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cache

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_.|\*.|\[(?P<bracket>[^\]]*)\]?|(?P<general>General)|(?P<digits>[0#?.,]+)'
    r"|(?P<other>.)",
    re.DOTALL | re.IGNORECASE,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)")
_CURRENCY_SIGNS = frozenset("$€£¥₹₽₩₺₫₴₪฿¢￥")
LONGEST_EXACT = 10**15
"""From here on a spreadsheet does not keep all digits of a number."""
_CURRENCIES = """
usd eur gbp chf cad aud nzd jpy cny rmb inr krw brl mxn zar sek nok dkk isk pln czk huf ron bgn try rub uah ils aed sar
sgd hkd twd thb php idr myr vnd ars clp cop pen r rs fr sfr kr kč kc zł zl ft lei leu лв руб р грн din euro euros
"""
_CURRENCY_WORDS = frozenset(_CURRENCIES.split())
_COUNTED = """
pc pcs piece pieces ea each unit units ct item items stk stck stück st x pz pza pzas pieza piezas ud uds pièce pièces
pce pces szt шт 個 件 点
"""
_COUNTING_WORDS = frozenset(_COUNTED.split())
"""They say no more than the number, and quantities are used by value."""
_MEANINGFUL = re.compile("[\\w#\"'″′°№]")
_COMPARED: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
    "=": lambda one, other: one == other,
    "<>": lambda one, other: one != other,
}


@dataclass(frozen=True, slots=True)
class _Section:
    """One part of a format: `texts` before, between and after the places of digits, one more than there are places."""

    condition: tuple[str, Decimal] | None
    texts: tuple[str, ...]
    digits: tuple[str, ...]
    plain: bool
    """Whether its text is not part of the value: there is none, or it is a currency, percent and the like."""


@cache
def _sections(code: str) -> tuple[_Section, ...]:
    """The parts of a format that numbers can have, in order."""
    pieces: list[list[re.Match[str]]] = [[]]
    for token in _TOKEN.finditer(code):
        if token["other"] == ";":
            pieces.append([])
        else:
            pieces[-1].append(token)
    return tuple(_section(piece) for piece in pieces)


def _section(tokens: list[re.Match[str]]) -> _Section:
    condition = None
    texts, digits = [""], list[str]()
    measured = False
    for token in tokens:
        if token["digits"] or token["general"]:
            digits.append(token["digits"] or "General")
            texts.append("")
        elif token["bracket"] is not None:
            if (found := _CONDITION.fullmatch(token["bracket"].strip())) is not None:
                condition = found[1], Decimal(found[2])
            measured = measured or re.match(r"\$[^-]", token["bracket"]) is not None
        elif token["other"] is not None and token["other"] in "%/Ee":
            measured = True
        else:
            texts[-1] += token["quoted"] or token["escaped"] or token["other"] or ""
    plain = measured or not digits or not _says_something(texts)
    return _Section(condition, tuple(texts), tuple(digits), plain)


def _says_something(texts: list[str]) -> bool:
    """Whether text in a format is part of the value: no currency, no counting word, more than punctuation."""
    said = [piece for one in texts if (piece := one.strip(" \u00a0.()").casefold())]
    if not _CURRENCY_SIGNS.isdisjoint("".join(said)) or any(piece in _CURRENCY_WORDS for piece in said):
        return False
    return any(piece not in _COUNTING_WORDS and _MEANINGFUL.search(piece) for piece in said)


@cache
def adds_text(code: str) -> bool:
    """Whether a format may show more than the number."""
    return any(not section.plain or re.match("00", "".join(section.digits)) for section in _sections(code))


def displayed(text: str, value: float) -> str | None:
    """The number with what a program that formatted it showed beside it; None where it showed a number alone."""
    if re.fullmatch(r"\d{5}-\d{4}", text.strip()):
        return text.strip()
    if abs(value) >= LONGEST_EXACT:
        return None
    found = re.fullmatch(r"(\D*)(\d(?:[\d.,'\s]*\d)?)(\D*)", text.strip())
    if found is None:
        return None
    before, digits, after = found.groups()
    before = before if before.strip() not in ("-", "+") else ""
    same = digits.isdecimal() and int(digits) == abs(value)
    if not _says_something([before, after]):
        padded = same and digits.startswith("0") and len(digits) > 1
        return digits if padded and not (before + after).strip() else None
    number = f"{Decimal(f'{abs(value):.15g}'):f}"
    if same or not _shows(digits, Decimal(number)):
        return text.strip()
    return f"{'-' if value < 0 else ''}{before}{number}{after}".strip()


def _shows(digits: str, number: Decimal) -> bool:
    """Whether these digits are that number, rounded; else a format changed it, as from g to kg."""
    for thousands, point in ((",", "."), (".", ",")):
        plain = re.sub(rf"[\s'{thousands}]", "", digits).replace(point, ".")
        if re.fullmatch(r"\d+(\.\d+)?", plain):
            given = Decimal(plain)
            with suppress(InvalidOperation):  # so many decimals are not a rounded number
                if number.quantize(given, ROUND_HALF_UP) == given:
                    return True
    return False


def shown(code: str, value: float) -> str | None:
    """The number as its format shows it, where that says more than the number; else None. `value` is finite."""
    if abs(value) >= LONGEST_EXACT:
        return None
    number = Decimal(int(value)) if value == int(value) else Decimal(f"{value:.15g}")
    section = _chosen(_sections(code), number)
    if section.plain:
        return _zeros(code, section, number)
    sign, number = "-" if number < 0 else "", abs(number)
    pattern = "".join(section.digits)
    # Commas behind the digits show thousands: 2500 as `2.5 kg`.
    number = number.scaleb(-3 * (len(pattern) - len(pattern.rstrip(","))))
    whole, _, fraction = f"{number:f}".partition(".")
    fraction = fraction.rstrip("0").ljust(pattern.partition(".")[2].count("0"), "0")
    before = section.digits[: 1 + next((i for i, one in enumerate(section.digits) if "." in one), len(section.digits))]
    return sign + _filled(section, before, whole, f".{fraction}" if fraction else "").strip()


def _filled(section: _Section, before: tuple[str, ...], whole: str, fraction: str) -> str:
    """The digits of the whole number spread over their places from the right, the format's text around them."""
    whole = whole.zfill(sum(place.partition(".")[0].count("0") for place in before))
    pieces: list[str] = [fraction, *section.texts[len(before) :]]
    for index in range(len(before) - 1, -1, -1):
        size = sum(letter in "0#?" for letter in before[index].partition(".")[0])
        taken = whole if index == 0 else whole[max(0, len(whole) - size) :]
        whole = whole[: len(whole) - len(taken)]
        pieces[:0] = [section.texts[index], taken]
    return "".join(pieces)


def _chosen(sections: tuple[_Section, ...], number: Decimal) -> _Section:
    """The section of a number: by its conditions, else the first, as a sign changes no unit."""
    if all(section.condition is None for section in sections):
        return sections[0]
    for section in sections:
        if section.condition is None or _COMPARED[section.condition[0]](number, section.condition[1]):
            return section
    return sections[-1]


def _zeros(code: str, section: _Section, number: Decimal) -> str | None:
    """A whole number with the zeros that a format without text puts before it, ZIP+4 with its dash."""
    if number != number.to_integral_value():
        return None
    places = "".join(section.digits)
    if re.sub(r'[\\"]', "", code).find("00000-0000") >= 0:
        digits = str(int(number)).zfill(9 if number > 99999 else 5)
        return f"{digits[:5]}-{digits[5:]}" if len(digits) == 9 else digits
    bare = not "".join(section.texts).strip()
    return str(int(number)).zfill(len(places)) if bare and re.fullmatch("0{2,}", places) else None
