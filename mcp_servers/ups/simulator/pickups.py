"""Pickups: what one costs, ordered, pending, cancelled. The same place and day give the same number."""

import hashlib
import re
import sqlite3
from datetime import UTC, datetime
from functools import partial

from mcp_servers.ups.simulator.carrier import Call, Carrier, Reply, refusal
from mcp_servers.ups.simulator.countries import billed_in
from mcp_servers.ups.simulator.parcels import Json, as_list, at

_PRICE = "7.85"
_AS_PRICED = {"RateType": "FD", "GrandTotalOfAllCharge": "00007.85"}
"""The document of this answer wants eight characters."""


async def create(carrier: Carrier, call: Call) -> Reply:
    """POST /api/pickupcreation/v2409/pickup. The same place and day give the same number."""
    request = at(call.body, "PickupCreationRequest") or {}
    when, where = at(request, "PickupDateInfo", "PickupDate"), at(request, "PickupAddress") or {}
    if not when or not at(request, "PickupDateInfo", "ReadyTime") or not at(request, "PickupDateInfo", "CloseTime"):
        return refusal("9510113", "Missing pickup date or time")
    if str(when) < datetime.now(UTC).strftime("%Y%m%d"):
        return refusal("9510114", "The pickup date is in the past")
    if not where.get("AddressLine") or not where.get("CountryCode") or not at(where, "Phone", "Number"):
        return refusal("9510120", "Missing pickup address")
    pieces = as_list(request.get("PickupPiece"))
    if not pieces or any(not re.fullmatch("[0-9]{3}", str(at(piece, "ServiceCode"))) for piece in pieces):
        return refusal("9510130", "Invalid pickup piece service code")
    place = "|".join(
        map(str, (when, *as_list(where["AddressLine"]), where.get("PostalCode", ""), where["CountryCode"]))
    )
    prn = f"2929{hashlib.sha256(place.encode()).hexdigest()[:7].upper()}"
    account = str(at(request, "Shipper", "Account", "AccountNumber") or "")
    order = (prn, account, str(when), request.get("ReferenceNumber"))
    await carrier.records.run(partial(_book, order=order, place=place))
    answer: Json = {
        "Response": carrier.response("pickup", at(request, "Request", "TransactionReference", "CustomerContext"))
    }
    answer |= {"PRN": prn, "RateStatus": {"Code": "01", "Description": "Rate available"}}
    if request.get("RatePickupIndicator") == "Y":
        country = str(at(request, "Shipper", "Account", "AccountCountryCode") or where["CountryCode"])
        answer["RateResult"] = {"CurrencyCode": billed_in(country), "GrandTotalOfAllCharge": _PRICE}
    else:
        answer["RateStatus"] = {"Code": "04", "Description": "Rate not requested"}
    return Reply({"PickupCreationResponse": answer})


def _book(connection: sqlite3.Connection, order: tuple[str, str, str, str | None], place: str) -> None:
    connection.execute(
        "insert into pickups (prn, place, created_at) values (?, ?, ?)"
        " on conflict (prn) do update set cancelled_at = null",
        (order[0], place, datetime.now(UTC).isoformat()),
    )
    connection.execute(
        "insert into pickup_orders (prn, account, day, reference) values (?, ?, ?, ?)"
        " on conflict (prn) do update set reference = excluded.reference",
        order,
    )


async def rate(carrier: Carrier, call: Call) -> Reply:
    """POST /api/shipments/v2409/pickup/oncall. Nothing is booked."""
    request = at(call.body, "PickupRateRequest") or {}
    if not at(request, "PickupDateInfo", "PickupDate") or not request.get("ServiceDateOption"):
        return refusal("9510113", "Missing pickup date or time")
    if not at(request, "PickupAddress", "PostalCode"):
        return refusal("9510120", "Missing pickup address")
    response = carrier.response("pickup", at(request, "Request", "TransactionReference", "CustomerContext"))
    country = str(at(request, "ShipperAccount", "AccountCountryCode") or "US")
    priced = {"CurrencyCode": billed_in(country)} | _AS_PRICED
    return Reply({"PickupRateResponse": {"Response": response, "RateResult": priced}})


async def pending(carrier: Carrier, call: Call) -> Reply:
    """GET /api/shipments/v2409/pickup/oncall, the account in the header `AccountNumber`."""
    account = call.headers.get("accountnumber", "")
    if not account:
        return refusal("9510300", "Missing account number")
    found = await carrier.records.run(partial(_pending, account=account))
    listed = [
        {
            "PickupType": "01",
            "ServiceDate": day,
            "PRN": prn,
            "OnCallStatusCode": "001",
            "PickupStatusMessage": "Received at dispatch",
        }
        | ({"ReferenceNumber": reference} if reference else {})
        for prn, day, reference in found
    ]
    answer = {"Response": carrier.response("pickup", None), "PendingStatus": listed}
    return Reply({"PickupPendingStatusResponse": answer})


def _pending(connection: sqlite3.Connection, account: str) -> list[tuple[str, str, str | None]]:
    return connection.execute(
        "select o.prn, o.day, o.reference from pickup_orders o join pickups p on p.prn = o.prn"
        " where p.cancelled_at is null and o.account = ? and o.day >= ? order by o.day, o.prn",
        (account, datetime.now(UTC).strftime("%Y%m%d")),
    ).fetchall()


async def cancel(carrier: Carrier, call: Call) -> Reply:
    """DELETE /api/shipments/v2409/pickup/{01 account|02 PRN}, the number in the header `Prn`."""
    prn = call.headers.get("prn", "")
    if call.path["by"] != "02" or not prn:
        return refusal("9510200", "A pickup is cancelled by its PRN")
    if not await carrier.records.run(partial(_cancel_pickup, prn=prn)):
        return refusal("9510215", "No pickup is pending with this PRN")
    return Reply({"PickupCancelResponse": {"Response": carrier.response("pickup", None), "PickupType": "01"}})


def _cancel_pickup(connection: sqlite3.Connection, prn: str) -> bool:
    now = datetime.now(UTC).isoformat()
    statement = "update pickups set cancelled_at = ? where prn = ? and cancelled_at is null"
    return connection.execute(statement, (now, prn)).rowcount == 1
