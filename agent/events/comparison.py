"""Events of a comparison of services."""

from dataclasses import dataclass
from datetime import date

from agent.events.base import Event

COLUMNS = ("Service", "Total", "Days", "Arrives by", "")
ARRIVALS = "Days are UPS's estimates for parcels handed over today, or on their own ship date; none is a promise."


@dataclass(frozen=True, slots=True)
class ServiceOffer:
    """One service for all shipments of a preview."""

    service_code: str
    service: str
    total_cents: int | None
    """Of the shipments that it reaches; None = UPS gives no price for any."""
    estimated: bool
    """Whether only the first shipments were priced."""
    least_days: int | None
    """Business days of the nearest one; None = UPS does not say."""
    most_days: int | None
    arrives_by: str | None
    """The day of the last one (ISO 8601), by UPS's estimate."""
    unpriced: int = 0
    """Of the shipments that were looked at, how many it does not reach or has no price for."""
    current: bool = False
    """Whether the preview goes by it."""

    def cells(self, price: str) -> tuple[str, ...]:
        """A line of the table, by COLUMNS; `price` is the total in words."""
        few, most = self.least_days, self.most_days
        days = "?" if few is None or most is None else f"{few}" if few == most else f"{few}-{most}"
        notes = ["the preview's"] if self.current else []
        notes += [f"not for {self.unpriced:,}"] if self.unpriced else []
        about = "about " if self.estimated and self.total_cents is not None else ""
        return (self.service, about + price, days, _day_words(self.arrives_by), "; ".join(notes))


@dataclass(frozen=True, slots=True)
class ServicesCompared(Event):
    """What the shipments of a preview would cost by other services; the preview stays as it is."""

    digest: str
    """Of the preview."""
    shipments: int
    looked_at: int
    """For how many of them UPS was asked, the first ones."""
    offers: list[ServiceOffer]
    summary: str
    """What the turn's result says of it."""
    currency: str = "USD"
    """Of all totals."""

    @property
    def title(self) -> str:
        """`12 shipments by service`, and how many of them were looked at."""
        part = f", the first {self.looked_at:,} priced" if self.looked_at < self.shipments else ""
        return f"{self.shipments:,} {'shipment' if self.shipments == 1 else 'shipments'} by service{part}"


def _day_words(iso: str | None) -> str:
    """`Wed, Dec 2`."""
    if iso is None:
        return "?"
    day = date.fromisoformat(iso)
    return f"{day:%a}, {day:%b} {day.day}"
