"""What is asked of UPS for a pickup: where, when, and what stands ready there. Pure."""

import hashlib
import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from agent.errors import ErrorKind, error
from agent.mapping.ship_from import OWN
from agent.settings import Settings
from agent.shipping.weights import Weight, unit_system

NO_PHONE = ErrorKind(
    "E-2475", "{place} has no phone number, which UPS wants for a pickup.", "Give it in the settings: shipchat setup."
)
TOO_MANY = ErrorKind("E-2476", "UPS takes up to {most} of one service for a pickup.", "Call UPS for this one.")
HEAVY: Final = Decimal(70)
"""Pounds; a heavier piece is said to the driver."""
MOST_PIECES, MOST_KINDS = 999, 20


@dataclass(frozen=True, slots=True)
class Window:
    """A day and the hours of it, HHmm, in which the driver may come."""

    day: date
    ready: str
    close: str

    def __str__(self) -> str:
        return f"{self.day:%A}, {self.day:%B} {self.day.day}, {_clock(self.ready)}-{_clock(self.close)}"


@dataclass(frozen=True, slots=True)
class Ready:
    """What waits for the driver."""

    pieces: Mapping[tuple[str, str], int]
    """(service code, country of destination) -> packages."""
    weight: Weight | None = None
    heavy: bool = False

    @property
    def count(self) -> int:
        return sum(self.pieces.values())


@dataclass(frozen=True, slots=True)
class PickupRequest:
    """One pickup, complete: `arguments` are those of the UPS server's tools, without the reference."""

    place: str
    place_key: str
    window: Window
    arguments: dict[str, Any]


def ready_of(payloads: Iterable[Mapping[str, Any]], country: str) -> Ready:
    """The packages of shipments, by service and country; weighed in the sender's own system."""
    pieces: Counter[tuple[str, str]] = Counter()
    unit, total, heavy = unit_system(country), Decimal(0), False
    for payload in payloads:
        packages = payload["packages"]
        pieces[payload["service_code"], payload["ship_to"]["address"]["country_code"]] += len(packages)
        for package in packages:
            weight = Weight(Decimal(package["weight"]["value"]), package["weight"]["unit"])
            total += weight.to(unit).value
            heavy = heavy or weight.to("LBS").value > HEAVY
    return Ready(pieces, Weight(total, unit) if total else None, heavy)


def pickup_request(settings: Settings, place: str, window: Window, ready: Ready) -> PickupRequest:
    """The pickup at a place of the settings (or the shipper's own).

    Raises:
        ShipchatError: E-2475 without a phone, E-2476 where there are more packages than UPS takes.
    """
    shipper = settings.sender
    party = settings.places.get(place) or shipper.model_dump(exclude_none=True)
    if not party.get("phone"):
        raise error(NO_PHONE, place=place)
    if len(ready.pieces) > MOST_KINDS or any(count > MOST_PIECES for count in ready.pieces.values()):
        raise error(TOO_MANY, most=MOST_PIECES)
    address = {
        "company_name": party["name"][:27].rstrip(),
        "contact_name": (party.get("attention_name") or party["name"])[:22].rstrip(),
        "line": ", ".join(party["address"]["lines"])[:73].rstrip(),
        "city": party["address"]["city"],
        "state": party["address"].get("state"),
        "postal_code": (party["address"].get("postal_code") or "").replace(" ", "").replace("-", "")[:8],
        "country_code": party["address"]["country_code"],
        "phone": party["phone"],
    }
    arguments: dict[str, Any] = {
        "environment": settings.ups_environment,
        "account_number": shipper.account_number,
        "account_country_code": shipper.address.country_code,
        "date": f"{window.day:%Y%m%d}",
        "ready_time": window.ready,
        "close_time": window.close,
        "address": {name: value for name, value in address.items() if value},
        "pieces": [
            {"service_code": code, "quantity": count, "destination_country_code": country}
            for (code, country), count in sorted(ready.pieces.items())
        ],
        "alternate_address": place != OWN,
        "overweight": ready.heavy,
    }
    if ready.weight is not None:
        arguments["total_weight"] = {"value": str(math.ceil(ready.weight.value)), "unit": ready.weight.unit}
    return PickupRequest(place, _place_key(arguments), window, arguments)


def _place_key(arguments: Mapping[str, Any]) -> str:
    """Where the driver comes, whoever is asked for there: UPS gives one place and day one number."""
    address = arguments["address"]
    where = [address.get(name) for name in ("line", "city", "postal_code", "country_code")]
    return hashlib.sha256(json.dumps([arguments["account_number"], where]).casefold().encode()).hexdigest()


def _clock(time: str) -> str:
    """`1700` -> `5 pm`."""
    hour, minute = int(time[:2]), time[2:]
    return f"{hour % 12 or 12}{'' if minute == '00' else f':{minute}'} {'am' if hour < 12 else 'pm'}"
