"""What a microphone writes for words of commands: `send the orders two Florida`, `more then five`.

A word is read as its twin where that is the only whole reading: it costs more than any word as it was written.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from agent.understanding.chart import Span
from agent.understanding.lexicon import entries
from agent.understanding.tokens import Token
from agent.understanding.values import Test

_PRICE: Final = 0.8
_TWINS: Final = {
    "then": ("than",), "bye": ("by",), "buy": ("by",), "ways": ("weighs",), "way": ("weigh",), "four": ("for",),
    "fore": ("for",), "two": ("to",), "too": ("to",),
}  # fmt: skip
_BEFORE_A_PLACE: Final = frozenset({"four", "fore", "two", "too"})
"""Numbers, too: read as `for` and `to` only between orders and where they go."""
_PLACES: Final = frozenset({"State", "City", "Country", "Lane", "Value", "Town"})
_LONGEST: Final = 3


def misheard(tokens: Sequence[Token], found: Sequence[Span]) -> Iterator[Span]:
    """Spans of the twins of what was written; `found` is what the tokens mean as they are."""
    for at, token in enumerate(tokens):
        for twin in _TWINS.get(token.key, ()):
            if token.key in _BEFORE_A_PLACE:
                if _between(tokens, at, found):
                    yield Span("Filler", at, at + 1, twin, _PRICE)
                continue
            for start in range(max(0, at - _LONGEST + 1), at + 1):
                for end in range(at + 1, min(start + _LONGEST, len(tokens)) + 1):
                    phrase = tuple(twin if place == at else tokens[place].key for place in range(start, end))
                    for entry in entries().get(phrase, ()):
                        yield Span(entry.category, start, end, entry.value, _PRICE)


def _between(tokens: Sequence[Token], at: int, found: Sequence[Span]) -> bool:
    """Whether orders stand before a word and a place or a value behind it: `everything four Texas`."""
    after = at + 2 if at + 1 < len(tokens) and tokens[at + 1].key == "the" else at + 1
    named = any(span.start == after and span.category in _PLACES for span in found)
    named = named and not any(span.start == at and span.end > at + 1 and isinstance(span.value, Test) for span in found)
    orders = any(span.end == at and span.category in ("Noun", "Value", "Column") for span in found)
    needs = at > 0 and tokens[at - 1].key in ("need", "needs", "have", "has")
    goes = after < len(tokens) and tokens[after].key in ("go", "ship", "be")
    return (orders and named) or (needs and goes)
