"""From a reading to the call of a tool: what a request, a change, a question about the sheet or a setting makes."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from agent.shipping.services import service_label
from agent.understanding.arrivals import either
from agent.understanding.chart import Derivation, Span
from agent.understanding.conditions import ALL_ROWS, all_of
from agent.understanding.context import Context
from agent.understanding.editing import edited
from agent.understanding.packing import Packing
from agent.understanding.proposing import proposal
from agent.understanding.querying import query_request
from agent.understanding.readings import BatchCommand, Edit, Query, ShipRequest
from agent.understanding.requests import Ask, ToolRequest
from agent.understanding.resolve import Resolved
from agent.understanding.rules_ship import WHICH_ORDERS
from agent.understanding.situation import Meant, Situation
from agent.understanding.tokens import Token
from agent.understanding.values import Group

_POINTS_AHEAD: Final = re.compile(r"\b(?:these|those)\s+\w+s\s+(?:which|who|that|with|where)\b", re.IGNORECASE)
"""`show me these orders which are paid` names them itself."""
_OPTIONS: Final = ("ship them", "show them", "count them")


def acted(
    meant: Resolved,
    situation: Situation,
    context: Context,
    tokens: tuple[Token, ...],
    spans: list[Span],
    notes: tuple[str, ...],
) -> Meant:
    reading: Any = meant.reading
    if isinstance(reading, Edit):
        made = edited(reading, situation.previous or ShipRequest(), context)
        if not isinstance(made, ShipRequest):
            return Meant(made)
        return proposed(made, context, notes, situation)
    if isinstance(reading, Query):
        nobody = situation.counted is None and situation.previous is None
        if nobody and not _POINTS_AHEAD.search(context.text) and points_back(meant.derivation.spans):
            return Meant(Ask("Which orders do you mean? Nothing is previewed or counted yet."))
        return Meant(query_request(_of_preview(reading, meant.derivation, situation), context))
    if isinstance(reading, BatchCommand):
        return Meant(ToolRequest(reading.tool, {name: _plain(value) for name, value in reading.arguments}))
    if isinstance(reading, ShipRequest):
        reading = _pointed(reading, meant.derivation, situation, tokens)
        if isinstance(reading, Ask):
            return Meant(reading)
    if reading.service is None and not reading.rules and not _ships(spans, situation):
        if situation.counted is not None and any(span.category == "Only" for span in meant.derivation.spans):
            # "Only the paid ones." behind a list narrows the list.
            return Meant(query_request(Query("show", Group(all_of(situation.counted, reading.where))), context))
        question = "What shall I do with these orders?"
        answer = situation.answers.get(question, "").casefold()
        if answer in _OPTIONS[1:]:
            kind = "show" if answer == _OPTIONS[1] else "count"
            return Meant(query_request(Query(kind, Group(reading.where)), context))
        if answer != _OPTIONS[0]:
            return Meant(Ask(question, _OPTIONS))
    return proposed(reading, context, notes, situation)


def _pointed(
    reading: ShipRequest, derivation: Derivation, situation: Situation, tokens: tuple[Token, ...]
) -> ShipRequest | Ask:
    """The orders that `those` are: what was counted or shown since, else those of the preview, else it is asked."""
    if not points_back(derivation.spans):
        if _marked_with_service(reading, derivation, tokens) and not _all_of_them(situation):
            return Ask(WHICH_ORDERS.question, WHICH_ORDERS.choices)
        return reading if _says_which(reading, derivation, situation) else _of_preview_again(reading, situation)
    if situation.counted is not None:
        return reading
    if situation.previous is not None:
        return _of_preview_again(reading, situation)
    if reading.where == ALL_ROWS and not _all_of_them(situation):
        return Ask(WHICH_ORDERS.question, WHICH_ORDERS.choices)
    return reading


def _says_which(reading: ShipRequest, derivation: Derivation, situation: Situation) -> bool:
    """Whether a message says which orders it means; over a preview, `Ground will do` says it of none, not of all."""
    if situation.previous is None or reading.where != ALL_ROWS or reading.cuts:
        return True
    said = [span for span in derivation.spans if span.category in ("Verb", "Rest") or span.value in ("all", "each")]
    return bool(said)


def _of_preview_again(reading: ShipRequest, situation: Situation) -> ShipRequest:
    """The orders of the preview, as far as the reading means them; how they go stays where it says nothing of it."""
    before = situation.previous or ShipRequest()
    if reading.service is not None or reading.rules:
        before = replace(before, service=reading.service, rules=reading.rules, arrival=None)
    where, cuts = all_of(before.where, reading.where), reading.cuts or before.cuts
    return replace(before, where=where, cuts=cuts, flags=before.flags | reading.flags, doubts=reading.doubts)


def _of_preview(query: Query, derivation: Derivation, situation: Situation) -> Query:
    """`how many of them are gifts?` while a preview is open: of its orders, unless others were counted since."""
    if situation.counted is not None or situation.previous is None or not points_back(derivation.spans):
        return query
    return replace(query, group=replace(query.group, tree=all_of(situation.previous.where, query.group.tree)))


def points_back(spans: Sequence[Span]) -> bool:
    """Whether a word is about orders that were shown or counted before."""
    return any(span.category == "OfThose" or (span.category == "Noun" and span.value == "that") for span in spans)


def _all_of_them(situation: Situation) -> bool:
    return situation.answers.get(WHICH_ORDERS.question, "").casefold() == WHICH_ORDERS.choices[0]


def _marked_with_service(reading: ShipRequest, derivation: Derivation, tokens: tuple[Token, ...]) -> bool:
    """`the Ground orders` are those that are marked so; where none is, it never means all."""
    if reading.where != ALL_ROWS or reading.cuts:
        return False
    services = [span for span in derivation.spans if span.category == "Service" and span.start]
    nouns = {span.start for span in derivation.spans if span.category == "Noun" and span.value in ("many", "one")}
    return any(span.end in nouns and tokens[span.start - 1].key == "the" for span in services)


def _ships(spans: list[Span], situation: Situation) -> bool:
    """Whether some word says that orders are to be shipped."""
    return situation.previous is not None or any(span.category == "Verb" for span in spans)


def _plain(value: Any) -> Any:
    """Pairs as a mapping, other tuples as lists: how tools take them."""
    if not isinstance(value, tuple):
        return value
    pairs = bool(value) and all(isinstance(one, tuple) and len(one) == 2 and isinstance(one[0], str) for one in value)
    return {key: _plain(inner) for key, inner in value} if pairs else [_plain(one) for one in value]


def proposed(request: ShipRequest, context: Context, notes: tuple[str, ...], situation: Situation) -> Meant:
    in_time = _in_time(request, situation) if situation.arrival is not None else request
    if isinstance(in_time, Ask):
        return Meant(in_time)
    request = _as_asked(in_time, situation)
    if situation.packing is not None:
        request = _with_packing(request, *situation.packing)
    request = replace(request, ship_from=situation.start or request.ship_from)
    action = proposal(request, context, notes)
    return Meant(action, request if isinstance(action, ToolRequest) else None)


def _as_asked(request: ShipRequest, situation: Situation) -> ShipRequest:
    """With what the message asks of its shipments; what was asked of a preview before stays."""
    asked = situation.asked
    if asked is None:
        return request
    options = dict(request.options) | asked.options
    return replace(request, options=tuple(sorted(options.items())), of_batch=asked.of_batch or request.of_batch)


def _in_time(request: ShipRequest, situation: Situation) -> ShipRequest | Ask:
    """By the cheapest service that is there in time; a service that the same message names is asked about."""
    assert situation.arrival is not None
    before = situation.previous or ShipRequest()
    if request.service not in (None, before.service) or request.rules not in ((), before.rules):
        code = request.service.code if request.service else None
        asked = either(situation.arrival, service_label(code) if code else "the services that you named")
        given = situation.answers.get(asked.question, "").strip().casefold()
        if given == asked.options[1].casefold():
            return request
        if given != asked.options[0].casefold():
            return asked
    return replace(request, service=None, rules=(), arrival=situation.arrival)


def _with_packing(request: ShipRequest, packing: Packing, rule: str) -> ShipRequest:
    if rule:
        return replace(request, boxes=((rule, packing.value), *request.boxes))
    kept = tuple(pair for pair in request.packing if pair[0] != packing.field)
    return replace(request, packing=(*kept, (packing.field, packing.value)))
