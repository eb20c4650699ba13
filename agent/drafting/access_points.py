"""Asks UPS where the Access Points are that the rows of a draft want: each place once a session, a few at a time."""

import asyncio
from collections.abc import Mapping

from agent.drafting.state import DraftingContext
from agent.errors import ShipchatError, from_reply, is_refusal
from agent.shipping import faults
from agent.shipping.access_points import WantedPoint, point_of, request_of
from agent.shipping.verdict import Reject, reject

RADIUS = 25
"""How far the nearest may be: miles, or kilometres where UPS counts in these."""
_OF_ITS_REQUEST = frozenset({"E-3001"})
"""Refusals of what was asked; any other is about the network, the account or UPS, and holds for all rows."""


def begin(context: DraftingContext) -> None:
    """What UPS had nothing for is asked again by the next preview; what it named is kept for the session."""
    for key in [key for key, found in context.access_points.items() if isinstance(found, Reject)]:
        del context.access_points[key]


async def look_up_points(context: DraftingContext, wanted: Mapping[str, WantedPoint]) -> None:
    """UPS's answers into `context.access_points`; what goes beyond the limit of one preview is rejected there.

    Raises:
        ShipchatError: UPS does not answer, or the app has no right to ask.
    """
    settings, known = context.settings, context.access_points
    most, gate = settings.address_checks, asyncio.Semaphore(settings.concurrency)
    final: list[ShipchatError] = []

    async def ask(key: str) -> None:
        async with gate:
            if final:
                return
            arguments = {"environment": settings.ups_environment, **request_of(wanted[key], RADIUS)}
            answer = await context.ups("location_search", arguments)
        if not is_refusal(answer):
            known[key] = point_of(wanted[key], answer, RADIUS)
            return
        refusal = from_reply(answer)
        if refusal.code in _OF_ITS_REQUEST:
            known[key] = reject(faults.POINT_REFUSED, words=refusal.message, remedy=refusal.remedy)
        else:
            final.append(refusal)

    await asyncio.gather(*(ask(key) for key in list(wanted)[:most]))
    if final:
        raise final[0]
    beyond = [key for key in wanted if key not in known]
    known.update(dict.fromkeys(beyond, reject(faults.POINT_NOT_ASKED, most=most)))
