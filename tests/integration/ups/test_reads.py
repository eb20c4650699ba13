"""Prices, days, addresses, tracking, pickups: what the tools answer, and what they do when UPS wobbles."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest

from tests import ups_shipments


async def test_shopping_lists_all_services_cheapest_first_with_days(server: Any, shipment: dict[str, Any]) -> None:
    found = (await server.call("rating_shop", shipment=shipment))["services"]
    prices = [Decimal(service["totalCharges"]["amount"]) for service in found]
    assert prices == sorted(prices)
    assert {service["service_code"] for service in found} == {"01", "02", "03", "12", "13", "14", "59"}
    assert all(service["transit_days"] >= 1 and len(service["delivery_date"]) == 8 for service in found)
    assert found[0]["service_name"] == "UPS Ground"


async def test_shopping_abroad_offers_what_goes_there(server: Any, abroad: dict[str, Any]) -> None:
    found = (await server.call("rating_shop", shipment=abroad))["services"]
    assert {service["service_code"] for service in found} == {"07", "08", "54", "65"}


async def test_a_quote_is_the_accounts_own_rate(server: Any, shipment: dict[str, Any]) -> None:
    quote = await server.call("rating_quote", shipment=shipment)
    assert quote["negotiated"] is True
    assert Decimal(quote["totalCharges"]["amount"]) < Decimal(quote["listCharges"]["amount"])
    assert quote["totalCharges"]["currencyCode"] == "USD"


async def test_transit_times(server: Any) -> None:
    answer = await server.call(
        "transit_times",
        origin={"postal_code": "21093", "country_code": "US"},
        destination={"postal_code": "30005", "country_code": "US"},
        ship_date="20261123",
        weight={"value": "5", "unit": "LBS"},
    )
    ground = next(service for service in answer["services"] if service["service_code"] == "03")
    assert (ground["service_level"], ground["delivery_date"], ground["business_days"]) == ("GND", "20261126", 3)


async def test_transit_times_to_nowhere(server: Any) -> None:
    refused = await server.refused(
        "transit_times",
        origin={"postal_code": "21093", "country_code": "US"},
        destination={"postal_code": "00000", "country_code": "US"},
        weight={"value": "5", "unit": "LBS"},
    )
    assert refused["code"] == "E-3001"


@pytest.mark.parametrize(
    ("lines", "state", "postal", "verdict", "kind"),
    [
        (["12 Sample Street", "Suite 5"], "GA", "30005", "valid", "commercial"),
        (["12 Sample St"], "GA", "30005", "valid", "residential"),
        (["Sample St"], "GA", "30005", "ambiguous", "residential"),
        (["12 Sample St"], "GA", "90210", "not_found", None),
        (["12 Sample Stret"], "GA", "30005", "valid", "residential"),
        (["12 Nowhere St"], "GA", "30005", "not_found", None),
    ],
)
async def test_addresses(
    server: Any, lines: list[str], state: str, postal: str, verdict: str, kind: str | None
) -> None:
    answer = await server.call(
        "address_validate", lines=lines, city="Alpharetta", state=state, postal_code=postal, country_code="US"
    )
    assert (answer["verdict"], answer.get("classification")) == (verdict, kind)
    if verdict == "valid":
        assert len(answer["candidates"]) == 1
        assert answer["candidates"][0]["lines"][0] == "12 SAMPLE ST"
        assert answer["differs"] is (lines[0] != "12 Sample St")


@pytest.mark.fault
async def test_the_test_environment_validates_two_states_only(server: Any, carrier: Any) -> None:
    carrier.fault("cie-mask")
    refused = await server.refused(
        "address_validate", lines=["1 A St"], city="Alpharetta", state="GA", postal_code="30005", country_code="US"
    )
    assert refused["ups_code"] == "9264030"


async def test_tracking(server: Any, shipment: dict[str, Any], reference: str, not_after: float) -> None:
    made = await server.call("shipping_create", reference=reference, not_after=not_after, shipment=shipment)
    number = made["trackingNumbers"][0]
    tracked = await server.call("track_package", tracking_number=number)
    assert (tracked["found"], tracked["status_type"], tracked["voided"]) == (True, "M", False)
    assert reference in tracked["references"]
    await server.call("shipping_void", shipment_identification_number=number)
    assert (await server.call("track_package", tracking_number=number))["voided"] is True


async def test_trap_4_nothing_found_is_a_success_of_ups(server: Any) -> None:
    answer = await server.call("track_package", tracking_number="1ZSIMSIM0399999990")
    assert answer["found"] is False


async def test_a_pickup_is_one_per_place_and_day(server: Any) -> None:
    first = await server.call("pickup_schedule", **ups_shipments.pickup())
    again = await server.call("pickup_schedule", **ups_shipments.pickup())
    other = await server.call("pickup_schedule", **ups_shipments.pickup("20991124"))
    assert first["prn"] == again["prn"] != other["prn"]
    assert Decimal(first["totalCharges"]["amount"]) > 0
    assert (await server.call("pickup_cancel", prn=first["prn"]))["cancelled"] is True
    assert (await server.refused("pickup_cancel", prn=first["prn"]))["ups_code"] == "9510215"


async def test_a_pickup_is_priced_before_and_found_by_its_reference_after(server: Any) -> None:
    asked = ups_shipments.pickup("20991126") | {"account_number": "B1B2C3"}
    price = await server.call("pickup_rate", pickup={"environment": "simulator", **asked})
    assert (Decimal(price["amount"]), price["currency_code"]) == (Decimal("7.85"), "USD")
    assert (await server.call("pickup_pending", account_number="B1B2C3"))["pickups"] == []
    made = await server.call("pickup_schedule", **asked, reference="SCPU0001")
    (pending,) = (await server.call("pickup_pending", account_number="B1B2C3"))["pickups"]
    assert (pending["prn"], pending["date"], pending["reference"]) == (made["prn"], "20991126", "SCPU0001")
    await server.call("pickup_cancel", prn=made["prn"])
    assert (await server.call("pickup_pending", account_number="B1B2C3"))["pickups"] == []


async def test_services_are_listed_with_the_environment(server: Any) -> None:
    result = await server.tools.call(server.app, "service_list", {})
    answer = result.structured_content
    assert answer["environment"] == "simulator"
    assert {"code": "03", "name": "UPS Ground", "reach": "domestic"} in answer["services"]


@pytest.mark.fault
@pytest.mark.parametrize(
    "fault",
    [
        "reset@rate:2",
        "lost-answer@rate:1",
        "text-503@rate:2",
        "error-500@rate:1",
        "garbage-200@rate:1",
        "burst-429@rate:1",
    ],
)
async def test_reads_are_repeated(server: Any, carrier: Any, shipment: dict[str, Any], fault: str) -> None:
    carrier.fault(fault)
    quote = await server.call("rating_quote", shipment=shipment)
    assert quote["totalCharges"]["amount"]


@pytest.mark.fault
async def test_reads_give_up_with_a_reason(server: Any, carrier: Any, shipment: dict[str, Any]) -> None:
    carrier.fault("text-503@rate")
    refused = await server.refused("rating_quote", shipment=shipment)
    assert (refused["code"], refused["retryable"]) == ("E-3002", True)
    assert "no healthy upstream" in refused["message"]


@pytest.mark.fault
async def test_trap_14_many_calls_share_one_token(server: Any, carrier: Any, shipment: dict[str, Any]) -> None:
    before = carrier.last_event()
    await asyncio.gather(*(server.call("rating_quote", shipment=shipment) for _ in range(10)))
    events = carrier.admin.get("/simulator/events", params={"after": before}).json()["events"]
    received = [event["operation"] for event in events if event["stage"] == "received"]
    assert received.count("token") == 1
    assert received.count("rate") == 10


@pytest.mark.fault
async def test_an_expired_token_is_renewed_once(server: Any, carrier: Any, shipment: dict[str, Any]) -> None:
    await server.call("rating_quote", shipment=shipment)
    before = carrier.last_event()
    carrier.fault("token-expired@rate:1")
    await server.call("rating_quote", shipment=shipment)
    events = carrier.admin.get("/simulator/events", params={"after": before}).json()["events"]
    assert [event["operation"] for event in events if event["stage"] == "received"] == ["rate", "token", "rate"]


@pytest.mark.fault
async def test_trap_15_a_product_that_was_never_added_does_not_loop(
    server: Any, carrier: Any, shipment: dict[str, Any]
) -> None:
    carrier.fault("token-expired@rate")
    before = carrier.last_event()
    refused = await server.refused("rating_quote", shipment=shipment)
    assert (refused["code"], refused["http_status"]) == ("E-5003", 401)
    events = carrier.admin.get("/simulator/events", params={"after": before}).json()["events"]
    assert [event["operation"] for event in events if event["stage"] == "received"].count("rate") == 2


@pytest.mark.fault
async def test_wrong_credentials_are_named(start_server: Any, carrier: Any, shipment: dict[str, Any]) -> None:
    carrier.fault("wrong-credentials")
    async with start_server(carrier.url) as server:
        refused = await server.refused("rating_quote", shipment=shipment)
    assert refused["code"] == "E-5002"


@pytest.mark.fault
async def test_a_token_that_ran_out_in_the_middle_of_a_batch(
    start_server: Any, carrier: Any, shipment: dict[str, Any], reference: str, not_after: float
) -> None:
    carrier.fault("token-lifetime=0:1")
    async with start_server(carrier.url) as server:
        quote = await server.call("rating_quote", shipment=shipment)
        made = await server.call("shipping_create", reference=reference, not_after=not_after, shipment=shipment)
    assert quote["totalCharges"]["amount"] == made["totalCharges"]["monetaryValue"]


@pytest.mark.fault
async def test_without_rates_of_its_own_an_account_is_told_so(
    server: Any, carrier: Any, shipment: dict[str, Any], reference: str, not_after: float
) -> None:
    own = await server.call("rating_quote", shipment=shipment)
    assert own["negotiated"] is True
    assert {alert["code"] for alert in own["alerts"]} == {"110971"}
    carrier.fault("no-own-rates")
    listed = await server.call("rating_quote", shipment=shipment)
    assert listed["negotiated"] is False
    assert listed["totalCharges"] == listed["listCharges"] == own["listCharges"]
    assert {alert["code"] for alert in listed["alerts"]} == {"110971", "112153", "E-3111"}
    made = await server.call("shipping_create", reference=reference, not_after=not_after, shipment=shipment)
    assert (made["negotiated"], [alert["code"] for alert in made["alerts"]]) == (False, ["120900"])
