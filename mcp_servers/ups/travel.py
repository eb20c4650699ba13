"""On the way: `transit_times`, `track_package`."""

from datetime import date

from pydantic import Field

from mcp_servers.shared.faults import fault
from mcp_servers.shared.tools import Answer, Arguments
from mcp_servers.ups.app import App, check_environment
from mcp_servers.ups.arguments import TrackingNumber
from mcp_servers.ups.faults import AMBIGUOUS_PLACE, UNREADABLE, UPS_REFUSED
from mcp_servers.ups.models import Day, Environment, WeightAsInCreate
from mcp_servers.ups.payers import Country
from mcp_servers.ups.requests import Json
from mcp_servers.ups.services import SERVICE_OF_LEVEL
from mcp_servers.ups.tracking import Tracked, packages_of, track_by_number
from mcp_servers.ups.ups_json import as_list, at, text_at

MOST_PLACES = 5
_TRANSIT_PATH = "/api/shipments/v1/transittimes"


class Place(Arguments):
    """An end of the way."""

    postal_code: str | None = Field(default=None, min_length=1, max_length=10)
    city: str | None = Field(default=None, min_length=1, max_length=50)
    state: str | None = Field(default=None, min_length=1, max_length=50)
    country_code: Country


class TransitTimesArguments(Arguments):
    """Input of `transit_times`."""

    environment: Environment
    origin: Place
    destination: Place
    ship_date: Day | None = Field(default=None, description="Day of hand-over; default today.")
    weight: WeightAsInCreate
    residential: bool = False
    packages: int = Field(default=1, ge=1, le=200)


class Transit(Answer):
    """One service's arrival."""

    service_level: str
    service_code: str | None
    service_name: str
    business_days: int | None
    delivery_date: str | None
    delivery_time: str | None
    guaranteed: bool


class TransitTimesAnswer(Answer):
    """All services, fastest first."""

    services: list[Transit]


class TrackPackageArguments(Arguments):
    """Input of `track_package`."""

    environment: Environment
    tracking_number: TrackingNumber


class Scan(Answer):
    """One event on the way."""

    date: str | None
    time: str | None
    status: str | None
    place: str | None


class TrackPackageAnswer(Answer):
    """`found` false: unknown, or very new."""

    found: bool
    tracking_number: str
    status_type: str | None = Field(
        default=None,
        description="M label, MV void, P I O moving, D there, X trouble, RS back.",
    )
    status_code: str | None = None
    status: str | None = None
    voided: bool = False
    service: str | None = None
    delivery_date: str | None = None
    scheduled_date: str | None = None
    rescheduled_date: str | None = None
    delivered_date: str | None = None
    received_by: str | None = None
    left_at: str | None = None
    references: list[str] = Field(default_factory=list)
    scans: list[Scan] = Field(default_factory=list)


async def transit_times(app: App, arguments: TransitTimesArguments) -> TransitTimesAnswer:
    """Days in transit of every service."""
    check_environment(app, arguments.environment)
    reply = await app.client.read("POST", _TRANSIT_PATH, json=transit_request(arguments, app.settings.today))
    services = as_list(at(reply.body, "emsResponse", "services"))
    invalid = as_list(at(reply.body, "validationList", "invalidFieldList"))
    if not services and invalid:
        raise fault(
            UPS_REFUSED,
            words=f"UPS does not know the place: {', '.join(map(str, invalid))}.",
            ups_code="validationList",
            ups_words="invalid fields",
            remedy="Correct city, state and ZIP code.",
        )
    for end in ("origin", "destination"):
        places = as_list(at(reply.body, f"{end}PickList"))
        if not services and places:
            candidates = "; ".join(dict.fromkeys(_place(place) for place in places[:MOST_PLACES]))
            raise fault(AMBIGUOUS_PLACE, where=end, end=end, candidates=candidates)
    if not services:
        raise fault(UNREADABLE, detail="no services", trans_id=reply.trans_id)
    found = [_transit(service) for service in services]
    return TransitTimesAnswer(services=sorted(found, key=lambda transit: transit.delivery_date or "9999"))


def _place(place: object) -> str:
    names = ("town", "city", "stateProvince", "postalCode", "postalCodeLow", "countryCode")
    return ", ".join(text for name in names if (text := text_at(place, name)))


def transit_request(arguments: TransitTimesArguments, today: date) -> Json:
    """Body of POST /api/shipments/v1/transittimes: flat, with real JSON numbers."""
    day = arguments.ship_date or f"{today:%Y%m%d}"
    body: Json = {
        "residentialIndicator": "01" if arguments.residential else "02",
        "shipDate": f"{day[:4]}-{day[4:6]}-{day[6:]}",
        "weight": float(arguments.weight.value),
        "weightUnitOfMeasure": arguments.weight.unit,
        "billType": "03",
        "numberOfPackages": arguments.packages,
    }
    for end, place in (("origin", arguments.origin), ("destination", arguments.destination)):
        parts = {
            "CountryCode": place.country_code,
            "PostalCode": place.postal_code,
            "CityName": place.city,
            "StateProvince": place.state,
        }
        body |= {f"{end}{name}": value for name, value in parts.items() if value}
    return body


def _transit(service: object) -> Transit:
    level = text_at(service, "serviceLevel") or ""
    days = text_at(service, "businessTransitDays")
    return Transit(
        service_level=level,
        service_code=SERVICE_OF_LEVEL.get(level),
        service_name=text_at(service, "serviceLevelDescription") or level,
        business_days=int(days) if days and days.isdigit() else None,
        delivery_date=(text_at(service, "deliveryDate") or "").replace("-", "") or None,
        delivery_time=text_at(service, "deliveryTime"),
        guaranteed=text_at(service, "guaranteeIndicator") == "1",
    )


async def track_package(app: App, arguments: TrackPackageArguments) -> TrackPackageAnswer:
    """Status and scans of one package."""
    check_environment(app, arguments.environment)
    reply = await track_by_number(app, arguments.tracking_number)
    packages = packages_of(reply.body)
    if not packages:
        return TrackPackageAnswer(found=False, tracking_number=arguments.tracking_number)
    return _tracked(next((p for p in packages if p.tracking_number == arguments.tracking_number), packages[0]))


def _tracked(package: Tracked) -> TrackPackageAnswer:
    return TrackPackageAnswer(
        found=True,
        tracking_number=package.tracking_number,
        status_type=package.status_type,
        status_code=package.status_code,
        status=package.status,
        voided=package.voided,
        service=package.service,
        delivery_date=package.delivery_date,
        scheduled_date=package.scheduled_date,
        rescheduled_date=package.rescheduled_date,
        delivered_date=package.delivered_date,
        received_by=package.received_by,
        left_at=package.left_at,
        references=package.references,
        scans=[Scan(date=a.date, time=a.time, status=a.status, place=a.place) for a in package.activities],
    )
