"""What a reading would do, in the words of a choice."""

from typing import Any, Final

from agent.shipping.services import service_label
from agent.understanding.conditions import Condition, words
from agent.understanding.proposing import in_words
from agent.understanding.readings import Edit, Query, ShipRequest
from agent.understanding.saying import FUNCTIONS
from agent.understanding.values import Group, Service


def spoken(reading: Any) -> str:
    """What a reading would do, in words."""
    tree = where_of(reading)
    text = words(tree) if tree is not None else ""
    if isinstance(reading, ShipRequest):
        return "; ".join([text, *filter(None, [in_words(reading.cuts)]), *_how(reading)])
    if isinstance(reading, Edit):
        group = reading.group
        cut = in_words(group.cuts) if group is not None else ""
        told = _EDITS.get(reading.kind, "{}").format("; ".join(part for part in (text, cut) if part) or "the preview")
        more = [spoken(reading.then)] if reading.then is not None else []
        return "; ".join([told, *([_shown(reading.service)] if reading.service else []), *more])
    if isinstance(reading, Query):
        return _question(reading, text)
    return str(getattr(reading, "tool", reading)).replace("_", " ")


_EDITS: Final = {
    "only": "of the preview, only {}",
    "drop": "the preview without {}",
    "add": "the preview, and also {}",
    "instead": "in place of what was said of the same column: {}",
    "afresh": "instead of the preview: {}",
    "service": "all of {}",
    "rest": "what is not in {}",
}


def _how(request: ShipRequest) -> list[str]:
    parts = [f"{words(rule.where)}: {_shown(rule.service)}" for rule in request.rules]
    parts += [_shown(request.service)] if request.service else []
    return [*parts, *(flag.replace("_", " ") for flag in sorted(request.flags))]


def _question(query: Query, text: str) -> str:
    if query.kind == "aggregate":
        of = f"{FUNCTIONS[query.function]} {query.column or 'orders'}"
        return f"the {of}{f' by {query.group_by}' if query.group_by else ''}, {text}"
    return {"count": f"count: {text}", "show": f"list: {text}", "values": f"the values of {query.column}"}.get(
        query.kind, "the columns of the sheet"
    )


def _shown(service: Service) -> str:
    if service.code and service.column:
        return f"{service.column}, blanks {service_label(service.code)}"
    if service.code:
        return service_label(service.code)
    return service.column or "a service that is asked next"


def where_of(reading: Any) -> Condition | None:
    """The condition on rows of a reading that has one."""
    if isinstance(reading, ShipRequest):
        return reading.where
    group: Group | None = getattr(reading, "group", None)
    return group.tree if group is not None else None
