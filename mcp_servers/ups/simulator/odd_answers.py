"""Answers that are well formed and wrong: another request's, numbers that are not tracking numbers, impossible charges.

What is booked stays as it is: only what is told of it changes.
"""

import base64
import contextlib
import copy
from typing import Any

from mcp_servers.ups.simulator.carrier import Carrier, Reply
from mcp_servers.ups.simulator.numbers import tracking_number
from mcp_servers.ups.simulator.parcels import Json, as_list, at

NOBODYS_CONTEXT = "SCOTHERREFERENCE01"


def odd(carrier: Carrier, answer: Json) -> Json:
    """The answer to a create request as the faults that strike leave it."""
    before, carrier.last_answer = carrier.last_answer, copy.deepcopy(answer)
    if before is not None and carrier.strikes("swapped-answer", "ship"):
        return before
    response, results = answer["ShipmentResponse"]["Response"], answer["ShipmentResponse"]["ShipmentResults"]
    if before is not None and carrier.strikes("foreign-number", "ship"):
        _renumber(results, _numbers(before["ShipmentResponse"]["ShipmentResults"]))
    if (context := carrier.strikes("other-context", "ship")) is not None:
        response["TransactionReference"] = {"CustomerContext": context.value or NOBODYS_CONTEXT}
    if carrier.strikes("no-context", "ship"):
        response["TransactionReference"] = ""
    if carrier.strikes("short-number", "ship"):
        _renumber(results, ["12345"] * len(_numbers(results)))
    if carrier.strikes("wrong-check-digit", "ship"):
        _renumber(results, [number[:-1] + str((int(number[-1]) + 1) % 10) for number in _numbers(results)])
    if carrier.strikes("extra-package", "ship"):
        packages = as_list(results["PackageResults"])
        serial = tracking_number(9_000_000 + int(packages[-1]["TrackingNumber"][-8:-1]) % 999_999, "03")
        results["PackageResults"] = [*packages, packages[-1] | {"TrackingNumber": serial}]
    if carrier.strikes("half-label", "ship"):
        for package in as_list(results["PackageResults"]):
            _cut(at(package, "ShippingLabel") or {})
    _charge(carrier, results)
    return answer


def _charge(carrier: Carrier, results: Json) -> None:
    charges = [at(results, "NegotiatedRateCharges", "TotalCharge"), at(results, "ShipmentCharges", "TotalCharges")]
    for fault, key in (("charge", "MonetaryValue"), ("currency", "CurrencyCode")):
        if (struck := carrier.strikes(fault, "ship")) is not None:
            for charge in charges:
                if charge is not None:
                    charge[key] = struck.value


def _numbers(results: Json) -> list[str]:
    return [str(package.get("TrackingNumber")) for package in as_list(results["PackageResults"])]


def _renumber(results: Json, numbers: list[str]) -> None:
    results["ShipmentIdentificationNumber"] = numbers[0]
    for package, number in zip(as_list(results["PackageResults"]), numbers, strict=False):
        package["TrackingNumber"] = number


def _cut(label: Json) -> None:
    # One that is damaged already stays as it is.
    with contextlib.suppress(ValueError):
        content = base64.b64decode(label.get("GraphicImage", ""))
        label["GraphicImage"] = base64.b64encode(content[: len(content) // 2]).decode()


def sent_elsewhere(reply: Reply) -> Reply:
    """A tracking answer whose packages go to a place that is nobody's."""
    body: Any = reply.body
    for shipment in body["trackResponse"]["shipment"]:
        for package in as_list(shipment["package"]):
            for entry in package.get("packageAddress", []):
                entry["address"] |= {"postalCode": "00000", "countryCode": "ZZ"}
    return reply
