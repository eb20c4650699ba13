"""A shipping command: which rows, cut how, by which service or by which rule of services."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from agent.brains.language.actions import Ask, AskError
from agent.brains.language.composing import EVERYTHING_ELSE, PRONOUNS, Selection, compose, stripped, without_cuts
from agent.brains.language.conditions import All, Condition, Everything, Not, all_of, any_of, columns_of
from agent.brains.language.elements import Cut, Element, Item, Mark, Service, Unfinished, is_mark
from agent.brains.language.overlapping import apart, check_overlaps
from agent.brains.language.requesting import Command, label_of
from agent.brains.language.resolving import Resolver
from agent.brains.language.staying import without_staying

FLAGS: Final[dict[str, str]] = {
    "RESHIP": "reship",
    "WITH_CANCELLED": "include_cancelled",
    "QUOTE_ALL": "quote_all",
    "ADULT_SIGNATURE": "adult_signature",
    "SIGNATURE": "signature",
}
_SINGULAR: Final = frozenset({"order", "one", "package", "parcel", "shipment", "row", "box", "customer"})


@dataclass(slots=True)
class Clause:
    """A selection with the service that was named for it."""

    service: Service
    elements: list[Element]
    after_for: bool = False
    """Said as "2nd Day for ...", not as "... by 2nd Day"."""
    exception: bool = False
    """Introduced by "but" or "except"."""


def read_command(elements: list[Element], resolver: Resolver) -> Command:
    """The command that these elements make up.

    Raises:
        AskError: where it leaves a choice.
    """
    flags = {FLAGS[mark.kind] for mark in elements if isinstance(mark, Mark) and mark.kind in FLAGS}
    elements = [e for e in elements if not (isinstance(e, Mark) and (e.kind in FLAGS or e.kind == "HAVE"))]
    elements, staying = without_staying(elements, resolver)
    services = [element for element in elements if isinstance(element, Service)]
    if len(services) <= 1:
        command = _one_service(elements, services, flags, resolver)
    else:
        command = _several_services(elements, flags, resolver)
    if staying is not None:
        going = command.selection
        command.selection = Selection(all_of([going.condition, Not(staying)]), True, going.pronoun)
    return command


def _one_service(elements: list[Element], services: list[Service], flags: set[str], resolver: Resolver) -> Command:
    kept, cuts = without_cuts([element for element in elements if not isinstance(element, Service)])
    first = next((e for e in kept if not is_mark(e, "SHIP", "FOR", "COMMA")), None)
    if first is not None and _is(first, "BUT"):
        raise AskError(Ask(f'Everything "{first.text}" what?', (), "words", True))
    kept = _counted(_rest_is_all(_held_back(kept)), cuts, resolver)
    _refuse_rest(kept, resolver)
    selection = compose(stripped(kept), resolver)
    return Command(selection, cuts, services[0] if services else None, [], flags)


def _held_back(elements: list[Element]) -> list[Element]:
    """`Texas orders: hold those, ship the rest`: what was named before is what is left out."""
    for index, (element, after) in enumerate(pairwise(elements)):
        if not (index and _is(element, "EXCEPT") and _is(after, "NOUN") and after.text.casefold() in PRONOUNS):
            continue
        if index + 2 == len(elements) or any(
            _is(elements[index + 2], kind) for kind in ("COMMA", "AND", "BUT", "SHIP")
        ):
            return [element, *stripped(elements[:index]), *elements[index + 2 :]]
    return elements


def _is(element: Element, kind: str) -> bool:
    return isinstance(element, Mark) and element.kind == kind


def _rest_is_all(elements: list[Element]) -> list[Element]:
    """`skip Texas and ship the rest`: where something is left out, the rest is everything else."""
    excepted = next((i for i, e in enumerate(elements) if _leaves_out(e)), len(elements))
    if any(isinstance(e, Item) for e in elements[:excepted]):
        return elements
    return [Mark("NOUN", EVERYTHING_ELSE) if is_mark(e, "REST") and i > excepted else e for i, e in enumerate(elements)]


def _leaves_out(element: Element) -> bool:
    """`except ...`, `no gifts`, `not to Texas`."""
    if isinstance(element, Item):
        return isinstance(element.condition, Not)
    return is_mark(element, "EXCEPT", "NOT")


def _refuse_rest(elements: list[Element], resolver: Resolver) -> None:
    rest = next((mark for mark in elements if is_mark(mark, "REST")), None)
    if rest is None:
        return
    everything = "all orders that have not shipped yet"
    question = f'What does "{rest.text}" mean here?'
    if resolver.ask(question, (everything,), "words", free_text=True).casefold() != everything:
        raise AskError(Ask(question, (everything,), "words", True))


def _counted(elements: list[Element], cuts: list[Cut], resolver: Resolver) -> list[Element]:
    """`ship 10 California orders`: which ten is a question."""
    kept: list[Element] = []
    for index, element in enumerate(elements):
        after = elements[index + 1] if index + 1 < len(elements) else None
        plain = isinstance(element, Unfinished) and element.operator is None and element.text.isdigit()
        counts = isinstance(after, Item) or is_mark(after, "NOUN", "ITEMS")
        if isinstance(element, Unfinished) and plain and counts and not _after_link(elements, index):
            known = [cut for cut in cuts if cut.count is None and cut.kind in ("by", "top", "random", "first", "last")]
            if known:
                cuts[cuts.index(known[0])] = Cut(known[0].kind, int(element.text), known[0].column, known[0].descending)
                continue
            first, any_ones = f"the first {element.text}", f"{element.text} at random"
            answer = resolver.ask(f"Which {element.text} do you mean?", (first, any_ones), "count").casefold()
            cuts.append(Cut("first" if answer == first else "random", int(element.text), text=element.text))
            continue
        kept.append(element)
    return kept


def _after_link(elements: list[Element], index: int) -> bool:
    before = elements[index - 1] if index else None
    return is_mark(before, "AND", "OR", "COMMA") and index > 1


# -- several services


def _several_services(elements: list[Element], flags: set[str], resolver: Resolver) -> Command:
    base, clauses = _clauses(_continued(elements, resolver))
    clauses = _without_repeats(clauses)
    if any(isinstance(element, Cut) for clause in clauses for element in clause.elements):
        clauses, cuts = _cuts_of_first(clauses)
    else:
        cuts = []
    base, base_cuts = without_cuts(base)
    cuts += base_cuts
    scope = compose(stripped(base), resolver) if stripped(base) else None
    default: Service | None = None
    named: list[tuple[Condition, Clause]] = []
    left: list[tuple[Condition, Clause]] = []
    everything = scope is not None
    for index, clause in enumerate(clauses):
        kept = stripped(clause.elements)
        rest = any(is_mark(e, "REST") for e in kept)
        kept = [e for e in kept if not is_mark(e, "REST")]
        condition = compose(kept, resolver).condition
        if rest and not isinstance(condition, Everything):  # "the rest of the international ones"
            left.append((condition, clause))
        elif isinstance(condition, Everything):
            if default is not None or (index and not kept and not rest):
                raise AskError(Ask("Which service is for which orders?", (), "words", True))
            default, everything = clause.service, True
        else:
            named.append((_within_first(condition, clause, named, resolver), clause))
    where, rules, default = _framed(named, left, default, everything, resolver)
    if scope is not None:
        where = all_of([scope.condition, where])
    return Command(Selection(where, True), cuts, default, rules, flags)


def _continued(elements: list[Element], resolver: Resolver) -> list[Element]:
    """`more than 4 cartons ground, 4 or less 3 day`: a bare number of a later clause is of the column of the first."""
    found: list[Element] = []
    column: str | None = None
    for element in elements:
        if isinstance(element, Item):
            column = element.column if element.family is None else None
        compares = isinstance(element, Unfinished) and element.operator is not None
        if isinstance(element, Unfinished) and compares and column is not None:
            condition = resolver.compared(element.operator or "=", None, element.amount, column)
            element = Item(condition, None, element.text, column)
        found.append(element)
    return found


def _within_first(
    condition: Condition, clause: Clause, named: list[tuple[Condition, Clause]], resolver: Resolver
) -> Condition:
    """`Texas over 5 lb overnight, under 5 lb ground`: under 5 lb in Texas, or everywhere?"""
    first = named[0][0] if named else None
    spoken = any(is_mark(e, "NOUN", "REST", "ITEMS") for e in clause.elements)
    if not isinstance(first, All) or spoken or clause.exception or clause.after_for:
        return condition
    shared = [part for part in first.items if not columns_of(part) & columns_of(condition)]
    if not shared or len(shared) == len(first.items):
        return condition
    inside = all_of([*shared, condition])
    question = f"{condition.words()}: of which orders?"
    options = (inside.words(), f"{condition.words()}, of all orders")
    answer = resolver.ask(question, options, "reading").casefold()
    if answer not in [option.casefold() for option in options]:
        raise AskError(Ask(question, options, "reading"))
    return inside if answer == options[0].casefold() else condition


def _without_repeats(clauses: list[Clause]) -> list[Clause]:
    """A service that is named again for nothing new (`Texas by ground, via ground`) says nothing more."""
    said = {label_of(clause.service) for clause in clauses if clause.elements}
    return [clause for clause in clauses if clause.elements or label_of(clause.service) not in said]


def _framed(
    named: list[tuple[Condition, Clause]],
    left: list[tuple[Condition, Clause]],
    default: Service | None,
    everything: bool,
    resolver: Resolver,
) -> tuple[Condition, list[tuple[Condition, Service]], Service | None]:
    """Which rows in all, and the rules in the order in which they are tried."""
    if not everything and not left and named and not named[0][1].after_for:
        first, clause = named[0]
        others = named[1:]
        inside = [c for c in others if c[1].exception or (c[1].after_for and not apart(first, c[0]))]
        if others and len(inside) == len(others):
            check_overlaps(inside, resolver)
            return first, [(condition, c.service) for condition, c in inside], clause.service
    check_overlaps(named, resolver)
    named = [*named, *left]  # tried last, so that what was named before keeps its service
    rules = [(condition, clause.service) for condition, clause in named]
    if everything:
        return Everything(), rules, default
    return any_of([condition for condition, _ in named]), rules, None


def _clauses(elements: list[Element]) -> tuple[list[Element], list[Clause]]:
    """(what all clauses have in common, the clauses)."""
    if _is_prefix_style(elements):
        return _prefixed(elements)
    if (sentences := _one_service_each(elements)) is not None:
        return [], sentences
    base: list[Element] = []
    clauses: list[Clause] = []
    current: list[Element] = []
    index = 0
    while index < len(elements):
        element = elements[index]
        if not isinstance(element, Service):
            current.append(element)
            index += 1
            continue
        exception = any(is_mark(e, "BUT", "EXCEPT") for e in current)
        after = elements[index + 1] if index + 1 < len(elements) else None
        if is_mark(after, "FOR", "IF"):
            stop = _next_clause(elements, index + 2)
            left = stripped([e for e in current if not is_mark(e, "EXCEPT")])
            if left and not clauses:
                base = left
            elif left:
                raise AskError(Ask("Which service is for which orders?", (), "words", True))
            clauses.append(Clause(element, elements[index + 2 : stop], True, exception))
            current, index = [], stop
            continue
        kept = stripped(current)
        if exception:
            kept = [e for e in kept if not is_mark(e, "EXCEPT")]
        clauses.append(Clause(element, kept, False, exception))
        current = []
        index += 1
    left = stripped(current)
    if left:
        if clauses[-1].elements:
            raise AskError(Ask("Which service is for which orders?", (), "words", True))
        clauses[-1].elements = left
    return base, clauses


def _next_clause(elements: list[Element], start: int) -> int:
    """Where the orders of a "2nd Day for ..." end: before the next service, or where a new clause begins."""
    for index in range(start, len(elements)):
        element = elements[index]
        if isinstance(element, Service):
            after = elements[index + 1] if index + 1 < len(elements) else None
            if is_mark(after, "FOR", "IF"):
                return index
            links = [
                at
                for at in range(start, index)
                if isinstance(mark := elements[at], Mark) and mark.kind in ("AND", "COMMA", "BUT", "SHIP")
            ]
            return links[-1] if links else index
    return len(elements)


def _one_service_each(elements: list[Element]) -> list[Clause] | None:
    """`overnight the orders over $500 and ship the rest ground`: a verb begins each clause, each names a service."""
    if any(is_mark(e, "FOR", "IF") for e in elements):
        return None
    parts: list[list[Element]] = [[]]
    for element in elements:
        if is_mark(element, "SHIP"):
            parts.append([])
        else:
            parts[-1].append(element)
    parts = [part for part in parts if stripped(part)]
    clauses = []
    for part in parts:
        services = [element for element in part if isinstance(element, Service)]
        rest = [element for element in part if not isinstance(element, Service)]
        if len(services) != 1 or not stripped(rest):
            return None
        clauses.append(Clause(services[0], stripped(rest)))
    return clauses if len(clauses) > 1 else None


def _is_prefix_style(elements: list[Element]) -> bool:
    """`overnight the CA orders and ground the rest`: each service stands before its orders."""
    first = next(index for index, element in enumerate(elements) if isinstance(element, Service))
    last = max(index for index, element in enumerate(elements) if isinstance(element, Service))
    marks = [e for e in elements if is_mark(e, "FOR", "IF")]
    before = stripped(elements[:first])
    return (
        not before and not marks and bool(stripped(elements[last + 1 :])) and bool(stripped(elements[first + 1 : last]))
    )


def _prefixed(elements: list[Element]) -> tuple[list[Element], list[Clause]]:
    clauses: list[Clause] = []
    for element in elements:
        if isinstance(element, Service):
            clauses.append(Clause(element, []))
        elif clauses:
            clauses[-1].elements.append(element)
    return [], clauses


def _cuts_of_first(clauses: list[Clause]) -> tuple[list[Clause], list[Cut]]:
    kept, cuts = without_cuts(clauses[0].elements)
    if any(isinstance(e, Cut) for clause in clauses[1:] for e in clause.elements):
        raise AskError(
            Ask(
                "I can take the first, the heaviest ... for all services together only. Which orders?",
                (),
                "words",
                True,
            )
        )
    clauses[0].elements = kept
    return clauses, cuts


def singular(elements: list[Element]) -> list[Element]:
    """`the heaviest order` is one: a cut without a count before a singular noun counts one."""
    found: list[Element] = []
    for index, element in enumerate(elements):
        nouns = [_last_word(e) for e in elements[index + 1 :] if is_mark(e, "NOUN")]
        before = elements[index - 2 : index]
        if not nouns and [e.kind for e in before if isinstance(e, Mark)] == ["NOUN", "HAVE"]:
            nouns = [_last_word(before[0])]  # "the order with the highest total"
        alone = isinstance(element, Cut) and element.count is None and element.kind in ("by", "first", "last", "random")
        if isinstance(element, Cut) and alone and nouns[:1] and nouns[0] in _SINGULAR:
            element = Cut(element.kind, 1, element.column, element.descending, element.text)
        found.append(element)
    return found


def _last_word(noun: Element) -> str:
    """The last word of a noun; a header that names the rows counts as one order where it is no plural."""
    word = noun.text.casefold().split()[-1]
    return "order" if isinstance(noun, Mark) and noun.value == "row" and not word.endswith("s") else word
