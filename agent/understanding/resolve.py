"""From ranked readings to one, to a question whose choices do different things, or to what must be looked up first.

Same rows, same services, same verb = one reading. A reading that selects nothing loses to one that selects something.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from agent.shipping.country_names import country_of
from agent.shipping.places import state_code
from agent.understanding.chart import Derivation, Span
from agent.understanding.conditions import (
    All,
    Condition,
    Dated,
    Either,
    Everything,
    Not,
    OneOf,
    all_of,
    clause,
    columns_of,
)
from agent.understanding.context import Context
from agent.understanding.editing import edited
from agent.understanding.lookups import Counts
from agent.understanding.rank import price
from agent.understanding.readings import Edit, Query, Reading, ShipRequest
from agent.understanding.requests import Ask, Say
from agent.understanding.sheet import Column
from agent.understanding.spoken import spoken, where_of
from agent.understanding.tokens import Token
from agent.understanding.unread import going_on, nearest
from agent.understanding.vague import for_vague
from agent.understanding.values import Doubt, Group

MARGIN: Final = 0.55
"""Readings that cost so little more than the best are told apart by what they do."""
EMPTY_MARGIN: Final = 0.8
_CLOSE: Final = 4
_MOST_WITHOUT: Final = 2
NOT_IN_WORDS: Final = " is nothing that I can order with words. Go on without it?"
GO_ON: Final = "go on without it"
TAKEN_BACK: Final = "You took something back. What do you mean?"
_ALL_TOWNS: Final = "all of them"
_ACROSS_A_BORDER: Final = frozenset({"kansas city", "texarkana"})
"""One town in two states."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """The reading that is meant, and the tokens that it leaves out on the person's word."""

    reading: Reading
    derivation: Derivation


def resolve(
    found: Sequence[Derivation], tokens: Sequence[Token], spans: Sequence[Span], context: Context, counts: Counts
) -> Resolved | Ask | Say:
    """What the derivations of one message mean together; raises `LookupNeededError`."""
    unread = _unread(tokens, spans)
    if not found:
        said = _phrase(min(unread), tokens, spans, set(unread), context.text) if unread else ""
        offered = tuple(nearest(said, context)) if said else ()
        if offered:
            return Ask(f'What do you mean by "{said}"?', offered, "value", unread=True)
        what = f'I do not understand "{said}" here.' if said else "I do not understand that."
        return Ask(f"{what} Please say it in other words.", unread=True)
    ranked = sorted(_distinct(found), key=price)
    ranked = _without_empty(ranked, counts)
    best = price(ranked[0])
    near = [one for one in ranked if price(one) <= best + MARGIN][:_CLOSE]
    near = _selecting(near, counts)
    near = near[:1] if near[0].skipped else _different(near, context)
    near = list({spoken(one.value): one for one in reversed(near)}.values())[::-1] if len(near) > 1 else near
    if len(near) > 1:
        question = _which(near, tokens)
        answer = context.answers.get(question.question, "").strip().casefold()
        chosen = [one for one, option in zip(near, question.options, strict=True) if option.casefold() == answer]
        if not chosen:
            return question
        near = chosen
    meant = near[0]
    if meant.skipped:
        option = next((span for span in spans if span.category == "Option" and meant.skipped & _of(span)), None)
        if option is not None:
            said = context.text[tokens[option.start].start : tokens[option.end - 1].end]
            return Ask(f'"{said}"{NOT_IN_WORDS}', (GO_ON,), "words")
        back = next((span for span in spans if span.category == "TakenBack" and meant.skipped & _of(span)), None)
        if back is not None:
            start, end = tokens[back.start].start, tokens[back.end - 1].end
            parts = [context.text[end:].strip(" ,;:.-"), context.text[:start].strip(" ,;:.-")]
            if all(parts):
                return Ask(TAKEN_BACK, tuple(parts), "words")
        words = frozenset(at for at in meant.skipped if tokens[at].kind != "mark") or meant.skipped
        first = min(words & unread or words)
        said = _phrase(first, tokens, spans, set(meant.skipped), context.text)
        vague = [span for span in spans if span.category == "Vague" and span.start <= first < span.end]
        asked = f'What do you mean by "{said}"?'
        without = _without(ranked, tokens, spans, context)
        answer = context.answers.get(asked, "").strip().casefold()
        taken = next((one for choice, one in without.items() if choice.casefold() == answer), None)
        if taken is None:
            options = for_vague(said) if vague else tuple(nearest(said, context))
            # What is only asked, and is no question about the sheet at best, leads nowhere by other words.
            return Ask(asked, (*options, *without), "value", unread=not isinstance(meant.value, Query))
        meant = taken
    return _settled(meant, context, counts)


def _without(
    ranked: Sequence[Derivation], tokens: Sequence[Token], spans: Sequence[Span], context: Context
) -> dict[str, Derivation]:
    """The choices to go on without what the best readings leave out, each with what it does."""
    found: dict[str, Derivation] = {}
    for one in [one for one in ranked if one.skipped and price(one) <= price(ranked[0]) + MARGIN][:_CLOSE]:
        choice = going_on(one, tokens, spans, context)
        if choice is not None and not any(same(one.value, other.value, context) for other in found.values()):
            found[choice] = one
    return dict(list(found.items())[:_MOST_WITHOUT])


def _of(span: Span) -> frozenset[int]:
    return frozenset(range(span.start, span.end))


def _settled(meant: Derivation, context: Context, counts: Counts) -> Resolved | Ask | Say:
    """What the reading itself leaves open: doubts, towns of one name, orders under two services."""
    reading: Any = meant.value
    doubts = [doubt for doubt in _doubts(reading) if not doubt.about or doubt.about not in _columns(reading)]
    refused = next((doubt for doubt in doubts if doubt.slot == "refuse"), None)
    if refused is not None:
        return Say(refused.question, refusal=True)
    if doubts:
        doubt = sorted(doubts, key=lambda one: one.question)[0]
        return Ask(doubt.question, doubt.choices, doubt.slot)
    if isinstance(reading, (ShipRequest, Query, Edit)):
        tree = reading.where if isinstance(reading, ShipRequest) else reading.group.tree if reading.group else None
        town = _town(tree, context, counts) if tree is not None else None
        if isinstance(town, Ask):
            return town
        if town is not None and isinstance(reading, ShipRequest):
            reading = replace(reading, where=town)
    if isinstance(reading, ShipRequest) and reading.disjoint and len(reading.rules) > 1:
        trees = [rule.where for rule in reading.rules]
        pairs = [clause(all_of(a, b)) for at, a in enumerate(trees) for b in trees[at + 1 :]]
        if any(counts.need(*pairs)):
            return Ask(reading.disjoint.question, (), "service")
    return Resolved(reading, meant)


def _distinct(found: Sequence[Derivation]) -> list[Derivation]:
    cheapest: dict[Any, Derivation] = {}
    for one in sorted(found, key=price):
        cheapest.setdefault(_effect(one.value), one)
    return list(cheapest.values())


def _effect(reading: Any) -> Any:
    """What a reading does, as far as its form shows."""
    if isinstance(reading, ShipRequest):
        rules = tuple((clause(rule.where), rule.service) for rule in reading.rules)
        return ("ship", clause(reading.where), reading.cuts, reading.service, rules, reading.flags, reading.doubts)
    group: Group | None = getattr(reading, "group", None)
    if group is not None:
        return (
            type(reading),
            clause(group.tree),
            group.cuts,
            group.doubts,
            getattr(reading, "then", None),
            _but_rows(reading),
        )
    return reading


def _selecting(near: list[Derivation], counts: Counts) -> list[Derivation]:
    """Without those that select nothing, where another selects something."""
    if len(near) < 2:
        return near
    trees = [where_of(one.value) for one in near]
    numbers = iter(counts.need(*(clause(tree) for tree in trees if tree is not None and clause(tree))))
    kept = [one for one, tree in zip(near, trees, strict=True) if tree is None or not clause(tree) or next(numbers)]
    if near[0] not in kept:
        kept = [
            one for one in kept if (tree := where_of(one.value)) is None or not _widens(tree, where_of(near[0].value))
        ]
    return kept or near[:1]


def _without_empty(ranked: list[Derivation], counts: Counts) -> list[Derivation]:
    """The best readings without those that select nothing while a dearer one selects something."""
    best = price(ranked[0])
    others = [one for one in ranked if price(one) <= best + EMPTY_MARGIN]
    if len(others) < 2 or where_of(ranked[0].value) is None or ranked[0].skipped:
        return ranked
    for at, one in enumerate(others[:_CLOSE]):
        tree = where_of(one.value)
        if at and tree is not None and _widens(tree, where_of(ranked[0].value)):
            continue
        if tree is None or not clause(tree) or one.skipped or counts.need(clause(tree))[0]:
            return ranked[at:]
    return ranked


def _widens(tree: Condition, empty: Condition | None) -> bool:
    """Whether a reading widens one that selects nothing: orders that do not exist never become other orders.

    It does where it drops a condition, or says `or` between unlike conditions where the other says none.
    """
    if isinstance(tree, Everything):
        return True
    if empty is None:
        return False
    return columns_of(tree) < columns_of(empty) or (_has_either(tree) and not _has_either(empty))


def _has_either(tree: Condition) -> bool:
    match tree:
        case All(items):
            return any(map(_has_either, items))
        case Either():
            return len(columns_of(tree)) > 1
    return False


def _different(near: list[Derivation], context: Context) -> list[Derivation]:
    """One of each denotation; a reading without doubts stands for one with them."""
    kept: list[Derivation] = []
    for one in near:
        if not any(same(one.value, other.value, context) for other in kept):
            kept.append(one)
    return kept


def same(one: Any, other: Any, context: Context) -> bool:
    """Whether two readings do the same on this sheet; raises `LookupNeededError`."""
    if isinstance(one, Edit) and isinstance(other, Edit) and context.preview is not None:
        made = [edited(edit, context.preview, context) for edit in (one, other)]
        if all(isinstance(request, ShipRequest) for request in made):
            one, other = made
    if type(one) is not type(other):
        return False
    trees = (where_of(one), where_of(other))
    if None in trees:
        return False
    rules = [getattr(reading, "rules", ()) for reading in (one, other)]
    if [rule.service for rule in rules[0]] != [rule.service for rule in rules[1]]:
        return False
    bare = [replace(reading, rules=()) if rules[0] else reading for reading in (one, other)]
    if _but_rows(bare[0]) != _but_rows(bare[1]) or not _same_rows(*trees, context.counts):
        return False
    inside = [
        [all_of(tree, rule.where) for rule in found]
        for tree, found in zip(trees, rules, strict=True)
        if tree is not None
    ]
    return all(_same_rows(first, second, context.counts) for first, second in zip(*inside, strict=True))


def _same_rows(one: Condition | None, other: Condition | None, counts: Counts) -> bool:
    clauses = [clause(tree) for tree in (one, other) if tree is not None]
    if clauses[0] == clauses[1]:
        return True
    if not all(clauses):
        return False
    apart = f"(({clauses[0]}) AND NOT ({clauses[1]})) OR (({clauses[1]}) AND NOT ({clauses[0]}))"
    return counts.need(apart) == [0]


def _but_rows(reading: Any) -> Any:
    """All of a reading but its rows and its open questions."""
    if isinstance(reading, ShipRequest):
        return (reading.cuts, reading.service, reading.rules, reading.flags)
    if isinstance(reading, Query):
        return (reading.kind, reading.function, reading.column, reading.group_by, reading.limit, reading.group.cuts)
    if isinstance(reading, Edit):
        return (reading.kind, reading.service, reading.group.cuts if reading.group else (), reading.then)
    return reading


def _which(near: Sequence[Derivation], tokens: Sequence[Token]) -> Ask:
    """One question: the words that are read in different ways, and what each reading would do."""
    shared = set(near[0].spans).intersection(*(one.spans for one in near[1:]))
    apart = [span for one in near for span in one.spans if span not in shared]
    start, end = (min(s.start for s in apart), max(s.end for s in apart)) if apart else (0, len(tokens))
    said = " ".join(token.text for token in tokens[start:end])
    trees = [where_of(one.value) for one in near]
    leaves = [set(_leaves(tree)) if tree else set() for tree in trees]
    dates = all(any(isinstance(leaf, Dated) for leaf in found) for found in leaves) and len(set(map(str, leaves))) > 1
    question = f'Which date do you mean by "{said}"?' if dates else f'Which do you mean by "{said}"?'
    return Ask(question, tuple(f"{spoken(one.value)}" for one in near), "reading", free_text=False)


def _leaves(tree: Condition) -> list[Condition]:
    match tree:
        case All(items) | Either(items):
            return [leaf for item in items for leaf in _leaves(item)]
        case Not(item):
            return _leaves(item)
    return [tree]


def _unread(tokens: Sequence[Token], spans: Sequence[Span]) -> frozenset[int]:
    """The tokens that nothing explains, and those of vague words."""
    explained = {at for span in spans for at in range(span.start, span.end) if span.category != "Vague"}
    vague = {at for span in spans for at in range(span.start, span.end) if span.category == "Vague"}
    return frozenset(at for at in range(len(tokens)) if at in vague or at not in explained)


def _phrase(first: int, tokens: Sequence[Token], spans: Sequence[Span], left: set[int], text: str) -> str:
    """The words to ask about, as they were written: a whole vague phrase, or what is left out in a row."""
    vague = [s for s in spans if s.category == "Vague" and s.start <= first < s.end]
    start = min((span.start for span in vague), default=first)
    end = max((span.end for span in vague), default=first + 1)
    while end in left:
        end += 1
    return text[tokens[start].start : tokens[end - 1].end]


def _doubts(reading: Any) -> frozenset[Doubt]:
    own: frozenset[Doubt] = getattr(reading, "doubts", frozenset())
    group: Group | None = getattr(reading, "group", None)
    return own | (group.doubts if group is not None else frozenset())


def _columns(reading: Any) -> frozenset[str]:
    tree = where_of(reading)
    return columns_of(tree) if tree is not None else frozenset()


def _town(tree: Condition, context: Context, counts: Counts) -> Condition | Ask | None:
    """A town that lies in several countries or states of this sheet is asked about; None where none is."""
    cities = {column.name for column in context.sheet.of("city")}
    areas = [column for field in ("country", "state") for column in context.sheet.of(field)[:1] if column.values]
    for area in areas:
        if area.name in columns_of(tree):
            return None
        for leaf in _leaves(tree):
            towns = leaf.values if isinstance(leaf, OneOf) and leaf.column in cities else ()
            for town in dict.fromkeys(value.casefold() for value in towns):
                asked = None if town in _ACROSS_A_BORDER else _which_town(tree, leaf, town, area, context, counts)
                if asked is not None:
                    return asked
    return None


def _which_town(
    tree: Condition, leaf: Condition, town: str, area: Column, context: Context, counts: Counts
) -> Condition | Ask | None:
    assert isinstance(leaf, OneOf)
    same = OneOf(leaf.column, tuple(value for value in leaf.values if value.casefold() == town))
    held = [value for value, _ in area.values]
    parts = [all_of(same, OneOf(area.name, (value,))) for value in held]
    found = [value for value, count in zip(held, counts.need(*map(clause, parts)), strict=True) if count]
    if len({_area(value) for value in found}) < 2:
        return None
    question = f"Which {same.values[0]} do you mean?"
    options = tuple(f"{same.values[0]}, {value}" for value in found)
    answer = context.answers.get(question, "").casefold()
    if answer == _ALL_TOWNS:
        return None
    chosen = [value for value, option in zip(found, options, strict=True) if option.casefold() == answer]
    return (
        all_of(tree, OneOf(area.name, tuple(chosen)))
        if chosen
        else Ask(question, (*options, _ALL_TOWNS), "place", free_text=False)
    )


def _area(value: str) -> str:
    return state_code(value) or country_of(value) or value.casefold()
