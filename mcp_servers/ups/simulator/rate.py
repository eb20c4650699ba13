"""POST /api/rating/v2409/{Rate|Shop}[?additionalinfo=timeintransit] and POST /api/shipments/v1/transittimes."""

from datetime import date, datetime
from typing import Any

from mcp_servers.ups.simulator.access_points import TO_ACCESS_POINTS
from mcp_servers.ups.simulator.carrier import Call, Carrier, Reply, money, refusal
from mcp_servers.ups.simulator.checks import check_rate
from mcp_servers.ups.simulator.geography import state_of, zip_fits
from mcp_servers.ups.simulator.journey import arrival_day
from mcp_servers.ups.simulator.parcels import Json, Parcel, ShipmentFacts, at, read_shipment
from mcp_servers.ups.simulator.rates import Price, offered_on, price

_LEVELS = {"14": "1DM", "01": "1DA", "13": "1DP", "59": "2DM", "02": "2DA", "12": "3DS", "03": "GND",
           "07": "01", "08": "05", "11": "03", "54": "21", "65": "28"}  # fmt: skip
_COUNTRIES = {
    "US": "UNITED STATES",
    "PR": "PUERTO RICO",
    "CA": "CANADA",
    "MX": "MEXICO",
    "DE": "GERMANY",
    "GB": "UNITED KINGDOM",
}
_MAY_VARY = {"Code": "110971", "Description": "Your invoice may vary from the displayed reference rates"}
_NO_OWN = {"Code": "112153", "Description": "The user is not registered: published rates are returned"}


async def rate(carrier: Carrier, call: Call) -> Reply:
    """One service or all of them, with days in transit when asked."""
    option = call.path["option"].lower()
    if option not in {"rate", "shop", "ratetimeintransit", "shoptimeintransit"}:
        return refusal("9110002", "Invalid request option")
    shop = option.startswith("shop")
    with_days = "timeintransit" in (option + call.query.get("additionalinfo", "").lower())
    shipment = at(call.body, "RateRequest", "Shipment") or {}
    facts = read_shipment(shipment)
    found = check_rate(call.body, facts, shop=shop) or (_check_days(shipment, facts) if with_days else None)
    if found is not None:
        return refusal(*found)
    held = at(shipment, "AlternateDeliveryAddress") is not None
    offered = [code for code in offered_on(facts) if not held or code in TO_ACCESS_POINTS]
    codes = offered if shop else [str(at(shipment, "Service", "Code"))]
    own = at(shipment, "ShipmentRatingOptions", "NegotiatedRatesIndicator") is not None and not carrier.strikes(
        "no-own-rates", "rate"
    )
    pickup = at(shipment, "DeliveryTimeInformation", "Pickup", "Date") if with_days else None
    rated = [_rated(price(facts, code), own=own, pickup=pickup) for code in codes]
    context = at(call.body, "RateRequest", "Request", "TransactionReference", "CustomerContext")
    response = carrier.response("rate", context) | {"Alert": [_MAY_VARY] if own else [_NO_OWN, _MAY_VARY]}
    return Reply({"RateResponse": {"Response": response, "RatedShipment": carrier.listed("rate", rated)}})


def _check_days(shipment: Json, facts: ShipmentFacts) -> tuple[str, str] | None:
    if not at(shipment, "ShipmentTotalWeight", "Weight"):
        return "111546", "Invalid Weight"
    if facts.origin[1] != facts.destination[1] and not at(shipment, "InvoiceLineTotal", "MonetaryValue"):
        return "111549", "Invalid Shipment Contents Value"
    return None


def _rated(cost: Price, *, own: bool, pickup: str | None) -> Json:
    rated: Json = {
        # The description is empty in reality.
        "Service": {"Code": cost.service, "Description": ""},
        "Zone": f"{cost.zone:03d}",
        "BillingWeight": {
            "UnitOfMeasurement": {"Code": "LBS", "Description": "Pounds"},
            "Weight": f"{cost.billing_weight:.1f}",
        },
        "TransportationCharges": money(cost.transport, cost.currency),
        "ServiceOptionsCharges": money(cost.options, cost.currency),
        "TotalCharges": money(cost.published, cost.currency),
        "ItemizedCharges": [{"Code": code, **money(cents, cost.currency)} for code, cents in cost.itemized],
        "RatedPackage": [{"TotalCharges": money(cents, cost.currency)} for cents in cost.packages],
    }
    if own:
        rated["NegotiatedRateCharges"] = {"TotalCharge": money(cost.own, cost.currency)}
    if pickup:
        rated["TimeInTransit"] = _days(cost, pickup)
    return rated


def _days(cost: Price, pickup: str) -> Json:
    arrival = arrival_day(datetime.strptime(pickup, "%Y%m%d").date(), cost.days)  # noqa: DTZ007 - a day has no zone
    summary: Json = {
        "Service": {"Description": cost.name},
        "EstimatedArrival": {
            "Arrival": {"Date": arrival.strftime("%Y%m%d"), "Time": cost.delivery_time},
            "BusinessDaysInTransit": str(cost.days),
            "Pickup": {"Date": pickup, "Time": "180000"},
            "DayOfWeek": arrival.strftime("%a").upper(),
        },
    }
    if cost.service != "03":
        summary["GuaranteedIndicator"] = ""
    return {"PickupDate": pickup, "PackageBillType": "03", "ServiceSummary": summary}


async def transit_times(carrier: Carrier, call: Call) -> Reply:
    """Flat, with JSON numbers; its errors lack the `response` level."""
    del carrier
    body = call.body if isinstance(call.body, dict) else {}
    origin = (str(body.get("originPostalCode") or ""), str(body.get("originCountryCode") or ""))
    end = (str(body.get("destinationPostalCode") or ""), str(body.get("destinationCountryCode") or "US"))
    if not origin[1]:
        return Reply({"errors": [{"code": "270001", "message": "originCountryCode is required"}]}, 400)
    day = str(body.get("shipDate") or date.today().isoformat())  # noqa: DTZ011 - the carrier's own day
    weight = float(body.get("weight") or 1)
    facts = ShipmentFacts(origin, end, residential=False, saturday=False, signature=None, is_return=False,
                          parcels=[Parcel(weight, (0.0, 0.0, 0.0), 0, None)])  # fmt: skip
    if end[1] == "US" and not zip_fits(state_of(end[0]), end[0], "US"):
        return Reply({"validationList": {"invalidFieldList": ["destinationPostalCode"]}})
    services = [_transit(price(facts, code), day) for code in offered_on(facts)]
    return Reply({"emsResponse": _ems(body, origin, end, day, services)})


def _ems(body: Json, origin: tuple[str, str], end: tuple[str, str], day: str, services: list[Json]) -> Json:
    answer: dict[str, Any] = {
        "shipDate": day,
        "shipTime": str(body.get("shipTime") or "12:00:00"),
        "serviceLevel": "A",
        "billType": str(body.get("billType") or "03"),
        "residentialIndicator": str(body.get("residentialIndicator") or "02"),
        "destinationCountryName": _COUNTRIES.get(end[1], end[1]),
        "destinationCountryCode": end[1],
        "originCountryName": _COUNTRIES.get(origin[1], origin[1]),
        "originCountryCode": origin[1],
        "guaranteeSuspended": False,
        "numberOfServices": len(services),
        "services": services,
    }
    if origin[0]:
        answer["originPostalCode"] = origin[0]
    if end[0]:
        answer["destinationPostalCode"] = end[0]
    return answer


def _transit(cost: Price, day: str) -> Json:
    arrival = arrival_day(date.fromisoformat(day), cost.days)
    time = ":".join((cost.delivery_time[:2], cost.delivery_time[2:4], cost.delivery_time[4:]))
    return {
        "serviceLevel": _LEVELS[cost.service],
        "serviceLevelDescription": cost.name,
        "shipDate": day,
        "deliveryDate": arrival.isoformat(),
        "commitTime": time,
        "deliveryTime": time,
        "deliveryDayOfWeek": arrival.strftime("%a").upper(),
        "nextDayPickupIndicator": "0",
        "saturdayPickupIndicator": "0",
        "saturdayDeliveryIndicator": "0",
        "guaranteeIndicator": "0" if cost.service == "03" else "1",
        "totalTransitDays": (arrival - date.fromisoformat(day)).days,
        "businessTransitDays": cost.days,
        "restDaysCount": 0,
        "holidayCount": 0,
        "delayCount": 0,
        "pickupDate": day,
        "pickupTime": "18:00:00",
        "cstccutoffTime": "15:00:00",
    }
