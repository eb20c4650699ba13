"""Numbers and amounts: digits, money, weights with units, numbers in words, ranges."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Final

from agent.shipping.weights import Unit
from agent.understanding.chart import Span
from agent.understanding.lexicon import entries
from agent.understanding.tokens import Token, cut
from agent.understanding.values import Amount

_SMALL: Final = {
    word: at
    for at, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "  # noqa: SIM905
        "seventeen eighteen nineteen twenty".split()
    )
} | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
NUMBER_WORDS: Final = frozenset(_SMALL) | {"dozen", "hundred", "thousand", "half", "quarter"}
_GROUPS: Final = {"dozen": 12, "hundred": 100, "thousand": 1000, "k": 1000, "grand": 1000}
_FRACTIONS: Final = {"half": Decimal("0.5"), "quarter": Decimal("0.25")}
_MONEY: Final = {
    **dict.fromkeys("dollars dollar bucks buck $".split(), ""),  # noqa: SIM905
    **{"usd": "USD", "euros": "EUR", "euro": "EUR", "eur": "EUR", "€": "EUR", "gbp": "GBP", "£": "GBP", "cad": "CAD"},
}
_SIGNS: Final = {"€": "EUR", "£": "GBP"}


def amounts(tokens: Sequence[Token]) -> Iterator[Span]:
    """`Amount` spans (with what they count) and `Number` spans (plain)."""
    for start in range(len(tokens)):
        plain = _number(tokens, start)
        if plain is not None:
            end, value = plain
            yield Span("Number", start, end, Amount(value), 0.6)
            if end > start + 1 and tokens[end - 1].key == "dozen":
                yield Span("Number", start, end - 1, Amount(value / 12), 0.6)  # of a column of dozens
            yield from _counted(tokens, start, end, value)
        token = tokens[start]
        if token.kind == "money":
            sign = next((code for mark, code in _SIGNS.items() if mark in token.text), "")
            yield Span("Amount", start, start + 1, Amount(_money(token.key), "money", currency=sign), 0.6)
        if re.match(r"[\d.]+\s?[x×*]\s?[\d.]+\s?[x×*]", token.text):
            yield Span("Box", start, start + 1, token.text, 0.6)
        if token.kind == "range" and "#" not in token.text:
            yield from _range(tokens, start)
        if token.key in ("a", "an") or token.key in _FRACTIONS:
            yield from _part(tokens, start)


@lru_cache(maxsize=4096)
def number_of(words: Sequence[str]) -> int | None:
    """The number that these words are as a whole: `sixty six`, `three thousand and one`."""
    if not words or not all(word in NUMBER_WORDS or word == "and" or word.isdigit() for word in words):
        return None
    tokens = cut(" ".join(words))
    found = _number(tokens, 0)
    return int(found[1]) if found is not None and found[0] == len(tokens) else None


def _counted(tokens: Sequence[Token], start: int, end: int, value: Decimal) -> Iterator[Span]:
    """What follows a number says what it counts; `2 lb 3 oz` is one weight."""
    if end >= len(tokens):
        return
    word = tokens[end].key
    if word in _MONEY:
        yield Span("Amount", start, end + 1, Amount(value, "money", currency=_MONEY[word]), 0.6)
    unit = _unit(word)
    if unit is not None:
        yield Span("Amount", start, end + 1, Amount(value, "weight", unit), 0.6)
        more = _number(tokens, end + 1)
        if unit == "LBS" and more and more[0] < len(tokens) and _unit(tokens[more[0]].key) == "OZS":
            yield Span("Amount", start, more[0] + 1, Amount(value + more[1] / 16, "weight", "LBS"), 0.6)


def _range(tokens: Sequence[Token], start: int) -> Iterator[Span]:
    """`$50-$100`, `5200-5209`, `2-5 lb`: two amounts; what the second counts, the first does, too."""
    low, high = (part.strip() for part in re.split(r"[-–—]", tokens[start].key, maxsplit=1))
    money = "$" in tokens[start].key
    unit = _unit(tokens[start + 1].key) if start + 1 < len(tokens) else None
    end = start + 2 if unit else start + 1
    measure = "money" if money else "weight" if unit else "plain"
    pair = tuple(Amount(_money(part), measure, unit) for part in (low, high))  # type: ignore[arg-type]
    yield Span("Range", start, end, pair, 0.6)


def _part(tokens: Sequence[Token], start: int) -> Iterator[Span]:
    """`half a pound`, `a pound`, `half a dozen`: a part or one of a unit."""
    words = [token.key for token in tokens[start : start + 4]]
    value, used = Decimal(1), 0
    if words[0] in ("a", "an"):
        used = 1
    if words[used : used + 1] and words[used] in _FRACTIONS:
        value, used = _FRACTIONS[words[used]], used + 1
        used += 1 if words[used : used + 1] in (["of"], ["a"], ["an"]) else 0
    if words[used : used + 1] == ["dozen"]:
        yield Span("Number", start, start + used + 1, Amount(value * 12), 0.6)
    elif words[used : used + 1] and (unit := _unit(words[used])) is not None:
        yield Span("Amount", start, start + used + 1, Amount(value, "weight", unit), 0.6)
    elif words[used : used + 1] and words[used] in ("buck", "dollar"):
        yield Span("Amount", start, start + used + 1, Amount(value, "money"), 0.6)


def _number(tokens: Sequence[Token], start: int) -> tuple[int, Decimal] | None:
    """(end, value) of the number that begins here: `1,200`, `1.5k`, `two hundred and fifty`, `2 and a half`."""
    if start >= len(tokens):
        return None
    token = tokens[start]
    if token.kind == "number":
        end, value = start + 1, _money(token.key)
    elif (
        token.key in _SMALL
        or (token.key in _GROUPS and token.key not in ("k", "grand"))
        or (token.key == "a" and start + 1 < len(tokens) and tokens[start + 1].key in ("hundred", "thousand", "dozen"))
    ):
        end, value = _spelled(tokens, start)
    else:
        return None
    half = [later.key for later in tokens[end : end + 3]]
    if half[:3] in (["and", "a", "half"],):
        return end + 3, value + Decimal("0.5")
    return end, value


def _spelled(tokens: Sequence[Token], start: int) -> tuple[int, Decimal]:
    total, group, at = 0, 0, start
    while at < len(tokens):
        word = tokens[at].key
        if word in _SMALL and (group % 100 == 0 or (group % 100 >= 20 and group % 10 == 0 and _SMALL[word] < 10)):
            group += _SMALL[word]
        elif word in _GROUPS and not (word == "k" and at == start):
            if _GROUPS[word] == 1000:
                total, group = total + (group or 1) * 1000, 0
            else:
                group = (group or 1) * _GROUPS[word]
        elif not (at == start and word == "a") and not (
            word == "and"
            and at + 1 < len(tokens)
            and tokens[at + 1].key in _SMALL
            and tokens[at - 1].key in ("hundred", "thousand")
            and not (at + 2 < len(tokens) and tokens[at + 2].key in _GROUPS)  # "one hundred and three hundred"
        ):
            break
        at += 1
    return at, Decimal(total + group)


def _money(text: str) -> Decimal:
    bare = text.casefold().removeprefix("us").lstrip("$€£ ").replace(",", "").replace(" ", "")
    return Decimal(bare[:-1]) * 1000 if bare.endswith("k") else Decimal(bare)


def _unit(word: str) -> Unit | None:
    found = [entry.value for entry in entries().get((word,), ()) if entry.category == "Unit"]
    return found[0] if found else None  # type: ignore[return-value]
