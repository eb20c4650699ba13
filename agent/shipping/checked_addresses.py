"""What UPS says of an address, and what may be made of it. Every candidate is UPS's own. Pure."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Literal

from agent.shipping.addresses import read_area, read_city, read_street
from agent.shipping.postal_codes import read_postal_code
from agent.shipping.verdict import Changed, Ok

CHECKED_COUNTRIES: Final = frozenset({"US", "PR"})
"""UPS's address check knows no others."""
_PARTS: Final = ("lines", "city", "state", "postal_code", "country_code")
_ZIP_DIGITS: Final = 5


class AddressVerdict(StrEnum):
    """In the order in which they are told."""

    unknown = "unknown"
    ambiguous = "ambiguous"
    corrected = "corrected"
    valid = "valid"


Decision = Literal["taken", "as_written"]
"""What a person said: print UPS's address, or the sheet's own in spite of what UPS says."""


@dataclass(frozen=True, slots=True)
class CheckedAddress:
    """UPS's answer about one address, and what the person said to it."""

    verdict: AddressVerdict
    home: bool | None = None
    """A home or a business; None where UPS does not say."""
    candidates: tuple[dict[str, Any], ...] = ()
    """As UPS writes them: `lines`, `city`, `state`, `postal_code`, `country_code`."""
    checked_at: str = ""
    decision: Decision | None = None

    def correction(self, country: str) -> dict[str, Any] | None:
        """The one address that UPS writes instead, as a label takes it; None where it gives none or it does not fit."""
        if self.verdict is not AddressVerdict.corrected:
            return None
        return label_address(self.candidates[0], country)


CheckedAddresses = Mapping[str, CheckedAddress]
"""By `address_key`."""


def asked_of_ups(address: Mapping[str, Any]) -> dict[str, Any] | None:
    """The part of a payload's address that UPS is asked about; None where it cannot be asked."""
    if address.get("country_code") not in CHECKED_COUNTRIES:
        return None
    if not all(address.get(part) for part in ("lines", "city", "postal_code")):
        return None
    return {part: address[part] for part in _PARTS if address.get(part)}


def address_key(address: Mapping[str, Any]) -> str | None:
    """What an answer of UPS is kept under: exactly what is sent. None where UPS cannot be asked."""
    asked = asked_of_ups(address)
    if asked is None:
        return None
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def one_line(address: Mapping[str, Any]) -> str:
    """`14 Juniper Court, Sacramento, CA 95814`."""
    town = " ".join(filter(None, (address.get("state"), address.get("postal_code"))))
    return ", ".join(filter(None, (*address.get("lines", ()), address.get("city"), town)))


def checked(asked: Mapping[str, Any], answer: Mapping[str, Any], at: str) -> CheckedAddress:
    """UPS's answer as a person understands it: what only spells the same place otherwise corrects nothing."""
    candidates = tuple({part: one.get(part) for part in _PARTS if one.get(part)} for one in answer["candidates"])
    said = answer["verdict"]
    if said == "not_found":
        verdict = AddressVerdict.unknown
    elif said == "ambiguous":
        verdict = AddressVerdict.ambiguous
    elif not candidates or any(same_address(asked, one) for one in candidates):
        verdict = AddressVerdict.valid
    else:
        verdict = AddressVerdict.corrected if len(candidates) == 1 else AddressVerdict.ambiguous
    home = {"residential": True, "commercial": False}.get(answer.get("classification") or "")
    return CheckedAddress(verdict, home, candidates, at)


def label_address(candidate: Mapping[str, Any], country: str) -> dict[str, Any] | None:
    """A candidate as an address of a shipment, by the rules that every address keeps; None where it breaks one."""
    if candidate.get("country_code") != country:
        return None
    city, postal_code = candidate.get("city", ""), candidate.get("postal_code", "")
    area = read_area(country, candidate.get("state", "") if country == "US" else "", country, city, postal_code)
    street = read_street(tuple(candidate.get("lines", ())), country)
    if not isinstance(area, Ok) or not isinstance(street, Ok | Changed) or street.value.attention:
        return None
    town = read_city(city, area.value.state, country)
    code = read_postal_code(postal_code, country, area.value.state)
    if not isinstance(town, Ok | Changed) or not isinstance(code, Ok | Changed):
        return None
    found = {
        "lines": list(street.value.lines),
        "city": town.value,
        "state": area.value.state,
        "postal_code": code.value,
        "country_code": country,
    }
    return {part: value for part, value in found.items() if value}


def same_address(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two addresses differ in letter case, signs and usual abbreviations at most. ZIP+4 is no difference."""
    return _comparable(one) == _comparable(other)


def _comparable(address: Mapping[str, Any]) -> tuple[object, ...]:
    street = [_SHORT.get(word, word) for word in _words(" ".join(address.get("lines", ())))]
    town = [_TOWN_WORDS.get(word, word) for word in _words(address.get("city", ""))]
    code = str(address.get("postal_code", ""))[:_ZIP_DIGITS]
    state = address.get("state", "") if address.get("country_code") == "US" else ""
    return tuple(street), tuple(town), state, code, address.get("country_code")


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+|#", re.sub(r"[.']", "", text.upper()))


_TOWN_WORDS: Final = {"SAINT": "ST", "FORT": "FT", "MOUNT": "MT"}
_SHORT: Final = {
    # The postal service's own abbreviations of street words, directions and units.
    "ALLEY": "ALY", "AVENUE": "AVE", "AV": "AVE", "BOULEVARD": "BLVD", "BRIDGE": "BRG", "CANYON": "CYN",
    "CENTER": "CTR", "CENTRE": "CTR", "CIRCLE": "CIR", "COURT": "CT", "COVE": "CV", "CREEK": "CRK",
    "CROSSING": "XING", "DRIVE": "DR", "ESTATES": "EST", "EXPRESSWAY": "EXPY", "FREEWAY": "FWY",
    "GARDENS": "GDNS", "GROVE": "GRV", "HARBOR": "HBR", "HEIGHTS": "HTS", "HIGHWAY": "HWY", "HILL": "HL",
    "HILLS": "HLS", "HOLLOW": "HOLW", "ISLAND": "IS", "JUNCTION": "JCT", "LAKE": "LK", "LANDING": "LNDG",
    "LANE": "LN", "MEADOWS": "MDWS", "MOUNT": "MT", "MOUNTAIN": "MTN", "ORCHARD": "ORCH", "PARKWAY": "PKWY",
    "PLACE": "PL", "PLAZA": "PLZ", "POINT": "PT", "RIDGE": "RDG", "RIVER": "RIV", "ROAD": "RD", "ROUTE": "RTE",
    "SAINT": "ST", "SPRING": "SPG", "SPRINGS": "SPGS", "SQUARE": "SQ", "STATION": "STA", "STREET": "ST",
    "SUMMIT": "SMT", "TERRACE": "TER", "TRAIL": "TRL", "TURNPIKE": "TPKE", "VALLEY": "VLY", "VIEW": "VW",
    "VILLAGE": "VLG", "VISTA": "VIS", "FORT": "FT",
    "NORTH": "N", "SOUTH": "S", "EAST": "E", "WEST": "W",
    "NORTHEAST": "NE", "NORTHWEST": "NW", "SOUTHEAST": "SE", "SOUTHWEST": "SW",
    "APARTMENT": "#", "APT": "#", "UNIT": "#", "SUITE": "STE", "BUILDING": "BLDG", "FLOOR": "FL", "ROOM": "RM",
    "DEPARTMENT": "DEPT",
}  # fmt: skip
