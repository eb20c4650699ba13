"""`location_search`: UPS's places near an address, and Access Points by their id (UPS's Locator document)."""

from typing import Annotated, Any, Literal

from pydantic import Field

from mcp_servers.shared.faults import fault
from mcp_servers.shared.tools import Answer, Arguments
from mcp_servers.ups.app import App, check_environment
from mcp_servers.ups.faults import NO_PLACE, UNREADABLE, UPS_REFUSED
from mcp_servers.ups.models import Environment
from mcp_servers.ups.payers import Country
from mcp_servers.ups.requests import Json
from mcp_servers.ups.ups_codes import meaning
from mcp_servers.ups.ups_json import as_list, at, text_at

Kind = Literal["access_point", "any"]

_PATH = "/api/locations/v3/search/availabilities/"
_OPTIONS: dict[Kind, str] = {"access_point": "64", "any": "1"}
_LOCALE = "en_US"
_ACTIVE = "01"
_REGULAR_HOURS = "10"
_DAYS = {"1": "Sun", "2": "Mon", "3": "Tue", "4": "Wed", "5": "Thu", "6": "Fri", "7": "Sat"}
_IN_MILES = frozenset({"US", "PR", "VI", "GB"})


class LocationSearchArguments(Arguments):
    """Input of `location_search`."""

    environment: Environment
    kind: Kind = "access_point"
    access_point_id: Annotated[str, Field(pattern=r"^[A-Z0-9]{9}$")] | None = Field(
        default=None, description="This one only, wherever it is."
    )
    lines: Annotated[list[Annotated[str, Field(min_length=1, max_length=35)]], Field(max_length=3)] | None = None
    city: str | None = Field(default=None, min_length=1, max_length=50)
    state: str | None = Field(default=None, min_length=1, max_length=50)
    postal_code: str | None = Field(default=None, min_length=1, max_length=10)
    country_code: Country
    most: int = Field(default=5, ge=1, le=50)
    radius: int = Field(default=25, ge=5, le=100, description="Miles; km outside US, PR, VI, GB.")


class Location(Answer):
    """A place of UPS, nearest first."""

    id: str | None
    """The public id of an Access Point; UPS does not want the ids of its other places to be shown."""
    name: str
    lines: list[str]
    city: str | None
    state: str | None
    postal_code: str | None
    country_code: str | None
    distance: str | None
    """`0.6 mi`."""
    hours: list[str]
    takes_parcels: bool
    """Whether a parcel can be sent there now."""


class LocationSearchAnswer(Answer):
    """`unclear`: what an address may be that UPS does not know."""

    locations: list[Location]
    unclear: list[str]


async def search(app: App, arguments: LocationSearchArguments) -> LocationSearchAnswer:
    """The places near an address, or the one Access Point of an id."""
    check_environment(app, arguments.environment)
    if arguments.access_point_id is None and not arguments.postal_code and not (arguments.city and arguments.state):
        raise fault(NO_PLACE, where="postal_code")
    path = _PATH + _OPTIONS["access_point" if arguments.access_point_id else arguments.kind]
    reply = await app.client.read("POST", path, json=location_request(arguments), params={"Locale": _LOCALE})
    answer = at(reply.body, "LocatorResponse")
    status = text_at(answer, "Response", "ResponseStatusCode")
    if status == "0":
        code, words = (text_at(answer, "Response", "Error", name) or "" for name in ("ErrorCode", "ErrorDescription"))
        known = meaning(code, words)
        more = {"ups_code": code, "ups_message": words, "http_status": reply.status, "trans_id": reply.trans_id}
        raise fault(UPS_REFUSED, words=known.words, ups_code=code, ups_words=words, remedy=known.remedy, more=more)
    if status != "1":
        raise fault(UNREADABLE, detail="no status", trans_id=reply.trans_id)
    results = at(answer, "SearchResults")
    found = [_location(entry) for entry in as_list(at(results, "DropLocation"))]
    unclear = [_one_line(at(entry, "AddressKeyFormat")) for entry in as_list(at(results, "GeocodeCandidate"))]
    return LocationSearchAnswer(locations=sorted(found, key=_how_far), unclear=unclear)


def location_request(arguments: LocationSearchArguments) -> Json:
    """Body of POST /api/locations/v3/search/availabilities/{64 Access Points | 1 all places}."""
    lines = arguments.lines or []
    primary, _, extended = (arguments.postal_code or "").partition("-")
    form = {
        "AddressLine": lines[0] if lines else None,
        "AddressLine2": lines[1] if len(lines) > 1 else None,
        "AddressLine3": lines[2] if len(lines) > 2 else None,
        "PoliticalDivision2": arguments.city,
        "PoliticalDivision1": arguments.state,
        "PostcodePrimaryLow": primary or None,
        "PostcodeExtendedLow": extended or None,
        "CountryCode": arguments.country_code,
    }
    criteria: Json = {"MaximumListSize": str(arguments.most), "SearchRadius": str(arguments.radius)}
    if arguments.access_point_id:
        # An id leaves the address aside, and goes with nothing else.
        criteria["AccessPointSearch"] = {"PublicAccessPointID": arguments.access_point_id}
    elif arguments.kind == "access_point":
        criteria["AccessPointSearch"] = {
            "AccessPointStatus": _ACTIVE,
            # Presence is the value.
            "IncludeCriteria": {"SearchFilter": {"ShippingAvailabilityIndicator": "Y"}},
        }
    unit = "MI" if arguments.country_code in _IN_MILES else "KM"
    return {
        "LocatorRequest": {
            "Request": {"RequestAction": "Locator"},
            "OriginAddress": {"AddressKeyFormat": {key: value for key, value in form.items() if value}},
            "Translate": {"Locale": _LOCALE},
            "UnitOfMeasurement": {"Code": unit},
            "LocationSearchCriteria": criteria,
            "SortCriteria": {"SortType": "01"},
        }
    }


def _location(entry: Any) -> Location:
    form, point = at(entry, "AddressKeyFormat"), at(entry, "AccessPointInformation")
    parts = [text_at(form, "PostcodePrimaryLow"), text_at(form, "PostcodeExtendedLow")]
    lines = [line.strip() for text in as_list(at(form, "AddressLine")) for line in str(text).split("\n")]
    value, unit = text_at(entry, "Distance", "Value"), text_at(entry, "Distance", "UnitOfMeasurement", "Code")
    return Location(
        id=text_at(point, "PublicAccessPointID"),
        name=text_at(form, "ConsigneeName") or "UPS",
        lines=[line for line in lines if line],
        city=text_at(form, "PoliticalDivision2"),
        state=text_at(form, "PoliticalDivision1"),
        postal_code="-".join(part for part in parts if part) or None,
        country_code=text_at(form, "CountryCode"),
        distance=f"{value} {unit.lower()}" if value and unit else None,
        hours=_hours(entry),
        takes_parcels=_takes_parcels(point),
    )


def _takes_parcels(point: Any) -> bool:
    if point is None or text_at(point, "AccessPointStatus", "Code") not in (None, _ACTIVE):
        return False
    shipping = at(point, "Availability", "ShippingAvailability")
    return not isinstance(shipping, dict) or "AvailableIndicator" in shipping


def _hours(entry: Any) -> list[str]:
    """`Mon 09:00-18:00`; UPS's own text where the days are not told one by one."""
    for hours in as_list(at(entry, "OperatingHours", "StandardHours")):
        if text_at(hours, "HoursType") == _REGULAR_HOURS:
            return [_day(day) for day in as_list(at(hours, "DayOfWeek"))]
    text = text_at(entry, "StandardHoursOfOperation")
    return [part.strip() for part in text.split(";")] if text else []


def _day(day: Any) -> str:
    name = _DAYS.get(text_at(day, "Day") or "", "?")
    if isinstance(day, dict) and "ClosedIndicator" in day:
        return f"{name} closed"
    if isinstance(day, dict) and "Open24HoursIndicator" in day:
        return f"{name} 24 hours"
    return f"{name} {_time(text_at(day, 'OpenHours'))}-{_time(text_at(day, 'CloseHours'))}"


def _time(text: str | None) -> str:
    """`930` is `09:30`; UPS says `0` at midnight."""
    digits = (text or "").zfill(4)
    return f"{digits[:2]}:{digits[2:]}"


def _how_far(location: Location) -> float:
    try:
        return float((location.distance or "inf").split()[0])
    except ValueError:
        return float("inf")


def _one_line(form: Any) -> str:
    names = ("AddressLine", "PoliticalDivision2", "PoliticalDivision1", "PostcodePrimaryLow", "CountryCode")
    return ", ".join(text for name in names if (text := text_at(form, name)))
