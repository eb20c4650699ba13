"""Asks UPS about addresses: each once, a few at a time, never more than a limit; what is known is not asked again."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from agent.addresses.kept import keep, known, oldest
from agent.errors import ShipchatError, from_reply, is_refusal
from agent.ledger.store import Ledger
from agent.ledger.tables import now
from agent.settings import Settings
from agent.shipping.checked_addresses import CheckedAddress, checked
from agent.tool_caller import ToolCaller

MOST_CANDIDATES = 10
MOST_REFUSALS = 3
"""After so many refusals UPS is not asked on: what it refuses now, it refuses for all."""
_NOT_THAT_STATE = frozenset({"264030", "9264030"})
"""UPS's test environment knows New York and California only: said of an address, not of all."""


@dataclass(slots=True)
class Looked:
    """What is known of the addresses now, and why nothing is known of the others."""

    answers: dict[str, CheckedAddress] = field(default_factory=dict)
    asked: int = 0
    """Calls to UPS."""
    beyond: int = 0
    """Addresses that the limit left out."""
    refusals: dict[str, ShipchatError] = field(default_factory=dict)
    not_asked: int = 0
    """Addresses that were not asked about any more because of refusals."""


async def look_up(
    ledger: Ledger, ups: ToolCaller, settings: Settings, addresses: Mapping[str, dict[str, Any]], *, again: bool = False
) -> Looked:
    """UPS's answers to the addresses, which are named by their keys. `again` asks about known ones too.

    Raises:
        ShipchatError: E-4203.
    """
    environment, since, most = settings.ups_environment, oldest(settings.address_check_days), settings.address_checks
    before = {} if again else await ledger.read_async(known, environment, since)
    wanted = [key for key in addresses if key not in before]
    looked = Looked({key: before[key] for key in addresses if key in before}, beyond=max(0, len(wanted) - most))
    new: dict[str, CheckedAddress] = {}
    gate = asyncio.Semaphore(settings.concurrency)
    final: list[ShipchatError] = []

    async def ask(key: str) -> None:
        async with gate:
            if len(final) >= MOST_REFUSALS:
                looked.not_asked += 1
                return
            looked.asked += 1
            request = {"environment": environment, "most_candidates": MOST_CANDIDATES, **addresses[key]}
            answer = await ups("address_validate", request)
        if is_refusal(answer):
            looked.refusals[key] = refusal = from_reply(answer)
            if str(answer.get("ups_code")) not in _NOT_THAT_STATE:
                final.append(refusal)
            return
        new[key] = checked(addresses[key], answer, now())

    await asyncio.gather(*(ask(key) for key in wanted[:most]))
    if new:
        await ledger.write_async(keep, environment, new, since)
    looked.answers |= new
    return looked
