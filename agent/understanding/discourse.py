"""A command in several sentences: the first says which orders, the others narrow it or say how it goes, one by one.

Only what narrows or names a service is taken this way; whatever could widen is left to be read, or asked about, as one.
"""

# ruff: noqa: E501 - a pattern is read as one line

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from agent.understanding.chart import parse
from agent.understanding.conditions import ALL_ROWS, Condition, all_of, any_of, columns_of
from agent.understanding.context import Context
from agent.understanding.editing import edited
from agent.understanding.grammar import grammar
from agent.understanding.holding import kept_here, stays_as_it_is, without_rest
from agent.understanding.readings import Edit, ServiceRule, ShipRequest
from agent.understanding.remarks import is_remark
from agent.understanding.replies import plain_reply
from agent.understanding.resolve import Resolved, resolve
from agent.understanding.rules_groups import opposite
from agent.understanding.rules_ship import within_orders
from agent.understanding.sentences import POINTING, sentences
from agent.understanding.spans import annotate
from agent.understanding.spelling import mended
from agent.understanding.tokens import cut
from agent.understanding.values import Group

_JOINT: Final = re.compile(r"\s*(?:[,;]\s*(?:and|but|then)?|\b(?:and|but)\b)\s+", re.IGNORECASE)
_LEAD: Final = re.compile(r"^\W*(?:and|but|also|then|so|please|now|oh)\b[\s,]*", re.IGNORECASE)
_OTHERS: Final = (
    r"(?:(?:all |everything |everyone |everybody )?(?:the )?"
    r"(?:else|rest|others?|remaining (?:ones|orders)|other \w+))"
)
_CLOSES: Final = re.compile(
    r"(?:(?:and |ship |send )*(?:nothing|nobody|no one|none) (?:else|more|other)(?: goes| ships| leaves| moves)?(?: out)?"
    rf"|{_OTHERS} (?:can |will |must |may |has to |have to )?(?:waits?|stays?|sits?)"
    rf"|{_OTHERS} (?:still )?(?:owes?(?: (?:us|me))?|(?:have|has)(?: not|n['’]t) paid"
    r"|(?:are|is)(?: not|n['’]t) (?:ready|paid|done|finished|urgent))"
    rf"|(?:leave|keep|hold) {_OTHERS}|i (?:don['’]?t|do not) care about {_OTHERS}"
    r"|(?:and )?(?:that is|that['’]?s|that will be|that['’]?ll be) (?:it|all)"
    r"|no (?:exceptions?|excuses?|ifs or buts|ifs|arguments?|discussion|questions?(?: asked)?|nonsense|fuss|drama|mistakes?)"
    r"|(?:do it |right |and )*(?:today|now|before (?:lunch|noon)|first thing))"
    r"(?: (?:here|back|put|alone|for now|for today|for later|now|today|yet|right now|please"
    r"|(?:until|till|for) (?:(?:the |our |your )?(?:next|later|following) )?\w+|for (?:tomorrow|(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
    r"|(?:on|in|at) (?:the|our|my) \w+))*",
    re.IGNORECASE,
)
"""What is said of all other orders when some were named: `nothing else`, `the others can wait until Monday`."""
_SAME: Final = re.compile(
    r"(?:the )?same (?:way|service|speed|method|thing|as before|as (?:the )?others|again)(?: again| please| for (?:that|those|them))*",
    re.IGNORECASE,
)
"""The service that was named already."""
_GO: Final = re.compile(
    r"(?:go|go ahead|do it|do that|ship it|ship them|send it|send them|get going|off (?:you|we) go|chop chop|let['’]?s go"
    r"|no wait|wait|hold on|hang on|hmm+|oops|wrong(?: \w+)?|make it happen|no (?:exceptions?|excuses?|questions?|arguments?)|that['’]?s (?:it|all)|that is (?:it|all)|my mistake|my bad)(?: (?:now|today|then|please|again|a (?:second|minute|moment)))*",
    re.IGNORECASE,
)
"""What leads over to a sentence, or ends a message."""
_GETS: Final = re.compile(r"\bgets?\s+(?:theirs|his|hers)\b", re.IGNORECASE)
_EVERY_OTHER: Final = re.compile(r"\b(?:every|each) other (?=\w)", re.IGNORECASE)
"""Where some are kept here, all the others: `Keep the gifts here. Ship every other order.`"""
_DEEPEST: Final = 3
_MOST: Final = 5


@dataclass(frozen=True, slots=True)
class Told:
    """What a message of several sentences asks for, and those of them that change nothing of it."""

    request: ShipRequest
    apart: tuple[str, ...] = ()


def told_in_sentences(text: str, context: Context) -> Told | None:
    """The request of a message of several sentences; None where one of them is anything else.

    One says which orders, or the open preview does; the others change it, keep some of them here, or are remarks.

    Raises:
        LookupNeededError: before the sheet was asked what reading them needs.
    """
    return _told_in([text[a:b].strip(" .!\n") for a, b in sentences(text)], context)


def told_in_parts(text: str, context: Context) -> Told | None:
    """The same of parts between commas, one of which keeps orders here: `preorders hold, everything else ground`.

    Raises:
        LookupNeededError: before the sheet was asked what reading them needs.
    """
    parts = [part for part in re.split(r"\s*[,;]\s*", text.strip(" .!\n")) if part]
    return _told_in(parts, context) if len(parts) < _MOST and any(kept_here(part, context) for part in parts) else None


def _told_in(parts: list[str], context: Context) -> Told | None:
    if len(parts) < 2:
        return None
    if any(kept_here(part, context) is not None for part in parts):
        parts = [_EVERY_OTHER.sub("all other ", part) for part in parts]
    if context.preview is not None:
        return _told(parts, context.preview, context, -1)
    unnamed = ("rest",) if context.those is not None else ("rest", "that")
    for at, said in enumerate(parts):
        if kept_here(said, context) is not None:
            continue
        request: ShipRequest | None = _as(said, "Ship", context, lambda read: read)
        if request is None and at:
            request = _as(without_rest(said, context), "Ship", context, lambda read: read)
            if request is not None and context.those is not None:  # the others of those that were shown
                request = replace(request, where=all_of(context.those, request.where))
        if not isinstance(request, ShipRequest) or request.noun in unnamed:
            continue
        told = _told(parts, request, context, at)
        if told is not None:
            return told
    return None


def _told(parts: list[str], request: ShipRequest, context: Context, anchor: int) -> Told | None:
    """What the sentences say of a request that the one at `anchor` makes; -1 is the preview's."""
    apart: list[str] = []
    changed = anchor >= 0
    for at, said in enumerate(parts):
        if at == anchor:
            continue
        bare = _LEAD.sub("", said)
        made: ShipRequest | None
        if at < anchor:
            made = _kept_here(said, request, context)
        elif context.preview is not None:
            made = _replied(said, request, context)
        else:
            made = _changed(said, request, context, 0)
        if _GO.fullmatch(bare):
            continue
        if made is None and _SAME.fullmatch(bare) and (request.service or request.rules):
            made = request
        made = made or (_kept_here(said, request, context) if at > anchor else None)
        if made is not None:
            request, changed = made, True
        else:
            apart.append(said)
    pointless = anchor > 0 and _has_rest(parts[anchor], context) and len(apart) == anchor
    if anchor > 0 and len(apart) and POINTING & set(re.findall(r"\w+", _GETS.sub(" ", parts[anchor]).casefold())):
        return None  # "Ada called. Ship her orders."
    if not changed or pointless or not all(is_remark(said, request, context) for said in apart):
        return None
    return Told(request, tuple(apart))


def _kept_here(said: str, request: ShipRequest, context: Context) -> ShipRequest | None:
    """Without those whom a sentence keeps here: `Nothing made of glass ships today.`"""
    held = kept_here(said, context)
    return replace(request, where=all_of(request.where, opposite(held))) if held is not None else None


def _has_rest(said: str, context: Context) -> bool:
    return without_rest(said, context) != said


def _replied(said: str, request: ShipRequest, context: Context) -> ShipRequest | None:
    """The preview after one sentence, as it would be if nothing else had been said."""
    bare = _LEAD.sub("", plain_reply(said, context.sheet))
    if _CLOSES.fullmatch(bare) or stays_as_it_is(bare, request, context):
        return request
    there = replace(context, preview=request)

    def done(edit: Any) -> ShipRequest | None:
        if not isinstance(edit, Edit) or edit.doubts or (edit.group is not None and edit.group.doubts):
            return None
        made = edited(edit, request, there)
        return made if isinstance(made, ShipRequest) else None

    made: ShipRequest | None = _as(bare, "Reply", there, done)
    return made


def _changed(said: str, request: ShipRequest, context: Context, depth: int) -> ShipRequest | None:
    """The request after one more sentence, or after the parts that it joins by `and`."""
    bare = _LEAD.sub("", said)
    if request.where != ALL_ROWS and _CLOSES.fullmatch(bare):
        return request
    if stays_as_it_is(bare, request, context):
        return request
    joints = list(_JOINT.finditer(bare)) if depth < _DEEPEST else []
    for joint in joints:  # "leave out the gifts and use ground": the service is not one of theirs
        for how, other in ((bare[joint.end() :], bare[: joint.start()]), (bare[: joint.start()], bare[joint.end() :])):
            served = _as(_LEAD.sub("", how), "Edit", context, lambda edit: _served(edit, request))
            both = _changed(other, served, context, depth + 1) if served is not None else None
            if both is not None:
                return both
    made: ShipRequest | None = _as(bare, "Edit", context, lambda reading: _edited(reading, request, context))
    if made is None:
        made = _by_arms(bare, request, context) or _beside(bare, request, context)
    if made is not None:
        return made
    for joint in joints:
        first = _changed(bare[: joint.start()], request, context, depth + 1)
        both = _changed(bare[joint.end() :], first, context, depth + 1) if first is not None else None
        if both is not None:
            return both
    return None


def _served(edit: Any, request: ShipRequest) -> ShipRequest | None:
    """The service of orders of which nothing was said yet how they go."""
    plain = isinstance(edit, Edit) and edit.kind == "service" and not edit.doubts
    if not plain or request.service is not None or request.rules or edit.service is None or edit.service.doubt:
        return None
    return replace(request, service=edit.service)


def _edited(edit: Any, request: ShipRequest, context: Context) -> ShipRequest | None:
    """A change that narrows, or that says how orders go of which nothing was said yet."""
    if not isinstance(edit, Edit) or edit.doubts or (edit.group is not None and edit.group.doubts):
        return None
    if edit.kind == "service":
        return _served(edit, request)
    if edit.kind == "rule" and edit.group is not None:
        if request.service is None or not context.exists(edit.group.tree):
            return None
    elif edit.kind not in ("drop", "only"):
        return None
    if edit.group is not None and (edit.group.cuts or _names_service(edit.group.tree, context)):
        return None
    made = edited(edit, request, context)
    return made if isinstance(made, ShipRequest) else None


def _names_service(tree: Condition, context: Context) -> bool:
    return bool({column.name for column in context.sheet.of("service")} & columns_of(tree))


def _by_arms(said: str, request: ShipRequest, context: Context) -> ShipRequest | None:
    """`2 day for those over $200, ground for the others`, of the orders that were named."""
    if request.service is not None or request.rules or request.cuts:
        return None
    base = Group(request.where, "many", frozenset({"named"}), (), request.doubts)

    def inside(arms: Any) -> ShipRequest | None:
        made = within_orders(context, base, arms)
        made = getattr(made, "value", made)
        return made if isinstance(made, ShipRequest) and made.where == request.where else None

    made: ShipRequest | None = _as(said, "Arms", context, inside)
    return made


def _beside(said: str, request: ShipRequest, context: Context) -> ShipRequest | None:
    """Other orders by a service of their own: `Rosehip goes 2nd Day Air.`, `Everyone else in the US gets ground.`"""
    if request.service is None or request.rules or request.cuts:
        return None
    plain = without_rest(said, context)
    other: ShipRequest | None = _as(plain, "Ship", context, lambda reading: reading)
    if not isinstance(other, ShipRequest) or other.service is None or other.rules or other.cuts or other.doubts:
        return None
    if other.noun in ("rest", "that") or (other.where == ALL_ROWS and plain == said):
        return None
    if plain == said and context.exists(all_of(request.where, other.where)):
        return None
    if other.service == request.service:
        return replace(request, where=any_of(request.where, other.where))
    rules = (ServiceRule(request.where, request.service),)
    return replace(request, where=any_of(request.where, other.where), service=other.service, rules=rules)


def _as(said: str, goal: str, context: Context, build: Callable[[Any], Any]) -> Any:
    """What a sentence is as a `goal`, read whole and in one way; None where anything about it is open."""
    if not said:
        return None
    context = replace(context, text=said)
    tokens, _ = mended(cut(said), context.sheet)
    spans = annotate(tokens, context, said)
    found = parse(spans, len(tokens), grammar(), context, goal)
    if not found or found[0].skipped:
        return None
    if goal == "Arms":
        made = [build(one.value) for one in found if one.cost <= found[0].cost + 0.3 and not one.skipped]
        made = [one for one in made if one is not None]
        return made[0] if made and all(one == made[0] for one in made) and not made[0].doubts else None
    meant = resolve(found, tokens, spans, context, context.counts)
    return build(meant.reading) if isinstance(meant, Resolved) and not meant.derivation.skipped else None
