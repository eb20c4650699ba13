"""What UPS's real answers do that its documents do not say, each read or refused as it must be (scripted answers)."""

import json
from pathlib import Path
from typing import Any

import pytest

from mcp_servers.shared.faults import ToolFault
from mcp_servers.ups.addresses import AddressValidateArguments, validate
from mcp_servers.ups.arguments import LabelRecoverArguments, ShippingVoidArguments
from mcp_servers.ups.finding import find
from mcp_servers.ups.labels import read_label
from mcp_servers.ups.lanes import check_lane
from mcp_servers.ups.models import Label, RatingQuoteArguments, Shipment
from mcp_servers.ups.outcome import fault_of
from mcp_servers.ups.rating import quote
from mcp_servers.ups.recovery import label_recover
from mcp_servers.ups.requests import rate_request, ship_request
from mcp_servers.ups.services import SERVICE_OF_LEVEL
from mcp_servers.ups.tracking import packages_of, says_not_found
from mcp_servers.ups.travel import TrackPackageArguments, TransitTimesArguments, track_package, transit_times
from mcp_servers.ups.ups_codes import MEANINGS, NOT_FOUND, TRANSIENT
from mcp_servers.ups.voiding import void
from tests.unit.ups.scripted import LABEL, NOTHING_TRACKED, NUMBER, REFERENCE, answer, error, looked_for, tracked

# Label recovery and finding


@pytest.mark.parametrize("results", [{"TrackingNumber": NUMBER, "LabelImage": LABEL, "Receipt": ""},
                                     [{"TrackingNumber": NUMBER, "LabelImage": LABEL, "Receipt": {}}]])  # fmt: skip
async def test_one_label_may_be_an_object_or_a_list(ups: Any, results: Any) -> None:
    body = {"LabelRecoveryResponse": {"ShipmentIdentificationNumber": NUMBER, "LabelResults": results}}
    app, _ = ups(answer(200, body))
    found = await label_recover(app, LabelRecoverArguments(environment="simulator", tracking_number=NUMBER))
    assert found.label_paths[0].endswith(f"{NUMBER}.zpl")
    await app.writer.close()


@pytest.mark.parametrize("code", sorted(NOT_FOUND - {"TW0001"}))
async def test_not_known_yet_is_not_found(ups: Any, code: str) -> None:
    app, client = ups(error(code), answer(200, NOTHING_TRACKED))
    assert (await find(app, looked_for())).status == "not_found"
    method, path, _body, params = client.asked[1]
    assert (method, path) == ("GET", f"/api/track/v1/reference/details/{REFERENCE}")
    assert (params["shipperNum"], params["fromPickUpDate"]) == ("A1B2C3", "20261120"), "the day of the intent"


@pytest.mark.parametrize("code", ["300001", "300035"])
async def test_several_shipments_conclude_nothing(ups: Any, code: str) -> None:
    app, _ = ups(error(code), answer(200, tracked()))
    found = await find(app, looked_for())
    assert (found.status, found.shipment) == ("unknown", None)
    assert found.candidates


async def test_a_reference_that_several_shippers_use_concludes_nothing(ups: Any) -> None:
    app, _ = ups(error("300007"), error("151085"))
    assert (await find(app, looked_for())).status == "unknown"


async def test_a_voided_shipment_whose_number_ups_hides_concludes_nothing(ups: Any) -> None:
    app, _ = ups(error("300033"), answer(200, NOTHING_TRACKED))
    assert (await find(app, looked_for())).status == "unknown"


async def test_a_reference_that_only_contains_ours_is_no_match(ups: Any) -> None:
    other = tracked(referenceNumber=[{"type": "SHIPMENT", "number": f"{REFERENCE}9"}])
    app, _ = ups(error("300007"), answer(200, other))
    assert (await find(app, looked_for())).status == "not_found"


def test_a_label_names_its_own_format_in_any_case(tmp_path: Path) -> None:
    assert read_label(LABEL, "LabelImageFormat", NUMBER, tmp_path / "r-1", Label()).path.name == "r-1.zpl"


# Tracking


def test_trap_4_nothing_found_comes_as_a_success_or_as_a_404() -> None:
    assert says_not_found(answer(200, NOTHING_TRACKED))
    assert says_not_found(error("TW0001", 404))
    assert not says_not_found(answer(200, {"trackResponse": {"shipment": []}}))
    assert not says_not_found(answer(404, "<html>Not Found</html>"))


async def test_an_invalid_number_is_refused_in_words(ups: Any) -> None:
    app, _ = ups(error("TV1002"))
    with pytest.raises(ToolFault, match="not a tracking number"):
        await track_package(app, TrackPackageArguments(environment="simulator", tracking_number="NONSENSE"))


@pytest.mark.parametrize(
    ("status", "voided"),
    [({"type": "M", "code": "MP"}, False), ({"type": "MV", "code": "VP"}, True), ({"type": "X", "statusCode": "007"}, True)],
)  # fmt: skip
async def test_a_voided_label_is_seen_by_type_or_code(ups: Any, status: dict[str, str], voided: bool) -> None:
    app, _ = ups(answer(200, tracked(currentStatus=status)))
    got = await track_package(app, TrackPackageArguments(environment="simulator", tracking_number=NUMBER))
    assert got.voided is voided


@pytest.mark.parametrize("count", [2, "2"])
def test_package_counts_are_numbers_or_text(count: Any) -> None:
    assert packages_of(tracked(packageCount=count))[0].package_count == 2


# Void


def voided(key: str, packages: Any) -> Any:
    status = {"Status": {"Code": "1", "Description": "Voided"}}
    return answer(200, {"VoidShipmentResponse": {"Response": {}, "SummaryResult": status, key: packages}})


@pytest.mark.parametrize("key", ["PackageLevelResult", "PackageLevelResults"])
@pytest.mark.parametrize("one", [True, False])
async def test_trap_6_packages_of_a_void_under_both_names_alone_or_listed(ups: Any, key: str, one: bool) -> None:
    package = {"TrackingNumber": NUMBER, "Status": {"Code": "1", "Description": "Voided"}}
    app, _ = ups(voided(key, package if one else [package]))
    arguments = ShippingVoidArguments(
        environment="simulator", shipment_identification_number=NUMBER, tracking_numbers=[NUMBER]
    )
    assert (await void(app, arguments)).voided == [NUMBER]


async def test_trap_24_a_whole_shipment_is_voided_without_any_tracking_number(ups: Any) -> None:
    app, client = ups(voided("PackageLevelResult", []))
    arguments = ShippingVoidArguments(environment="simulator", shipment_identification_number=NUMBER)
    assert (await void(app, arguments)).outcome == "done"
    assert client.asked == [("DELETE", f"/api/shipments/v2409/void/cancel/{NUMBER}", None, None)]


@pytest.mark.parametrize(
    ("numbers", "query"),
    [([NUMBER], NUMBER), ([NUMBER, "1ZSIMSIM0300000020"], '["1ZSIMSIM0300000011","1ZSIMSIM0300000020"]')],
)
async def test_packages_of_a_void_are_one_parameter(ups: Any, numbers: list[str], query: str) -> None:
    app, client = ups(voided("PackageLevelResult", [{"TrackingNumber": n, "Status": {"Code": "1"}} for n in numbers]))
    arguments = ShippingVoidArguments(
        environment="simulator", shipment_identification_number=NUMBER, tracking_numbers=numbers
    )
    await void(app, arguments)
    assert client.asked[0][3] == {"trackingnumber": query}


@pytest.mark.parametrize("number", ["1ZXXXXXXXXXXXXXXXX", "1Z12345E0205271688"])
def test_a_number_that_ups_returned_is_never_refused_for_its_check_digit(number: str) -> None:
    ShippingVoidArguments(environment="test", shipment_identification_number=number)


# Rating


def rated(**more: Any) -> dict[str, Any]:
    charge = {"CurrencyCode": "USD", "MonetaryValue": "14.51"}
    return {"Service": {"Code": "03", "Description": ""}, "TotalCharges": charge, **more}


def quoting(shipment: dict[str, Any]) -> RatingQuoteArguments:
    return RatingQuoteArguments.model_validate_json(json.dumps({"environment": "simulator", "shipment": shipment}))


async def test_warnings_are_told_and_are_no_errors(ups: Any, shipment: dict[str, Any]) -> None:
    alert = {"Code": "110971", "Description": "Your invoice may vary from the displayed reference rates"}
    body = {"RateResponse": {"Response": {"Alert": alert}, "RatedShipment": rated()}}
    app, _ = ups(answer(200, body))
    got = await quote(app, quoting(shipment))
    assert (got.total_charges.amount, got.negotiated) == ("14.51", False)
    assert [one.code for one in got.alerts or []] == ["110971", "E-3111"], "and that it is the list price"


async def test_trap_5_the_own_rate_has_a_singular_name(ups: Any, shipment: dict[str, Any]) -> None:
    own = {"TotalCharge": {"CurrencyCode": "USD", "MonetaryValue": "9.80"}, "BaseServiceCharge": {"MonetaryValue": "1"}}
    app, _ = ups(answer(200, {"RateResponse": {"RatedShipment": [rated(NegotiatedRateCharges=own)]}}))
    got = await quote(app, quoting(shipment))
    assert (got.total_charges.amount, got.list_charges and got.list_charges.amount) == ("9.80", "14.51")


async def test_trap_3_numbers_come_as_text_or_as_numbers(ups: Any, shipment: dict[str, Any]) -> None:
    charge = {"CurrencyCode": "USD", "MonetaryValue": 14.5}
    body = rated(TotalCharges=charge, BillingWeight={"Weight": "11.0"}, GuaranteedDelivery={"BusinessDaysInTransit": 3})
    app, _ = ups(answer(200, {"RateResponse": {"RatedShipment": [body]}}))
    got = await quote(app, quoting(shipment))
    assert (got.total_charges.amount, got.billing_weight, got.transit_days) == ("14.5", "11.0", 3)


def test_shopping_names_no_service_and_nobody_else_pays(shipment: dict[str, Any]) -> None:
    body = Shipment.model_validate_json(json.dumps(shipment))
    shop = rate_request(body, "Shop", "c")["RateRequest"]
    assert "Service" not in shop["Shipment"]
    assert shop["Request"]["RequestOption"] == "Shop", "required, though the document does not declare it"
    request = ship_request(body, REFERENCE, Label())["ShipmentRequest"]
    assert [charge["Type"] for charge in request["Shipment"]["PaymentInformation"]["ShipmentCharge"]] == ["01"]
    assert "ShipFrom" not in request["Shipment"], "only if it is collected elsewhere"
    assert request["Request"]["SubVersion"] >= "1601", "itemized charges come with it"
    assert len(request["Request"]["TransactionReference"]["CustomerContext"]) <= 512


def test_us_to_puerto_rico_needs_the_value_of_the_goods_and_no_invoice(abroad: dict[str, Any]) -> None:
    abroad["ship_to"] |= {
        "phone": "7875550123",
        "address": {"lines": ["Calle 5"], "city": "San Juan", "postal_code": "00907", "country_code": "PR"},
    }
    abroad["service_code"] = "03"
    body = Shipment.model_validate_json(json.dumps(abroad))
    check_lane(body)
    sent = ship_request(body, REFERENCE, Label())["ShipmentRequest"]["Shipment"]
    assert sent["InvoiceLineTotal"] == {"CurrencyCode": "USD", "MonetaryValue": "25.00"}
    assert "ShipmentServiceOptions" not in sent
    del abroad["international"]
    with pytest.raises(ToolFault, match="E-2103"):
        check_lane(Shipment.model_validate_json(json.dumps(abroad)))


# Addresses and transit times


def address() -> AddressValidateArguments:
    return AddressValidateArguments(
        environment="simulator", lines=["12 Sample St"], city="Alpharetta", state="GA", postal_code="30005",
        country_code="US",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("key", "verdict"),
    [("ValidAddressIndicator", "valid"), ("AmbiguousAddressIndicator", "ambiguous"), ("NoCandidatesIndicator", "not_found")],
)  # fmt: skip
async def test_an_indicator_is_true_by_being_there(ups: Any, key: str, verdict: str) -> None:
    app, client = ups(answer(200, {"XAVResponse": {key: ""}}))
    assert (await validate(app, address())).verdict == verdict
    assert client.asked[0][1] == "/api/addressvalidation/v2/3", "version 2, not 1"


async def test_a_candidate_may_be_one_object_with_one_line(ups: Any) -> None:
    form = {"AddressLine": "12 SAMPLE ST", "PoliticalDivision2": "ALPHARETTA", "PoliticalDivision1": "GA"}
    form |= {"PostcodePrimaryLow": "30005", "PostcodeExtendedLow": "4616", "CountryCode": "US"}
    app, _ = ups(answer(200, {"XAVResponse": {"ValidAddressIndicator": "", "Candidate": {"AddressKeyFormat": form}}}))
    got = await validate(app, address())
    assert (got.candidates[0].lines, got.candidates[0].postal_code) == (["12 SAMPLE ST"], "30005-4616")
    assert got.differs is False


async def test_a_place_that_ups_does_not_know_is_a_refusal(ups: Any) -> None:
    place = {"postal_code": "21093", "country_code": "US"}
    arguments = TransitTimesArguments.model_validate(
        {"environment": "simulator", "origin": place, "destination": place, "weight": {"value": "5", "unit": "LBS"}}
    )
    app, _ = ups(answer(200, {"validationList": {"invalidFieldList": ["destinationPostalCode"]}}))
    with pytest.raises(ToolFault, match="destinationPostalCode"):
        await transit_times(app, arguments)


def test_levels_of_transit_times_are_services() -> None:
    expected = {"1DM": "14", "1DA": "01", "1DP": "13", "2DM": "59", "2DA": "02", "3DS": "12", "GND": "03"}
    assert {level: SERVICE_OF_LEVEL[level] for level in expected} == expected


# Codes

SECTION_4 = """
10401 10400 250003 250004 250005 250006 250007 250009
120100 120121 120122 120413 120415 120101 120102 120103 120104 120105 120106 120107 120108 120109 120110
120200 120201 120202 120203 120204 120205 120206 120207 120208 120209
120300 120301 120302 120303 120304 120305 120306 120307 120308 120309 120111 120112 120210 120211
120115 120213 120400 120410 120416 120500 120501 120506 120541 120542 120543 120544 120603 120607 120512 120503
120600 120601 120602 120604 120605 120606 120608 120609 120616 120700 120701 120702 120703 120704 120705
120801 120802 120803 121000 121025 121030 121050 121055 121056
121100 121106 121185 121210 121214 121215 120124 111100 111210 111212 121375 120548
110002 110003 110609 111030 111035 111036 111055 111056 111057 110548 111285 111286 111546 111549
128065 128066 128069 128094 128113 128114
190100 190101 190102 190109 190111 190121 190122
300001 300002 300003 300005 300006 300007 300014 300030 300031 300032 300033 300034 300035 9801031
250065 264002 264004 264005 264007 264008 264027 9264029 264030 9264030 151085 TV1002
"""
CREDENTIALS = {"10401", "10400", "250003", "250004", "250005", "250006", "250007", "250009"}


@pytest.mark.parametrize("code", SECTION_4.split())
def test_every_documented_code_has_a_packers_words(code: str) -> None:
    refusal = fault_of(error(code, 401 if code in CREDENTIALS else 400))
    assert not refusal.message.startswith("UPS's own words"), "known codes are said in our words first"
    assert refusal.remedy
    assert not refusal.retryable
    assert code in MEANINGS or code in CREDENTIALS


@pytest.mark.parametrize("code", sorted(TRANSIENT))
def test_transient_codes_may_be_tried_again(code: str) -> None:
    assert fault_of(error(code, 500)).retryable
