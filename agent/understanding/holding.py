"""Sentences that keep orders here, and the words of another that point at all but those.

`Pickups are collected, don't ship them. Everything else goes ground.`
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from agent.understanding.chart import Span, parse
from agent.understanding.conditions import Condition, clause
from agent.understanding.context import Context
from agent.understanding.grammar import grammar
from agent.understanding.readings import ShipRequest
from agent.understanding.remarks import named_by, unread_words
from agent.understanding.resolve import MARGIN
from agent.understanding.sentences import ABOUT_ORDERS
from agent.understanding.spans import annotate
from agent.understanding.spelling import mended, near_a_value
from agent.understanding.tokens import cut
from agent.understanding.values import Group

_GOES: Final = r"(?:ships?|goes|gets?|leaves?|moves?|touch(?:es)?|sent|shipped|allowed)"
_GO: Final = r"(?:ship(?:ping|ped)?|send|sending|sent|go|going|leaving(?! out| behind)|touch|mail)"
_STAYS: Final = r"(?:stays?|waits?|(?:must|can|should|has to|have to) (?:stay|wait)|gets? nothing|means? on hold)"
_NOT: Final = r"(?:\b(?:not|never|no)|n['’]t)"
_DENIES: Final = re.compile(
    rf"(?:and |but )?(?:nobody|no one|nothing|none)\b.+\b{_GOES}\b.*|nothing (?:to|for|from|of) .+"
    rf"|.*{_NOT}\s+(?:to\s+)?{_GO}\b.*|.+\b{_STAYS}\b.*"
    r"|(?:the |our )?hold (?:for|on) .+ (?:is|stays|remains)(?: still)? on|keep\b.+\b(?:here|back|behind)"
    r"|leave\b.+\balone|.+\b(?:holds?|hold back)",
    re.IGNORECASE,
)
"""A sentence that keeps orders here."""
_WHO_NOT: Final = re.compile(
    r"(?:(?:those |anyone |everyone |people |nobody )?who|what|orders that|all that|whoever)\b"
    rf".*{_NOT}(?!.*{_NOT})",
    re.IGNORECASE,
)
_TWICE: Final = re.compile(
    rf"(?:{_NOT}|\b(?:nobody|nothing|none))\b.*\b(?:stays?|waits?|gets? nothing)\b|\bno longer\b", re.IGNORECASE
)
"""`Paid orders do not wait.` keeps nobody; nor is it one where what denies may be of another word."""
_ALONE: Final = re.compile(r"\s+alone$", re.IGNORECASE)
_MORE: Final = frozenset(
    "Only Unless But If Rest Amount Comparison InsteadOf Instead Service".split()  # noqa: SIM905
)


def kept_here(said: str, context: Context) -> Condition | None:
    """The orders that a sentence says are not to go; None where it says anything else, or of whom is not clear."""
    if _DENIES.fullmatch(said) is None:
        return None
    if _TWICE.search(said) and not _WHO_NOT.match(said):
        return None
    said = _ALONE.sub("", said)
    context = replace(context, text=said)
    tokens, _ = mended(cut(said), context.sheet)
    spans = annotate(tokens, context, said)
    found = {span.category for span in spans}
    if found & _MORE:
        return None
    names = [span for span in spans if named_by(span, context) is not None or span.category == "Lane"]
    unread = unread_words(tokens, spans)
    if not unread:
        names = names or [span for span in spans if span.category == "Value" and span.cost < 3.0]
    if not names or near_a_value(unread, context.sheet):
        return None
    start, end = min(span.start for span in names), max(span.end for span in names)
    while start and any(span.category == "Column" and span.end == start for span in spans):
        start = next(span.start for span in spans if span.category == "Column" and span.end == start)
    denied = [span for span in spans if span.category in ("Not", "Empty") and span.end <= start]
    between = {"Filler", "Have", "Noun"}
    beside = [one for one in denied if all(_covered(at, spans, between) for at in range(one.end, start))]
    verbs = any(span.category == "Verb" and span.start in range(one.start, start) for one in beside for span in spans)
    start = min((one.start for one in beside), default=start) if not verbs else start
    if start and tokens[start - 1] in unread:
        return None
    inside = [replace(s, start=s.start - start, end=s.end - start) for s in spans if start <= s.start and s.end <= end]
    parsed = parse(inside, end - start, grammar(), context, "Orders")
    near = [one for one in parsed if one.cost <= parsed[0].cost + MARGIN and not one.skipped]
    groups = [one.value for one in near if isinstance(one.value, Group)]
    if len({clause(group.tree) for group in groups}) != 1 or groups[0].doubts or not groups[0].families:
        return None
    tree: Condition = groups[0].tree
    return tree if context.exists(tree) else None


def _covered(at: int, spans: Sequence[Span], categories: set[str]) -> bool:
    return any(span.category in categories and span.start <= at < span.end for span in spans)


def without_rest(said: str, context: Context) -> str:
    """`all other Website orders` as `all Website orders`: whom the others are not, another sentence says."""
    tokens, _ = mended(cut(said), context.sheet)
    spans = [span for span in annotate(tokens, context, said) if span.category == "Rest" and span.value == "rest"]
    if not spans:
        return said
    rest = max(spans, key=lambda span: span.end - span.start)
    if any(span.start < rest.start or span.end > rest.end for span in spans):
        return said
    start, end = tokens[rest.start].start, tokens[rest.end - 1].end
    before = tokens[rest.start - 1] if rest.start else None
    if before is not None and before.key in ("the", "all", "every"):
        start = before.start
    more = [token for token in tokens[rest.end :] if token.kind == "word"][:4]
    noun = tokens[rest.end - 1].key in ("other", "remaining") and any(token.key in ABOUT_ORDERS for token in more)
    return f"{said[:start]}{'all' if noun else 'all orders'}{said[end:]}"


def stays_as_it_is(said: str, request: ShipRequest, context: Context) -> bool:
    """`Rest stays ground`, where that is how the request goes."""
    tokens, _ = mended(cut(said), context.sheet)
    spans = annotate(tokens, context, said)
    served = {span.value for span in spans if span.category == "Service" and span.cost < 1.5}
    rest = any(span.category == "Rest" for span in spans) and any(span.category in ("Stays", "Keeps") for span in spans)
    return rest and request.service in served and not unread_words(tokens, spans)
