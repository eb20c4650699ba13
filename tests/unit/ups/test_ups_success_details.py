"""What comes with a success and must not be lost: alerts, whose price it is, an address that could be several."""

import json
from typing import Any

import pytest

from mcp_servers.shared.faults import ToolFault
from mcp_servers.ups.addresses import AddressValidateArguments, validate
from mcp_servers.ups.arguments import LabelRecoverArguments, ShippingVoidArguments
from mcp_servers.ups.models import RatingQuoteArguments
from mcp_servers.ups.outcome import fault_of, is_answer, outcome_of, reply, token_fault_of
from mcp_servers.ups.rating import quote
from mcp_servers.ups.recovery import label_recover
from mcp_servers.ups.travel import TransitTimesArguments, transit_times
from mcp_servers.ups.ups_codes import MEANINGS
from mcp_servers.ups.voiding import void
from tests.unit.ups.scripted import LABEL, NUMBER, answer

UNREGISTERED = {"Code": "112153", "Description": "The user is not registered: list prices."}
MAY_VARY = {"Code": "110971", "Description": "Your invoice may vary from the displayed reference rates"}
RECLASSIFIED = {"Code": "110920", "Description": "Ship To Address Classification is changed"}
CHARGE = {"CurrencyCode": "USD", "MonetaryValue": "14.51"}
PAGE = b"<html>Unauthorized</html>"


def codes(alerts: Any) -> list[str]:
    return [alert.code for alert in alerts or []]


def asking(shipment: dict[str, Any]) -> RatingQuoteArguments:
    return RatingQuoteArguments.model_validate_json(json.dumps({"environment": "simulator", "shipment": shipment}))


async def test_alerts_of_the_answer_and_of_the_rate_are_both_told(ups: Any, shipment: dict[str, Any]) -> None:
    own = {"TotalCharge": {"CurrencyCode": "USD", "MonetaryValue": "9.80"}}
    rated = {"Service": {"Code": "03"}, "TotalCharges": CHARGE, "RatedShipmentAlert": [RECLASSIFIED, MAY_VARY]}
    response = {"Response": {"Alert": [UNREGISTERED, MAY_VARY]}}
    app, _ = ups(answer(200, {"RateResponse": response | {"RatedShipment": [rated | {"NegotiatedRateCharges": own}]}}))
    got = await quote(app, asking(shipment))
    assert codes(got.alerts) == ["112153", "110971", "110920"], "each once"
    assert got.negotiated is True


async def test_a_list_price_says_so_even_where_ups_says_nothing(ups: Any, shipment: dict[str, Any]) -> None:
    app, _ = ups(answer(200, {"RateResponse": {"RatedShipment": {"Service": {"Code": "03"}, "TotalCharges": CHARGE}}}))
    got = await quote(app, asking(shipment))
    assert (codes(got.alerts), got.negotiated) == (["E-3111"], False)


async def test_alerts_of_a_void_a_recovery_and_an_address_are_told(ups: Any) -> None:
    response = {"Response": {"Alert": MAY_VARY}}
    done = {"SummaryResult": {"Status": {"Code": "1", "Description": "Voided"}}}
    app, _ = ups(answer(200, {"VoidShipmentResponse": response | done}))
    voided = await void(app, ShippingVoidArguments(environment="simulator", shipment_identification_number=NUMBER))
    assert codes(voided.alerts) == ["110971"]

    found = {"LabelResults": {"TrackingNumber": NUMBER, "LabelImage": LABEL}}
    app, _ = ups(answer(200, {"LabelRecoveryResponse": response | found}))
    recovered = await label_recover(app, LabelRecoverArguments(environment="simulator", tracking_number=NUMBER))
    assert codes(recovered.alerts) == ["110971"]

    app, _ = ups(answer(200, {"XAVResponse": response | {"NoCandidatesIndicator": ""}}))
    place = AddressValidateArguments(environment="simulator", lines=["1 Nowhere"], country_code="US")
    assert codes((await validate(app, place)).alerts) == ["110971"]


# HTTP 206: Time in Transit, where an address could be several.


def test_206_is_an_answer_to_a_read_and_never_a_shipment() -> None:
    some = reply(206, json.dumps({"destinationPickList": []}).encode(), "t")
    assert is_answer(some)
    assert outcome_of(some) == "unknown"
    assert not is_answer(reply(206, b"", "t"))
    assert not is_answer(reply(206, b"[1]", "t"))
    assert not is_answer(reply(206, json.dumps({"errors": [{"code": "1", "message": "no"}]}).encode(), "t"))


@pytest.fixture
def asked() -> TransitTimesArguments:
    place = {"country_code": "US", "city": "Springfield"}
    weight = {"value": "5", "unit": "LBS"}
    given = {"environment": "simulator", "origin": place, "destination": place, "weight": weight}
    return TransitTimesArguments.model_validate_json(json.dumps(given))


@pytest.mark.parametrize("end", ["origin", "destination"])
async def test_an_ambiguous_place_is_refused_with_the_places_it_could_be(
    ups: Any, asked: TransitTimesArguments, end: str
) -> None:
    places = [
        {"countryName": "UNITED STATES", "countryCode": "US", "stateProvince": state, "city": "SPRINGFIELD"}
        for state in ("IL", "IL", "MO", "MA", "OH", "OR", "VT", "NJ")
    ]
    body = {"validationList": {f"{end}Ambiguous": True, "invalidFieldList": []}, f"{end}PickList": places}
    app, client = ups(answer(206, body))
    client.read = taking(client.read)
    with pytest.raises(ToolFault) as caught:
        await transit_times(app, asked)
    assert (caught.value.code, caught.value.where) == ("E-3110", end)
    assert "SPRINGFIELD, IL, US; SPRINGFIELD, MO, US" in caught.value.message
    assert "NJ" not in caught.value.message, "a handful is enough"


def taking(read: Any) -> Any:
    """The scripted UPS, with the real client's rule of what is an answer."""

    async def with_rule(method: str, path: str, **more: Any) -> Any:
        return await read(method, path, accept=is_answer, **more)

    return with_rule


# Credentials


@pytest.mark.parametrize(
    ("status", "content", "code"),
    [
        (
            400,
            {"response": {"errors": [{"code": "10400", "message": "Invalid/Missing Authorization Header"}]}},
            "E-5002",
        ),
        (
            401,
            {"response": {"errors": [{"code": "10400", "message": "Invalid/Missing Authorization Header"}]}},
            "E-5002",
        ),
        (401, {"response": {"errors": [{"code": "10401", "message": "ClientId is Invalid"}]}}, "E-5002"),
        (
            401,
            {"response": {"errors": [{"code": "250002", "message": "Invalid Authentication Information."}]}},
            "E-5002",
        ),
        (401, PAGE, "E-5020"),
        (400, PAGE, "E-5020"),
        (401, b"", "E-5020"),
        (403, {"response": {"errors": [{"code": "x", "message": "Blocked Merchant"}]}}, "E-3005"),
        (503, b"no healthy upstream", "E-3002"),
    ],
)
def test_what_the_token_host_refuses_is_the_credentials(status: int, content: Any, code: str) -> None:
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    refusal = token_fault_of(reply(status, text, ""))
    assert refusal.code == code
    assert refusal.more["http_status"] == status
    assert refusal.retryable is (code == "E-3002")


def test_10400_of_any_host_is_the_credentials() -> None:
    body = {"response": {"errors": [{"code": "10400", "message": "Invalid/Missing Authorization Header"}]}}
    answered = reply(400, json.dumps(body).encode(), "t")
    assert fault_of(answered).code == "E-5002"
    assert outcome_of(answered) == "not_done"


@pytest.mark.parametrize("code", ["111211", "121211", "111215", "120051"])
def test_codes_that_shippers_meet_are_said_in_their_words(code: str) -> None:
    refusal = fault_of(
        reply(400, json.dumps({"response": {"errors": [{"code": code, "message": "Own"}]}}).encode(), "t")
    )
    assert MEANINGS[code].words in refusal.message
    assert "Own" in refusal.message
