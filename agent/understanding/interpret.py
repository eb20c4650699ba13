"""The door: one message, one sheet, one conversation -> calls of tools, a question, or words. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from agent.brains.refusing import other_carrier, refusal
from agent.brains.speech_act import only_asks
from agent.shipping.services import service_label
from agent.understanding.address_checks import AddressCheck, address_check
from agent.understanding.arrivals import as_command, cut_arrival, either, is_only_the_day
from agent.understanding.chart import Derivation, Span, parse
from agent.understanding.conditions import ALL_ROWS, Condition, all_of, clause, words
from agent.understanding.context import Context
from agent.understanding.courtesy import without_courtesy
from agent.understanding.dictation import dictated, with_operators
from agent.understanding.discourse import told_in_sentences
from agent.understanding.editing import edited
from agent.understanding.grammar import grammar
from agent.understanding.lookups import Counts, LookupNeededError
from agent.understanding.predicates import in_words
from agent.understanding.proposing import proposal
from agent.understanding.queries import Written, cut_around, queried, rewritten, spans_of
from agent.understanding.querying import query_request
from agent.understanding.readings import Arrival, BatchCommand, Edit, Query, QueueCommand, Setting, ShipRequest
from agent.understanding.requests import Action, Ask, Say, ToolRequest
from agent.understanding.resolve import GO_ON, LEAVE, NOT_IN_WORDS, TAKEN_BACK, Resolved, resolve
from agent.understanding.rules_ship import WHICH_ORDERS
from agent.understanding.sentences import without_chatter
from agent.understanding.sheet import Sheet
from agent.understanding.spans import annotate
from agent.understanding.spelling import mended
from agent.understanding.stating import stated
from agent.understanding.talk import Standing, read_talk
from agent.understanding.tokens import Token, cut
from agent.understanding.values import Doubt

NO_SHEET: Final = Say(
    "No order sheet is open. Start with `shipchat FILE`, or type the path of a CSV or Excel file.", refusal=True
)
_OPENINGS: Final = frozenset("please so and ok okay hey can could would you now then hi just also".split())  # noqa: SIM905
_JOINING: Final = frozenset({"and", "also", "plus", "add", "anything", "everything"})
"""Of an open preview these may add orders or change some of them: such a message is read whole, or asked about."""
_BEGINNING: Final = frozenset({"ship", "send", "mail", "dispatch", "reship", "label", "labels", "fulfil", "fulfill"})
"""Words that begin a command of its own, also where a preview is open."""
_NAMING: Final = frozenset(
    "Column ColumnBy Value Id IdRange City State Country Region Lane Place Period Ago Age Amount Range Service "  # noqa: SIM905
    "Superlative Comparison Empty Unshipped Overdue First Top Random EveryOther".split()
)
"""Categories of words that name something of the sheet."""
_VERB: Final = re.compile(r"^(?:please )?(?:ship|send)\s+", re.IGNORECASE)
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
    counted: Condition | None = None
    """The rows that were counted or shown since: what `those` are."""
    preview_pending: bool = False
    may_undo: bool = False
    arrival: Arrival | None = None
    """By when the orders of the message must be there, where it has been cut out of it."""


@dataclass(frozen=True, slots=True)
class Meant:
    """What to do, and the request that a later message may refer to."""

    action: Action
    request: ShipRequest | None = None
    ignored: tuple[str, ...] = ()
    """Spellings that were corrected."""
    needs_sheet: bool = False
    """Whether it is about a sheet, and none is open."""


def interpret(text: str, situation: Situation) -> Meant:
    """What a message means; an open question is an `Ask`, and the same message is read again with its answer."""
    text = without_courtesy(text, situation.sheet) or text
    refused = refusal(text)
    if refused is not None:
        return Meant(Say(refused, refusal=True))
    text = _replaced(text, situation)
    standing = Standing(
        situation.sheet, situation.today, situation.answers, situation.preview_pending, situation.may_undo
    )
    talk = read_talk(text, standing)
    if talk is not None:
        return Meant(talk)
    if not text.strip():
        return Meant(ToolRequest("help"))
    if not situation.sheet.columns:
        return Meant(NO_SHEET, needs_sheet=True)
    carrier = other_carrier(text, situation.sheet.columns)
    if carrier is not None:
        return Meant(Say(carrier, refusal=True))
    if (check := address_check(text)) is not None:
        return _addresses(check, situation)
    told = stated(text, situation.sheet, situation.answers)
    if isinstance(told, Ask):
        return Meant(told)
    text, note = told
    try:
        done = _by_day(text, situation)
    except LookupNeededError as needed:
        return Meant(needed.look)
    if note is None or not isinstance(done.action, ToolRequest):
        return done
    return replace(done, action=replace(done.action, notes=(note,)))


def _by_day(text: str, situation: Situation) -> Meant:
    """What the message means, a day by which the orders must be there in the place of a service.

    Raises:
        LookupNeededError: as `_read`.
    """
    by_day = None
    if situation.arrival is None and not only_asks(text):
        by_day = cut_arrival(text, situation.sheet, situation.today, situation.answers)
    if by_day is None:
        return _read(dictated(text, situation.sheet), situation)
    if isinstance(by_day, Ask):
        return Meant(by_day)
    situation = replace(situation, arrival=by_day.arrival)
    if situation.previous is not None and is_only_the_day(by_day.rest):
        return _proposed(
            situation.previous, Context(situation.sheet, situation.today, situation.answers), (), situation
        )
    return interpret(as_command(by_day.rest), situation)


def _read(text: str, situation: Situation) -> Meant:
    """What plain words mean over the open sheet.

    Raises:
        LookupNeededError: before the sheet was asked what reading them needs.
    """
    counts = Counts(situation.counts)
    context = Context(situation.sheet, situation.today, situation.answers, counts, text, situation.counted)
    query = queried(text, context)
    if query is None and isinstance(query := queried(with_operators(text), context), Written):
        text = with_operators(text)
    if isinstance(query, Doubt):
        return Meant(Ask(query.question, query.choices, query.slot))
    if query is None:
        text = in_words(text, situation.sheet)
    else:
        text, query = rewritten(text, query, situation.sheet)
    context = replace(context, text=text)
    tokens, notes = mended(cut_around(text, query) if query else cut(text), situation.sheet)
    asks = only_asks(text)
    spans = annotate(tokens, context, text, spans_of(tokens, query) if query else ())
    said, apart = without_chatter(text, tokens, spans, situation.sheet, asks)
    joins = situation.previous is not None and said.split(maxsplit=1)[0].casefold().strip(",") in _JOINING
    if apart and not joins:
        rest = interpret(said, situation)
        return replace(rest, action=_listing(rest.action, apart))
    told_apart = None if asks or query or situation.previous else told_in_sentences(text, context)
    if told_apart is not None:
        return _proposed(told_apart, context, notes, situation)
    goal = _goal(asks, tokens, spans, situation)
    found = parse(spans, len(tokens), grammar(), context, goal)
    meant = resolve(found, tokens, spans, context, counts)
    return _acted(meant, situation, context, tokens, spans, notes) if isinstance(meant, Resolved) else Meant(meant)


def _addresses(check: AddressCheck, situation: Situation) -> Meant:
    """UPS is asked about the rows that are named, else about those of the preview or those that were counted last."""
    arguments: dict[str, Any] = {"again": True} if check.again else {}
    if check.rows:
        noun = "" if check.rows.casefold().endswith(("orders", "ones", "rows")) else " orders"
        rows = interpret(f"count {check.rows}{noun}", replace(situation, previous=None))
        if not isinstance(rows.action, ToolRequest) or rows.action.name != "count_rows":
            return rows
        found = rows.action
        return Meant(ToolRequest("check_destinations", arguments | {"where": found.arguments["where"]}, found.in_words))
    if not check.everything and situation.previous is not None and situation.preview_pending:
        return Meant(ToolRequest("check_destinations", arguments | {"previewed": True}))
    tree = ALL_ROWS if check.everything or situation.counted is None else situation.counted
    return Meant(ToolRequest("check_destinations", arguments | {"where": clause(tree)}, words(tree)))


def _listing(action: Action, apart: tuple[str, ...]) -> Action:
    """The same, with the sentences that were left out said beside the preview."""
    if not isinstance(action, ToolRequest) or action.name != "propose_shipment":
        return action
    ignored = [repr(sentence) for sentence in apart]
    return replace(action, arguments={**action.arguments, "ignored": [*action.arguments.get("ignored", ()), *ignored]})


def _goal(asks: bool, tokens: tuple[Token, ...], spans: list[Span], situation: Situation) -> str:
    """Speech act first: what only asks is never read as a command, and what begins to ship changes no preview."""
    if asks:
        return "Asked"
    points = any(span.category == "Noun" and span.value == "that" for span in spans)
    if situation.previous is None or (points and situation.counted is not None):
        return "Message"
    first = next((token.key for token in tokens if token.key not in _OPENINGS), "")
    points = points or any(span.category == "Rest" for span in spans)
    return "Message" if first in _BEGINNING and not points else "Reply"


def _pointed(
    reading: ShipRequest, derivation: Derivation, situation: Situation, tokens: tuple[Token, ...]
) -> ShipRequest | Ask:
    """The orders that `those` are: what was counted or shown since, else those of the preview, else it is asked."""
    if not any(span.category == "Noun" and span.value == "that" for span in derivation.spans):
        if _marked_with_service(reading, derivation, tokens) and not _all_of_them(situation):
            return Ask(WHICH_ORDERS.question, WHICH_ORDERS.choices)
        return reading
    if situation.counted is not None:
        return reading
    if situation.previous is not None:
        return replace(reading, where=all_of(situation.previous.where, reading.where))
    if reading.where == ALL_ROWS and not _all_of_them(situation):
        return Ask(WHICH_ORDERS.question, WHICH_ORDERS.choices)
    return reading


def _all_of_them(situation: Situation) -> bool:
    return situation.answers.get(WHICH_ORDERS.question, "").casefold() == WHICH_ORDERS.choices[0]


def _marked_with_service(reading: ShipRequest, derivation: Derivation, tokens: tuple[Token, ...]) -> bool:
    """`the Ground orders` are those that are marked so; where none is, it never means all."""
    if reading.where != ALL_ROWS or reading.cuts:
        return False
    services = [span for span in derivation.spans if span.category == "Service" and span.start]
    nouns = {span.start for span in derivation.spans if span.category == "Noun" and span.value in ("many", "one")}
    return any(span.end in nouns and tokens[span.start - 1].key == "the" for span in services)


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
        made = edited(reading, situation.previous or ShipRequest(), context)
        if not isinstance(made, ShipRequest):
            return Meant(made)
        return _proposed(made, context, notes, situation)
    if isinstance(reading, Query):
        return Meant(query_request(reading, context))
    if isinstance(reading, (BatchCommand, QueueCommand, Setting)):
        return Meant(ToolRequest(reading.tool, {name: _plain(value) for name, value in reading.arguments}))
    if isinstance(reading, ShipRequest):
        reading = _pointed(reading, meant.derivation, situation, tokens)
        if isinstance(reading, Ask):
            return Meant(reading)
    if reading.service is None and not reading.rules and not _ships(spans, situation):
        question = "What shall I do with these orders?"
        answer = situation.answers.get(question, "").casefold()
        if answer in _OPTIONS[1:]:
            kind = "show" if answer == _OPTIONS[1] else "count"
            from agent.understanding.values import Group

            return Meant(query_request(Query(kind, Group(reading.where)), context))
        if answer != _OPTIONS[0]:
            return Meant(Ask(question, _OPTIONS))
    return _proposed(reading, context, notes, situation)


def _plain(value: Any) -> Any:
    """Pairs as a mapping, other tuples as lists: how tools take them."""
    if not isinstance(value, tuple):
        return value
    pairs = bool(value) and all(isinstance(one, tuple) and len(one) == 2 and isinstance(one[0], str) for one in value)
    return {key: _plain(inner) for key, inner in value} if pairs else [_plain(one) for one in value]


def _proposed(request: ShipRequest, context: Context, notes: tuple[str, ...], situation: Situation) -> Meant:
    in_time = _in_time(request, situation) if situation.arrival is not None else request
    if isinstance(in_time, Ask):
        return Meant(in_time)
    request = in_time
    action = proposal(request, context, notes)
    return Meant(action, request if isinstance(action, ToolRequest) else None)


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


def _ships(spans: list[Span], situation: Situation) -> bool:
    """Whether some word says that orders are to be shipped."""
    return situation.previous is not None or any(span.category == "Verb" for span in spans)


def _replaced(text: str, situation: Situation) -> str:
    """The message with words replaced by what the person said they mean; an answer that names nothing is none."""
    lead, tail = 'What do you mean by "', '"?'
    which = situation.answers.get(WHICH_ORDERS.question)
    if which is not None and which.casefold() != WHICH_ORDERS.choices[0] and _tells(which, situation):
        text = f"{text.rstrip(' .!')}, {_VERB.sub('', which)}"
    for question, answer in situation.answers.items():
        if question.endswith(NOT_IN_WORDS) and answer.casefold() == GO_ON:
            text = text.replace(question.removesuffix(NOT_IN_WORDS).strip('"'), "")
        if question == TAKEN_BACK:
            text = answer
        if question.startswith(lead) and question.endswith(tail):
            said = question.removeprefix(lead).removesuffix(tail)
            if answer.casefold().startswith(LEAVE.format(said=said).casefold()):
                text = text.replace(said, " ", 1)
                continue
            if said in text and ";" not in answer and not answer.startswith("query:") and _tells(answer, situation):
                text = answer if _VERB.match(answer) else text.replace(said, answer)
    return text


def _tells(answer: str, situation: Situation) -> bool:
    """Whether words name something of the sheet: put into a message, others would only widen it."""
    context = Context(situation.sheet, situation.today, text=answer)
    try:
        spans = annotate(cut(answer), context, answer)
    except LookupNeededError:
        return True
    nouns = {(span.start, span.end) for span in spans if span.category == "Noun"}
    return any(span.category in _NAMING and (span.start, span.end) not in nouns for span in spans)
