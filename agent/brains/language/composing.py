"""How the pieces of a selection belong together: and, or, not, except, lists, and several noun phrases.

Listed things of one kind mean either ("CA and TX orders"); conditions of different kinds hold together; a second noun
phrase adds rows ("CA orders over 10 lb and TX orders"). Where and/or mix so that two readings differ, it is asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from agent.brains.language.actions import Ask, AskError
from agent.brains.language.conditions import Condition, Everything, IsOneOf, Not, all_of, any_of, columns_of
from agent.brains.language.elements import Cut, Element, Mark, is_mark
from agent.brains.language.leaning import finished
from agent.brains.language.namesakes import looked_up
from agent.brains.language.phrasing import Link, Part, Phrase, phrases_of
from agent.brains.language.resolving import Resolver

_VERBS: Final = frozenset({"ship", "ship out", "send", "send out", "mail", "dispatch", "process", "fulfill", "do"})
EVERYTHING_ELSE: Final = "everything else"
"""What "the rest" is where something was left out before."""
PRONOUNS: Final = frozenset({"them", "those", "these", "it", "them all", "these all", "all of them", "all of those"})


@dataclass(slots=True)
class Selection:
    """What a row of elements selects."""

    condition: Condition
    named: bool
    """Whether anything was named at all: a condition, or `everything`."""
    pronoun: bool = False
    """Only "them" or "those": something said before is meant."""


def compose(elements: list[Element], resolver: Resolver) -> Selection:
    """The condition of a row of elements (cuts and services taken out before).

    Raises:
        AskError: where two readings differ.
    """
    base, exclusions = _split_exclusions(finished(elements, resolver))
    phrases = phrases_of(base)
    kept = _union(phrases, resolver)
    excluded = [_exclusion(part, resolver) for part in exclusions]
    nouns = [noun for phrase in phrases for noun in phrase.nouns]
    named = bool(nouns) or not isinstance(kept, Everything) or any(p.parts for p in phrases)
    pronoun = (
        bool(nouns) and all(noun in PRONOUNS for noun in nouns) and isinstance(kept, Everything) and not exclusions
    )
    return Selection(all_of([kept, *[Not(item) for item in excluded]]), named, pronoun)


# -- except


def _split_exclusions(elements: list[Element]) -> tuple[list[Element], list[list[Element]]]:
    base: list[Element] = []
    exclusions: list[list[Element]] = []
    current = base
    for index, element in enumerate(elements):
        after = elements[index + 1] if index + 1 < len(elements) else None
        if exclusions and _begins_clause(elements, index):
            current = base
        if (
            is_mark(element, "EXCEPT")
            or (isinstance(element, Mark) and element.kind in ("EMPTY",))
            or (is_mark(element, "BUT") and is_mark(after, "NOT"))
        ):
            if not exclusions or exclusions[-1]:
                exclusions.append([])
            current = exclusions[-1]
        elif is_mark(element, "NOT") and index and is_mark(elements[index - 1], "BUT"):
            continue
        else:
            current.append(element)
    if exclusions:
        base = _strip(base)
    return base, [_strip(part) for part in exclusions]


def _begins_clause(elements: list[Element], index: int) -> bool:
    """`skip Texas and ship ...`: a verb after a link begins something of its own."""
    element, before = elements[index], elements[index - 1] if index else None
    verb = is_mark(element, "SHIP") and element.text.casefold() in _VERBS
    if is_mark(element, "NOUN") and element.text == EVERYTHING_ELSE:
        return True
    return verb and is_mark(before, "AND", "COMMA", "BUT")


def _exclusion(elements: list[Element], resolver: Resolver) -> Condition:
    phrases = phrases_of(elements)
    parts = [part for phrase in phrases for part in phrase.parts]
    if not parts:
        raise AskError(Ask("What shall I leave out?", (), "words", True))
    nouns = any(phrase.nouns for phrase in phrases)
    families = {part.item.family for part in parts}
    if len(families) > 1 and all(part.before_noun for part in parts) and all(part.link for part in parts[1:]):
        return any_of([_signed(part) for part in parts])  # "except rush and fragile ones"
    if len(parts) > 1 and not nouns and (len(families) > 1 or families == {None}):
        together, each = all_of([_signed(p) for p in parts]), any_of([_signed(p) for p in parts])
        return _one_reading("What shall I leave out?", [together, each], resolver)
    return _union(phrases, resolver)


# -- phrases


def _union(phrases: list[Phrase], resolver: Resolver) -> Condition:
    if (shared := _shared(phrases, resolver)) is not None:
        return shared
    total: Condition | None = None
    limited = any(phrase.parts for phrase in phrases)
    for phrase in phrases:
        if not phrase.parts and (limited or not phrase.nouns):
            continue  # a bare "orders" beside "Texas orders" adds nothing
        condition = _conjunction(phrase, resolver)
        if total is None:
            total = condition
        elif phrase.restricts:
            total = all_of([total, condition])
        elif phrase.link == "comma" and columns_of(total) != columns_of(condition):
            readings = [all_of([total, condition]), any_of([total, condition])]
            total = _one_reading("How do you mean it?", readings, resolver)
        else:
            total = any_of([total, condition])
    return total if total is not None else Everything()


def _shared(phrases: list[Phrase], resolver: Resolver) -> Condition | None:
    """`Mug orders and Bowl orders over $400`: are the mugs limited, too? None where nothing could be shared."""
    named = [phrase for phrase in phrases if phrase.parts]
    if len(named) < 2 or any(p.restricts or p.link == "comma" for p in named[1:]):
        return None
    after = [part for part in named[-1].parts if not part.before_noun]
    if not after or not all(part.before_noun or not phrase.named for phrase in named[:-1] for part in phrase.parts):
        return None
    own = [part for part in named[-1].parts if part.before_noun]
    if not own:
        return None
    first = any_of([_conjunction(phrase, resolver) for phrase in named[:-1]])
    last = _conjunction(Phrase(own), resolver)
    limit = _conjunction(Phrase([replace(after[0], link=""), *after[1:]]), resolver)
    both, only_last = all_of([any_of([first, last]), limit]), any_of([first, all_of([last, limit])])
    return _one_reading("How do you mean it?", [both, only_last], resolver)


# -- one phrase


@dataclass(slots=True)
class _Group:
    link: Link
    condition: Condition
    before_noun: bool
    family: str | None
    negated: bool
    text: str


def _conjunction(phrase: Phrase, resolver: Resolver) -> Condition:
    groups = _groups(phrase.parts, resolver)
    _refuse_split_lists(groups, resolver)
    before = [group for group in groups if group.before_noun]
    after = [group for group in groups if not group.before_noun]
    return all_of([_kinds(before, resolver), _joined(after, resolver)])


def _kinds(groups: list[_Group], resolver: Resolver) -> Condition:
    """`gift and overdue orders`: those that are both, or both kinds? Asked, unless no order is both."""
    together = _joined(groups, resolver)
    if len(groups) < 2 or any(group.link != "and" for group in groups[1:]):
        return together
    either = any_of([group.condition for group in groups])
    if not looked_up([together], resolver.facts)[together.clause()]:
        return either
    return _one_reading("How do you mean it?", [together, either], resolver)


def _groups(parts: list[Part], resolver: Resolver) -> list[_Group]:
    groups: list[_Group] = []
    members: list[list[Part]] = []
    for part in parts:
        last = groups[-1] if groups else None
        if last is not None and _lists_on(last, part):
            members[-1].append(part)
        else:
            members.append([part])
            groups.append(
                _Group(part.link, part.item.condition, part.before_noun, part.item.family, part.negated, part.item.text)
            )
    for group, listed in zip(groups, members, strict=True):
        conditions = [part.item.condition for part in listed]
        if group.family == "empty" and len(listed) > 1:
            group.condition = _empty_list(listed, resolver)
        elif group.family == "filled" and all(part.link != "or" for part in listed):
            group.condition = all_of(conditions)
        else:
            group.condition = any_of(conditions)
        group.condition = Not(group.condition) if group.negated else group.condition
        group.before_noun = listed[-1].before_noun
    return groups


def _lists_on(last: _Group, part: Part) -> bool:
    same = last.family is not None and last.family == part.item.family
    if not part.link:  # "PA/NY orders": no order is in both
        together = last.before_noun == part.before_noun
        same = same and together and _cannot_both(last.condition, part.item.condition)
    return same and (last.negated or not part.negated)


def _cannot_both(one: Condition, other: Condition) -> bool:
    if not (isinstance(one, IsOneOf) and isinstance(other, IsOneOf)):
        return False
    return one.column == other.column and not set(one.values) & set(other.values)


def _empty_list(listed: list[Part], resolver: Resolver) -> Condition:
    """`without a phone and e-mail` lacks both; with `or` people mean either or both."""
    conditions = [part.item.condition for part in listed]
    if all(part.link in ("and", "comma", "") for part in listed):
        return all_of(conditions)
    if listed[0].item.text.casefold().startswith(("missing", "lack")):
        return any_of(conditions)
    return _one_reading("How do you mean it?", [any_of(conditions), all_of(conditions)], resolver)


def _refuse_split_lists(groups: list[_Group], resolver: Resolver) -> None:
    """`CA orders over $100 and TX`: is Texas limited too?"""
    for index, group in enumerate(groups):
        for earlier in groups[:index]:
            apart = groups.index(earlier) < index - 1
            listed = group.family is not None and group.family == earlier.family and group.negated == earlier.negated
            if listed and apart and group.link in ("and", "or"):
                between = [other for other in groups if other not in (group, earlier)]
                both = any_of([earlier.condition, group.condition])
                wide = any_of([all_of([earlier.condition, *[g.condition for g in between]]), group.condition])
                narrow = all_of([both, *[g.condition for g in between]])
                chosen = _one_reading("How do you mean it?", [narrow, wide], resolver)
                groups[:] = [_Group("", chosen, False, None, False, "")]
                return


def _signed(part: Part) -> Condition:
    return Not(part.item.condition) if part.negated else part.item.condition


def _joined(groups: list[_Group], resolver: Resolver) -> Condition:
    links = [group.link for group in groups[1:]]
    conditions = [group.condition for group in groups]
    if "or" not in links:
        return all_of(conditions)
    if all(link in ("or", "comma") for link in links):
        return _either(groups, resolver)
    # `a and b or c`: both readings differ, so the person says which.
    at = links.index("or") + 1
    loose = any_of([all_of(conditions[:at]), all_of(conditions[at:])])
    tight = all_of([*conditions[: at - 1], any_of(conditions[at - 1 : at + 1]), *conditions[at + 1 :]])
    return _one_reading("How do you mean it?", [tight, loose], resolver)


def _either(groups: list[_Group], resolver: Resolver) -> Condition:
    """`that aren't gifts or mugs`: neither of them, or all but gifts and the mugs besides?"""
    conditions = [group.condition for group in groups]
    if not groups[0].negated or any(group.negated for group in groups[1:]):
        return any_of(conditions)
    neither = all_of([conditions[0], *[Not(condition) for condition in conditions[1:]]])
    return _one_reading("How do you mean it?", [neither, any_of(conditions)], resolver)


def _one_reading(question: str, readings: list[Condition], resolver: Resolver) -> Condition:
    """The reading that the person chose; the readings are the choices."""
    options = [reading.words() for reading in readings]
    if len(set(options)) == 1:
        return readings[0]
    answer = resolver.ask(question, options, "reading").casefold()
    for option, reading in zip(options, readings, strict=True):
        if option.casefold() == answer:
            return reading
    raise AskError(Ask(question, tuple(options), "reading"))


def _strip(elements: list[Element]) -> list[Element]:
    """Without the links at both ends."""
    loose = ("AND", "OR", "COMMA", "BUT", "FOR", "IF", "HAVE", "SHIP", "ADD")
    first, last = 0, len(elements)
    while first < last and isinstance(mark := elements[first], Mark) and mark.kind in loose:
        first += 1
    while last > first and isinstance(mark := elements[last - 1], Mark) and mark.kind in loose:
        if mark.kind == "OR":
            raise AskError(Ask(f'What comes after "{mark.text}"?', (), "words", True))
        last -= 1
    return elements[first:last]


def stripped(elements: Sequence[Element]) -> list[Element]:
    """A row of elements without the links at its ends."""
    return _strip(list(elements))


def without_cuts(elements: Sequence[Element]) -> tuple[list[Element], list[Cut]]:
    """Elements and cuts apart."""
    cuts = [element for element in elements if isinstance(element, Cut)]
    return [element for element in elements if not isinstance(element, Cut)], cuts
