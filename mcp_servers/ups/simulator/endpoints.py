"""The rest of the API: tokens, address validation."""

import base64
import hashlib
import re
import time
from typing import Any

from mcp_servers.ups.simulator.carrier import Call, Carrier, Reply, refusal
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
