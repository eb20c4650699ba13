"""Reading UPS's tracking answers: what a package is, where it goes, since when it exists."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from mcp_servers.ups.app import App
from mcp_servers.ups.outcome import Reply, outcome_of
from mcp_servers.ups.ups_codes import NOT_FOUND
from mcp_servers.ups.ups_json import as_list, at, errors_of, text_at

_VOIDED_TYPES = frozenset({"MV"})
_VOIDED_STATUS = "007"


@dataclass(frozen=True, slots=True)
class Activity:
    """One scan, newest first in UPS's answers."""

    date: str | None
    time: str | None
    status: str | None
    place: str | None


@dataclass(frozen=True, slots=True)
class Tracked:
    """One package; a field is None where UPS left it out."""

    tracking_number: str
    status_type: str | None
    status_code: str | None
    status: str | None
    service: str | None
    references: list[str]
    postal_code: str | None
    country_code: str | None
    created_on: str | None
    package_count: int | None
    delivery_date: str | None
    scheduled_date: str | None
    rescheduled_date: str | None
    delivered_date: str | None
    received_by: str | None
    """The proof of delivery: who took it, and where it was left."""
    left_at: str | None
    activities: list[Activity]

    @property
    def voided(self) -> bool:
        """The label was cancelled."""
        return self.status_type in _VOIDED_TYPES or self.status_code == _VOIDED_STATUS


def packages_of(body: Any) -> list[Tracked]:
    """All packages of an answer; empty when nothing was found (UPS says so with a 200 and a warning)."""
    shipments = as_list(at(body, "trackResponse", "shipment"))
    return [
        _package(package)
        for shipment in shipments
        for package in as_list(at(shipment, "package"))
        if text_at(package, "trackingNumber")
    ]


def warning_codes(body: Any) -> set[str]:
    """Codes of the warnings, e.g. TW0001 (nothing found)."""
    shipments = as_list(at(body, "trackResponse", "shipment"))
    return {text_at(warning, "code") or "" for shipment in shipments for warning in as_list(at(shipment, "warnings"))}


def says_not_found(answer: Reply) -> bool:
    """UPS read the question and knows no such package. Never a proof."""
    if answer.status == 200:
        return answer.body is not None and not packages_of(answer.body) and bool(warning_codes(answer.body) & NOT_FOUND)
    return answer.status == 404 and any(error.code in NOT_FOUND for error in errors_of(answer.body))


async def track_by_reference(app: App, reference: str, shipper_number: str, since: str) -> Reply:
    """GET reference/details with the shipper and the day of the intent (the default window is 14 days)."""
    return await app.client.read(
        "GET",
        f"/api/track/v1/reference/details/{quote(reference, safe='')}",
        params={"locale": "en_US", "fromPickUpDate": since, "shipperNum": shipper_number, "refNumType": "SmallPackage"},
        accept=_readable,
    )


async def track_by_number(app: App, number: str) -> Reply:
    """GET details of one tracking number."""
    return await app.client.read(
        "GET",
        f"/api/track/v1/details/{number}",
        params={"locale": "en_US", "returnSignature": "false", "returnMilestones": "false", "returnPOD": "false"},
        accept=_readable,
    )


def _readable(answer: Reply) -> bool:
    return outcome_of(answer) == "done" or says_not_found(answer)


def _package(package: Any) -> Tracked:
    activities = [
        Activity(
            text_at(activity, "date"),
            text_at(activity, "time"),
            text_at(activity, "status", "description"),
            _place(at(activity, "location", "address")),
        )
        for activity in as_list(at(package, "activity"))
    ]
    destination = next(
        (
            at(entry, "address")
            for entry in as_list(at(package, "packageAddress"))
            if (text_at(entry, "type") or "").upper() == "DESTINATION"
        ),
        None,
    )
    count = at(package, "packageCount")
    days = {
        text_at(entry, "type") or "": date
        for entry in as_list(at(package, "deliveryDate"))
        if (date := text_at(entry, "date"))
    }
    dates = [activity.date for activity in activities if activity.date]
    return Tracked(
        tracking_number=text_at(package, "trackingNumber") or "",
        status_type=text_at(package, "currentStatus", "type"),
        status_code=text_at(package, "currentStatus", "statusCode"),
        status=text_at(package, "currentStatus", "description"),
        service=text_at(package, "service", "description"),
        references=[
            number for entry in as_list(at(package, "referenceNumber")) if (number := text_at(entry, "number"))
        ],
        postal_code=text_at(destination, "postalCode"),
        country_code=text_at(destination, "countryCode"),
        created_on=min(dates, default=None),
        package_count=int(count) if isinstance(count, int | str) and str(count).isdigit() else None,
        delivery_date=next(iter(days.values()), None),
        scheduled_date=days.get("SDD"),
        rescheduled_date=days.get("RDD"),
        delivered_date=days.get("DEL"),
        received_by=text_at(package, "deliveryInformation", "receivedBy"),
        left_at=text_at(package, "deliveryInformation", "location"),
        activities=activities,
    )


def _place(address: Any) -> str | None:
    parts = [text_at(address, key) for key in ("city", "stateProvince", "countryCode")]
    return ", ".join(part for part in parts if part) or None
