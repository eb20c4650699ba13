"""A service said of some orders while a preview is open: for those of the preview, or for orders beside them."""

import re
from typing import Any, Final

from agent.brains.language.actions import Ask, AskError, SayError, ToolRequest
from agent.brains.language.composing import compose, stripped
from agent.brains.language.conditions import Condition, Everything, Given, Not, all_of, any_of
from agent.brains.language.elements import BareColumn, Cut, Element, Item, Mark, Service, Unfinished, is_mark
from agent.brains.language.namesakes import looked_up
from agent.brains.language.requesting import code_of
from agent.brains.language.resolving import Resolver
from agent.brains.language.service_rules import GOES
from agent.brains.language.softening import changes

_WITHIN: Final = "only their service, the rest of the preview as it is"
_ALONE: Final = "these alone, by that service"
_ALSO: Final = re.compile(r"(?:ok(?:ay)?,? |yes,? )?(?:and|plus|also|n)\b", re.IGNORECASE)
_BACK: Final = frozenset({"ones", "the ones", "those", "them", "one", "these"})
WIDER: Final = "these in addition to the preview"
INSTEAD: Final = "these instead of the preview"


def ruled(text: str, elements: list[Element], proposal: dict[str, Any], resolver: Resolver) -> ToolRequest | None:
    """`the ones over $500 go overnight` changes the service of those in the preview, `and Canada by UPS Standard` adds.

    None where the message is a command of its own.

    Raises:
        AskError: where the preview holds no such order.
    """
    service = next(element for element in elements if isinstance(element, Service))
    named: list[Element] = [
        e for e in elements if not (isinstance(e, Service) or is_mark(e, "SHIP") or is_mark(e, "ONLY"))
    ]
    items = any(isinstance(element, (Item, Unfinished, BareColumn)) for element in named)
    back = any(is_mark(e, "NOUN") and e.text.casefold() in _BACK for e in named)
    goes = any(is_mark(e, "SHIP") and e.text.casefold() in GOES for e in elements)
    rest = any(is_mark(e, "REST") for e in elements)
    if not items or rest or any(isinstance(e, Cut) for e in named) or _commanded(elements):
        return None
    if _ALSO.match(text.strip()) is not None:
        return with_added(compose(stripped(named), resolver).condition, service, proposal, resolver)
    if not (back or goes or changes(text)):
        return _bare(named, service, proposal, resolver)
    condition = compose(stripped(named), resolver).condition
    inside = all_of([_of_preview(proposal), condition])
    if looked_up([inside], resolver.facts)[inside.clause()]:
        return with_rule(condition, service, proposal, resolver)
    question = f"No order of the preview fits: {condition.words()}. How do you mean it?"
    answer = resolver.ask(question, (WIDER, INSTEAD), "reading").casefold()
    if answer not in (WIDER, INSTEAD):
        raise AskError(Ask(question, (WIDER, INSTEAD), "reading"))
    return with_added(condition, service, proposal, resolver) if answer == WIDER else None


def _bare(named: list[Element], service: Service, proposal: dict[str, Any], resolver: Resolver) -> ToolRequest | None:
    """`Fresno overnight` while Californian orders are previewed: their service, or a command of its own?"""
    if any(is_mark(e, "NOUN") for e in named) or any(is_mark(e, "FOR") for e in named):
        return None
    condition = compose(stripped(named), resolver).condition
    inside = all_of([_of_preview(proposal), condition])
    if not looked_up([inside], resolver.facts)[inside.clause()]:
        return None
    question = f"{condition.words()}: how do you mean it?"
    answer = resolver.ask(question, (_WITHIN, _ALONE), "reading").casefold()
    if answer not in (_WITHIN.casefold(), _ALONE):
        raise AskError(Ask(question, (_WITHIN, _ALONE), "reading"))
    return with_rule(condition, service, proposal, resolver) if answer == _WITHIN.casefold() else None


def rest_of_sheet(rest: Mark, service: Service, proposal: dict[str, Any], resolver: Resolver) -> ToolRequest:
    """`the rest by 2 day`: what the preview does not hold, beside it or instead of it.

    Raises:
        AskError: until it is known which.
    """
    others = Not(_of_preview(proposal))
    beside = "the orders that are not in the preview, added to it"
    instead = "the orders that are not in the preview, instead of it"
    question = f'What does "{rest.text}" mean here?'
    answer = resolver.ask(question, (beside, instead), "reading").casefold()
    if answer not in (beside, instead):
        raise AskError(Ask(question, (beside, instead), "reading"))
    if answer == beside:
        return with_added(others, service, proposal, resolver)
    arguments = {"where": others.clause(), "in_words": others.words(), "service": code_of(service, resolver)}
    return ToolRequest("propose_shipment", arguments)


def with_rule(condition: Condition, service: Service, proposal: dict[str, Any], resolver: Resolver) -> ToolRequest:
    """The same rows; those of the condition by this service.

    Raises:
        SayError: where the preview chooses the services by the day.
    """
    if "arrive_by" in proposal or "arrive_by_column" in proposal:
        raise SayError("The preview chooses each service by its day of arrival. Say the whole command again.")
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
    return any(is_mark(e, "SHIP") and e.text.casefold() not in GOES for e in elements)
