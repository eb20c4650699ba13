"""GET /api/track/v1/...: by number, by reference, all packages of a shipment. Nothing found is a 200 with a warning."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from mcp_servers.shared.today import practice_day
from mcp_servers.ups.simulator import odd_answers, records
from mcp_servers.ups.simulator.carrier import Call, Carrier, Reply, refusal
from mcp_servers.ups.simulator.journey import DELIVERED, LABEL, Scan, journey
from mcp_servers.ups.simulator.parcels import Json, read_shipment
from mcp_servers.ups.simulator.rates import name_of, price
from mcp_servers.ups.simulator.records import BookedPackage, BookedShipment

_DEFAULT_WINDOW = timedelta(days=14)
_VOID: Json = {"type": "MV", "code": "VP", "statusCode": "007", "description": "Shipment Voided"}


async def by_number(carrier: Carrier, call: Call) -> Reply:
    """Details of one tracking number."""
    number = call.path["number"]
    if not 7 <= len(number) <= 34 or not number.isalnum():
        return refusal("TV1002", "Invalid inquiry number")
    shipment = await carrier.records.run(lambda connection: records.by_number(connection, number))
    if shipment is None or carrier.strikes("cie-mask", "track"):
        return _nothing(number)
    packages = [package for package in shipment.packages if package.tracking_number == number]
    return _found(carrier, number, [(shipment, packages)])


async def by_shipment(carrier: Carrier, call: Call) -> Reply:
    """All packages of the shipment that a number belongs to."""
    number = call.path["number"]
    shipment = await carrier.records.run(lambda connection: records.by_number(connection, number))
    return _nothing(number) if shipment is None else _found(carrier, number, [(shipment, shipment.packages)])


async def by_reference(carrier: Carrier, call: Call) -> Reply:
    """Shipments with a reference, of one shipper, in a window of pick-up days."""
    reference, shipper = call.path["reference"], call.query.get("shipperNum")
    found = await carrier.records.run(lambda connection: records.by_reference(connection, reference, shipper))
    today = datetime.now(UTC)
    first = call.query.get("fromPickUpDate") or (today - _DEFAULT_WINDOW).strftime("%Y%m%d")
    last = call.query.get("toPickUpDate") or today.strftime("%Y%m%d")
    found = [
        shipment
        for shipment in found
        if first <= shipment.created_at.strftime("%Y%m%d") <= last and carrier.is_searchable(shipment.age_s, "track")
    ]
    if len({shipment.shipper_number for shipment in found}) > 1:
        return refusal("151085", "The reference number is used by several shippers")
    if not found or carrier.strikes("cie-mask", "track"):
        return _nothing(reference)
    return _found(carrier, reference, [(shipment, shipment.packages) for shipment in found])


def _nothing(inquiry: str) -> Reply:
    warning = {"code": "TW0001", "message": "Tracking Information Not Found"}
    return Reply({"trackResponse": {"shipment": [{"inquiryNumber": inquiry, "warnings": [warning]}]}})


def _found(carrier: Carrier, inquiry: str, found: list[tuple[BookedShipment, list[BookedPackage]]]) -> Reply:
    silent = carrier.strikes("track-without-address", "track") is not None
    void, elsewhere = carrier.strikes("void-in-track", "track"), carrier.strikes("elsewhere", "track")
    scan = carrier.strikes("scan", "track")
    told = scan.value if scan is not None else None
    shipments = [
        {
            "inquiryNumber": inquiry,
            "package": carrier.listed(
                "track",
                [
                    _package(shipment, replace(package, voided=package.voided or void is not None), told, silent=silent)
                    for package in packages
                ],
            ),
        }
        for shipment, packages in found
    ]
    reply = Reply({"trackResponse": {"shipment": shipments}})
    return odd_answers.sent_elsewhere(reply) if elsewhere else reply


def _package(shipment: BookedShipment, package: BookedPackage, told: str | None, *, silent: bool) -> Json:
    address = shipment.request["Shipment"]["ShipTo"]["Address"]
    days = price(read_shipment(shipment.request["Shipment"]), shipment.service_code).days
    way = journey(shipment.created_at.astimezone().date(), practice_day(), days, told)
    body: Json = {
        "trackingNumber": package.tracking_number,
        "currentStatus": _VOID if package.voided else way.scans[0].stage.status,
        "packageCount": len(shipment.packages),
        "referenceNumber": [{"type": "SHIPMENT", "number": value} for value in shipment.references],
        "service": {
            "code": "518",
            "levelCode": f"{shipment.service_code:0>3}",
            "description": name_of(shipment.service_code),
        },
    }
    if silent:
        return body
    where = {
        "city": address["City"],
        "postalCode": address.get("PostalCode", ""),
        "countryCode": address["CountryCode"],
    }
    if address.get("StateProvinceCode"):
        where["stateProvince"] = address["StateProvinceCode"]
    scans = way.scans[-1:] if package.voided else way.scans
    if not package.voided and scans[0].stage is DELIVERED:
        body["deliveryInformation"] = {"location": "FRONT DOOR", "receivedBy": _receiver(shipment)}
    return body | {
        "packageAddress": [{"type": "DESTINATION", "address": where}],
        "deliveryDate": way.delivery_days,
        "activity": [_activity(shipment, where, scan) for scan in scans],
    }


def _receiver(shipment: BookedShipment) -> str:
    """As drivers write it: the last name."""
    return str(shipment.request["Shipment"]["ShipTo"]["Name"]).upper().split()[-1]


def _activity(shipment: BookedShipment, destination: Json, scan: Scan) -> Json:
    if scan.stage is LABEL:
        made, words = shipment.created_at, "Shipper created a label, UPS has not received the package yet. "
        return {
            "location": {"address": {"countryCode": "US", "country": "US"}},
            "status": scan.stage.status | {"description": words},
            "date": made.strftime("%Y%m%d"),
            "time": made.strftime("%H%M%S"),
        }
    place = {key: destination[key] for key in ("city", "stateProvince", "countryCode") if destination.get(key)}
    return {
        "location": {"address": place},
        "status": scan.stage.status,
        "date": f"{scan.day:%Y%m%d}",
        "time": scan.stage.hour,
    }
