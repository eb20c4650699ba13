"""Orders that stay where they are: `PO boxes stay here, the rest ground`, `Texas overnight, others wait`."""

from itertools import pairwise

from agent.brains.language.actions import Ask, AskError
from agent.brains.language.composing import EVERYTHING_ELSE, PRONOUNS, compose, stripped
from agent.brains.language.conditions import Condition, any_of
from agent.brains.language.elements import Element, Item, Mark, Service, Unfinished
from agent.brains.language.resolving import Resolver

_BEGINNINGS = ("COMMA", "BUT", "SHIP")


def without_staying(elements: list[Element], resolver: Resolver) -> tuple[list[Element], Condition | None]:
    """(the elements that say what goes, the condition of what stays; None where nothing does).

    Raises:
        AskError: where it is not said what stays.
    """
    elements = _without_idle_rest(elements)
    staying: list[Condition] = []
    while (at := next((i for i, e in enumerate(elements) if _is(e, "STAYS")), None)) is not None:
        start = _beginning(elements, at)
        named = stripped(elements[start:at])
        if not any(not isinstance(e, Mark) for e in named) or any(_is_pronoun(e) for e in named):
            raise AskError(Ask("Which orders stay?", (), "words", True))
        staying.append(compose([e for e in named if not _is(e, "HAVE")], resolver).condition)
        elements = stripped([*elements[:start], *elements[at + 1 :]])
    if not staying:
        return elements, None
    rest = [Mark("NOUN", EVERYTHING_ELSE) if _is(e, "REST") else e for e in elements]
    return rest, any_of(staying)


def _beginning(elements: list[Element], at: int) -> int:
    """Where the clause that ends at `at` begins."""
    for index in range(at - 1, -1, -1):
        if isinstance(elements[index], Service) or any(_is(elements[index], kind) for kind in _BEGINNINGS):
            return index + 1
    return 0


def _without_idle_rest(elements: list[Element]) -> list[Element]:
    """`Texas ground, the rest stays`, `otherwise hold`: what is not named does not go anyway."""
    for index, (one, other) in enumerate(pairwise(elements)):
        pair = {e.kind for e in (one, other) if isinstance(e, Mark)}
        idle = pair == {"REST", "STAYS"} or pair == {"REST", "EXCEPT"}
        ends = index + 2 == len(elements) or _is(elements[index + 2], "COMMA")
        if idle and ends and any(isinstance(e, (Item, Unfinished)) for e in elements[:index]):
            return stripped([*elements[:index], *elements[index + 2 :]])
    return elements


def _is(element: Element, kind: str) -> bool:
    return isinstance(element, Mark) and element.kind == kind


def _is_pronoun(element: Element) -> bool:
    return _is(element, "NOUN") and isinstance(element, Mark) and element.text.casefold() in PRONOUNS
