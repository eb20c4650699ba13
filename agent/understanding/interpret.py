"""The door: one message, one sheet, one conversation -> calls of tools, a question, or words. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from agent.brains.refusing import other_carrier, refusal
from agent.brains.speech_act import only_asks
from agent.understanding.chart import Span, parse
from agent.understanding.context import Context
from agent.understanding.editing import edited
from agent.understanding.grammar import grammar
from agent.understanding.lookups import Counts, LookupNeededError
from agent.understanding.proposing import proposal
from agent.understanding.querying import query_request
from agent.understanding.readings import BatchCommand, Edit, Query, QueueCommand, Setting, ShipRequest
from agent.understanding.requests import Action, Ask, Say, ToolRequest
from agent.understanding.resolve import Resolved, resolve
from agent.understanding.sentences import without_chatter
from agent.understanding.sheet import Sheet
from agent.understanding.spans import annotate
from agent.understanding.spelling import mended
from agent.understanding.tokens import Token, cut

_MARGIN: Final = 1.6
"""How far below the best derivation others are still found."""
_OPTIONS: Final = ("ship them", "show them", "count them")


@dataclass(frozen=True)
class Situation:
    """What a message is read in."""

    sheet: Sheet
    today: date
    answers: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    previous: ShipRequest | None = None
    """The request of the last preview, for edits and for `those`."""
    undo: bool = False


@dataclass(frozen=True, slots=True)
class Meant:
    """What to do, and the request that a later message may refer to."""

    action: Action
    request: ShipRequest | None = None


def interpret(text: str, situation: Situation) -> Meant:
    """What a message means; an open question is an `Ask`, and the same message is read again with its answer."""
    refused = refusal(text)
    if refused is not None:
        return Meant(Say(refused, refusal=True))
    text = _replaced(text, situation.answers)
    if not text.strip():
        return Meant(ToolRequest("help"))
    carrier = other_carrier(text, situation.sheet.columns)
    if carrier is not None:
        return Meant(Say(carrier, refusal=True))
    counts = Counts(situation.counts)
    context = Context(situation.sheet, situation.today, situation.answers, counts, text)
    tokens, notes = mended(cut(text), situation.sheet)
    asks = only_asks(text)
    try:
        spans = annotate(tokens, context, text)
        said, apart = without_chatter(text, tokens, spans, situation.sheet)
        if apart:
            rest = interpret(said, situation)
            return replace(rest, action=_listing(rest.action, apart))
        found = parse(spans, len(tokens), grammar(), context, _goal(asks, situation), _MARGIN)
        meant = resolve(found, tokens, spans, context, counts)
    except LookupNeededError as needed:
        return Meant(needed.look)
    if not isinstance(meant, Resolved):
        return Meant(meant)
    return _acted(meant, situation, context, tokens, spans, notes)


def _listing(action: Action, apart: tuple[str, ...]) -> Action:
    """The same, with the sentences that were left out said beside the preview."""
    if not isinstance(action, ToolRequest) or action.name != "propose_shipment":
        return action
    ignored = [repr(sentence) for sentence in apart]
    return replace(action, arguments={**action.arguments, "ignored": [*action.arguments.get("ignored", ()), *ignored]})


def _goal(asks: bool, situation: Situation) -> str:
    """Speech act first: what only asks is never read as a command."""
    if asks:
        return "Asked"
    return "Message" if situation.previous is None else "Reply"


def _acted(
    meant: Resolved,
    situation: Situation,
    context: Context,
    tokens: tuple[Token, ...],
    spans: list[Span],
    notes: tuple[str, ...],
) -> Meant:
    reading: Any = meant.reading
    if isinstance(reading, Edit):
        made = edited(reading, situation.previous or ShipRequest(), undo=situation.undo)
        if not isinstance(made, ShipRequest):
            return Meant(made)
        return _proposed(made, context, notes)
    if isinstance(reading, Query):
        return Meant(query_request(reading, context))
    if isinstance(reading, (BatchCommand, QueueCommand, Setting)):
        return Meant(ToolRequest(reading.tool, {name: _plain(value) for name, value in reading.arguments}))
    if reading.service is None and not reading.rules and not _tells(spans, situation):
        question = "What shall I do with these orders?"
        answer = situation.answers.get(question, "").casefold()
        if answer in _OPTIONS[1:]:
            kind = "show" if answer == _OPTIONS[1] else "count"
            from agent.understanding.values import Group

            return Meant(query_request(Query(kind, Group(reading.where)), context))
        if answer != _OPTIONS[0]:
            return Meant(Ask(question, _OPTIONS))
    return _proposed(reading, context, notes)


def _plain(value: Any) -> Any:
    """Pairs as a mapping, other tuples as lists: how tools take them."""
    if not isinstance(value, tuple):
        return value
    pairs = bool(value) and all(isinstance(one, tuple) and len(one) == 2 and isinstance(one[0], str) for one in value)
    return {key: _plain(inner) for key, inner in value} if pairs else [_plain(one) for one in value]


def _proposed(request: ShipRequest, context: Context, notes: tuple[str, ...]) -> Meant:
    action = proposal(request, context, notes)
    return Meant(action, request if isinstance(action, ToolRequest) else None)


def _tells(spans: list[Span], situation: Situation) -> bool:
    """Whether some word says that orders are to be shipped."""
    return situation.previous is not None or any(span.category == "Verb" for span in spans)


def _replaced(text: str, answers: Mapping[str, str]) -> str:
    """The message with words replaced by what the person said they mean."""
    lead, tail = 'What do you mean by "', '"?'
    for question, answer in answers.items():
        if question.startswith(lead) and question.endswith(tail):
            said = question.removeprefix(lead).removesuffix(tail)
            if said in text and ";" not in answer and not answer.startswith("query:"):
                text = text.replace(said, "" if answer.casefold().startswith("leave ") else answer)
    return text
