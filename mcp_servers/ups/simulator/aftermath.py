"""What can be done with a shipment that exists: void it, get its label again."""

from functools import partial
from typing import Any

from mcp_servers.ups.simulator import records
from mcp_servers.ups.simulator.carrier import Call, Carrier, Reply, refusal
from mcp_servers.ups.simulator.parcels import LABEL_BROUGHT_BY_UPS, Json, at
from mcp_servers.ups.simulator.pictures import label_lines, render
from mcp_servers.ups.simulator.rates import name_of
from mcp_servers.ups.simulator.records import BookedShipment

VOID_WINDOW_S = 28 * 86_400
RECOVERY_WINDOW_S = 30 * 86_400
_NO_SHIPMENT = ("190102", "No shipment found within the allowed void period")
_UNKNOWN = ("300007", "The shipment could not be found. Check the data or wait until the shipment is processed.")


async def void(carrier: Carrier, call: Call) -> Reply:
    """DELETE /api/shipments/v2409/void/cancel/{number}[?trackingnumber=...]."""
    number = call.path["number"]
    if len(number) != 18 or not number.startswith("1Z"):
        return refusal("190100", "Invalid shipment identification number")
    shipment = await carrier.records.run(lambda connection: records.by_number(connection, number))
    if shipment is None or shipment.shipment_id != number or carrier.strikes("cie-mask", "void"):
        return refusal(*_NO_SHIPMENT)
    asked = _asked(call.query.get("trackingnumber"))
    known = {package.tracking_number: package for package in shipment.packages}
    if asked and not set(asked) <= set(known):
        return refusal(*_NO_SHIPMENT)
    if shipment.voided:
        return refusal("190117", "The shipment has already been voided")
    if shipment.age_s > VOID_WINDOW_S:
        return refusal("190101", "Time for voiding has expired")
    partly = not asked and len(known) > 1 and carrier.strikes("partly-voided", "void") is not None
    done = [number] if partly else asked or list(known)
    await carrier.records.run(partial(records.void, tracking_numbers=done))
    carrier.events.add("booked", "void", tracking_number=number)
    return Reply(_voided(carrier, done if partly else asked, "Partially Voided" if partly else "Voided"))


def _asked(query: str | None) -> list[str]:
    if not query:
        return []
    return [part.strip(' "') for part in query.strip("[]").split(",") if part.strip(' "')]


def _voided(carrier: Carrier, asked: list[str], summary: str) -> Json:
    mark = "&#xD;" if carrier.strikes("carriage-returns", "void") else ""
    done = {"Code": f"{mark}1", "Description": "Voided"}
    answer: Json = {
        "Response": carrier.response("void", None),
        "SummaryResult": {"Status": done | {"Description": summary}},
    }
    if asked:
        results = [{"TrackingNumber": f"{mark}{number}", "Status": done} for number in asked]
        answer["PackageLevelResult"] = carrier.listed("void", results)
    return {"VoidShipmentResponse": answer}


async def recover(carrier: Carrier, call: Call) -> Reply:
    """POST /api/labels/v1/recovery, by tracking number or by reference and shipper number."""
    request = at(call.body, "LabelRecoveryRequest") or {}
    number, values = request.get("TrackingNumber"), request.get("ReferenceValues")
    if number is None and values is None:
        return refusal("300005", "Either a tracking number or a reference number is required")
    if number is not None:
        found = await carrier.records.run(lambda connection: records.by_number(connection, str(number)))
        return _labels(carrier, request, [found] if found else [], only=str(number))
    reference, shipper = at(values, "ReferenceNumber", "Value"), at(values, "ShipperNumber")
    if not isinstance(reference, str) or not reference or len(reference) > 35:
        return refusal("300030", "Invalid reference number")
    if not isinstance(shipper, str) or len(shipper) != 6:
        return refusal("300031", "Invalid shipper number")
    shipments = await carrier.records.run(lambda connection: records.by_reference(connection, reference, shipper))
    visible = [shipment for shipment in shipments if carrier.is_searchable(shipment.age_s, "recover")]
    return _labels(carrier, request, visible)


def _labels(carrier: Carrier, request: Json, found: list[BookedShipment], only: str | None = None) -> Reply:
    if not found:
        return refusal(*_UNKNOWN)
    standing = [shipment for shipment in found if not shipment.voided]
    if not standing or carrier.strikes("voided-but-live", "recover"):
        return refusal("300033", "The shipment was voided")
    context = at(request, "Request", "TransactionReference", "CustomerContext")
    response = carrier.response("recover", context)
    if len(standing) > 1:
        answer = {"Response": response, "TrackingCandidate": [_candidate(shipment) for shipment in standing]}
        return Reply({"LabelRecoveryResponse": answer})
    (shipment,) = standing
    if shipment.age_s > RECOVERY_WINDOW_S:
        return refusal("300006", "The label has expired")
    if at(shipment.request, "Shipment", "ReturnService", "Code") in LABEL_BROUGHT_BY_UPS:
        return refusal("300032", "The shipment has no label")
    results = [
        _result(carrier, request, shipment, package.number, package.tracking_number)
        for package in shipment.packages
        if not package.voided and only in (None, package.tracking_number)
    ]
    if not results:
        return refusal("300033", "The package was voided")
    return Reply(
        {
            "LabelRecoveryResponse": {
                "Response": response,
                "ShipmentIdentificationNumber": carrier.shown(shipment.shipment_id, "recover"),
                "LabelResults": carrier.listed("recover", results),
            }
        }
    )


def _result(carrier: Carrier, request: Json, shipment: BookedShipment, number: int, tracking: str) -> Json:
    asked = at(request, "LabelSpecification", "LabelImageFormat", "Code") or "GIF"
    format_code = "GIF" if carrier.strikes("recover-gif", "recover") else str(asked)
    service = name_of(shipment.service_code)
    image = render(format_code, label_lines(shipment.request, number, tracking, service))
    result: Json = {
        "TrackingNumber": carrier.shown(tracking, "recover"),
        # Lower case, as it has been seen.
        "LabelImage": {"LabelImageFormat": {"Code": format_code.lower()}, "GraphicImage": image},
    }
    return result | ({"Receipt": ""} if carrier.strikes("empty-strings", "recover") else {})


def _candidate(shipment: BookedShipment) -> dict[str, Any]:
    address = shipment.request["Shipment"]["ShipTo"]["Address"]
    day = shipment.created_at.strftime("%Y%m%d")
    return {
        "TrackingNumber": shipment.shipment_id,
        "DestinationPostalCode": address.get("PostalCode", ""),
        "DestinationCountryCode": address["CountryCode"],
        "PickupDateRange": {"BeginDate": day, "EndDate": day},
    }
