"""Sentences beside a command that change nothing of it: told by the orders of the command, not by their words alone.

`Garlic is late. Ship everything except garlic.`: what is said of orders that are not shipped, of all that are, or of
those that the command itself names chooses none. What may hold orders back, or says how they go, is no remark.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from agent.understanding.chart import Span
from agent.understanding.conditions import All, Condition, Either, Not, OneOf, all_of, clause
from agent.understanding.context import Context
from agent.understanding.readings import ShipRequest
from agent.understanding.sentences import (
    ABOUT_ORDERS,
    OURS,
    POINTING,
    RULES,
    SAYS_WHICH,
    SETTLED,
    SHIPS,
    SPEAKERS,
    THEIRS,
)
from agent.understanding.spans import annotate
from agent.understanding.spelling import mended, near_a_value
from agent.understanding.tokens import Token, cut

NAMES: Final = frozenset({"Value", "City", "State", "Country", "Id"})
_WHOLE: Final = 1.5
"""What a name costs at most; dearer ones are single words of longer values and headers."""
_PARTS: Final = 2.0
"""What one word of a longer value costs at most: the `Summit` of Summit Eyecare, where nothing else is named."""
_HOLDS: Final = frozenset({"Except", "Not", "Stays", "Empty", "Keeps"})
_CHOOSES: Final = SAYS_WHICH | {"InsteadOf", "If", "Cut"} - {"Present"}
_BEGINS: Final = frozenset(
    {"Show", "HowMany", "HowMuch", "Aggregate", "Values", "Costs", "Void", "Mark", "Most", "Phrase"}
)
_OF_ORDERS: Final = ABOUT_ORDERS - {"they", "those", "these", "all", "everything"}
_GROUP: Final = frozenset({"they", "them", "it", "those", "these"})
_WE: Final = SPEAKERS - {"he", "she", "hes", "shes"} | OURS | {"me", "us", "lets", "let's"}
_OPENINGS: Final = frozenset("and so then but also please just now well ok okay oh".split())  # noqa: SIM905
_PREDICATES: Final = frozenset("is are was were be been has have had isnt arent got gets get does did do".split())  # noqa: SIM905
"""What makes a sentence of a name; alone it may be further orders."""
_SPEAKS: Final = frozenset("tell ask call phone ring remind thank warn text email".split())  # noqa: SIM905
"""What is said to somebody about somebody: `Tell Marta I said hello.`"""
_SPARES: Final = re.compile(
    r"(?:do not|don['’]?t) (?:charge|bill|invoice|call|tell|bother|ask|email|phone|thank|pester|rush)"
    r" (?:me|us|them|those|these|him|her|anyone|anybody)"
    r"(?: (?:again|for (?:it|that|this)|about (?:it|that|this)))*",
    re.IGNORECASE,
)
_UNTOLD: Final = re.compile(rf"nobody (?:{'|'.join(_SPEAKS)})s?\b", re.IGNORECASE)
"""`Nobody tells Marta.`"""
_SHORT: Final = 4
_FEWEST: Final = 2
"""Words of a remark: a single one that nothing explains is asked about."""
_WAITED: Final = re.compile(r"\b(?:have|has|had|['’]ve)\s+(?:been\s+)?wait(?:ed|ing)\b|\bpa(?:ys?|id)\b", re.IGNORECASE)
"""Who has waited is no longer to wait."""
_ROOM: Final = re.compile(r"(?:we|i) (?:really |just |also )*need (?:the|our|my|some) \w*[^\Ws]", re.IGNORECASE)
"""`We need the space.`: one thing, and none that is shipped."""
_SO: Final = re.compile(r"\b(?:wants?|needs?)\s+(?:this|it|that)\b", re.IGNORECASE)


def is_remark(said: str, request: ShipRequest, context: Context) -> bool:
    """Whether a sentence leaves a command as it is, whatever it says.

    Raises:
        LookupNeededError: before the sheet was asked which of the command's orders it names.
    """
    tokens, _ = mended(cut(said), context.sheet)
    spans = annotate(tokens, context, said)
    unread = unread_words(tokens, spans)
    if _instructs(tokens, spans, unread):
        return False
    found = {span.category for span in spans}
    keys = {token.key for token in tokens if token.kind == "word"}
    first = next((token.key for token in tokens if token.key not in _OPENINGS), "")
    plain = _SPARES.fullmatch(said) or _UNTOLD.match(said) or _ROOM.fullmatch(said)
    if plain or (first in _SPEAKS and not found & _HOLDS):
        return True
    if any(token.text[0].isupper() and token is not tokens[0] for token in unread) and THEIRS & keys:
        return False
    if near_a_value([token for token in unread if len(token.key) > _SHORT], context.sheet):
        return False
    named = [tree for span in spans if (tree := named_by(span, context)) is not None]
    named = named or [span.value.tree for span in spans if span.category == "Value" and span.cost < _PARTS]  # type: ignore[attr-defined]
    if named and not any(context.exists(all_of(request.where, tree)) for tree in named):
        return True  # nothing of what is shipped
    if not all(_said(tree, request) or not _leaves_some(tree, request, context) for tree in named):
        return False
    return not _may_hold_back(said, spans, unread, keys, bool(named)) and not (
        _judges(said, found, unread, keys) if not named else found & {"Comparison", "Amount", "Age"}
    )


def _instructs(tokens: Sequence[Token], spans: Sequence[Span], unread: Sequence[Token]) -> bool:
    """Whether it may say how orders go, or which; a name without a word about it may be further orders."""
    keys = [token.key for token in tokens if token.kind == "word"]
    found = {span.category for span in spans}
    first = next((at for at, token in enumerate(tokens) if token.kind == "word" and token.key not in _OPENINGS), 0)
    if found & _CHOOSES or (keys and tokens[first].key in SHIPS) or POINTING & set(keys) - {"there", "its"}:
        return True
    if any(span.category in _BEGINS and span.start == first for span in spans):
        return True
    services = [span.value for span in spans if span.category == "Service" and span.cost < _WHOLE]
    if any(not getattr(service, "doubt", None) for service in services):
        return True
    if "Add" in found and found & (NAMES | {"Noun"}):
        return True
    owned = any(token.text.endswith(("'s", "’s")) for token in unread)
    if (unread and not owned) or (_PREDICATES | _WE) & set(keys):
        return len(keys) < _FEWEST
    return bool(set(keys) & (_OF_ORDERS | _GROUP) or found & (NAMES | {"Vague"}))  # "Dr. Boone's.", "Fast."


def _may_hold_back(said: str, spans: Sequence[Span], unread: Sequence[Token], keys: set[str], named: bool) -> bool:
    """Whether orders may be meant to stay here."""
    orders = bool(keys & (_OF_ORDERS | _GROUP)) or named
    if any(span.category in _HOLDS for span in spans):
        headers = any(span.category == "Column" and span.cost < 1 for span in spans)
        if orders or headers or (unread and not keys & _WE):
            return True
    orders = orders or any(span.category == "Noun" for span in spans)
    return bool(SETTLED.search(_WAITED.sub(" ", said)) and orders)


def _judges(said: str, found: set[str], unread: Sequence[Token], keys: set[str]) -> bool:
    """Whether what names nothing of the sheet may still choose by a size, a day, or a word that nothing explains."""
    if keys & (_OF_ORDERS | _GROUP) and (
        found & {"Amount", "Period", "Age", "Ago", "Comparison"} or keys & (RULES | _OF_ORDERS)
    ):
        return True
    if found & {"Vague", "Overdue"} and "Noun" in found and not keys & (_GROUP | _WE):
        return True
    if unread and (keys & SHIPS or (keys & RULES and not _SO.search(said))):
        return True
    return bool(found & {"Amount", "Age"})


def named_by(span: Span, context: Context) -> Condition | None:
    """The orders that a name is about; None of any other span."""
    if span.category in NAMES and span.cost < _WHOLE:
        return getattr(span.value, "tree", None)
    if span.category == "Column" and span.cost < _WHOLE:
        return context.sheet.by_name[str(span.value)].flag
    return None


def unread_words(tokens: Sequence[Token], spans: Sequence[Span]) -> list[Token]:
    explained = {at for span in spans for at in range(span.start, span.end)}
    return [token for at, token in enumerate(tokens) if at not in explained and token.kind == "word"]


def _leaves_some(tree: Condition, request: ShipRequest, context: Context) -> bool:
    """Whether some of the command's orders are others than these."""
    return context.exists(all_of(request.where, Not(tree)))


def _said(tree: Condition, request: ShipRequest) -> bool:
    """Whether the command itself says something of these orders."""
    told = {_key(leaf) for part in (request.where, *(rule.where for rule in request.rules)) for leaf in _leaves(part)}
    return _key(tree) in told


def _key(tree: Condition) -> object:
    return (tree.column, frozenset(tree.values)) if isinstance(tree, OneOf) else clause(tree)


def _leaves(tree: Condition) -> Iterable[Condition]:
    match tree:
        case All(items) | Either(items):
            for item in items:
                yield from _leaves(item)
        case Not(item):
            yield from _leaves(item)
        case _:
            yield tree
