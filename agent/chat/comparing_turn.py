"""“Compare the services”: UPS is asked what the shipments of the preview would cost by others, and when they arrive."""

import asyncio
from typing import Any

from agent.chat.pending import PendingApproval
from agent.chat.state import SessionState
from agent.drafting.service_choice import read_choice
from agent.errors import is_refusal
from agent.events import ServicesCompared
from agent.planning.comparing import Rate, offer_of, ordered, rates_of, services_in, summary_of
from agent.planning.quoting import CONCURRENCY, quote_all


async def compare(state: SessionState, pending: PendingApproval, named: list[str]) -> dict[str, Any]:
    """Show the comparison; nothing is bought and the preview stays. Without names: all that go there.

    Raises:
        ShipchatError: what a name that is no service is refused for.
    """
    sample = pending.payloads[: state.settings.preview_rows]
    codes = list(dict.fromkeys([await read_choice(state.drafting(), service) for service in named]))
    rates = await _shopped(state, sample)
    codes = codes or services_in(rates, pending.services)
    await _add_quotes(state, sample, codes, rates)
    count = len(pending.payloads)
    current = pending.services[0] if len(pending.services) == 1 else None
    offers = ordered([offer_of(code, rates, count, current=code == current) for code in codes])
    currency = state.settings.billing_currency
    summary = summary_of(offers, currency)
    state.emit(ServicesCompared(pending.digest, count, len(sample), offers, summary, currency))
    return {"services": [[offer.service, offer.total_cents, offer.arrives_by] for offer in offers]}


async def _shopped(state: SessionState, payloads: list[dict[str, Any]]) -> list[dict[str, Rate]]:
    """What UPS offers for each shipment, with days; where it refuses, nothing."""
    slots = asyncio.Semaphore(CONCURRENCY)

    async def shop(payload: dict[str, Any]) -> dict[str, Rate]:
        async with slots:
            asked = {"environment": state.settings.ups_environment, "shipment": payload}
            answer = await state.ups("rating_shop", asked)
            return {} if is_refusal(answer) else rates_of(answer, state.settings.billing_currency)

    return list(await asyncio.gather(*(shop(payload) for payload in payloads)))


async def _add_quotes(
    state: SessionState, payloads: list[dict[str, Any]], codes: list[str], rates: list[dict[str, Rate]]
) -> None:
    """Services that UPS does not list are asked for one by one: Ground Saver goes by agreement only."""
    for code in (code for code in codes if not any(code in each for each in rates)):
        asked = [payload | {"service_code": code} for payload in payloads]
        settings = state.settings
        quotes = await quote_all(state.ups, settings.ups_environment, asked, settings.billing_currency)
        for each, quote in zip(rates, quotes, strict=True):
            if quote.cents is not None:
                each[code] = Rate(quote.cents)
