"""The rest of the API: tokens, address validation, pickups."""

import base64
import hashlib
import re
import sqlite3
import time
from datetime import UTC, datetime
from functools import partial
from typing import Any

from mcp_servers.ups.simulator.carrier import Call, Carrier, Reply, refusal
from mcp_servers.ups.simulator.countries import billed_in
from mcp_servers.ups.simulator.geography import is_state, zip_fits
from mcp_servers.ups.simulator.parcels import Json, as_list, at

TOKEN_LIFETIME_S = 14_399
_STREET_WORDS = {"STREET": "ST", "ROAD": "RD", "AVENUE": "AVE", "BOULEVARD": "BLVD", "DRIVE": "DR", "LANE": "LN",
                 "SUITE": "STE", "APARTMENT": "APT", "COURT": "CT", "PLACE": "PL"}  # fmt: skip
_MISSPELT = {"STRET": "ST", "STREEET": "ST", "AVENU": "AVE", "AVNUE": "AVE", "BOULVARD": "BLVD", "DRVE": "DR",
             "LAEN": "LN", "RAOD": "RD", "COUT": "CT"}  # fmt: skip
"""Street words that it corrects, so that corrections can be practised."""
_NO_STREETS = frozenset({"NOWHERE", "UNKNOWN"})
"""No street is called so, and nothing is like it."""
_CIE_STATES = frozenset({"NY", "CA"})
_CLASSES = {"0": "UnClassified", "1": "Commercial", "2": "Residential"}


async def token(carrier: Carrier, call: Call) -> Reply:
    """POST /security/v1/oauth/token. Any id and secret will do."""
    scheme, _, encoded = call.headers.get("authorization", "").partition(" ")
    try:
        client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        client_id = secret = ""
    if scheme.lower() != "basic" or not client_id or not secret:
        return refusal("10400", "Invalid/Missing Authorization Header", 401)
    if carrier.strikes("wrong-credentials", "token"):
        return refusal("10401", "ClientId is Invalid", 401)
    short = carrier.strikes("token-lifetime", "token")
    lifetime = int(short.value or 0) if short else TOKEN_LIFETIME_S
    now = time.time()
    return Reply(
        {
            "token_type": "Bearer",
            "issued_at": str(round(now * 1000)),
            "client_id": client_id,
            # It says itself until when it is good, so that it survives a restart of the simulator.
            "access_token": f"sim.{round(now + lifetime)}.{hashlib.sha256(client_id.encode()).hexdigest()[:12]}",
            "scope": "",
            "expires_in": str(lifetime),
            "refresh_count": "0",
            "status": "approved",
        }
    )


def token_is_good(headers: Any) -> bool:
    """Whether a call carries a token that has not expired."""
    match = re.fullmatch(r"Bearer sim\.([0-9]+)\.[0-9a-f]{12}", headers.get("authorization", ""))
    return match is not None and int(match[1]) > time.time()


async def validate_address(carrier: Carrier, call: Call) -> Reply:
    """POST /api/addressvalidation/v2/{1 validation|2 classification|3 both}. Exactly one indicator, present, empty."""
    option = call.path["option"]
    form = as_list(at(call.body, "XAVRequest", "AddressKeyFormat"))
    if option not in {"1", "2", "3"}:
        return refusal("9264028", "Invalid or missing request option")
    if not form:
        return refusal("9264029", "Missing address key format")
    address: Json = form[0]
    if not address.get("CountryCode"):
        return refusal("250065", "Missing required element CountryCode")
    if address["CountryCode"] not in {"US", "PR"}:
        return refusal("264002", "Country code is invalid or not supported")
    state, postal = str(address.get("PoliticalDivision1") or ""), str(address.get("PostcodePrimaryLow") or "")
    if carrier.strikes("cie-mask", "xav") and state not in _CIE_STATES:
        return refusal("9264030", "The state is not supported in the Customer Integration Environment")
    answer: Json = {"Response": {"ResponseStatus": {"Code": "1", "Description": "Success"}}}
    lines = [str(line).upper() for line in as_list(address.get("AddressLine"))]
    fits = address["CountryCode"] == "PR" or is_state(state)
    unheard_of = bool(_NO_STREETS & set(re.findall(r"[A-Z]+", " ".join(lines))))
    if not lines or unheard_of or not fits or not zip_fits(state, postal, address["CountryCode"]):
        return Reply({"XAVResponse": answer | {"NoCandidatesIndicator": ""}})
    certain = bool(re.match("[0-9]", lines[0]))
    kind = _classification(lines)
    if option in {"2", "3"}:
        answer["AddressClassification"] = {"Code": kind, "Description": _CLASSES[kind]}
    answer["ValidAddressIndicator" if certain else "AmbiguousAddressIndicator"] = ""
    guesses = [lines] if certain else [[f"{house} {lines[0]}", *lines[1:]] for house in (100, 200)]
    candidates = [_candidate(guess, address, kind) for guess in guesses]
    return Reply({"XAVResponse": answer | {"Candidate": carrier.listed("xav", candidates)}})


def _classification(lines: list[str]) -> str:
    words = set(re.findall(r"[A-Z]+", " ".join(lines)))
    if words & {"STE", "SUITE", "FLOOR", "FL", "DOCK", "BLDG", "WAREHOUSE"}:
        return "1"
    return "2"


def _candidate(lines: list[str], address: Json, kind: str) -> Json:
    known = _STREET_WORDS | _MISSPELT
    street = [" ".join(known.get(word.strip(".,"), word.strip(".,")) for word in line.split()) for line in lines]
    city, state = str(address.get("PoliticalDivision2", "")).upper(), str(address.get("PoliticalDivision1", ""))
    postal = str(address["PostcodePrimaryLow"])[:5]
    extended = f"{int(hashlib.sha256(' '.join(street).encode()).hexdigest()[:8], 16) % 9000 + 1000}"
    form: Json = {
        "AddressLine": street,
        "PostcodePrimaryLow": postal,
        "PostcodeExtendedLow": extended,
        "Region": " ".join(part for part in (city, state, f"{postal}-{extended}") if part),
        "CountryCode": address["CountryCode"],
    }
    form |= {"PoliticalDivision2": city} if city else {}
    form |= {"PoliticalDivision1": state} if state else {}
    return {"AddressClassification": {"Code": kind, "Description": _CLASSES[kind]}, "AddressKeyFormat": form}


async def create_pickup(carrier: Carrier, call: Call) -> Reply:
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
    await carrier.records.run(partial(_book_pickup, prn=prn, place=place))
    answer: Json = {
        "Response": carrier.response("pickup", at(request, "Request", "TransactionReference", "CustomerContext"))
    }
    answer |= {"PRN": prn, "RateStatus": {"Code": "01", "Description": "Rate available"}}
    account = str(at(request, "Shipper", "Account", "AccountCountryCode") or where["CountryCode"])
    if request.get("RatePickupIndicator") == "Y":
        answer["RateResult"] = {"CurrencyCode": billed_in(account), "GrandTotalOfAllCharge": "7.85"}
    else:
        answer["RateStatus"] = {"Code": "04", "Description": "Rate not requested"}
    return Reply({"PickupCreationResponse": answer})


def _book_pickup(connection: sqlite3.Connection, prn: str, place: str) -> None:
    connection.execute(
        "insert into pickups (prn, place, created_at) values (?, ?, ?)"
        " on conflict (prn) do update set cancelled_at = null",
        (prn, place, datetime.now(UTC).isoformat()),
    )


async def cancel_pickup(carrier: Carrier, call: Call) -> Reply:
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
