"""What UPS refuses for the days, places and packages of a shipment, as (code, message); rating and shipping alike."""

import re
from datetime import date, timedelta
from typing import Any

from mcp_servers.shared.today import practice_day
from mcp_servers.ups.simulator.countries import COUNTRIES, EU, NO_SERVICE, currency_of
from mcp_servers.ups.simulator.parcels import Json, ShipmentFacts, as_list, at, number

Fault = tuple[str, str]

DAYS_AHEAD = 7
LETTER_POUNDS = 1.11
"""0.5 kg, with what scales round."""
LOW_VALUE_EUR = 150
_NO_LANE = "The requested service is unavailable between the selected locations."
_NO_EXTRA = "The requested accessory option is unavailable between the selected locations."
# Saturday is delivered by these alone, and only on the way from the weekday before their time in transit.
_SATURDAY_FROM = {"01": 4, "14": 4, "02": 3, "07": 3, "54": 3, "65": 3}
_GROUND_SERVICES = frozenset({"03", "11", "92", "93"})
_TO_POST_OFFICES = frozenset({"92", "93", "94", "95"})
_PO_BOX = re.compile(r"(?i)\b(p\.?\s*o\.?\s*box|post office box|apo|fpo|dpo)\b")
_POSTS = frozenset({"AA", "AE", "AP"})


def check_limits(shipment: Json, facts: ShipmentFacts, service: str, *, bought: bool) -> Fault | None:
    """The first thing that the official text does not allow; what is `bought` without a day is handed over today."""
    day = _day(_hand_over(shipment)) or (practice_day() if bought else None)
    return (
        check_day_and_places(shipment, facts)
        or _check_saturday(facts, service, day)
        or _check_letters(facts, service)
        or _check_post_office(at(shipment, "ShipTo", "Address"), service)
        or _check_ground_saver(facts, service)
        or _check_money(shipment, facts)
        or _check_low_value(shipment, facts)
    )


def check_day_and_places(shipment: Json, facts: ShipmentFacts) -> Fault | None:
    """What is refused whatever the service."""
    return _check_day(_hand_over(shipment)) or _check_places(facts)


def _hand_over(shipment: Json) -> Any:
    return at(shipment, "ShipmentDate") or at(shipment, "DeliveryTimeInformation", "Pickup", "Date")


def _check_day(text: Any) -> Fault | None:
    if text is None:
        return None
    day = _day(text)
    if day is None or not practice_day() <= day <= practice_day() + timedelta(days=DAYS_AHEAD):
        return "9120245", f"Invalid shipment date: today to {DAYS_AHEAD} days ahead"
    return None


def _day(text: Any) -> date | None:
    if not re.fullmatch("[0-9]{8}", str(text)):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def _check_places(facts: ShipmentFacts) -> Fault | None:
    for who, (_, country) in (("ShipFrom", facts.origin), ("ShipTo", facts.destination)):
        if country not in COUNTRIES:
            return "120208", f"Missing or invalid {who} country code"
    if {facts.origin[1], facts.destination[1]} & NO_SERVICE:
        return "121210", _NO_LANE
    return None


def _check_saturday(facts: ShipmentFacts, service: str, day: date | None) -> Fault | None:
    if not facts.saturday:
        return None
    weekday = _SATURDAY_FROM.get(service)
    if weekday is None or (day is not None and day.weekday() != weekday):
        return "121211", _NO_EXTRA
    return None


def _check_letters(facts: ShipmentFacts, service: str) -> Fault | None:
    letters = [parcel for parcel in facts.parcels if parcel.packaging == "01"]
    if not letters:
        return None
    if len(facts.parcels) > 1:
        return "121375", "A shipment with a UPS Letter can only have one package"
    if service in _GROUND_SERVICES:
        return "121214", "The requested service is unavailable for the package type."
    if letters[0].pounds > LETTER_POUNDS:
        return "120602", "A UPS Letter weighs at most 0.5 kg"
    return None


def _check_post_office(address: Any, service: str) -> Fault | None:
    if service in _TO_POST_OFFICES or at(address, "CountryCode") not in {"US", "PR", "VI"}:
        return None
    lines = " ".join(str(line) for line in as_list(at(address, "AddressLine")))
    if at(address, "StateProvinceCode") not in _POSTS and not _PO_BOX.search(lines):
        return None
    return "121210", "The requested service does not deliver to PO boxes or military addresses."


def _check_ground_saver(facts: ShipmentFacts, service: str) -> Fault | None:
    if service not in {"92", "93"}:
        return None
    if len(facts.parcels) > 1:
        return "110003", "Maximum number of packages exceeded"
    light = facts.parcels[0].pounds < 1 and facts.parcels[0].unit == "OZS"
    if (service == "92") is not light:
        return "120602", "Ground Saver under 1 lb is service 92 in ounces (OZS), from 1 lb on 93 in pounds (LBS)"
    return None


def _check_money(shipment: Json, facts: ShipmentFacts) -> Fault | None:
    own = currency_of(facts.origin[1])
    for package in as_list(at(shipment, "Package")):
        declared = at(package, "PackageServiceOptions", "DeclaredValue")
        if declared is not None and own is not None and at(declared, "CurrencyCode") not in (None, own):
            return "121211", f"A value from {facts.origin[1]} is declared in {own}."
    amounts = [at(shipment, "InvoiceLineTotal", "MonetaryValue")]
    forms = at(shipment, "ShipmentServiceOptions", "InternationalForms")
    amounts += [at(product, "Unit", "Value") for product in as_list(at(forms, "Product"))]
    if any(amount is not None and (number(amount) or 0) < 0.01 for amount in amounts):
        return "120923", "The value of the goods must be at least 0.01"
    return None


def _check_low_value(shipment: Json, facts: ShipmentFacts) -> Fault | None:
    """The mark of low value is for parcels into the EU with goods for at most 150 EUR."""
    options = at(shipment, "ShipmentServiceOptions")
    if not isinstance(options, dict) or "EUDeMinimisIndicator" not in options:
        return None
    if facts.destination[1] not in EU or facts.origin[1] in EU:
        return "121211", _NO_EXTRA
    forms = at(options, "InternationalForms")
    units = [at(product, "Unit") for product in as_list(at(forms, "Product"))]
    worth = sum((number(at(unit, "Value")) or 0) * (number(at(unit, "Number")) or 0) for unit in units)
    if at(forms, "CurrencyCode") == "EUR" and worth > LOW_VALUE_EUR:
        return "9120247", f"EUDeMinimisIndicator is for goods up to {LOW_VALUE_EUR} EUR"
    return None
