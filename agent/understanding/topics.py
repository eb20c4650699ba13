"""`Hawaii and Alaska always complain. Put them on 2nd Day Air.`: whom a sentence names, the next may point at.

The sentence itself decides nothing: what it names are "those", which the command must speak of, and it is listed beside
the preview. One that may hold orders back, or says how they go, is no such sentence.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from agent.understanding.chart import Span, parse
from agent.understanding.conditions import Condition, clause
from agent.understanding.context import Context
from agent.understanding.grammar import grammar
from agent.understanding.resolve import MARGIN
from agent.understanding.sentences import SETTLED, sentences
from agent.understanding.spans import annotate
from agent.understanding.spelling import mended
from agent.understanding.tokens import cut
from agent.understanding.values import Group

_NAMES: Final = frozenset({"Value", "City", "State", "Country", "Lane"})
_WHOLE: Final = 2.0
"""What a name costs at most."""
_HOLDS_BACK: Final = frozenset(
    {"Except", "Not", "Stays", "Unless", "Only", "Rest", "Empty", "Service", "If", "But", "Comparison", "Instead"}
    | {"TakenBack", "Option", "Show", "HowMany", "Amount", "Contains", "Superlative"}
)
_NOUN: Final = r"(?:\s+(?:orders?|parcels?|packages?|stuff|things?|boxes|shipments?|deliver(?:y|ies))\b)?"
_POINTS: Final = re.compile(
    r"\b(?:(?:everything|anything|all|both)\s+(?:of|for|from)\s+)?"
    r"(?:his|hers?|him|theirs?|them|they|both|its)\b(?!\s+(?:of\s+us|ways))" + _NOUN,
    re.IGNORECASE,
)


def pointed_at(text: str, context: Context) -> tuple[str, str, Condition] | None:
    """A message's first sentence, the others with "those" for whom it names, and those; None where it is none such.

    Raises:
        LookupNeededError: before the sheet was asked what reading it needs.
    """
    parts = sentences(text)
    if len(parts) < 2:
        return None
    first, rest = text[parts[0][0] : parts[0][1]].strip(), text[parts[0][1] :].strip()
    if SETTLED.search(first) or not _POINTS.search(rest):
        return None
    tree = _named(first, context)
    return None if tree is None else (first, _POINTS.sub("those", rest), tree)


def _named(said: str, context: Context) -> Condition | None:
    """The orders that a sentence names, read in one way; None where it may be more than a remark."""
    context = replace(context, text=said)
    tokens, _ = mended(cut(said), context.sheet)
    spans = annotate(tokens, context, said)
    names = [span for span in spans if span.category in _NAMES and span.cost < _WHOLE]
    flags = any(span.category == "Flag" and span.value != "reship" for span in spans)
    if not names or flags or any(span.category in _HOLDS_BACK for span in spans):
        return None
    start, end = _stretch(names, spans)
    inside = [
        replace(span, start=span.start - start, end=span.end - start)
        for span in spans
        if start <= span.start and span.end <= end
    ]
    found = parse(inside, end - start, grammar(), context, "Orders")
    near = [one for one in found if one.cost <= found[0].cost + MARGIN]
    groups = [one.value for one in near if not one.skipped and isinstance(one.value, Group)]
    if len({clause(group.tree) for group in groups}) > 1:
        return None  # "the fair customers" may be those of a fair, or books in fair condition
    if not groups or groups[0].doubts or groups[0].cuts or not groups[0].families:
        return None
    return groups[0].tree


def _stretch(names: Sequence[Span], spans: Sequence[Span]) -> tuple[int, int]:
    """From the first name to the last one, with a header before it."""
    start, end = min(span.start for span in names), max(span.end for span in names)
    header = next((span for span in spans if span.category == "Column" and span.end == start and span.cost < 1), None)
    return (header.start if header is not None else start), end
