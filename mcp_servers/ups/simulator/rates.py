"""Plausible prices: zone and weight, then surcharges, fuel and the account's discount. Whole cents throughout.

The curves are straight lines of our own that come near published list prices, within a fifth or so: for practice.
"""

from dataclasses import dataclass
from math import ceil

from mcp_servers.ups.simulator.countries import EU, billed_in
from mcp_servers.ups.simulator.geography import state_of, zone
from mcp_servers.ups.simulator.parcels import Parcel, ShipmentFacts


@dataclass(frozen=True, slots=True)
class Offer:
    """A service: its price in cents (at once, per zone step, per pound, per pound and zone step), days and hour."""

    name: str
    line: tuple[float, float, float, float]
    days: int | None
    """Business days in transit; None: as the zone says."""
    hour: str

    def cents(self, steps: int, pounds: int) -> int:
        """The price before extras; `steps` counts from the nearest zone."""
        start, step, pound, pound_step = self.line
        return round(start + step * steps + pounds * (pound + pound_step * steps))


DOMESTIC = {
    "03": Offer("UPS Ground", (1020, 55, 32, 9), None, "230000"),
    "12": Offer("UPS 3 Day Select", (1750, 130, 100, 40), 3, "230000"),
    "02": Offer("UPS 2nd Day Air", (2330, 130, 130, 70), 2, "230000"),
    "59": Offer("UPS 2nd Day Air A.M.", (2630, 150, 147, 79), 2, "103000"),
    "13": Offer("UPS Next Day Air Saver", (3600, 550, 260, 105), 1, "150000"),
    "01": Offer("UPS Next Day Air", (4000, 600, 280, 115), 1, "103000"),
    "14": Offer("UPS Next Day Air Early", (7400, 600, 280, 115), 1, "080000"),
}
INTERNATIONAL = {
    "11": Offer("UPS Standard", (2270, 0, 135, 0), 5, "230000"),
    "08": Offer("UPS Worldwide Expedited", (11200, 0, 930, 0), 5, "230000"),
    "65": Offer("UPS Worldwide Saver", (11700, 0, 1280, 0), 3, "230000"),
    "07": Offer("UPS Worldwide Express", (12200, 0, 1330, 0), 2, "120000"),
    "54": Offer("UPS Worldwide Express Plus", (16600, 0, 1330, 0), 2, "090000"),
}
CANADIAN = {
    "11": Offer("UPS Standard", (1300, 80, 45, 12), None, "230000"),
    "02": Offer("UPS Expedited", (1900, 120, 90, 45), 3, "230000"),
    "13": Offer("UPS Express Saver", (2600, 250, 150, 70), 2, "230000"),
    "01": Offer("UPS Express", (2900, 280, 170, 75), 1, "120000"),
    "14": Offer("UPS Express Early", (5400, 280, 170, 75), 1, "090000"),
}
# By contract: rated and shipped when asked for by their code, never offered.
GROUND_SAVER = {
    "92": Offer("UPS Ground Saver (under 1 lb)", (900, 20, 20, 5), None, "230000"),
    "93": Offer("UPS Ground Saver", (960, 45, 30, 8), None, "230000"),
}
ECONOMY = {
    "17": Offer("UPS Worldwide Economy DDU", (3800, 0, 500, 0), 8, "230000"),
    "72": Offer("UPS Worldwide Economy DDP", (4200, 0, 520, 0), 8, "230000"),
}
_GROUND_DAYS = {2: 1, 3: 2, 4: 3, 5: 4, 6: 4, 7: 5, 8: 5, 44: 7}
FUEL_PERCENT = 15
DISCOUNT_PERCENT = 15
_NEAR_NEIGHBOURS = frozenset({"US", "CA", "MX"})
_US_AREA = frozenset({"US", "PR"})
_FAR_STATES = frozenset({"AK", "HI"})
_NAMES = {code: offer.name for code, offer in (CANADIAN | ECONOMY | GROUND_SAVER | INTERNATIONAL | DOMESTIC).items()}


@dataclass(frozen=True, slots=True)
class Price:
    """What a shipment costs, in cents. `packages` adds up to `published`, `own_packages` to `own`."""

    service: str
    name: str
    zone: int
    days: int
    delivery_time: str
    billing_weight: float
    transport: int
    options: int
    itemized: list[tuple[str, int]]
    packages: list[int]
    own_packages: list[int]
    currency: str

    @property
    def published(self) -> int:
        """The list price."""
        return sum(self.packages)

    @property
    def own(self) -> int:
        """The account's own price."""
        return sum(self.own_packages)


def name_of(service: str) -> str:
    """A service's name; where it depends on the origin, the one from the US."""
    return _NAMES[service]


def offered_on(facts: ShipmentFacts) -> dict[str, Offer]:
    """The services that a comparison shows from origin to destination."""
    start, end = facts.origin[1], facts.destination[1]
    if {start, end} <= _US_AREA:
        return {code: offer for code, offer in DOMESTIC.items() if code != "12" or not _is_far(facts)}
    if start == end:
        return CANADIAN if start == "CA" else INTERNATIONAL
    if {start, end} <= _NEAR_NEIGHBOURS or {start, end} <= EU:
        return INTERNATIONAL
    return {code: offer for code, offer in INTERNATIONAL.items() if code != "11"}


def services_on(facts: ShipmentFacts) -> dict[str, Offer]:
    """Those, and the ones by contract."""
    start, end = facts.origin[1], facts.destination[1]
    contract = GROUND_SAVER if {start, end} <= _US_AREA else {} if start == end else ECONOMY
    return offered_on(facts) | contract


def _is_far(facts: ShipmentFacts) -> bool:
    ends = (facts.origin, facts.destination)
    return any(country == "PR" or state_of(postal) in _FAR_STATES for postal, country in ends)


def price(facts: ShipmentFacts, service: str, change_percent: float = 0.0) -> Price:
    """The price of a shipment with a service of `services_on`."""
    offer = services_on(facts)[service]
    lane = zone(facts.origin, facts.destination)
    steps = min(lane, 10) - 2
    total_transport = total_options = 0
    itemized: dict[str, int] = {}
    packages, own = [], []
    for index, parcel in enumerate(facts.parcels):
        transport = offer.cents(steps, billable_pounds(parcel))
        extras = _extras(facts, parcel, service, first=index == 0)
        fuel = round((transport + sum(extras.values())) * FUEL_PERCENT / 100)
        for code, cents in (*extras.items(), ("375", fuel)):
            itemized[code] = itemized.get(code, 0) + cents
        cents = round((transport + fuel + sum(extras.values())) * (1 + change_percent / 100))
        total_transport += transport + fuel
        total_options += sum(extras.values())
        packages.append(cents)
        own.append(round(cents * (100 - DISCOUNT_PERCENT) / 100))
    return Price(
        service=service,
        name=offer.name,
        zone=lane,
        days=offer.days if offer.days is not None else _GROUND_DAYS[lane],
        delivery_time=offer.hour,
        billing_weight=sum(float(billable_pounds(parcel)) for parcel in facts.parcels),
        transport=total_transport,
        options=total_options,
        itemized=sorted(itemized.items()),
        packages=packages,
        own_packages=own,
        currency=billed_in(facts.account_country),
    )


def billable_pounds(parcel: Parcel) -> int:
    """The greater of weight and dimensional weight (139 in/lb), whole pounds up."""
    longest, middle, shortest = parcel.inches
    return max(1, ceil(max(parcel.pounds, longest * middle * shortest / 139) - 1e-9))


def _extras(facts: ShipmentFacts, parcel: Parcel, service: str, *, first: bool) -> dict[str, int]:
    longest, middle, shortest = parcel.inches
    extras = {}
    if facts.residential:
        extras["270"] = 560 if service in {"03", "92", "93"} else 605
    if parcel.pounds > 50 or longest > 48 or middle > 30:
        extras["100"] = 1800
    if longest + 2 * (middle + shortest) > 130:
        extras["377"] = 9500
    if parcel.signature or (first and facts.signature):
        adult = parcel.signature == "3" or facts.signature == "2"
        extras["121" if adult else "120"] = 755 if adult else 615
    if parcel.declared_cents > 10_000:
        extras["400"] = max(405, 135 * ceil(parcel.declared_cents / 10_000))
    if first and facts.saturday:
        extras["300"] = 1600
    if first and facts.is_return:
        extras["250"] = 100
    return extras
