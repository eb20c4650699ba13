"""A shipment for a UPS Access Point: what UPS is sent, what is refused on both sides, and what the label says."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from mcp_servers.shared.faults import ToolFault
from mcp_servers.ups.lanes import check_lane
from mcp_servers.ups.locations import LocationSearchArguments, location_request
from mcp_servers.ups.models import Label, Shipment
from mcp_servers.ups.requests import rate_request, ship_request
from mcp_servers.ups.simulator.checks import check_rate, check_ship
from mcp_servers.ups.simulator.parcels import read_shipment
from mcp_servers.ups.simulator.pictures import label_lines
from mcp_servers.ups.simulator.rates import price
from tests import ups_shipments

POINT = {
    "id": "U30005001",
    "name": "Corner Market",
    "address": {"lines": ["9 Market St"], "city": "Alpharetta", "state": "GA", "postal_code": "30005", "country_code": "US"},
}  # fmt: skip


def held(**changes: Any) -> dict[str, Any]:
    body = ups_shipments.domestic() | {"access_point": copy.deepcopy(POINT)}
    body["ship_to"]["email"] = "robin@example.com"
    return body | changes


def model(body: dict[str, Any]) -> Shipment:
    return Shipment.model_validate_json(json.dumps(body))


def created(body: dict[str, Any]) -> dict[str, Any]:
    return ship_request(model(body), "SCPOINT000001", Label())


def quoted(body: dict[str, Any], option: str = "Rate") -> dict[str, Any]:
    shipment: dict[str, Any] = rate_request(model(body), option, "t")["RateRequest"]["Shipment"]
    return shipment


def test_the_consignee_stays_and_the_point_goes_beside() -> None:
    shipment = created(held())["ShipmentRequest"]["Shipment"]
    plain = created({name: part for name, part in held().items() if name != "access_point"})
    assert shipment["ShipTo"] == plain["ShipmentRequest"]["Shipment"]["ShipTo"]
    assert shipment["Package"] == plain["ShipmentRequest"]["Shipment"]["Package"], "references are where they were"
    assert shipment["ShipmentIndicationType"] == [{"Code": "01"}]
    assert shipment["AlternateDeliveryAddress"] == {
        "Name": "Corner Market",
        "AttentionName": "Robin Field",
        "UPSAccessPointID": "U30005001",
        "Address": {
            "AddressLine": ["9 Market St"],
            "City": "Alpharetta",
            "StateProvinceCode": "GA",
            "PostalCode": "30005",
            "CountryCode": "US",
        },
    }


def test_ups_tells_the_customer_where_it_waits_beside_other_notices() -> None:
    body = held(notify={"on": ["ship", "delivery"], "email": "shop@example.com"})
    notices = created(body)["ShipmentRequest"]["Shipment"]["ShipmentServiceOptions"]["Notification"]
    assert [(one["NotificationCode"], one["EMail"]["EMailAddress"]) for one in notices] == [
        ("012", ["robin@example.com"]),
        ("6", ["shop@example.com"]),
        ("8", ["shop@example.com"]),
    ]


@pytest.mark.parametrize("option", ["Rate", "Shop"])
def test_a_quote_is_of_the_same_shipment(option: str) -> None:
    shipment = quoted(held(), option)
    assert shipment["ShipmentIndicationType"] == [{"Code": "01"}]
    assert shipment["AlternateDeliveryAddress"]["Name"] == "Corner Market"
    assert "UPSAccessPointID" not in shipment["AlternateDeliveryAddress"], "Rating has no place for it"


def test_quote_and_shipment_cost_the_same_and_no_home_is_charged() -> None:
    body = held()
    body["ship_to"]["address"]["residential"] = True
    bought = price(read_shipment(created(body)["ShipmentRequest"]["Shipment"]), "03")
    assert bought.own == price(read_shipment(quoted(body)), "03").own
    assert "270" not in dict(bought.itemized)


@pytest.mark.parametrize("service", ["01", "02", "03", "12", "13"])
def test_services_that_go_there(service: str) -> None:
    body = held(service_code=service)
    check_lane(model(body))
    request = created(body)
    assert check_ship(request, read_shipment(request["ShipmentRequest"]["Shipment"])) is None
    rated = {"RateRequest": {"Shipment": quoted(body)}}
    assert check_rate(rated, read_shipment(rated["RateRequest"]["Shipment"]), shop=False) is None


ELSEWHERE = POINT["address"] | {"state": "ON", "postal_code": "M5V 3L9", "country_code": "CA"}  # type: ignore[operator]
WITHOUT_EMAIL = ups_shipments.domestic()["ship_to"]


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"service_code": "14"}, "service_code"),
        ({"service_code": "93"}, "service_code"),
        ({"ship_to": WITHOUT_EMAIL}, "ship_to.email"),
        ({"access_point": POINT | {"address": ELSEWHERE}}, "access_point.address.country_code"),
        ({"notify": {"on": ["ship", "exception", "delivery"], "email": "a@example.com"}}, "notify.on"),
        ({"return_service_code": "9", "ship_from": WITHOUT_EMAIL}, "access_point"),
    ],
)
def test_what_ups_would_refuse_is_not_sent(changes: dict[str, Any], where: str) -> None:
    with pytest.raises(ToolFault) as refused:
        check_lane(model(held(**changes)))
    assert (refused.value.where, refused.value.more["outcome"]) == (where, "not_done")


def without(shipment: dict[str, Any], name: str) -> None:
    del shipment[name]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda body: without(body, "AlternateDeliveryAddress"), "9120271"),
        (lambda body: without(body, "ShipmentIndicationType"), "9120270"),
        (lambda body: body.update(ShipmentIndicationType=[{"Code": "03"}]), "9120270"),
        (lambda body: without(body["AlternateDeliveryAddress"], "AttentionName"), "9120272"),
        (lambda body: body["AlternateDeliveryAddress"].update(UPSAccessPointID="U1"), "9120273"),
        (lambda body: without(body["AlternateDeliveryAddress"]["Address"], "AddressLine"), "9120274"),
        (lambda body: body["AlternateDeliveryAddress"]["Address"].update(PostalCode="90210"), "9120274"),
        (lambda body: without(body, "ShipmentServiceOptions"), "120560"),
        (lambda body: body["Service"].update(Code="14"), "121211"),
        (lambda body: body.update(ReturnService={"Code": "9"}), "9120275"),
    ],
)
def test_the_practice_ups_refuses_what_the_official_text_refuses(change: Any, code: str) -> None:
    body = held()
    body["ship_to"] |= {"attention_name": "Robin Field"}
    request = created(body)
    shipment = request["ShipmentRequest"]["Shipment"]
    change(shipment)
    found = check_ship(request, read_shipment(shipment))
    assert found is not None
    assert found[0] == code


def test_a_notice_of_a_point_needs_a_point() -> None:
    body = created(held(notify={"on": ["ship"], "email": "a@example.com"}))
    shipment = body["ShipmentRequest"]["Shipment"]
    del shipment["AlternateDeliveryAddress"], shipment["ShipmentIndicationType"]
    found = check_ship(body, read_shipment(shipment))
    assert found is not None
    assert found[0] == "9120261"


def test_the_label_names_the_point_and_who_comes() -> None:
    lines = label_lines(created(held())["ShipmentRequest"], 1, "1ZSIMSIM0300000011", "UPS Ground")
    assert lines["to_heading"] == "HOLD FOR PICKUP AT:"
    assert lines["to"] == ["Robin Field", "Corner Market", "9 Market St", "Alpharetta GA 30005", "US"]


def asked(**more: Any) -> dict[str, Any]:
    arguments = {"environment": "simulator", "country_code": "US", **more}
    request: dict[str, Any] = location_request(LocationSearchArguments(**arguments))["LocatorRequest"]
    return request


def test_a_search_asks_for_open_points_nearest_first() -> None:
    request = asked(lines=["12 Sample St", "Apt 4"], city="Alpharetta", state="GA", postal_code="30005-1234", most=3)
    assert request == {
        "Request": {"RequestAction": "Locator"},
        "OriginAddress": {
            "AddressKeyFormat": {
                "AddressLine": "12 Sample St",
                "AddressLine2": "Apt 4",
                "PoliticalDivision2": "Alpharetta",
                "PoliticalDivision1": "GA",
                "PostcodePrimaryLow": "30005",
                "PostcodeExtendedLow": "1234",
                "CountryCode": "US",
            }
        },
        "Translate": {"Locale": "en_US"},
        "UnitOfMeasurement": {"Code": "MI"},
        "LocationSearchCriteria": {
            "MaximumListSize": "3",
            "SearchRadius": "25",
            "AccessPointSearch": {
                "AccessPointStatus": "01",
                "IncludeCriteria": {"SearchFilter": {"ShippingAvailabilityIndicator": "Y"}},
            },
        },
        "SortCriteria": {"SortType": "01"},
    }


def test_an_id_goes_with_no_other_condition_and_other_countries_count_in_kilometres() -> None:
    request = asked(access_point_id="U30005001", postal_code="30005")
    assert request["LocationSearchCriteria"]["AccessPointSearch"] == {"PublicAccessPointID": "U30005001"}
    assert asked(country_code="DE", postal_code="10115")["UnitOfMeasurement"] == {"Code": "KM"}
    assert "AccessPointSearch" not in asked(kind="any", postal_code="30005")["LocationSearchCriteria"]


def test_both_requests_conform_to_the_official_documents(conforms: Callable[..., None]) -> None:
    """But for the notice: its code has three digits by the document's own text and one by its own length."""
    request = created(held())
    del request["ShipmentRequest"]["Shipment"]["ShipmentServiceOptions"]
    conforms("POST", "/api/shipments/v2409/ship", "request", "-", request)
    conforms("POST", "/api/rating/v2409/Rate", "request", "-", rate_request(model(held()), "Rate", "context"))
