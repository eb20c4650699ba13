"""Plausible prices: zone and weight, then surcharges, fuel and the account's discount. Whole cents throughout."""

from dataclasses import dataclass
from math import ceil

from mcp_servers.ups.simulator.geography import zone
from mcp_servers.ups.simulator.parcels import Parcel, ShipmentFacts

# Service: (name, price factor against Ground, days in transit or None for zone's own, delivery hour).
DOMESTIC: dict[str, tuple[str, float, int | None, str]] = {
    "03": ("UPS Ground", 1.0, None, "230000"),
    "12": ("UPS 3 Day Select", 1.6, 3, "230000"),
    "02": ("UPS 2nd Day Air", 2.2, 2, "230000"),
    "59": ("UPS 2nd Day Air A.M.", 2.5, 2, "103000"),
    "13": ("UPS Next Day Air Saver", 3.1, 1, "150000"),
    "01": ("UPS Next Day Air", 3.4, 1, "103000"),
    "14": ("UPS Next Day Air Early", 4.6, 1, "080000"),
}
INTERNATIONAL: dict[str, tuple[str, float, int | None, str]] = {
    "11": ("UPS Standard", 1.8, 5, "230000"),
    "08": ("UPS Worldwide Expedited", 3.4, 5, "230000"),
    "65": ("UPS Worldwide Saver", 4.2, 3, "230000"),
    "07": ("UPS Worldwide Express", 4.6, 2, "120000"),
    "54": ("UPS Worldwide Express Plus", 5.4, 2, "090000"),
}
_GROUND_DAYS = {2: 1, 3: 2, 4: 3, 5: 4, 6: 4, 7: 5, 8: 5, 44: 7}
FUEL_PERCENT = 15
DISCOUNT_PERCENT = 15
_NEAR_NEIGHBOURS = frozenset({"US", "CA", "MX"})
_US_AREA = frozenset({"US", "PR"})


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

    @property
    def published(self) -> int:
        """The list price."""
        return sum(self.packages)

    @property
    def own(self) -> int:
        """The account's own price."""
        return sum(self.own_packages)


def services_on(facts: ShipmentFacts) -> dict[str, tuple[str, float, int | None, str]]:
    """The services that go from origin to destination."""
    if {facts.origin[1], facts.destination[1]} <= _US_AREA or facts.origin[1] == facts.destination[1]:
        return DOMESTIC
    if {facts.origin[1], facts.destination[1]} <= _NEAR_NEIGHBOURS:
        return INTERNATIONAL
    return {code: service for code, service in INTERNATIONAL.items() if code != "11"}


def price(facts: ShipmentFacts, service: str, change_percent: float = 0.0) -> Price:
    """The price of a shipment with a service of `services_on`."""
    name, factor, days, hour = services_on(facts)[service]
    lane = zone(facts.origin, facts.destination)
    steps = min(lane, 10) - 2
    total_transport = total_options = 0
    itemized: dict[str, int] = {}
    packages, own = [], []
    for index, parcel in enumerate(facts.parcels):
        billed = billable_pounds(parcel)
        transport = round((1020 + 55 * steps + billed * (32 + 9 * steps)) * factor)
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
        name=name,
        zone=lane,
        days=days if days is not None else _GROUND_DAYS[lane],
        delivery_time=hour,
        billing_weight=sum(float(billable_pounds(parcel)) for parcel in facts.parcels),
        transport=total_transport,
        options=total_options,
        itemized=sorted(itemized.items()),
        packages=packages,
        own_packages=own,
    )


def billable_pounds(parcel: Parcel) -> int:
    """The greater of weight and dimensional weight (139 in/lb), whole pounds up."""
    longest, middle, shortest = parcel.inches
    return max(1, ceil(max(parcel.pounds, longest * middle * shortest / 139) - 1e-9))


def _extras(facts: ShipmentFacts, parcel: Parcel, service: str, *, first: bool) -> dict[str, int]:
    longest, middle, shortest = parcel.inches
    extras = {}
    if facts.residential:
        extras["270"] = 560 if service == "03" else 605
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
