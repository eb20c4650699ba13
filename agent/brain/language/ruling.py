"""A service said of some orders while a preview is open: for those of the preview, or for orders beside them."""

import re
from typing import Any, Final

from agent.brain.language.actions import Ask, AskError, SayError, ToolRequest
from agent.brain.language.composing import compose, stripped
from agent.brain.language.conditions import Condition, Everything, Given, all_of, any_of
from agent.brain.language.elements import Cut, Element, Item, Mark, Service
from agent.brain.language.namesakes import looked_up
from agent.brain.language.requesting import code_of
from agent.brain.language.resolving import Resolver
from agent.brain.language.service_rules import GOES

_ALSO: Final = re.compile(r"(?:ok(?:ay)?,? |yes,? )?(?:and|plus|also|n)\b", re.IGNORECASE)
_BACK: Final = frozenset({"ones", "the ones", "those", "them", "one", "these"})
_WIDE: Final = "these in addition to the preview"
_NEW: Final = "these instead of the preview"


def ruled(text: str, elements: list[Element], proposal: dict[str, Any], resolver: Resolver) -> ToolRequest | None:
    """`the ones over $500 go overnight` changes the service of those in the preview, `and Canada by UPS Standard` adds.

    None where the message is a command of its own.

    Raises:
        AskError: where the preview holds no such order.
    """
    service = next(element for element in elements if isinstance(element, Service))
    named = [e for e in elements if not (isinstance(e, Service) or _is_mark(e, "SHIP") or _is_mark(e, "ONLY"))]
    items = any(isinstance(element, Item) for element in named)
    back = any(_is_mark(e, "NOUN") and isinstance(e, Mark) and e.text.casefold() in _BACK for e in named)
    goes = any(_is_mark(e, "SHIP") and isinstance(e, Mark) and e.text.casefold() in GOES for e in elements)
    rest = any(_is_mark(e, "REST") for e in elements)
    if not items or rest or any(isinstance(e, Cut) for e in named) or _commanded(elements):
        return None
    if _ALSO.match(text.strip()) is not None:
        return with_added(compose(stripped(named), resolver).condition, service, proposal, resolver)
    if not (back or goes):
        return None
    condition = compose(stripped(named), resolver).condition
    inside = all_of([_of_preview(proposal), condition])
    if looked_up([inside], resolver.facts)[inside.clause()]:
        return with_rule(condition, service, proposal, resolver)
    question = f"No order of the preview fits: {condition.words()}. How do you mean it?"
    answer = resolver.ask(question, (_WIDE, _NEW), "reading").casefold()
    if answer not in (_WIDE, _NEW):
        raise AskError(Ask(question, (_WIDE, _NEW), "reading"))
    return with_added(condition, service, proposal, resolver) if answer == _WIDE else None


def with_rule(condition: Condition, service: Service, proposal: dict[str, Any], resolver: Resolver) -> ToolRequest:
    """The same rows; those of the condition by this service."""
    rule = {"where": condition.clause(), "service": code_of(service, resolver)}
    return ToolRequest("propose_shipment", proposal | {"service_rules": [rule, *proposal.get("service_rules", [])]})


def with_added(condition: Condition, service: Service, proposal: dict[str, Any], resolver: Resolver) -> ToolRequest:
    """The rows of the preview and those of the condition, the latter by this service.

    Raises:
        SayError: where the preview is cut to some rows.
    """
    if any(key in proposal for key in ("limit", "every", "sample")):
        raise SayError("The preview is cut to some rows, so I cannot add to it. Say the whole command again.")
    both = any_of([_of_preview(proposal), condition])
    wider = proposal | {"where": both.clause(), "in_words": both.words()}
    return with_rule(condition, service, wider, resolver)


def _of_preview(proposal: dict[str, Any]) -> Condition:
    where = str(proposal.get("where", "TRUE"))
    return Everything() if where == "TRUE" else Given(where, str(proposal.get("in_words", "all orders")))


def _commanded(elements: list[Element]) -> bool:
    """`ship ...`: a command of its own; `goes` and `gets` are none."""
    return any(_is_mark(e, "SHIP") and isinstance(e, Mark) and e.text.casefold() not in GOES for e in elements)


def _is_mark(element: Element, kind: str) -> bool:
    return isinstance(element, Mark) and element.kind == kind
