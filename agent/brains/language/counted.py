"""`how many for Texas?`, then `ship those by ground`: the pronoun is what was counted or shown last."""

from collections.abc import Sequence
from typing import Final

from agent.brains.language.composing import PRONOUNS
from agent.brains.language.conditions import Everything, Given
from agent.brains.language.elements import BareColumn, Element, Item, Mark, Service, Unfinished, is_mark
from agent.brains.protocol import Conversation

_POINTING: Final = frozenset({"those", "these", "all of those"})
"""What also points at the rows where a condition follows: `ship those over $100`."""


def with_counted(elements: Sequence[Element], conversation: Conversation) -> list[Element] | None:
    """The elements of a command with the rows that its pronoun means; None where it has none, or none were counted."""
    if conversation.counted is None or not any(isinstance(e, Service) or is_mark(e, "SHIP") for e in elements):
        return None
    at = next((i for i, e in enumerate(elements) if is_mark(e, "NOUN") and e.text.casefold() in PRONOUNS), None)
    if at is None:
        return None
    named = [i for i, e in enumerate(elements) if isinstance(e, (Item, Unfinished, BareColumn))]
    if named and not (at < named[0] and elements[at].text.casefold() in _POINTING):
        return None
    clause, words = conversation.counted
    rows = Everything() if clause == "TRUE" else Given(clause, words)
    return [*elements[:at], Item(rows, None, elements[at].text), Mark("NOUN", "orders"), *elements[at + 1 :]]
