"""What a rating or shipping request says, read once, for prices and checks (Rating and Shipping differ in names)."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Parcel:
    """One package in pounds and inches; a missing size counts as nothing."""

    pounds: float
    inches: tuple[float, float, float]
    declared_cents: int
    signature: str | None
    packaging: str = "02"
    unit: str = "LBS"
    """Of the weight as it was sent."""


@dataclass(frozen=True, slots=True)
class ShipmentFacts:
    """Where from, where to (ZIP code, country), and what is asked for."""

    origin: tuple[str, str]
    destination: tuple[str, str]
    residential: bool
    saturday: bool
    signature: str | None
    is_return: bool
    parcels: list[Parcel]
    account_country: str = "US"
    """The shipper's, wherever the parcel starts."""


LABEL_BROUGHT_BY_UPS = frozenset({"2", "3", "5", "8"})
"""Return services whose label comes by post, with the driver or by e-mail, never in an answer."""


def as_list(value: Any) -> list[Any]:
    """A list, whatever was sent; UPS takes one object for a list of one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def at(value: Any, *path: str) -> Any:
    """The value at a path of keys, or None."""
    for key in path:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def number(value: Any) -> float | None:
    """A decimal text as a number, or None."""
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return float(amount) if amount.is_finite() else None


def read_shipment(shipment: Json) -> ShipmentFacts:
    """The facts of `RateRequest.Shipment` or `ShipmentRequest.Shipment`.

    A parcel for an Access Point travels there: that is no home.
    """
    start = at(shipment, "ShipFrom", "Address") or at(shipment, "Shipper", "Address")
    end = at(shipment, "AlternateDeliveryAddress", "Address") or at(shipment, "ShipTo", "Address")
    options = at(shipment, "ShipmentServiceOptions") or {}
    return ShipmentFacts(
        origin=(str(at(start, "PostalCode") or ""), str(at(start, "CountryCode") or "")),
        destination=(str(at(end, "PostalCode") or ""), str(at(end, "CountryCode") or "")),
        # Presence is the value, whatever it says.
        residential=isinstance(end, dict) and "ResidentialAddressIndicator" in end,
        saturday="SaturdayDeliveryIndicator" in options,
        signature=at(options, "DeliveryConfirmation", "DCISType"),
        is_return=bool(at(shipment, "ReturnService") or at(options, "ReturnService")),
        parcels=[_parcel(package) for package in as_list(at(shipment, "Package"))],
        account_country=str(at(shipment, "Shipper", "Address", "CountryCode") or ""),
    )


def _parcel(package: Json) -> Parcel:
    weight = number(at(package, "PackageWeight", "Weight")) or 0.0
    unit = str(at(package, "PackageWeight", "UnitOfMeasurement", "Code") or "LBS")
    factor = {"KGS": 2.20462, "OZS": 1 / 16}.get(unit, 1.0)
    sides = sorted(
        (number(at(package, "Dimensions", side)) or 0.0 for side in ("Length", "Width", "Height")), reverse=True
    )
    scale = 1 / 2.54 if at(package, "Dimensions", "UnitOfMeasurement", "Code") == "CM" else 1.0
    value = number(at(package, "PackageServiceOptions", "DeclaredValue", "MonetaryValue")) or 0.0
    return Parcel(
        pounds=weight * factor,
        inches=(sides[0] * scale, sides[1] * scale, sides[2] * scale),
        declared_cents=round(value * 100),
        signature=at(package, "PackageServiceOptions", "DeliveryConfirmation", "DCISType"),
        # Rating has its own name for it.
        packaging=str(at(package, "Packaging", "Code") or at(package, "PackagingType", "Code") or "02"),
        unit=unit,
    )
