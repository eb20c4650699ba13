"""The door: one message, one sheet, one conversation -> calls of tools, a question, or words. Pure."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from agent.brains.refusing import other_carrier, refusal
from agent.brains.speech_act import only_asks
from agent.planning.ship_options import NOT_OF_RETURNS
from agent.understanding.acting import acted, points_back, proposed
from agent.understanding.address_checks import AddressCheck, address_check
from agent.understanding.answered import replaced
from agent.understanding.arrivals import as_command, cut_arrival, is_only_the_day
from agent.understanding.chart import Span, parse
from agent.understanding.conditions import ALL_ROWS, clause, words
from agent.understanding.context import Context
from agent.understanding.courtesy import without_courtesy
from agent.understanding.dictation import dictated, with_operators
from agent.understanding.discourse import told_in_parts, told_in_sentences
from agent.understanding.grammar import grammar
from agent.understanding.lookups import Counts, LookupNeededError
from agent.understanding.option_words import WithOptions, cut_options
from agent.understanding.packing import Packing, cut_packing
from agent.understanding.predicates import in_words
from agent.understanding.queries import Written, cut_around, queried, rewritten, spans_of
from agent.understanding.readings import ShipRequest
from agent.understanding.replies import plain_reply
from agent.understanding.requests import Action, Ask, Look, Say, ToolRequest
from agent.understanding.resolve import Resolved, resolve, same
from agent.understanding.return_words import ONLY_A_RETURN, cut_return
from agent.understanding.selects import selected
from agent.understanding.sentences import without_chatter
from agent.understanding.situation import NO_SHEET, Meant, Situation
from agent.understanding.spans import annotate
from agent.understanding.spelling import mended
from agent.understanding.starting import Start, cut_start
from agent.understanding.stating import stated
from agent.understanding.talk import Standing, read_talk
from agent.understanding.tax_words import tax_default
from agent.understanding.tokens import Token, cut
from agent.understanding.topics import pointed_at
from agent.understanding.unread import WHAT_MEANT, with_choices
from agent.understanding.values import Doubt

_ARROW: Final = re.compile(r"^\s*(?:[-=]+>|→)\s*(?=\w)")
_OPENINGS: Final = frozenset("please so and ok okay hey can could would you now then hi just also".split())  # noqa: SIM905
_JOINING: Final = frozenset({"and", "also", "plus", "add", "anything", "everything"})
"""Of an open preview these may add orders or change some of them: such a message is read whole, or asked about."""
_BEGINNING: Final = frozenset({"ship", "send", "mail", "dispatch", "reship", "label", "labels", "fulfil", "fulfill"})
"""Words that begin a command of its own, also where a preview is open."""


def interpret(text: str, situation: Situation) -> Meant:
    """What a message means; an open question is an `Ask`, and the same message is read again with its answer."""
    text = _ARROW.sub("", text)
    text = selected(without_courtesy(text, situation.sheet) or text)
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
    text = replaced(text, situation)
    if situation.previous is not None or situation.counted is not None:
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
        return _again(situation.previous, situation)
    return interpret(as_command(asked.rest), situation)


def _packed(packing: Packing, situation: Situation) -> Meant:
    """What the rest of the message means, packed so; alone it is about the preview, else about all that is shipped."""
    rule = ""
    if packing.group:
        alone = replace(situation, previous=None, packing=(packing, ""))
        rows = _rows_named(f"orders with {packing.group}", alone)
        if isinstance(rows, Meant):
            rows = _rows_named(packing.group, alone)
        if isinstance(rows, Meant):
            return rows
        rule = str(rows.arguments["where"])
    if packing.is_all and situation.previous is not None and situation.preview_pending:
        return _again(situation.previous, replace(situation, packing=(packing, rule)))
    if packing.is_all and not rule:
        return Meant(ToolRequest("set_default", {"field": packing.field, "value": packing.value}))
    if packing.is_all:
        return Meant(Say(f"Say what to ship first, then that the {packing.value} box is for some of it.", refusal=True))
    return interpret(packing.rest, replace(situation, packing=(packing, rule)))


def _started(start: Start, situation: Situation) -> Meant:
    """What the message means without its place; of a preview, its rows are meant where nothing else was said."""
    situation = replace(situation, start=start.place)
    if situation.previous is not None and is_only_the_day(start.rest.removeprefix("make ")):
        return _again(situation.previous, situation)
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
        return _again(situation.previous, situation)
    return interpret(as_command(by_day.rest), situation)


def _again(previous: ShipRequest, situation: Situation) -> Meant:
    """The orders of the preview, with what was said of them now."""
    return proposed(previous, Context(situation.sheet, situation.today, situation.answers), (), situation)


def _rows_named(words: str, situation: Situation) -> ToolRequest | Meant:
    """The rows that words name, as `count_rows` has them; what they mean instead where they name none."""
    meant = interpret(f"count {words}", situation)
    found = meant.action
    return found if isinstance(found, ToolRequest) and found.name == "count_rows" else meant


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
    if not asks and query is None and situation.previous is None and situation.counted is None:
        about = pointed_at(text, context)
        if about is not None:
            rest = interpret(about[1], replace(situation, counted=about[2]))
            return replace(rest, action=_listing(rest.action, about[:1]))
    spans = annotate(tokens, context, text, spans_of(tokens, query) if query else ())
    several = None if asks or query else told_in_sentences(text, context)
    if several is not None:
        made = proposed(several.request, context, notes, situation)
        return replace(made, action=_listing(made.action, several.apart))
    said, apart = without_chatter(text, tokens, spans, situation.sheet, asks)
    joins = situation.previous is not None and said.split(maxsplit=1)[0].casefold().strip(",") in _JOINING
    if apart and not joins:
        rest = interpret(said, situation)
        return replace(rest, action=_listing(rest.action, apart))
    goal = _goal(asks, tokens, spans, situation)
    found = parse(spans, len(tokens), grammar(), context, goal)
    meant = resolve(found, tokens, spans, context, counts)
    if isinstance(meant, Ask) and meant.unread and not asks and situation.previous is None and not situation.parted:
        several = told_in_parts(text, context)
        if several is not None and not several.apart:
            return proposed(several.request, context, notes, situation)
    if isinstance(meant, Ask) and (meant.unread or meant.question.startswith(WHAT_MEANT)) and not asks:
        meant = _with_choices(meant, text, spans, tokens, situation)
    return acted(meant, situation, context, tokens, spans, notes) if isinstance(meant, Resolved) else Meant(meant)


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
        rows = _rows_named(f"{check.rows}{noun}", replace(situation, previous=None))
        if isinstance(rows, Meant):
            return rows
        return Meant(ToolRequest("check_destinations", arguments | {"where": rows.arguments["where"]}, rows.in_words))
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
    points = points_back(spans)
    if situation.previous is None or (points and situation.counted is not None):
        return "Message"
    first = next((token.key for token in tokens if token.key not in _OPENINGS), "")
    points = points or any(span.category == "Rest" for span in spans)
    said = [token.key for token in tokens]
    narrows = said[1:2] in (["only"], ["just"]) and bool({"ones", "one"} & set(said))  # "ship only the paid ones"
    return "Message" if first in _BEGINNING and not points and not narrows else "Reply"
