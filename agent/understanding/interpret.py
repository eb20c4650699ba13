"""The door: one message, one sheet, one conversation -> calls of tools, a question, or words. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from agent.brains.refusing import other_carrier, refusal
from agent.brains.speech_act import only_asks
from agent.planning.ship_options import NOT_OF_RETURNS
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
from agent.understanding.option_words import WithOptions, cut_options
from agent.understanding.packing import Packing, cut_packing
from agent.understanding.predicates import in_words
from agent.understanding.proposing import proposal
from agent.understanding.queries import Written, cut_around, queried, rewritten, spans_of
from agent.understanding.querying import query_request
from agent.understanding.readings import Arrival, BatchCommand, Edit, Query, QueueCommand, Setting, ShipRequest
from agent.understanding.replies import plain_reply
from agent.understanding.requests import Action, Ask, Look, Say, ToolRequest
from agent.understanding.resolve import GO_ON, NOT_IN_WORDS, TAKEN_BACK, Resolved, resolve, same
from agent.understanding.return_words import ONLY_A_RETURN, cut_return
from agent.understanding.rules_ship import WHICH_ORDERS
from agent.understanding.sentences import without_chatter
from agent.understanding.sheet import Sheet
from agent.understanding.spans import annotate
from agent.understanding.spelling import mended
from agent.understanding.starting import Start, cut_start
from agent.understanding.stating import stated
from agent.understanding.talk import Standing, read_talk
from agent.understanding.tax_words import tax_default
from agent.understanding.tokens import Token, cut
from agent.understanding.unread import LEAVE, LEAVES, ONLY_SAID, WHAT_MEANT, with_choices
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
    asked: WithOptions | None = None
    """What the message asks of its shipments, where that has been cut out of it."""
    packing: tuple[Packing, str] | None = None
    """What the orders of the message are packed in, and the clause of those that are, where it has been cut out."""
    places: tuple[str, ...] = ()
    """Ship-from places of the settings."""
    start: str = ""
    """The ship-from place of the message, where it has been cut out of it."""
    parted: bool = False
    """Whether it is some sentences of a longer message, tried alone."""


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
    # First: “bill the receiver”, “email the customers” are no refusals here. What is left is read from the top.
    asked = _options(text, situation)
    if asked is not None:
        return _with_options(asked, situation)
    refused = refusal(text)
    if refused is not None:
        return Meant(Say(refused, refusal=True))
    noted = tax_default(text)
    if noted is not None:
        return Meant(noted)
    text = _replaced(text, situation)
    if situation.previous is not None:
        text = plain_reply(text, situation.sheet)
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
    start = cut_start(text, situation.places, situation.sheet, situation.answers) if not situation.start else None
    if isinstance(start, Start):
        return _started(start, situation)
    if start is not None:
        return Meant(start)
    packing = None if situation.packing is not None or only_asks(text) else cut_packing(text, situation.sheet.boxes)
    return _of_rows(text, situation) if packing is None else _packed(packing, situation)


def _of_rows(text: str, situation: Situation) -> Meant:
    """What is left where a message is about rows of the sheet."""
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


def _options(text: str, situation: Situation) -> WithOptions | Ask | Say | None:
    """What the message asks of its shipments besides rows and service; nothing of a question."""
    if only_asks(text):
        return None
    sheet, before = situation.sheet, situation.asked or WithOptions("")
    found = None if "returns" in before.options else cut_return(text, sheet, situation.today, situation.answers)
    found = cut_options(text, sheet, situation.answers) if found is None else found
    if isinstance(found, WithOptions) and is_only_the_day(found.rest) and situation.previous is None:
        return None  # nothing says of which orders
    if isinstance(found, Say) and (refused := refusal(text)) is not None:
        return Say(refused, refusal=True)
    return found


def _with_options(asked: WithOptions | Ask | Say, situation: Situation) -> Meant:
    """The rest of the message, with what was asked; where nothing is left, the orders of the preview are meant."""
    if not situation.sheet.columns:
        return Meant(NO_SHEET, needs_sheet=True)
    if not isinstance(asked, WithOptions):
        return Meant(asked)
    before = situation.asked or WithOptions("")
    both = WithOptions(asked.rest, before.options | asked.options, asked.of_batch or before.of_batch)
    situation = replace(situation, asked=both)
    if "returns" in both.options and both.options.keys() & NOT_OF_RETURNS:
        return Meant(ONLY_A_RETURN)
    if is_only_the_day(asked.rest) and situation.previous is not None:
        context = Context(situation.sheet, situation.today, situation.answers)
        return _proposed(situation.previous, context, (), situation)
    return interpret(as_command(asked.rest), situation)


def _packed(packing: Packing, situation: Situation) -> Meant:
    """What the rest of the message means, packed so; alone it is about the preview, else about all that is shipped."""
    rule = ""
    if packing.group:
        alone = replace(situation, previous=None, packing=(packing, ""))
        rows = interpret(f"count orders with {packing.group}", alone)
        if not isinstance(rows.action, ToolRequest) or rows.action.name != "count_rows":
            rows = interpret(f"count {packing.group}", alone)
        if not isinstance(rows.action, ToolRequest) or rows.action.name != "count_rows":
            return rows
        rule = str(rows.action.arguments["where"])
    if packing.is_all and situation.previous is not None and situation.preview_pending:
        context = Context(situation.sheet, situation.today, situation.answers)
        return _proposed(situation.previous, context, (), replace(situation, packing=(packing, rule)))
    if packing.is_all and not rule:
        return Meant(ToolRequest("set_default", {"field": packing.field, "value": packing.value}))
    if packing.is_all:
        return Meant(Say(f"Say what to ship first, then that the {packing.value} box is for some of it.", refusal=True))
    return interpret(packing.rest, replace(situation, packing=(packing, rule)))


def _with_packing(request: ShipRequest, packing: Packing, rule: str) -> ShipRequest:
    if rule:
        return replace(request, boxes=((rule, packing.value), *request.boxes))
    kept = tuple(pair for pair in request.packing if pair[0] != packing.field)
    return replace(request, packing=(*kept, (packing.field, packing.value)))


def _started(start: Start, situation: Situation) -> Meant:
    """What the message means without its place; of a preview, its rows are meant where nothing else was said."""
    situation = replace(situation, start=start.place)
    if situation.previous is not None and is_only_the_day(start.rest.removeprefix("make ")):
        context = Context(situation.sheet, situation.today, situation.answers)
        return _proposed(situation.previous, context, (), situation)
    return interpret(as_command(start.rest), situation)


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
    context = Context(
        situation.sheet, situation.today, situation.answers, counts, text, situation.counted, situation.previous
    )
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
    if isinstance(meant, Ask) and (meant.unread or meant.question.startswith(WHAT_MEANT)) and not asks:
        meant = _with_choices(meant, text, spans, tokens, situation)
    return _acted(meant, situation, context, tokens, spans, notes) if isinstance(meant, Resolved) else Meant(meant)


def _with_choices(asked: Ask, text: str, spans: Sequence[Span], tokens: Sequence[Token], situation: Situation) -> Ask:
    """The question about words that were not read, with one choice for each thing that may be done."""
    if situation.parted:
        return asked
    context = Context(situation.sheet, situation.today, situation.answers, Counts(situation.counts))

    def tried(said: str, answer: str | None) -> ShipRequest | str | None:
        given = situation.answers if answer is None else {**situation.answers, asked.question: answer}
        done = interpret(said, replace(situation, answers=given, parted=True))
        if isinstance(done.action, Look):
            raise LookupNeededError(done.action.clauses)
        return done.action.question if isinstance(done.action, Ask) else done.request

    def is_new(request: ShipRequest, others: Sequence[ShipRequest]) -> bool:
        return not any(same(request, other, context) for other in others)

    return with_choices(asked, text, spans, tokens, tried, is_new)


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
    points = _points(spans)
    if situation.previous is None or (points and situation.counted is not None):
        return "Message"
    first = next((token.key for token in tokens if token.key not in _OPENINGS), "")
    points = points or any(span.category == "Rest" for span in spans)
    said = [token.key for token in tokens]
    narrows = said[1:2] in (["only"], ["just"]) and bool({"ones", "one"} & set(said))  # "ship only the paid ones"
    return "Message" if first in _BEGINNING and not points and not narrows else "Reply"


def _pointed(
    reading: ShipRequest, derivation: Derivation, situation: Situation, tokens: tuple[Token, ...]
) -> ShipRequest | Ask:
    """The orders that `those` are: what was counted or shown since, else those of the preview, else it is asked."""
    if not _points(derivation.spans):
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


def _of_preview(query: Query, derivation: Derivation, situation: Situation) -> Query:
    """`how many of them are gifts?` while a preview is open: of its orders, unless others were counted since."""
    if situation.counted is not None or situation.previous is None or not _points(derivation.spans):
        return query
    return replace(query, group=replace(query.group, tree=all_of(situation.previous.where, query.group.tree)))


def _points(spans: Sequence[Span]) -> bool:
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
        return Meant(query_request(_of_preview(reading, meant.derivation, situation), context))
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


def _ships(spans: list[Span], situation: Situation) -> bool:
    """Whether some word says that orders are to be shipped."""
    return situation.previous is not None or any(span.category == "Verb" for span in spans)


def _replaced(text: str, situation: Situation) -> str:
    """The message with words replaced by what the person said they mean; an answer that names nothing is none."""
    lead, tail = WHAT_MEANT, '"?'
    which = situation.answers.get(WHICH_ORDERS.question)
    if which is not None and which.casefold() != WHICH_ORDERS.choices[0] and _tells(which, situation):
        text = f"{text.rstrip(' .!')}, {_VERB.sub('', which)}"
    for question, answer in situation.answers.items():
        only = ONLY_SAID.match(answer)
        if only is not None and only["said"] in text:
            text = only["said"]
        if question.endswith(NOT_IN_WORDS) and answer.casefold() == GO_ON:
            text = text.replace(question.removesuffix(NOT_IN_WORDS).strip('"'), "")
        if question == TAKEN_BACK:
            text = answer
        if question.startswith(lead) and question.endswith(tail):
            said = question.removeprefix(lead).removesuffix(tail)
            if answer.casefold() == LEAVE.format(said=said).casefold():
                text = text.replace(said, " ", 1)
                continue
            chosen = answer.startswith(LEAVES) or ";" in answer
            if said in text and not chosen and _tells(answer, situation):
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
