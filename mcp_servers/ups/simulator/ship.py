"""POST /api/shipments/v2409/ship: check, price, book, print."""

from functools import partial

from mcp_servers.ups.simulator import odd_answers, records
from mcp_servers.ups.simulator.carrier import Call, Carrier, Reply, money, references_of, refusal
from mcp_servers.ups.simulator.checks import check_ship
from mcp_servers.ups.simulator.documents import check_forms
from mcp_servers.ups.simulator.parcels import LABEL_BROUGHT_BY_UPS, Json, as_list, at, read_shipment
from mcp_servers.ups.simulator.pictures import invoice_pdf, label_lines, render
from mcp_servers.ups.simulator.rates import Price, price
from mcp_servers.ups.simulator.records import BookedShipment, NewShipment


async def ship(carrier: Carrier, call: Call) -> Reply:
    """A second request makes a second shipment: UPS knows no idempotency key."""
    shipment = at(call.body, "ShipmentRequest", "Shipment") or {}
    facts = read_shipment(shipment)
    refuse = carrier.faults.strikes(
        "refuse-zip", "ship", lambda fault: facts.destination[0].startswith((fault.value or "").partition(":")[0])
    )
    if refuse is not None:
        code = (refuse.value or "").partition(":")[2]
        return refusal(code or "120802", "Address Validation Error on ShipTo address")
    found = check_ship(call.body, facts)
    if found is not None:
        return refusal(*found)
    unknown = await check_forms(carrier, shipment)
    if unknown is not None:
        return refusal(*unknown)
    change = carrier.strikes("price-change", "ship")
    cost = price(facts, str(at(shipment, "Service", "Code")), float(change.value or 0) if change else 0.0)
    own = _has_own_rates(carrier, shipment)
    new = NewShipment(
        shipper_number=str(at(shipment, "Shipper", "ShipperNumber")),
        service_code=cost.service,
        references=references_of(shipment),
        charges=cost.own_packages if own else cost.packages,
        request=call.body["ShipmentRequest"],
        is_return=facts.is_return,
    )
    booked = await carrier.records.run(partial(records.book, new=new))
    carrier.events.add("booked", "ship", reference=call.reference, tracking_number=booked.shipment_id)
    answer = _answer(carrier, booked, cost, own=own)
    return Reply(answer if carrier.faults.none else odd_answers.odd(carrier, answer))


def _has_own_rates(carrier: Carrier, shipment: Json) -> bool:
    asked = at(shipment, "ShipmentRatingOptions", "NegotiatedRatesIndicator") is not None
    return asked and not carrier.strikes("no-own-rates", "ship")


def _answer(carrier: Carrier, booked: BookedShipment, cost: Price, *, own: bool) -> Json:
    request = booked.request
    itemized = str(at(request, "Request", "SubVersion") or "") >= "1601"
    charges: Json = {
        "TransportationCharges": money(cost.transport, cost.currency),
        "ServiceOptionsCharges": money(cost.options, cost.currency),
        "TotalCharges": money(cost.published, cost.currency),
    }
    if itemized:
        items = [{"Code": code, **money(cents, cost.currency)} for code, cents in cost.itemized]
        charges["ItemizedCharges"] = carrier.listed("ship", items)
    numbers = [carrier.shown(package.tracking_number, "ship") for package in booked.packages]
    results: Json = {
        "ShipmentCharges": charges,
        "BillingWeight": {
            "UnitOfMeasurement": {"Code": "LBS", "Description": "Pounds"},
            "Weight": f"{cost.billing_weight:.1f}",
        },
        "ShipmentIdentificationNumber": numbers[0],
        "PackageResults": carrier.listed("ship", _packages(carrier, booked, cost, numbers)),
    }
    if own:
        results["NegotiatedRateCharges"] = {"TotalCharge": money(cost.own, cost.currency)}
    kinds = as_list(at(request, "Shipment", "ShipmentServiceOptions", "InternationalForms", "FormType"))
    if "01" in kinds:
        image = {"ImageFormat": {"Code": "PDF"}, "GraphicImage": invoice_pdf(request, numbers[0])}
        results["Form"] = {"Code": "01", "Description": "All Requested International Forms", "Image": image}
    response = carrier.response("ship", at(request, "Request", "TransactionReference", "CustomerContext"))
    if not own and at(request, "Shipment", "ShipmentRatingOptions", "NegotiatedRatesIndicator") is not None:
        words = "User Id and Shipper Number combination is not qualified to receive negotiated rates"
        response["Alert"] = carrier.listed("ship", [{"Code": "120900", "Description": words}])
    return {"ShipmentResponse": {"Response": response, "ShipmentResults": results}}


def _packages(carrier: Carrier, booked: BookedShipment, cost: Price, numbers: list[str]) -> list[Json]:
    format_code = at(booked.request, "LabelSpecification", "LabelImageFormat", "Code") or "GIF"
    damaged, absent = carrier.strikes("damaged-label", "ship"), carrier.strikes("no-label", "ship")
    elsewhere = at(booked.request, "Shipment", "ReturnService", "Code") in LABEL_BROUGHT_BY_UPS
    packages = []
    for index, number in enumerate(numbers, 1):
        package: Json = {
            "TrackingNumber": number,
            "ServiceOptionsCharges": money(cost.options if index == 1 else 0, cost.currency),
        }
        if not absent and not elsewhere:
            image = (
                "not base64!" if damaged else render(format_code, label_lines(booked.request, index, number, cost.name))
            )
            package["ShippingLabel"] = {"ImageFormat": {"Code": format_code}, "GraphicImage": image}
            if format_code == "GIF" and not damaged:
                package["ShippingLabel"]["HTMLImage"] = "PGh0bWw+PC9odG1sPg=="
        packages.append(package)
    if carrier.strikes("missing-number", "ship"):
        del packages[-1]["TrackingNumber"]
    return packages
