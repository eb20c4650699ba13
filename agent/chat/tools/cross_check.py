"""Whether a model's proposal means the same rows, sent the same way, as shipchat's own reading of the words."""

from dataclasses import dataclass

from agent.errors import from_reply, is_refusal
from agent.planning.ship_request import ShipRequest
from agent.shipping.services import read_service, service_label
from agent.shipping.verdict import Ok
from agent.tool_caller import ToolCaller

_ALIKE = (
    *("limit", "every", "sample", "reship", "include_cancelled", "service_column", "left_out"),
    *("signature", "adult_signature", "arrive_by", "arrive_by_column"),
)
"""Parts of a proposal that are the same or not."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What sets two proposals apart, in words that name counts of stored data and no prose of a model."""

    rows_more: int
    rows_fewer: int
    others: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.rows_more or self.rows_fewer or self.others)

    def __str__(self) -> str:
        rows = [
            f"{count} row{'' if count == 1 else 's'} {word}"
            for count, word in ((self.rows_more, "more"), (self.rows_fewer, "fewer"))
            if count
        ]
        return ", ".join([*rows, *self.others])


async def difference(data: ToolCaller, own: ShipRequest, proposed: ShipRequest) -> Difference:
    """Compare over the open sheet; clauses are the same when no row tells them apart.

    Raises:
        ShipchatError: what the data server refuses about one of the clauses.
    """
    more = await _count_beside(data, proposed.where, own.where)
    fewer = await _count_beside(data, own.where, proposed.where)
    others = [
        f"{name.replace('_', ' ')} {_shown(theirs)} instead of {_shown(ours)}"
        for name in _ALIKE
        if (theirs := getattr(proposed, name)) != (ours := getattr(own, name))
    ]
    if (own.limit or own.every or own.sample) and own.order_by != proposed.order_by:
        others.append("another order")
    if _service(own.service) != _service(proposed.service):
        others.append(f"{_label(proposed.service)} instead of {_label(own.service)}")
    if not await _same_rules(data, own, proposed):
        others.append("other services by rule")
    return Difference(more, fewer, tuple(others))


async def _count_beside(data: ToolCaller, clause: str, other: str) -> int:
    """How many rows the first clause means and the second does not. Each is checked alone before they are joined."""
    for alone in (clause, other):
        await _count(data, alone)
    return await _count(data, f"({clause}) AND NOT ({other})")


async def _count(data: ToolCaller, clause: str) -> int:
    reply = await data("check_filter", {"where_clause": clause.strip() or "TRUE"})
    if is_refusal(reply):
        raise from_reply(reply)
    return int(reply["count"])


async def _same_rules(data: ToolCaller, own: ShipRequest, proposed: ShipRequest) -> bool:
    if len(own.service_rules) != len(proposed.service_rules):
        return False
    for ours, theirs in zip(own.service_rules, proposed.service_rules, strict=True):
        apart = await _count_beside(data, ours.where, theirs.where) + await _count_beside(
            data, theirs.where, ours.where
        )
        if apart or _service(ours.service) != _service(theirs.service):
            return False
    return True


def _service(text: str | None) -> str | None:
    """The code of a service; words that are not a service stand for themselves."""
    verdict = read_service(text or "")
    return verdict.value if isinstance(verdict, Ok) else text


def _label(text: str | None) -> str:
    code = _service(text)
    return service_label(code) if code else "no service named"


def _shown(value: object) -> str:
    return "none" if value in (None, [], False) else "yes" if value is True else str(value)
