"""Our typed shipment in UPS's words: true to its documents, closed, and to each trap of its API."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from mcp_servers.shared.faults import ToolFault
from mcp_servers.ups.addresses import AddressValidateArguments, address_request
from mcp_servers.ups.lanes import check_lane
from mcp_servers.ups.models import Label, Shipment
from mcp_servers.ups.payment import check_payment
from mcp_servers.ups.pickups import PickupScheduleArguments, pickup_rate_request, pickup_request
from mcp_servers.ups.recovery import recovery_request
from mcp_servers.ups.requests import rate_request, ship_request
from mcp_servers.ups.travel import TransitTimesArguments, transit_request
from tests import ups_shipments

REFERENCE = "SCABCDEFGH00000101"


def model(body: dict[str, Any]) -> Shipment:
    return Shipment.model_validate_json(json.dumps(body))


def sent(body: dict[str, Any], label: Label | None = None) -> dict[str, Any]:
    request = ship_request(model(body), REFERENCE, label or Label())
    return request["ShipmentRequest"]["Shipment"]  # type: ignore[no-any-return]


def island(shipment: dict[str, Any], who: str) -> None:
    shipment[who]["address"] = {"lines": ["Calle 5"], "city": "San Juan", "postal_code": "00907", "country_code": "PR"}


def variations(shipment: dict[str, Any]) -> dict[str, dict[str, Any]]:
    everything = json.loads(json.dumps(shipment))
    everything["ship_to"]["address"]["residential"] = True
    everything["saturday_delivery"] = True
    everything["shipment_date"] = "20261123"
    everything["ship_from"] = {key: everything["shipper"][key] for key in ("name", "phone", "address")}
    everything["ship_to"]["email"] = "robin@example.com"
    everything["packages"] *= 3
    everything["packages"][0] = everything["packages"][0] | {
        "description": "Two books",
        "signature": "adult",
        "declared_value": {"amount": "120.00", "currency_code": "USD"},
    }
    returned = json.loads(json.dumps(shipment)) | {"return_service_code": "9", "ship_from": shipment["ship_to"]}
    bare = {key: shipment[key] for key in ("shipper", "ship_to", "service_code")} | {
        "packages": [{"weight": {"value": "12.25", "unit": "LBS"}}]
    }
    return {"plain": shipment, "everything": everything, "return": returned, "bare": bare}


@pytest.mark.parametrize("name", ["plain", "everything", "return", "bare"])
@pytest.mark.parametrize("label", ["ZPL", "GIF"])
def test_domestic_requests_conform(
    shipment: dict[str, Any], conforms: Callable[..., None], name: str, label: Any
) -> None:
    body = model(variations(shipment)[name])
    check_lane(body)
    request = ship_request(body, REFERENCE, Label(format=label))
    conforms("POST", "/api/shipments/v2409/ship", "request", "-", request)
    for option, day in (("Rate", None), ("Shop", None), ("Shop", "20261123")):
        rating = rate_request(body, option, "context", day)
        conforms("POST", f"/api/rating/v2409/{option}", "request", "-", rating)


@pytest.mark.parametrize("signature", [None, "signature"])
def test_requests_abroad_conform(abroad: dict[str, Any], conforms: Callable[..., None], signature: Any) -> None:
    if signature:
        abroad["packages"][0]["signature"] = signature
    body = model(abroad)
    check_lane(body)
    conforms("POST", "/api/shipments/v2409/ship", "request", "-", ship_request(body, REFERENCE, Label()))
    conforms("POST", "/api/rating/v2409/Shop", "request", "-", rate_request(body, "Shop", "context", "20261123"))


def test_the_other_requests_conform(conforms: Callable[..., None]) -> None:
    recovery = "/api/labels/v1/recovery"
    conforms("POST", recovery, "request", "-", recovery_request(Label(), tracking_number="1ZSIMSIM0300000011"))
    conforms("POST", recovery, "request", "-", recovery_request(Label(), reference=REFERENCE, shipper="A1B2C3"))
    conforms("POST", "/api/addressvalidation/v2/3", "request", "-", address_request(an_address()))
    conforms("POST", "/api/shipments/v1/transittimes", "request", "-", transit_request(a_journey(), date(2026, 11, 20)))
    conforms("POST", "/api/pickupcreation/v2409/pickup", "request", "-", pickup_request(a_pickup()))
    rated = pickup_rate_request(a_pickup())
    assert rated["PickupRateRequest"]["ServiceDateOption"] == "03", "as the text of the document has it"
    rated["PickupRateRequest"]["ServiceDateOption"] = "3"  # its length says one character
    conforms("POST", "/api/shipments/v2409/pickup/oncall", "request", "-", rated)


def an_address() -> AddressValidateArguments:
    return AddressValidateArguments(
        environment="simulator", lines=["12 Sample St"], city="Alpharetta", state="GA", postal_code="30005-1234",
        country_code="US",
    )  # fmt: skip


def a_journey() -> TransitTimesArguments:
    return TransitTimesArguments.model_validate_json(
        json.dumps(
            {
                "environment": "simulator",
                "origin": {"postal_code": "21093", "country_code": "US"},
                "destination": {"postal_code": "30005", "country_code": "US"},
                "weight": {"value": "10.5", "unit": "LBS"},
                "packages": 2,
            }
        )
    )


def a_pickup() -> PickupScheduleArguments:
    said = {"environment": "simulator", "total_weight": {"value": "320.5", "unit": "LBS"}, "reference": "JOB42"}
    return PickupScheduleArguments.model_validate_json(json.dumps(ups_shipments.pickup("20261123") | said))


@pytest.mark.parametrize(
    ("start", "end", "on_packages"), [("US", "US", True), ("PR", "PR", True), ("US", "PR", False), ("PR", "US", False)]
)
def test_trap_8_references_by_lane(abroad: dict[str, Any], start: str, end: str, on_packages: bool) -> None:
    home = abroad["shipper"]["address"]
    for who, country in (("shipper", start), ("ship_to", end)):
        abroad[who] |= {"phone": "7705550123", "address": dict(home)}
        if country == "PR":
            island(abroad, who)
    abroad["packages"] *= 2
    body = sent(abroad | {"service_code": "03"})
    ours = [{"Code": "PO", "Value": "ORD-1001"}, {"Code": "TN", "Value": REFERENCE}]
    assert body.get("ReferenceNumber") == (None if on_packages else ours)
    assert [package.get("ReferenceNumber") for package in body["Package"]] == [ours if on_packages else None] * 2


def test_without_an_order_number_ours_is_the_only_reference(shipment: dict[str, Any]) -> None:
    del shipment["customer_reference"]
    assert sent(shipment)["Package"][0]["ReferenceNumber"] == [{"Code": "TN", "Value": REFERENCE}]


@pytest.mark.parametrize(("asked", "package", "whole"), [("signature", "2", "1"), ("adult", "3", "2")])
def test_trap_9_signature_numbers_differ_by_level(
    shipment: dict[str, Any], asked: str, package: str, whole: str
) -> None:
    shipment["packages"][0]["signature"] = asked
    body = sent(shipment)
    assert body["Package"][0]["PackageServiceOptions"]["DeliveryConfirmation"] == {"DCISType": package}
    assert "ShipmentServiceOptions" not in body
    shipment["ship_to"]["address"] = {
        "lines": ["Beispielstr. 1"],
        "city": "Berlin",
        "postal_code": "10115",
        "country_code": "DE",
    }
    body = sent(shipment)
    assert "PackageServiceOptions" not in body["Package"][0]
    assert body["ShipmentServiceOptions"]["DeliveryConfirmation"] == {"DCISType": whole}


def test_trap_7_sizes_are_whole_and_the_longest_side_is_the_length(shipment: dict[str, Any]) -> None:
    size = sent(shipment)["Package"][0]["Dimensions"]
    assert (size["Length"], size["Width"], size["Height"]) == ("10", "8", "4")


def test_trap_10_packaging_has_two_names(shipment: dict[str, Any]) -> None:
    rated = rate_request(model(shipment), "Rate", "c")["RateRequest"]["Shipment"]["Package"][0]
    assert rated["PackagingType"] == {"Code": "02"}
    assert rated["PackageWeight"]["UnitOfMeasurement"] == {"Code": "LBS", "Description": "Pounds"}
    assert sent(shipment)["Package"][0]["Packaging"] == {"Code": "02"}


def test_trap_11_pickups_have_three_digit_services() -> None:
    assert pickup_request(a_pickup())["PickupCreationRequest"]["PickupPiece"][0]["ServiceCode"] == "003"


def test_trap_17_address_lines_are_a_list_and_a_zip_has_no_dash(shipment: dict[str, Any]) -> None:
    shipment["ship_to"]["address"]["postal_code"] = "30005-1234"
    address = sent(shipment)["ShipTo"]["Address"]
    assert address["AddressLine"] == ["12 Sample St", "Apt 4"]
    assert address["PostalCode"] == "300051234"


def test_trap_18_a_missing_phone_stays_missing(shipment: dict[str, Any]) -> None:
    del shipment["ship_to"]["phone"]
    assert "Phone" not in sent(shipment)["ShipTo"]


def test_a_phone_beyond_ten_digits_has_an_extension(shipment: dict[str, Any]) -> None:
    shipment["ship_to"]["phone"] = "77055501231234"
    assert sent(shipment)["ShipTo"]["Phone"] == {"Number": "7705550123", "Extension": "1234"}


def test_trap_19_sub_versions_have_four_characters(shipment: dict[str, Any]) -> None:
    assert ship_request(model(shipment), REFERENCE, Label())["ShipmentRequest"]["Request"]["SubVersion"] == "2205"
    assert rate_request(model(shipment), "Rate", "c")["RateRequest"]["Request"]["SubVersion"] == "2409"


def test_trap_20_the_invoice_is_form_01(abroad: dict[str, Any]) -> None:
    form = sent(abroad)["ShipmentServiceOptions"]["InternationalForms"]
    assert form["FormType"] == ["01"]
    assert all(len(line) <= 35 for line in form["Product"][0]["Description"])
    assert form["Contacts"]["SoldTo"]["Name"] == "Kunde GmbH"


def test_trap_23_nothing_empty_is_sent(abroad: dict[str, Any]) -> None:
    def values(node: Any) -> list[Any]:
        if isinstance(node, dict):
            return [deep for value in node.values() for deep in values(value)] or [None]
        if isinstance(node, list):
            return [deep for value in node for deep in values(value)] or [None]
        return [node]

    for body in (abroad, {key: abroad[key] for key in ("shipper", "ship_to", "service_code", "packages")}):
        assert not {None, ""} & set(values(ship_request(model(body), REFERENCE, Label())))
        assert not {None, ""} & set(values(rate_request(model(body), "Rate", "c")))


def test_presence_flags_are_absent_unless_they_are_meant(shipment: dict[str, Any]) -> None:
    assert "ResidentialAddressIndicator" not in sent(shipment)["ShipTo"]["Address"]
    shipment["ship_to"]["address"]["residential"] = True
    shipment["shipper"]["address"]["residential"] = True
    body = sent(shipment)
    assert "ResidentialAddressIndicator" in body["ShipTo"]["Address"]
    assert "ResidentialAddressIndicator" not in body["Shipper"]["Address"]


def test_the_label_specification_of_a_recovery_is_a_sibling_of_request() -> None:
    body = recovery_request(Label(format="GIF"), tracking_number="1ZSIMSIM0300000011")["LabelRecoveryRequest"]
    assert body["LabelSpecification"]["HTTPUserAgent"] == "Mozilla/4.5"
    assert set(body["Request"]) == {"TransactionReference"}


def test_transit_times_are_flat_with_real_numbers() -> None:
    body = transit_request(a_journey(), date(2026, 11, 20))
    assert (body["weight"], body["numberOfPackages"], body["residentialIndicator"]) == (10.5, 2, "02")


@pytest.mark.parametrize(
    ("country", "total"), [("CA", {"CurrencyCode": "USD", "MonetaryValue": "25.00"}), ("DE", None)]
)
def test_the_invoice_total_is_sent_where_ups_takes_it(abroad: dict[str, Any], country: str, total: Any) -> None:
    if country == "CA":
        abroad["ship_to"]["phone"] = "6135550123"
        abroad["ship_to"]["address"] = {
            "lines": ["1 Sample St"],
            "city": "Ottawa",
            "state": "ON",
            "postal_code": "K1A 0B1",
            "country_code": "CA",
        }
    assert sent(abroad).get("InvoiceLineTotal") == total


@pytest.mark.parametrize(
    ("change", "code", "where"),
    [
        ({"description": None}, "E-2103", "description"),
        ({"service_code": "03"}, "E-2105", "service_code"),
    ],
)
def test_lanes_refuse_before_ups_does(abroad: dict[str, Any], change: dict[str, Any], code: str, where: str) -> None:
    body = {key: value for key, value in (abroad | change).items() if value is not None}
    with pytest.raises(ToolFault) as refused:
        check_lane(model(body))
    assert (refused.value.code, refused.value.where) == (code, where)
    assert refused.value.more["outcome"] == "not_done"


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"service_code": "13"}, "service_code"),
        ({"description": None}, "description"),
        ({"packages": 2}, "packages"),
        ({"ship_from": None}, "ship_from"),
    ],
)
def test_returns_have_rules_of_their_own(shipment: dict[str, Any], change: dict[str, Any], where: str) -> None:
    body = shipment | {"return_service_code": "9", "ship_from": shipment["ship_to"]} | change
    if change.get("packages"):
        body["packages"] = shipment["packages"] * 2
    with pytest.raises(ToolFault) as refused:
        check_lane(model({key: value for key, value in body.items() if value is not None}))
    assert (refused.value.code, refused.value.where) == ("E-2104", where)


@pytest.mark.parametrize("missing", ["phone", "attention_name"])
def test_early_delivery_needs_somebody_to_ask_for_and_to_call(shipment: dict[str, Any], missing: str) -> None:
    del shipment["ship_to"][missing]
    with pytest.raises(ToolFault, match="E-2103"):
        check_lane(model(shipment | {"service_code": "14"}))


@pytest.mark.parametrize(("state", "rated"), [("VN-44", None), ("D", None), ("MD", "MD"), (None, None)])
def test_rating_hears_of_states_of_two_letters_only(
    shipment: dict[str, Any], state: str | None, rated: str | None
) -> None:
    """UPS's document for rates admits no others; a label carries the county of Ireland and the province of Vietnam."""
    body = model(shipment)
    body.ship_to.address.state = state
    told = rate_request(body, "Rate", "c")["RateRequest"]["Shipment"]["ShipTo"]["Address"]
    assert told.get("StateProvinceCode") == rated
    labelled = ship_request(body, REFERENCE, Label())["ShipmentRequest"]["Shipment"]["ShipTo"]["Address"]
    assert labelled.get("StateProvinceCode") == state


OTHERS = [
    ({"payer": "receiver", "account_number": "9X9X9X", "postal_code": "30005-1234"},
     {"BillReceiver": {"AccountNumber": "9X9X9X", "Address": {"PostalCode": "300051234"}}}),
    ({"payer": "third_party", "account_number": "9X9X9X", "postal_code": "K1A 0B1", "country_code": "CA"},
     {"BillThirdParty": {"AccountNumber": "9X9X9X", "Address": {"PostalCode": "K1A0B1", "CountryCode": "CA"}}}),
    ({"payer": "third_party", "account_number": "9X9X9X", "country_code": "HK"},
     {"BillThirdParty": {"AccountNumber": "9X9X9X", "Address": {"CountryCode": "HK"}}}),
    ({"payer": "consignee"}, {"ConsigneeBilledIndicator": "Y"}),
]  # fmt: skip
"""Who pays, and what UPS is told."""


@pytest.mark.parametrize(("billing", "charge"), OTHERS)
def test_another_account_pays_for_the_quote_and_the_shipment(
    shipment: dict[str, Any], conforms: Callable[..., None], billing: dict[str, str], charge: dict[str, Any]
) -> None:
    body = model(shipment | {"billing": billing})
    check_payment(body)
    create, quote = ship_request(body, REFERENCE, Label()), rate_request(body, "Rate", "r1")
    conforms("POST", "/api/shipments/v2409/ship", "request", "-", create)
    conforms("POST", "/api/rating/v2409/Rate", "request", "-", quote)
    asked = [
        create["ShipmentRequest"]["Shipment"]["PaymentInformation"],
        quote["RateRequest"]["Shipment"]["PaymentDetails"],
    ]
    assert asked == [{"ShipmentCharge": [{"Type": "01", **charge}]}] * 2
    assert "A1B2C3" not in json.dumps(asked), "never our own account beside it"


def test_duties_tax_numbers_and_ioss_go_to_customs(shipment: dict[str, Any], conforms: Callable[..., None]) -> None:
    ups_shipments.abroad(shipment)
    shipment |= {
        "duties": {"payer": "shipper"},
        "ioss": "IM2760001234",
        "tax_ids": [
            {"of": "recipient", "kind": "eori", "number": "DE123456789012345"},
            {"of": "sender", "kind": "tax", "number": "12-3456789"},
        ],
    }
    check_payment(model(shipment))
    conforms("POST", "/api/shipments/v2409/ship", "request", "-", ship_request(model(shipment), REFERENCE, Label()))
    body = sent(shipment)
    own = {"BillShipper": {"AccountNumber": "A1B2C3"}}
    assert body["PaymentInformation"]["ShipmentCharge"] == [{"Type": "01", **own}, {"Type": "02", **own}]
    assert body["ShipFrom"]["Name"] == shipment["shipper"]["name"]
    assert body["ShipFrom"]["VendorInfo"] == {
        "VendorCollectIDTypeCode": "0356",
        "VendorCollectIDNumber": "IM2760001234",
    }
    agents = body["GlobalTaxInformation"]["AgentTaxIdentificationNumber"]
    told = [
        (agent["AgentRole"], one["IdentificationNumber"], one["IDNumberPurposeCode"], one["IDNumberTypeCode"])
        for agent in agents
        for one in agent["TaxIdentificationNumber"]
    ]
    assert told == [("20", "12-3456789", "01", "1002"), ("30", "DE123456789012345", "02", "0002")]


@pytest.mark.parametrize(
    ("abroad", "changes", "where"),
    [
        (True, {"billing": {"payer": "consignee"}}, "billing"),
        (False, {"duties": {"payer": "shipper"}}, "duties"),
        (False, {"ioss": "IM2760001234"}, "ioss"),
        (False, {"tax_ids": [{"of": "sender", "kind": "tax", "number": "12-3456789"}]}, "tax_ids"),
        (False, {"billing": {"payer": "receiver", "account_number": "9X9X9X"}}, "billing.postal_code"),
        (
            True,
            {"duties": {"payer": "third_party", "account_number": "9X9X9X", "country_code": "US"}},
            "duties.postal_code",
        ),
    ],
)
def test_a_payer_that_ups_would_refuse_is_refused_before(
    shipment: dict[str, Any], abroad: bool, changes: dict[str, Any], where: str
) -> None:
    if abroad:
        ups_shipments.abroad(shipment)
    with pytest.raises(ToolFault) as told:
        check_payment(model(shipment | changes))
    assert (told.value.where, told.value.more["outcome"]) == (where, "not_done")


@pytest.mark.parametrize(
    "billing",
    [
        {"payer": "receiver", "postal_code": "30005"},
        {"payer": "third_party", "account_number": "9X9X9X", "postal_code": "30005"},
        {"payer": "third_party", "country_code": "US", "postal_code": "30005"},
        {"payer": "consignee", "account_number": "9X9X9X"},
        {"payer": "shipper"},
        {"payer": "receiver", "account_number": "9x9", "postal_code": "30005"},
    ],
)
def test_a_half_named_payer_is_no_shipment(shipment: dict[str, Any], billing: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="billing"):
        model(shipment | {"billing": billing})
