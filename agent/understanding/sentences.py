"""Several sentences in one message: one that has no anchor on the sheet is left out whole, and listed."""

import re
from collections.abc import Sequence
from typing import Final

from agent.understanding.chart import Span
from agent.understanding.sheet import Sheet
from agent.understanding.spelling import near_a_value
from agent.understanding.tokens import Token

_ENDS: Final = re.compile(r"[.!](?=\s|$)|\n+")
_NO_ANCHOR: Final = frozenset(
    {"Filler", "And", "Comma", "Via", "Have", "To", "Period", "Age", "Number", "Noun", "First", "Add", "If", "Unit"}
)
"""A sentence in which all that was found is of these says nothing about orders, services or batches."""
_ABOUT_ORDERS: Final = frozenset(
    {"they", "them", "those", "these", "ones", "one", "order", "orders", "row", "rows", "parcels", "packages", "all"}
    | {"everything"}
)
_OPEN_ENDED: Final = frozenset({"Comparison", "Moment", "After"})
"""No condition without a number or a day behind it: `the strike is over`, `short of tape`."""
_MEASURES: Final = frozenset({"Number", "Amount", "Range", "Period", "Ago", "Age", "Column", "Id"})
_NAMES: Final = frozenset({"Value", "City", "State", "Country", "Column"})
"""What another sentence names too is no condition of its own: `Finch Foods called. Ship all Finch Foods orders.`"""
_THEIRS: Final = frozenset("his hers her their theirs its it him mine ours yours".split())  # noqa: SIM905
"""Beside a name these may be somebody's orders: `Bob fetches his`."""
_FEWEST: Final = 2
"""Words beside the fillers: a single one that nothing explains is a question about that word."""


def without_chatter(
    text: str, tokens: Sequence[Token], spans: Sequence[Span], sheet: Sheet
) -> tuple[str, tuple[str, ...]]:
    """The message without the sentences that are about something else, and those sentences.

    A sentence stays where any word of it may be a condition, a service, a command or a name: then it is read or asked
    about. Nothing is left out where no other sentence is there to be read.
    """
    parts = sentences(text)
    if len(parts) < 2:
        return text, ()
    dropped = [part for part in parts if _chatter(part, tokens, spans, sheet)]
    if not dropped or len(dropped) == len(parts):
        return text, ()
    kept = "".join(text[a:b] for a, b in parts if (a, b) not in dropped)
    return kept, tuple(text[a:b].strip() for a, b in dropped)


def sentences(text: str) -> list[tuple[int, int]]:
    """Where each sentence of a message begins and ends."""
    ends = [match.end() for match in _ENDS.finditer(text)]
    return [(a, b) for a, b in zip([0, *ends], [*ends, len(text)], strict=True) if text[a:b].strip()]


def _chatter(part: tuple[int, int], tokens: Sequence[Token], spans: Sequence[Span], sheet: Sheet) -> bool:
    inside = [at for at, token in enumerate(tokens) if part[0] <= token.start < part[1]]
    if not inside:
        return False
    elsewhere = {(span.category, span.value) for span in spans if span.start not in inside}
    of_it = [span for span in spans if span.start in inside]
    named_again = [span for span in of_it if span.category in _NAMES and (span.category, span.value) in elsewhere]
    again = {at for span in named_again for at in range(span.start, span.end)}
    of_it = [span for span in of_it if span.category not in _NAMES or not again.issuperset(range(span.start, span.end))]
    categories = {span.category for span in of_it}
    allowed = _NO_ANCHOR | {"Status"}
    allowed |= set() if categories & _MEASURES else _OPEN_ENDED
    if categories - allowed:
        return False
    explained = {at for span in of_it for at in range(span.start, span.end)}
    words = [tokens[at] for at in inside if tokens[at].kind == "word"]
    unread = [tokens[at] for at in inside if at not in explained | again and tokens[at].kind == "word"]
    fillers = {at for span in of_it if span.category == "Filler" for at in range(span.start, span.end)}
    if not unread or len(set(inside) - fillers) < _FEWEST:
        return False
    if any(tokens[at].kind not in ("word", "number", "mark") for at in inside):
        return False
    named = any(token.text[0].isupper() for token in unread if token is not words[0])
    named = named or (
        words[0] in unread and words[0].text[0].isupper() and any(token.key in _THEIRS for token in words)
    )
    return not (named or any(token.key in _ABOUT_ORDERS for token in words) or near_a_value(unread, sheet))
