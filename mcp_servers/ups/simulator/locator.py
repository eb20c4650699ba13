"""POST /api/locations/v3/search/availabilities/{option}: invented places near a postal code, the same at every call.

An Access Point's id says where it is (`U` + postal code + number), so that it is found again without a record. Numbers
of refusals are the practice UPS's own: UPS publishes none for this document.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Any, Final

from mcp_servers.ups.simulator.carrier import Call, Carrier, Reply, refusal
from mcp_servers.ups.simulator.countries import is_province, postal_code_fits_province
from mcp_servers.ups.simulator.geography import state_of, zip_fits
from mcp_servers.ups.simulator.parcels import Json, as_list, at

_OPTIONS = frozenset({"1", "8", "16", "24", "32", "40", "48", "56", "64"})
_ACCESS_POINTS = "64"
_PROVINCE_OF = {"A": "NL", "B": "NS", "C": "PE", "E": "NB", "G": "QC", "H": "QC", "J": "QC", "K": "ON", "L": "ON",
                "M": "ON", "N": "ON", "P": "ON", "R": "MB", "S": "SK", "T": "AB", "V": "BC", "X": "NT",
                "Y": "YT"}  # fmt: skip
_SHOPS = ("Corner Market", "Juniper Pharmacy", "Harbor Hardware", "Lantern Books", "Mill Street Grocery",
          "Copper Kettle Cafe", "Orchard Dry Cleaners", "Station Kiosk", "Maple Print Shop")  # fmt: skip
_STREETS = ("Market St", "Juniper Ave", "Harbor Rd", "Lantern Way", "Mill St", "Orchard Ln", "Station Plz", "Maple Dr")
_FEWEST, _MORE = 3, 4
NONE_NEAR: Final = "99"
"""Postal codes that end so have no Access Point near them, so that this can be practised."""
_FULL = {"Code": "02", "Description": "Location Full"}
_MILES_TO_KM = 1.609


@dataclass(frozen=True, slots=True)
class _Near:
    """A postal code with what the request says of it."""

    postal_code: str
    country: str
    state: str
    city: str


async def search(carrier: Carrier, call: Call) -> Reply:
    """Access Points (option 64) or places of all kinds (1) near an address, or the Access Point of an id."""
    request = at(call.body, "LocatorRequest")
    option = call.path["option"]
    if fault := _check(request, option):
        return refusal(*fault)
    form = at(request, "OriginAddress", "AddressKeyFormat")
    criteria = at(request, "LocationSearchCriteria") or {}
    unit = str(at(request, "UnitOfMeasurement", "Code") or "MI")
    wanted = at(criteria, "AccessPointSearch", "PublicAccessPointID")
    near = _named(str(wanted), form) if wanted else _asked(form)
    if near is None:
        return _answer({} if wanted else {"GeocodeCandidate": _candidates(form)})
    numbers = [int(str(wanted)[1 + len(near.postal_code) :])] if wanted else list(range(1, _count(near) + 2))
    only_available = "ShippingAvailabilityIndicator" in (
        at(criteria, "AccessPointSearch", "IncludeCriteria", "SearchFilter") or {}
    )
    found = [
        _place(near, number, unit, points=option == _ACCESS_POINTS)
        for number in numbers
        if 0 < number <= _count(near) + (0 if only_available else 1)
    ]
    radius, most = float(at(criteria, "SearchRadius") or 100), int(at(criteria, "MaximumListSize") or 5)
    near_enough = [place for place in found if wanted or float(place["Distance"]["Value"]) <= radius]
    return _answer({"DropLocation": carrier.listed("locator", near_enough[:most])} if near_enough else {})


def _answer(results: Json) -> Reply:
    response = {"ResponseStatusCode": "1", "ResponseStatusDescription": "Success"}
    return Reply(
        {"LocatorResponse": {"Response": response, "AllowAllConfidenceLevels": "False", "SearchResults": results}}
    )


def _check(request: Any, option: str) -> tuple[str, str] | None:
    """What the official text does not allow."""
    if option not in _OPTIONS:
        return "9350001", "Missing or invalid request option"
    if at(request, "Request", "RequestAction") != "Locator":
        return "9350002", "Missing or invalid RequestAction"
    form = at(request, "OriginAddress", "AddressKeyFormat")
    if not isinstance(form, dict) or not re.fullmatch("[A-Z]{2}", str(form.get("CountryCode") or "")):
        return "9350003", "Missing or invalid CountryCode"
    if not isinstance(at(request, "Translate"), dict):
        return "9350004", "Missing Translate"
    unit = at(request, "UnitOfMeasurement", "Code")
    if unit not in ("MI", "KM") and (unit is not None or option == "1"):
        return "9350005", "Missing or invalid UnitOfMeasurement"
    criteria = at(request, "LocationSearchCriteria") or {}
    if not _within(at(criteria, "MaximumListSize"), 1, 50):
        return "9350006", "MaximumListSize must be from 1 to 50"
    if not _within(at(criteria, "SearchRadius"), 5, 150 if unit == "KM" else 100):
        return "9350007", "Invalid SearchRadius"
    points = at(criteria, "AccessPointSearch")
    if points is not None and option != _ACCESS_POINTS:
        return "9350008", "AccessPointSearch is valid for request option 64 only"
    if at(points, "PublicAccessPointID"):
        both = at(points, "AccountNumber")
        return ("9350009", "PublicAccessPointID cannot be combined with AccountNumber") if both else None
    if not form.get("PostcodePrimaryLow") and not (form.get("PoliticalDivision2") and form.get("PoliticalDivision1")):
        return "9350010", "A postal code, or city and state, is required"
    return None


def _within(text: Any, least: int, most: int) -> bool:
    return text is None or (re.fullmatch("[0-9]{1,3}", str(text)) is not None and least <= int(text) <= most)


def _asked(form: Json) -> _Near | None:
    """The place that is asked about; None where state and postal code do not belong together."""
    country, state = str(form["CountryCode"]), str(form.get("PoliticalDivision1") or "").upper()
    code = re.sub("[^0-9A-Z]", "", str(form.get("PostcodePrimaryLow") or "").upper())
    city = str(form.get("PoliticalDivision2") or "")
    if country == "CA":
        fits = bool(re.fullmatch("([A-Z][0-9]){3}", code)) and (
            not is_province(state) or postal_code_fits_province(code, state)
        )
        return _Near(code, country, state or _PROVINCE_OF.get(code[0], ""), city) if fits else None
    if country == "US":
        home = state_of(code) if re.fullmatch("[0-9]{5}", code) else None
        fits = home is not None and (not state or zip_fits(state, code, country))
        return _Near(code, country, home or "", city) if fits else None
    return _Near(code, country, state, city)


def _named(identifier: str, form: Json) -> _Near | None:
    """Where the Access Point of an id is; None where no such id is given out."""
    match = re.fullmatch(r"U(?:([0-9]{5})[0-9]{3}|((?:[A-Z][0-9]){3})[0-9]{2})", identifier)
    if match is None:
        return None
    country, code = ("US", match[1]) if match[1] else ("CA", match[2])
    here = re.sub("[^0-9A-Z]", "", str(form.get("PostcodePrimaryLow") or "").upper())[: len(code)] == code
    city = str(form.get("PoliticalDivision2") or "") if here else ""
    return _asked({"CountryCode": country, "PostcodePrimaryLow": code, "PoliticalDivision2": city})


def _count(near: _Near) -> int:
    """How many are near it: none where the practice UPS has no Access Points."""
    if near.country not in {"US", "CA"} or near.postal_code.endswith(NONE_NEAR) or near.state in {"AA", "AE", "AP"}:
        return -1
    return _FEWEST + _draw(near, 0) % _MORE


def _draw(near: _Near, number: int) -> int:
    return int(hashlib.sha256(f"{near.postal_code} {number}".encode()).hexdigest()[:8], 16)


def _place(near: _Near, number: int, unit: str, *, points: bool) -> Json:
    """One more than there are is an Access Point that is full."""
    drawn, digits = _draw(near, number), 8 - len(near.postal_code)
    miles = round(number * 0.6 + drawn % 5 / 10, 1)
    name = _SHOPS[drawn % len(_SHOPS)] if points else "UPS Customer Center"
    form: Json = {
        "ConsigneeName": name,
        "AddressLine": f"{100 + drawn % 800} {_STREETS[drawn // 7 % len(_STREETS)]}",
        "PoliticalDivision2": near.city or "Practice",
        "PoliticalDivision1": near.state,
        "PostcodePrimaryLow": near.postal_code,
        "CountryCode": near.country,
    }
    place: Json = {
        "LocationID": str(100_000 + drawn % 900_000),
        "OriginOrDestination": "01",
        "IVR": {"PhraseID": "practice"},
        "Geocode": {"Latitude": "0.0", "Longitude": "0.0"},
        "AddressKeyFormat": form,
        "PhoneNumber": ["5555550100"],
        "LocationAttribute": [_attribute("018", "UPS Access Point") if points else _attribute("002", name)],
        "Distance": {
            "Value": f"{miles if unit == 'MI' else miles * _MILES_TO_KM:.1f}",
            "UnitOfMeasurement": {"Code": unit},
        },
        "Timezone": "America/Chicago",
        "OperatingHours": {"StandardHours": [{"HoursType": "10", "DayOfWeek": [_day(day) for day in range(1, 8)]}]},
    }
    if points:
        full = number > _count(near)
        place["AccessPointInformation"] = {
            "PublicAccessPointID": f"U{near.postal_code}{number:0{digits}d}",
            "AccessPointStatus": {"Code": "01", "Description": "Active-available"},
            "Availability": {
                "ShippingAvailability": {"UnavailableReason": _FULL} if full else {"AvailableIndicator": ""}
            },
        }
    return place


def _attribute(code: str, words: str) -> Json:
    kind = {"Code": "01", "Description": "Location"}
    return {"OptionType": kind, "OptionCode": [{"Code": code, "Description": words}]}


def _day(day: int) -> Json:
    return (
        {"Day": "1", "ClosedIndicator": ""} if day == 1 else {"Day": str(day), "OpenHours": "900", "CloseHours": "1800"}
    )


def _candidates(form: Json) -> list[Json]:
    """What the address may be: the state that the postal code belongs to."""
    code = str(form.get("PostcodePrimaryLow") or "")[:5]
    state = state_of(code) if form.get("CountryCode") == "US" else None
    found: Json = {
        "AddressLine": str((as_list(form.get("AddressLine")) or [""])[0]),
        "PoliticalDivision2": str(form.get("PoliticalDivision2") or ""),
        "PoliticalDivision1": state or "",
        "PostcodePrimaryLow": code,
        "CountryCode": str(form["CountryCode"]),
    }
    return [{"Geocode": {"Latitude": "0.0", "Longitude": "0.0"}, "AddressKeyFormat": found}] if state else []
