"""Asks UPS for a pickup and takes it back: intent first, and what cannot be known stays open until it is looked up."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from agent.errors import ErrorKind, error, from_reply, is_refusal
from agent.ledger.store import Ledger
from agent.pickups import kept
from agent.pickups.kept import KeptPickup
from agent.pickups.request import PickupRequest
from agent.planning.quoting import cents
from agent.settings import Settings
from agent.tool_caller import ToolCaller

UNKNOWN = ErrorKind(
    "E-4271",
    "UPS did not answer clearly whether the pickup is booked ({reason}).",
    "Say “show my pickups”: UPS is asked by the pickup's own reference. Nothing is asked for a second time.",
)
NOT_CANCELLED = ErrorKind(
    "E-4272", "UPS did not confirm that pickup {prn} is cancelled ({reason}).", "Say it again, or call UPS."
)
_NOT_SENT: Final = "E-2"
"""How the codes begin of refusals before anything is sent: a fault of the request itself."""


@dataclass(slots=True)
class Pickups:
    """The pickups of one ledger and account."""

    ledger: Ledger
    ups: ToolCaller
    settings: Settings
    new_reference: Callable[[], str] = lambda: f"SCPU{secrets.token_hex(6).upper()}"

    async def check_free(self, request: PickupRequest) -> None:
        """Before a preview: whether one is held for the same place and day. The claim checks it again.

        Raises:
            ShipchatError: E-4270.
        """
        found = await self._held(request.window.day)
        if any((one.place_key, one.day) == (request.place_key, request.window.day) for one in found):
            raise error(kept.ASKED_ALREADY, day=request.window.day, place=request.place)

    async def price(self, request: PickupRequest) -> tuple[int, str] | None:
        """(cents, currency) that UPS names for it; None where it names none. Nothing is ordered.

        Raises:
            ShipchatError: what UPS refuses.
        """
        asked = {"environment": self.settings.ups_environment, "pickup": request.arguments}
        reply = await self.ups("pickup_rate", asked)
        if is_refusal(reply):
            raise from_reply(reply)
        return (cents(reply["amount"]), reply["currency_code"]) if reply.get("amount") else None

    async def book(self, request: PickupRequest, quote_cents: int | None) -> KeptPickup:
        """Order it, once.

        Raises:
            ShipchatError: E-4270 where it is asked for already, E-4271 where nobody knows, or what UPS refuses.
        """
        environment, reference = self.settings.ups_environment, self.new_reference()
        pickup_id = await self.ledger.write_async(kept.asking, environment, request, reference, quote_cents)
        reply = await self._called("pickup_schedule", {**request.arguments, "reference": reference})
        if is_refusal(reply):
            refusal = from_reply(reply)
            if _certainly_not(reply):
                await self.ledger.write_async(kept.settle, pickup_id, "failed", {"reason": refusal.message})
                raise refusal
            await self.ledger.write_async(kept.note, pickup_id, refusal.message)
            raise error(UNKNOWN, reason=refusal.message)
        price = reply.get("totalCharges") or {}
        charge = cents(price["amount"]) if price.get("amount") else None
        found = {"prn": reply["prn"], "charge_cents": charge, "currency": price.get("currencyCode")}
        await self.ledger.write_async(kept.settle, pickup_id, "booked", found)
        return next(one for one in await self._held(request.window.day) if one.id == pickup_id)

    async def standing(self) -> list[KeptPickup]:
        """What stands from today on. One whose answer was lost is looked up first, by its reference: found = booked;
        not found is no proof, and it stays open."""
        today = self.settings.day()
        found = await self._held(today)
        open_ones = {one.reference: one for one in found if one.state == "asking"}
        if not open_ones:
            return found
        sender = self.settings.sender
        asked = {"environment": self.settings.ups_environment, "account_number": sender.account_number}
        reply = await self._called("pickup_pending", asked)
        if not is_refusal(reply):
            for seen in reply["pickups"]:
                one = open_ones.get(seen.get("reference") or "")
                if one is not None and seen["date"] == f"{one.day:%Y%m%d}":
                    await self.ledger.write_async(kept.settle, one.id, "booked", {"prn": seen["prn"], "reason": None})
        return await self._held(today)

    async def give_up(self, pickup: KeptPickup) -> None:
        """A person says that one whose answer was lost is not booked: its place and day are free again."""
        await self.ledger.write_async(kept.settle, pickup.id, "failed", {"reason": "given up by a person"})

    async def cancel(self, pickup: KeptPickup) -> None:
        """Take it back. Repeating it is safe.

        Raises:
            ShipchatError: E-4272 where UPS did not confirm it.
        """
        await self.ledger.write_async(kept.settle, pickup.id, "cancelling")
        asked = {"environment": self.settings.ups_environment, "prn": pickup.prn}
        reply = await self._called("pickup_cancel", asked)
        if is_refusal(reply):
            refusal = from_reply(reply)
            state = "booked" if _certainly_not(reply) else "cancelling"
            await self.ledger.write_async(kept.settle, pickup.id, state, {"reason": refusal.message})
            raise error(NOT_CANCELLED, prn=pickup.prn, reason=refusal.message)
        await self.ledger.write_async(kept.settle, pickup.id, "cancelled", {"reason": None})

    async def _held(self, since: date) -> list[KeptPickup]:
        return await self.ledger.read_async(kept.held, self.settings.ups_environment, since)

    async def _called(self, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """The server's reply; whatever happened to the call itself is a refusal that proves nothing."""
        try:
            return await self.ups(tool, arguments)
        except Exception as fault:  # noqa: BLE001 - the request may have been sent
            return {"isError": True, "code": "", "message": str(fault) or type(fault).__name__, "remedy": ""}


def _certainly_not(reply: dict[str, Any]) -> bool:
    """UPS read it and said no, or it was never sent."""
    code = str(reply.get("code", ""))
    refused = bool(reply.get("ups_code")) and not reply.get("retryable")
    return code.startswith(_NOT_SENT) or refused
