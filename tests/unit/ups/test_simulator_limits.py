"""What the official text refuses, and what it takes, at the practice UPS: one request changed in one place."""

import json
from typing import Any

import pytest

from mcp_servers.shared.faults import ToolFault
from mcp_servers.ups.lanes import check_lane
from mcp_servers.ups.models import Label, Shipment
from mcp_servers.ups.requests import rate_request, ship_request
from mcp_servers.ups.simulator.checks import check_rate, check_ship
from mcp_servers.ups.simulator.countries import COUNTRIES, EU, NO_SERVICE
from mcp_servers.ups.simulator.parcels import Parcel, ShipmentFacts, read_shipment
from mcp_servers.ups.simulator.rates import offered_on, price, services_on
from tests import ups_shipments

FRIDAY, MONDAY, THURSDAY = "20261120", "20261123", "20261126"


@pytest.fixture(autouse=True)
def friday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIPCHAT_TODAY", "2026-11-20")


def of(**changes: Any) -> dict[str, Any]:
    """The usual shipment with some of its parts replaced; a part of a part is `part__name`."""
    body = ups_shipments.domestic()
    for path, value in changes.items():
        *parents, last = path.split("__")
        place: Any = body
        for parent in parents:
            place = place[int(parent)] if parent.isdigit() else place[parent]
        place[last] = value
    return body


def refusals(shipment: dict[str, Any]) -> tuple[str | None, str | None]:
    """The codes with which a create and a quote are refused, None where they are taken."""
    typed = Shipment.model_validate_json(json.dumps(shipment))
    body = ship_request(typed, "SCLIMITS000001", Label())
    found = check_ship(body, read_shipment(body["ShipmentRequest"]["Shipment"]))
    rated = rate_request(typed, "Rate", "t")
    quoted = check_rate(rated, read_shipment(rated["RateRequest"]["Shipment"]), shop=False)
    return found and found[0], quoted and quoted[0]


LETTER = {"packaging_code": "01", "weight": {"value": "0.5", "unit": "LBS"}}
HEAVY_LETTER = {"packaging_code": "01", "weight": {"value": "1.2", "unit": "LBS"}}
OUNCES = {"weight": {"value": "12", "unit": "OZS"}}


def place(lines: str, city: str, state: str | None, postal: str, country: str = "US") -> dict[str, Any]:
    address = {"lines": [lines], "city": city, "state": state, "postal_code": postal, "country_code": country}
    return {key: value for key, value in address.items() if value is not None}


HAWAII = place("12 Sample St", "Honolulu", "HI", "96813")
PO_BOX = place("P.O. Box 12", "Alpharetta", "GA", "30005")
APO = place("Unit 2050", "APO", "AP", "96278")
TORONTO = place("12 Sample St", "Toronto", "ON", "M5V 2T6", "CA")
ELSEWHERE = place("12 Sample St", "Toronto", "BC", "M5V 2T6", "CA")
MONTREAL = place("12 Sample St", "Montreal", "QC", "H2Y 1C6", "CA")
BERLIN = place("Beispielstr. 1", "Berlin", None, "10115", "DE")
MUNICH = place("Beispielstr. 2", "Munich", None, "80331", "DE")


@pytest.mark.parametrize(
    ("shipment", "code", "quoted"),
    [
        (of(shipment_date="20261119"), "9120245", None),
        (of(shipment_date="20261128"), "9120245", None),
        (of(saturday_delivery=True), "121211", "121211"),
        (of(saturday_delivery=True, service_code="01", shipment_date=MONDAY), "121211", None),
        (of(saturday_delivery=True, service_code="02"), "121211", None),
        (of(saturday_delivery=True, service_code="12", shipment_date=THURSDAY), "121211", "121211"),
        (of(packages=[HEAVY_LETTER], service_code="01"), "120602", "120602"),
        (of(packages=[LETTER]), "121214", "121214"),
        (of(packages=[LETTER, LETTER], service_code="01"), "121375", "121375"),
        (of(ship_to__address__country_code="ZZ", service_code="65"), "120208", "120208"),
        (of(shipper__account_number="000000"), "120100", None),
        (of(ship_to__address=PO_BOX), "121210", "121210"),
        (of(ship_to__address=APO), "121210", "121210"),
        (of(ship_to__address=APO, service_code="02"), "121210", "121210"),
        (of(ship_to__address=HAWAII, service_code="12"), "121210", "121210"),
        (of(ship_to__address=ELSEWHERE, service_code="11"), "120802", "111285"),
        (of(packages__0__declared_value={"amount": "200", "currency_code": "EUR"}), "121211", "121211"),
        (of(service_code="93", packages=[OUNCES]), "120602", "120602"),
        (of(service_code="92"), "120602", "120602"),
        (of(service_code="14", ship_to__attention_name=None), "120201", None),
        (of(service_code="14", ship_to__phone=None), "120209", None),
    ],
)
def test_what_the_official_text_refuses(shipment: dict[str, Any], code: str, quoted: str | None) -> None:
    found = refusals(shipment)
    assert found[0] == code
    # A quote has no day and no account.
    assert found[1] == quoted


@pytest.mark.parametrize("country", sorted(NO_SERVICE))
def test_embargoed_places_are_refused(country: str) -> None:
    abroad = ups_shipments.abroad(ups_shipments.domestic())
    abroad["ship_to"]["address"]["country_code"] = country
    assert refusals(abroad) == ("121210", "121210")


@pytest.mark.parametrize("value", ["0", "0.00"])
def test_goods_have_a_value(value: str) -> None:
    abroad = ups_shipments.abroad(ups_shipments.domestic())
    abroad["international"]["products"][0]["unit_value"] = value
    assert refusals(abroad)[0] == "120923"
    abroad["international"]["products"][0]["unit_value"] = "0.01"
    assert refusals(abroad)[0] is None


@pytest.mark.parametrize(
    "shipment",
    [
        of(),
        of(shipment_date=FRIDAY),
        of(shipment_date="20261127"),
        of(saturday_delivery=True, service_code="01"),
        of(saturday_delivery=True, service_code="14"),
        of(saturday_delivery=True, service_code="02", shipment_date=THURSDAY),
        of(packages=[LETTER], service_code="01"),
        of(ship_to__address=HAWAII, service_code="02"),
        of(service_code="93"),
        of(service_code="93", ship_to__address=PO_BOX),
        of(service_code="93", ship_to__address=APO),
        of(service_code="92", packages=[OUNCES]),
        of(service_code="11", shipper__address=TORONTO, ship_to__address=MONTREAL),
        of(service_code="01", shipper__address=TORONTO, ship_to__address=MONTREAL),
        of(service_code="11", shipper__address=BERLIN, ship_to__address=MUNICH),
        of(packages__0__declared_value={"amount": "200", "currency_code": "USD"}),
    ],
)
def test_what_it_takes(shipment: dict[str, Any]) -> None:
    assert refusals(shipment) == (None, None)


def test_economy_goes_abroad_and_is_not_offered() -> None:
    abroad = ups_shipments.abroad(ups_shipments.domestic()) | {"service_code": "17"}
    assert refusals(abroad) == (None, None)
    there = lane(("21093", "US"), ("10115", "DE"))
    assert "17" in services_on(there)
    assert "17" not in offered_on(there)


def lane(origin: tuple[str, str], end: tuple[str, str], pounds: float = 5.0) -> ShipmentFacts:
    parcel = Parcel(pounds, (0.0, 0.0, 0.0), 0, None)
    return ShipmentFacts(origin, end, residential=False, saturday=False, signature=None, is_return=False,
                         parcels=[parcel])  # fmt: skip


def test_ground_is_no_service_of_other_countries() -> None:
    assert set(offered_on(lane(("M5V2T6", "CA"), ("H2Y1C6", "CA")))) == {"01", "02", "11", "13", "14"}
    assert "03" not in services_on(lane(("10115", "DE"), ("80331", "DE")))
    assert "11" in offered_on(lane(("10115", "DE"), ("75001", "FR")))
    assert "11" not in offered_on(lane(("21093", "US"), ("75001", "FR")))


def test_the_lists_of_countries_hold_together() -> None:
    assert EU | NO_SERVICE < COUNTRIES
    assert len(EU) == 27
    assert {"US", "PR", "VI", "CA", "MX", "GB", "VN"} < COUNTRIES
    assert all(len(code) == 2 and code.isupper() for code in COUNTRIES)


# Near published list prices of 2025 in dollars before fuel, rounded: (service, ZIP code, pounds, price).
@pytest.mark.parametrize(
    ("service", "postal", "pounds", "published"),
    [
        ("03", "21201", 5, 13), ("03", "94105", 5, 20), ("03", "94105", 1, 14),
        ("12", "21201", 5, 23), ("12", "94105", 5, 43), ("12", "94105", 10, 59),
        ("02", "21201", 5, 29), ("02", "94105", 5, 58), ("02", "94105", 10, 85),
        ("01", "21201", 5, 54), ("01", "94105", 5, 117), ("01", "94105", 10, 153),
    ],
)  # fmt: skip
def test_prices_come_near_published_ones(service: str, postal: str, pounds: int, published: int) -> None:
    cost = price(lane(("21093", "US"), (postal, "US"), pounds), service)
    before_fuel = (cost.published - dict(cost.itemized)["375"]) / 100
    assert abs(before_fuel - published) <= 0.2 * published, before_fuel


def test_low_value_is_marked_for_the_eu_alone_and_up_to_150_eur() -> None:
    def marked(**invoice: Any) -> dict[str, Any]:
        body = ups_shipments.domestic()
        ups_shipments.abroad(body)
        body["international"] |= invoice
        return body | {"eu_de_minimis": True}

    assert refusals(marked())[0] is None
    dear = [marked()["international"]["products"][0] | {"unit_value": "75.01", "quantity": 2}]
    assert refusals(marked(currency_code="EUR", products=dear))[0] == "9120247"
    assert refusals(of(eu_de_minimis=True))[0] == "121211"
    with pytest.raises(ToolFault) as told:
        check_lane(Shipment.model_validate(of(eu_de_minimis=True)))
    assert told.value.where == "eu_de_minimis"


@pytest.mark.parametrize(
    ("billing", "code"),
    [
        ({"payer": "receiver", "account_number": "9X9X9X", "postal_code": "30005"}, None),
        ({"payer": "third_party", "account_number": "9X9X9X", "postal_code": "K1A 0B1", "country_code": "CA"}, None),
        ({"payer": "third_party", "account_number": "9X9X9X", "country_code": "HK"}, None),
        ({"payer": "consignee"}, None),
        ({"payer": "receiver", "account_number": "000000", "postal_code": "30005"}, "9120413"),
        ({"payer": "receiver", "account_number": "9X9X9X"}, "9120414"),
        ({"payer": "third_party", "account_number": "9X9X9X", "postal_code": "1", "country_code": "US"}, "9120414"),
    ],
)
def test_payers_are_checked_for_quote_and_shipment_alike(billing: dict[str, str], code: str | None) -> None:
    assert refusals(of(billing=billing)) == (code, code)


def test_duties_consignees_and_tax_numbers_are_for_their_lanes() -> None:
    def abroad(**changes: Any) -> dict[str, Any]:
        body = ups_shipments.domestic()
        ups_shipments.abroad(body)
        return body | changes

    duties = {"payer": "third_party", "account_number": "9X9X9X", "postal_code": "10115", "country_code": "DE"}
    assert refusals(abroad(duties=duties)) == (None, None)
    assert refusals(of(duties={"payer": "shipper"})) == ("9120411", "9120411")
    assert refusals(abroad(billing={"payer": "consignee"})) == ("9120412", "9120412")
    assert refusals(abroad(ioss="IM2760001234"))[0] is None
    assert refusals(of(ioss="IM2760001234"))[0] == "9120416"
