"""Shipments by other services: what each costs, how long it takes, when the last parcel is there. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from agent.events import ServiceOffer
from agent.planning.quoting import Quote, cents, estimate
from agent.planning.wording import money
from agent.shipping.services import DOMESTIC, INTERNATIONAL, service_label

OFFERED = (*DOMESTIC, *INTERNATIONAL)
"""What is compared where no service is named: the others go by contract, or by the postal service."""


@dataclass(frozen=True, slots=True)
class Rate:
    """One service for one shipment, as UPS offers it."""

    cents: int | None
    days: int | None = None
    arrives: date | None = None


Rates = Mapping[str, Rate]
"""By service code, for one shipment."""


def rates_of(answer: Mapping[str, Any], currency: str) -> dict[str, Rate]:
    """A `rating_shop` answer; a price in another currency than this one, or that is none, is no price."""
    return {
        rate["service_code"]: Rate(_cents(rate["totalCharges"], currency), rate.get("transit_days"), _day(rate))
        for rate in answer.get("services", ())
    }


def services_in(rates: Sequence[Rates], current: Sequence[str]) -> list[str]:
    """What to compare where no service is named: those that reach at least one shipment, and the preview's own."""
    offered = {code for each in rates for code in each}
    return [code for code in OFFERED if code in offered] + [code for code in current if code not in OFFERED]


def offer_of(code: str, rates: Sequence[Rates], count: int, *, current: bool) -> ServiceOffer:
    """One line of the comparison: `rates` are those that were asked for, of `count` shipments in all."""
    reached = [found for each in rates if (found := each.get(code)) is not None and found.cents is not None]
    days = [rate.days for rate in reached if rate.days is not None]
    arrivals = [rate.arrives for rate in reached if rate.arrives is not None]
    missing = len(rates) - len(reached)
    return ServiceOffer(
        service_code=code,
        service=service_label(code),
        total_cents=estimate([Quote(rate.cents) for rate in reached], count - missing) if reached else None,
        estimated=count > len(rates),
        least_days=min(days, default=None),
        most_days=max(days, default=None),
        arrives_by=max(arrivals).isoformat() if arrivals else None,
        unpriced=missing,
        current=current,
    )


def ordered(offers: Sequence[ServiceOffer]) -> list[ServiceOffer]:
    """Those that carry all of it first, then the cheapest."""
    return sorted(offers, key=lambda offer: (offer.unpriced, offer.total_cents is None, offer.total_cents or 0))


def summary_of(offers: Sequence[ServiceOffer], currency: str) -> str:
    """`UPS Ground: $40.10; UPS 2nd Day Air: about $80.20`."""
    return "; ".join(f"{offer.service}: {offer.cells(priced(offer, currency))[1]}" for offer in offers)


def priced(offer: ServiceOffer, currency: str) -> str:
    """Its total in words."""
    return "no price" if offer.total_cents is None else money(offer.total_cents, currency)


def _cents(charges: Mapping[str, Any], currency: str) -> int | None:
    if charges.get("currencyCode") != currency:
        return None
    try:
        return cents(str(charges["amount"]))
    except ValueError:
        return None


def _day(rate: Mapping[str, Any]) -> date | None:
    try:
        return datetime.strptime(rate.get("delivery_date") or "", "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None
