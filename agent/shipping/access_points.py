"""UPS Access Points: what asks for one, which services go there, and which of UPS's answers a label takes. Pure.

Sources: UPS's Locator and Shipping documents (docs/ups-facts.md).
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from agent.shipping import faults
from agent.shipping.checked_addresses import label_address, one_line
from agent.shipping.services import service_label
from agent.shipping.text import clean, key
from agent.shipping.verdict import Ok, Reject, reject

NEAREST: Final = "nearest"
DOOR: Final = "door"
"""No Access Point, whatever a cell says."""
SERVICES: Final = ("03", "12", "02", "13", "01", "11", "08", "65", "07")
"""What goes to an Access Point: not the early services, and not those that the post or a contract carrier delivers."""
MOST_NOTICES: Final = 2
"""UPS sends three at most for a shipment, and one says where the parcel waits."""
NAME_LENGTH: Final = 35
_ID: Final = re.compile(r"(?=[A-Z0-9]*[0-9])[A-Z0-9]{9}")
_NEAREST_WORDS: Final = frozenset(
    map(key, ("nearest", "closest", "access point", "ups access point", "nearest access point", "closest access point"))
)


@dataclass(frozen=True, slots=True)
class WantedPoint:
    """The Access Point that a parcel wants: the one of an id, or the nearest to the recipient."""

    address: dict[str, Any]
    """The recipient's, as the payload has it."""
    id: str | None

    @property
    def key(self) -> str:
        """What an answer of UPS is kept under: exactly what is asked."""
        return hashlib.sha256(json.dumps([self.id, self.address], sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class AccessPoint:
    """One that UPS names, as a shipment takes it."""

    id: str
    name: str
    address: dict[str, Any]
    distance: str = ""
    """`0.6 mi` from the recipient; empty where UPS does not say."""

    def __str__(self) -> str:
        place = f"{self.name}, {one_line(self.address)}"
        return f"{place}, {self.distance} ({self.id})" if self.distance else f"{place} ({self.id})"

    @property
    def payload(self) -> dict[str, Any]:
        """As `shipping_create` takes it."""
        return {"id": self.id, "name": self.name, "address": self.address}


KnownPoints = Mapping[str, AccessPoint | Reject]
"""What UPS said, by `WantedPoint.key`; a rejection where it has none that takes the parcel."""


def read_point(cell: object) -> str | None:
    """The id that a cell names, or NEAREST; None for any other text, such as an address."""
    text = clean(cell)
    if key(text) in _NEAREST_WORDS:
        return NEAREST
    plain = text.upper().replace(" ", "")
    return plain if _ID.fullmatch(plain) else None


def check_service(service: str) -> Ok[None] | Reject:
    """Whether a service goes to an Access Point."""
    if service in SERVICES:
        return Ok(None)
    choices = ", ".join(map(service_label, SERVICES))
    return reject(faults.POINT_SERVICE, service=service_label(service), choices=choices)


def request_of(wanted: WantedPoint, radius: int) -> dict[str, Any]:
    """The arguments of `location_search` for it, without the environment."""
    parts = ("lines", "city", "state", "postal_code", "country_code")
    asked = {part: wanted.address[part] for part in parts if wanted.address.get(part)}
    return asked | {"radius": radius} | ({"access_point_id": wanted.id} if wanted.id else {})


def point_of(wanted: WantedPoint, answer: Mapping[str, Any], radius: int) -> AccessPoint | Reject:
    """The nearest place in an answer of `location_search` that takes the parcel, or why there is none."""
    country = str(wanted.address["country_code"])
    found = [one for one in answer["locations"] if one.get("id") and _ID.fullmatch(one["id"])]
    if wanted.id is not None:
        found = [one for one in found if one["id"] == wanted.id]
    taking = [one for one in found if one["takes_parcels"]]
    fitting = [(one, place) for one in taking if (place := label_address(one, country)) is not None]
    if fitting:
        one, place = fitting[0]
        return AccessPoint(one["id"], clean(one["name"])[:NAME_LENGTH].strip(), place, one.get("distance") or "")
    if answer["unclear"]:
        return reject(faults.POINT_PLACE_UNCLEAR, places="; ".join(answer["unclear"][:3]))
    if wanted.id is None:
        unit = "miles" if country in {"US", "PR", "VI", "GB"} else "km"
        return reject(faults.NO_POINT_NEAR, radius=f"{radius} {unit}")
    if not found:
        return reject(faults.UNKNOWN_POINT, id=wanted.id)
    if not taking:
        return reject(faults.POINT_FULL, id=wanted.id)
    return reject(faults.POINT_ELSEWHERE, id=wanted.id, country=country)
