"""The door of the interpreter: one message, one sheet, one conversation -> what to do."""

import re
from typing import Final

from agent.brains.language import questions
from agent.brains.language.actions import Action, Ask, AskError, Interpretation, LookError, Say, SayError, ToolRequest
from agent.brains.language.address_checks import address_check
from agent.brains.language.arrivals import as_command, cut_arrival, of_preview, with_arrival
from agent.brains.language.blank_services import cut_blank_service
from agent.brains.language.conditions import Everything
from agent.brains.language.counted import with_counted
from agent.brains.language.elements import BareColumn, Cut, Element, Item, Mark, Service
from agent.brains.language.facts import SheetFacts
from agent.brains.language.openings import opening
from agent.brains.language.reading import read
from agent.brains.language.refining import compared_services, refine
from agent.brains.language.requesting import Command, request
from agent.brains.language.resolving import Resolver
from agent.brains.language.scanner import scan
from agent.brains.language.shipping import read_command, singular
from agent.brains.language.softening import without_agreement, without_correction, without_interjection
from agent.brains.language.stating import cut_statement, stated
from agent.brains.language.talk import read_talk
from agent.brains.language.understanding import understand
from agent.brains.protocol import Conversation
from agent.brains.refusing import other_carrier, refusal

_ASKING: Final = re.compile(r"(?:what|which|how|who|show|list|is|are|do|does|tell|give me|count)\b", re.IGNORECASE)
_PRICE: Final = opening("shipping", "price")
_EVERYTHING: Final = "all orders that have not shipped yet"
NO_SHEET: Final = Say(
    "No order sheet is open. Start with `shipchat FILE`, or type the path of a CSV or Excel file.", refusal=True
)


def interpret(text: str, sheet: SheetFacts, conversation: Conversation) -> Interpretation:
    """What a message means over this sheet.

    Pure: the same message, sheet and conversation give the same interpretation. An open question is an `Ask`; once
    `conversation.answers` holds its answer, the same message is interpreted again and goes further.
    """
    refused = refusal(text)
    if refused is not None:
        return Interpretation((Say(refused, refusal=True),))
    ignored: list[str] = []
    notes: list[ToolRequest] = []
    try:
        action = _meaning(text, sheet, conversation, ignored, notes)
    except AskError as fault:
        action = fault.ask
    except SayError as fault:
        action = fault.say
    except LookError as fault:
        action = fault.look
    return Interpretation((*(notes if isinstance(action, ToolRequest) else ()), action), tuple(ignored))


def _meaning(
    text: str, sheet: SheetFacts, conversation: Conversation, ignored: list[str], notes: list[ToolRequest]
) -> Action:
    text = without_interjection(text)
    talk = read_talk(text, sheet, conversation)
    if talk is not None:
        return talk
    if not text.strip():
        return ToolRequest("help", {})
    if not sheet.columns:
        return NO_SHEET
    if (refused := other_carrier(text, sheet.columns)) is not None:
        return Say(refused, refusal=True)
    resolver = Resolver(sheet, conversation.today, conversation.answers)
    compared = compared_services(text, conversation, resolver)
    if compared is not None:
        return compared
    if (check := address_check(text, conversation, resolver, ignored)) is not None:
        return check
    asked = questions.cut_question(text)
    if asked is not None and asked.kind in ("top", "aggregate") and _names_service_at_end(text, resolver):
        asked = None  # "top 5 by amount, overnight"
    if asked is not None and not (conversation.proposal and asked.kind in ("show",) and not asked.rest):
        found = _answered(asked, resolver, ignored)
        if found is not None:
            return found
    text = _without_statement(text, resolver, notes)
    arrival = cut_arrival(text, resolver)
    if arrival is None:
        return _shipped(text, resolver, conversation, ignored)
    changed = of_preview(arrival, conversation)
    if changed is not None:
        return changed
    return with_arrival(_shipped(as_command(arrival.rest), resolver, conversation, ignored), arrival, resolver)


def _names_service_at_end(text: str, resolver: Resolver) -> bool:
    """Whether a message that asks nothing ends with a service: then it is a command."""
    lexemes = scan(text, resolver.facts, resolver.today, resolver.answers)
    question = _ASKING.match(text.strip()) is not None or text.rstrip().endswith("?")
    return bool(lexemes) and "SERVICE" in lexemes[-1].kinds and not question


def _without_statement(text: str, resolver: Resolver, notes: list[ToolRequest]) -> str:
    """The command itself; what is stated beside it (`each weighs 2 lb`) is noted, or becomes a condition."""
    cut = cut_statement(text)
    if cut is None:
        return text
    note, words = stated(cut, resolver)
    notes += [note] if note is not None else []
    return f"{cut.before}{words} {cut.after}".strip(" ,;")


def _answered(asked: questions.Question, resolver: Resolver, ignored: list[str]) -> Action | None:
    if asked.kind == "sheet":
        return ToolRequest("describe_sheet", {})
    if asked.kind == "values_or_show":
        listed = questions.values_request(asked, resolver)
        if listed is not None:
            return listed
        shown = questions.cut_rows(asked.rest)
        if shown is None:
            return None
        asked = shown
    _, tokens = understand(asked.rest, resolver, ignored)
    return questions.answer(asked, read(tokens, resolver), resolver)


def grouped(elements: list[Element]) -> bool:
    """A column of numbers by another column, and nothing else."""
    kinds = [element for element in elements if not isinstance(element, Item)]
    return (
        len(kinds) == 2
        and isinstance(kinds[0], BareColumn)
        and kinds[0].mention.is_number
        and isinstance(kinds[1], Cut)
        and kinds[1].kind == "sort"
    )


def _undecided(elements: list[Element], resolver: Resolver, ignored: list[str]) -> Action:
    """Orders were named, and nothing that shall be done with them."""
    choices = ("ship them", "show them", "count them")
    command = read_command(elements, resolver)
    answer = resolver.ask(f"What shall I do with these: {command.selection.condition.words()}?", choices, "words")
    if answer.casefold() == choices[0]:
        return request(command, resolver, ignored)
    kind = "show" if answer.casefold() == choices[1] else "count"
    return questions.answer(questions.Question(kind, ""), elements, resolver)


def _shipped(text: str, resolver: Resolver, conversation: Conversation, ignored: list[str]) -> Action:
    if conversation.proposal is not None:
        text = without_agreement(text)
        plain = without_correction(text)
    else:
        plain = _PRICE.sub("", text.strip())
    elements = _elements(plain or text, resolver, ignored)
    counted = with_counted(elements, conversation)
    if counted is not None:
        elements = counted
    elif (refined := refine(text, elements, conversation, resolver, ignored)) is not None:
        return refined
    if not any(isinstance(e, (Mark, Service)) and getattr(e, "kind", "SHIP") == "SHIP" for e in elements):
        if grouped(elements):  # "invoice amount by account"
            return questions.answer(questions.Question("grouped", ""), elements, resolver)
        if text.rstrip().endswith("?"):  # "anything for Hawaii?"
            return questions.answer(questions.Question("count", ""), elements, resolver)
        return _undecided(elements, resolver, ignored)
    command = read_command(elements, resolver)
    if _says_which(command, ignored):
        return request(command, resolver, ignored)
    answer = resolver.ask("Which orders?", (_EVERYTHING,), "words", free_text=True)
    if answer.casefold() != _EVERYTHING:
        _, tokens = understand(answer, resolver, ignored)
        command = read_command([*read(tokens, resolver), *elements], resolver)
        if isinstance(command.selection.condition, Everything) and not command.cuts:
            raise AskError(Ask("Which orders?", (_EVERYTHING,), "words", True))
    return request(command, resolver, ignored)


def _elements(text: str, resolver: Resolver, ignored: list[str]) -> list[Element]:
    blank = cut_blank_service(text, resolver)
    if blank is not None:
        _, tokens = understand(blank.rest, resolver, ignored)
        elements = blank.given_to(read(tokens, resolver), resolver)
        if elements is not None:
            return singular(elements)
    _, tokens = understand(text, resolver, ignored)
    return singular(read(tokens, resolver))


def _says_which(command: Command, ignored: list[str]) -> bool:
    """Whether orders were named; where a word was left out, all of them are no answer."""
    selection = command.selection
    widened = isinstance(selection.condition, Everything) and any(not note.startswith("read ") for note in ignored)
    return (selection.named or bool(command.cuts)) and not selection.pronoun and not widened
