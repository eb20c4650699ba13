"""What shipments will cost, asked at UPS: a quote is made or failed, never guessed."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from agent.errors import ErrorKind, error, is_refusal
from agent.tool_caller import ToolCaller

CONCURRENCY = 8
OTHER_CURRENCY = ErrorKind(
    "E-3502",
    "UPS quotes in {quoted}; plans and budgets are in {counted}.",
    'If UPS bills your account in {quoted}, set `currency = "{quoted}"` in the settings.',
)
NOT_A_PRICE = ErrorKind(
    "E-4287", "UPS's price cannot be read: {reason}.", "Ask for the price again; if it happens again, ask UPS."
)


@dataclass(frozen=True, slots=True)
class Quote:
    """Cents in the account's currency, or why there are none."""

    cents: int | None
    problem: str | None = None
    code: str | None = None
    remedy: str | None = None
    basis: Literal["negotiated", "list", ""] = ""
    """Whose rates it is by; empty where the server does not say."""
    alerts: tuple[tuple[str, str], ...] = ()
    """(code, message) of what UPS remarked on its answer."""


_AMOUNT = re.compile(r"([0-9]{1,9}|[0-9]{1,3}(,[0-9]{3}){1,2})(\.[0-9]+)?", re.ASCII)


def cents(amount: str) -> int:
    """UPS's decimal text to integer cents, half a cent up: `12.345`, `1234.50`, `1,234.50`.

    Raises:
        ValueError: in words, for what is not a plain amount: negative, `NaN`, `1e3`, `12,50`, a billion and more.
    """
    if _AMOUNT.fullmatch(amount) is None:
        raise ValueError(f"{amount[:40]!r} cannot be a charge")
    return int((Decimal(amount.replace(",", "")) * 100).quantize(Decimal(1), ROUND_HALF_UP))


async def quote(
    ups: ToolCaller, environment: str, payload: dict[str, Any], counted: str, *, unsaid: str = "no currency"
) -> Quote:
    """One shipment's price at UPS, in the currency that is `counted`; `unsaid` is what a price without one is in.

    Raises what the transport raises; a refusal is a `Quote` with its problem.
    """
    reply = await ups("rating_quote", {"environment": environment, "shipment": payload})
    if is_refusal(reply):
        return Quote(None, str(reply["message"]).rstrip("."), str(reply["code"]), reply.get("remedy"))
    charges = reply["totalCharges"]
    currency = str(charges.get("currencyCode") or unsaid)
    if currency != counted:
        refusal = error(OTHER_CURRENCY, quoted=currency, counted=counted)
        return Quote(None, refusal.message.rstrip("."), refusal.code, refusal.remedy)
    try:
        price = cents(str(charges.get("amount") or charges["monetaryValue"]))
    except ValueError as fault:
        refusal = error(NOT_A_PRICE, reason=fault)
        return Quote(None, refusal.message.rstrip("."), refusal.code, refusal.remedy)
    alerts = tuple((str(alert["code"]), str(alert["message"])) for alert in reply.get("alerts") or ())
    return Quote(price, basis=_basis(reply), alerts=alerts)


def _basis(reply: dict[str, Any]) -> Literal["negotiated", "list", ""]:
    """`price_basis`, or `negotiated` of a server that does not have it."""
    said, own = reply.get("price_basis"), reply.get("negotiated")
    if said == "negotiated" or (said is None and own is True):
        return "negotiated"
    return "list" if said == "list" or (said is None and own is False) else ""


async def quote_all(ups: ToolCaller, environment: str, payloads: Sequence[dict[str, Any]], counted: str) -> list[Quote]:
    """Quotes in the order of the payloads, a few at a time."""
    slots = asyncio.Semaphore(CONCURRENCY)

    async def one(payload: dict[str, Any]) -> Quote:
        async with slots:
            return await quote(ups, environment, payload, counted)

    return list(await asyncio.gather(*(one(payload) for payload in payloads)))


def estimate(quotes: Sequence[Quote], count: int) -> int:
    """The total of `count` shipments from the quotes that were made; failed ones are left out of the average."""
    made = [quote.cents for quote in quotes if quote.cents is not None]
    if not made:
        return 0
    return sum(made) + round(sum(made) / len(made)) * (count - len(quotes))
