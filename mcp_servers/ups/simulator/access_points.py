"""What UPS refuses of a shipment for an Access Point, as (code, message); rating and shipping alike.

120560 is UPS's own number; the others are the practice UPS's, for what UPS's documents say without a number.
"""

import re
from typing import Any

from mcp_servers.ups.simulator.geography import is_state, zip_fits
from mcp_servers.ups.simulator.parcels import Json, ShipmentFacts, as_list, at

Fault = tuple[str, str]

WAITS_AT_ACCESS_POINT = "012"
_INDICATIONS = frozenset({"01", "02"})
TO_ACCESS_POINTS = frozenset({"01", "02", "03", "07", "08", "11", "12", "13", "65"})


def check_access_point(shipment: Json, facts: ShipmentFacts, service: str | None, *, bought: bool) -> Fault | None:
    """The first thing that the official text does not allow; a price needs neither contact nor notice, and a comparison
    (`service` None) has what goes there."""
    indications = [str(at(one, "Code")) for one in as_list(at(shipment, "ShipmentIndicationType"))]
    point = at(shipment, "AlternateDeliveryAddress")
    notices = [at(one, "NotificationCode") for one in as_list(at(shipment, "ShipmentServiceOptions", "Notification"))]
    if not indications and point is None:
        told = WAITS_AT_ACCESS_POINT in notices
        return ("9120261", "Notification 012 needs an alternate delivery address") if told else None
    if len(indications) != 1 or indications[0] not in _INDICATIONS:
        return "9120270", "Missing or invalid ShipmentIndicationType"
    if fault := _check_place(point, bought=bought):
        return fault
    if facts.is_return:
        return "9120275", "An alternate delivery address is not available for return shipments"
    if service is not None and service not in TO_ACCESS_POINTS:
        return "121211", "The requested accessory option is unavailable between the selected locations."
    if bought and WAITS_AT_ACCESS_POINT not in notices:
        return "120560", "ADL notification code (012) and notification data (email or phone number) is required"
    return None


def _check_place(point: Any, *, bought: bool) -> Fault | None:
    address = at(point, "Address")
    if not isinstance(address, dict) or not re.fullmatch("[A-Z]{2}", str(address.get("CountryCode") or "")):
        return "9120271", "AlternateDeliveryAddress is required for this ShipmentIndicationType"
    names = [at(point, "Name"), at(point, "AttentionName")] if bought else [at(point, "Name") or "-"]
    if not all(isinstance(name, str) and 0 < len(name.strip()) <= 35 for name in names):
        return "9120272", "Missing or invalid name or attention name of AlternateDeliveryAddress"
    identifier = at(point, "UPSAccessPointID")
    if identifier is not None and len(str(identifier)) != 9:
        return "9120273", "Invalid UPSAccessPointID"
    lines = as_list(address.get("AddressLine"))
    if not 1 <= len(lines) <= 3 or not all(len(str(line)) <= 35 for line in lines) or not address.get("City"):
        return "9120274", "Missing or invalid address of AlternateDeliveryAddress"
    state, postal = str(address.get("StateProvinceCode") or ""), str(address.get("PostalCode") or "")
    if address["CountryCode"] == "US" and not (is_state(state) and zip_fits(state, postal, "US")):
        return "9120274", "Missing or invalid address of AlternateDeliveryAddress"
    return None
