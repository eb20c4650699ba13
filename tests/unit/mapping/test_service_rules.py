"""What a service asks of its parcels: ounces for Ground Saver, air for a Saturday and for UPS's own packaging."""

from collections.abc import Callable
from typing import Any

import pytest

from agent.mapping.builder import BuiltRows
from mcp_servers.ups.models import Label, Shipment
from mcp_servers.ups.requests import ship_request

Order = Callable[..., dict[str, str]]
Build = Callable[..., BuiltRows]


def shipped(result: BuiltRows) -> dict[str, Any]:
    payload = result.shipments[0].payload
    assert payload is not None, (result.asks, result.problems)
    Shipment.model_validate(payload)
    return payload


@pytest.mark.parametrize("named", ["92", "93"])
@pytest.mark.parametrize(
    ("cell", "code", "value", "unit"),
    [
        ("0.5 lb", "92", "8.0", "OZS"),
        ("5 oz", "92", "5.0", "OZS"),
        ("100 g", "92", "3.6", "OZS"),
        ("15.95 oz", "93", "1.0", "LBS"),
        ("1 lb", "93", "1.0", "LBS"),
        ("16 oz", "93", "1.0", "LBS"),
        ("2.5 lb", "93", "2.5", "LBS"),
    ],
)
def test_ground_saver_goes_by_its_weight(
    built: Build, order: Order, named: str, cell: str, code: str, value: str, unit: str
) -> None:
    result = built([order({"Weight (lb)": cell})], service=named)
    payload = shipped(result)
    assert payload["service_code"] == code == result.shipments[0].service_code
    assert payload["packages"][0]["weight"] == {"value": value, "unit": unit}
    assert any(change.why == "by its weight" for change in result.changes) == (named != code)


def test_other_services_weigh_light_parcels_in_pounds(built: Build, order: Order) -> None:
    weight = shipped(built([order({"Weight (lb)": "5 oz"})]))["packages"][0]["weight"]
    assert weight == {"value": "0.4", "unit": "LBS"}


@pytest.mark.parametrize("weight", ["0.5", "3"])
def test_ground_saver_takes_one_package_a_shipment(built: Build, order: Order, weight: str) -> None:
    rows = [order({"Item": "A", "Weight (lb)": weight}), order({"Item": "B", "Weight (lb)": "3"})]
    result = built(rows, service="93", answers={"order_lines": "several parcels"})
    assert [problem.code for problem in result.problems] == ["E-2413"]


def test_rows_without_a_service_are_asked_for_what_goes_to_all_of_them(built: Build, order: Order) -> None:
    plain = order({"Order Number": "1", "Service": ""})
    hawaii = plain | {"Order Number": "2", "City": "Honolulu", "State": "HI", "ZIP": "96813"}
    asks = {ask.slot: ask.options for ask in built([plain, hawaii], service=None).asks}
    assert "UPS Ground" in asks["service"]
    assert "UPS 3 Day Select" not in asks["service"]
    assert "UPS 3 Day Select" in {ask.slot: ask.options for ask in built([plain], service=None).asks}["service"]


FRIDAY, THURSDAY = "2026-03-06", "2026-03-05"
"""The tests' own day is Monday, March 2nd, 2026."""


@pytest.mark.parametrize("column", ["Saturday Delivery", "Saturday_Deliver", "SaturdayDelivery", "Sat Delivery"])
@pytest.mark.parametrize(("service", "day"), [("01", FRIDAY), ("14", FRIDAY), ("02", THURSDAY)])
def test_a_saturday_is_carried_out(built: Build, order: Order, column: str, service: str, day: str) -> None:
    cells = order({column: "Y", "Ship Date": day, "Phone": "617-555-0100"})
    payload = shipped(built([cells], service=service))
    assert payload["saturday_delivery"] is True
    body = ship_request(Shipment.model_validate(payload), "SCABCDEFGH00000001", Label())
    options = body["ShipmentRequest"]["Shipment"]["ShipmentServiceOptions"]
    assert options["SaturdayDeliveryIndicator"] == "Y"


@pytest.mark.parametrize("cell", ["N", "", "no"])
def test_no_saturday_is_none(built: Build, order: Order, cell: str) -> None:
    assert "saturday_delivery" not in shipped(built([order({"Saturday Delivery": cell})]))


@pytest.mark.parametrize(
    ("service", "day", "code"),
    [
        *(("03", FRIDAY, "E-2417"), ("12", FRIDAY, "E-2417"), ("13", FRIDAY, "E-2417"), ("59", THURSDAY, "E-2417")),
        *(("01", "", "E-2418"), ("01", THURSDAY, "E-2418"), ("02", FRIDAY, "E-2418")),
    ],
)
def test_a_saturday_that_cannot_be_stops_its_row(built: Build, order: Order, service: str, day: str, code: str) -> None:
    rows = [order({"Order Number": "1", "Saturday Delivery": "Y", "Ship Date": day}),
            order({"Order Number": "2", "Saturday Delivery": "N", "Ship Date": day})]  # fmt: skip
    result = built(rows, service=service)
    problems = [(problem.code, problem.column, problem.sheet_rows) for problem in result.problems]
    assert problems == [(code, "Saturday Delivery", (2,))]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        *(("UPS Letter", "01"), ("PAK", "04"), ("UPS Express Pak", "04"), ("Tube", "03"), ("UPS Express Box", "21")),
        *(("2a", "2a"), ("UPS Express Box Medium", "2b"), ("Large Express Box", "2c"), ("01", "01"), ("02", "02")),
        *(("Your Packaging", "02"), ("Box", "02"), ("", "02")),
    ],
)
def test_packaging_of_ups_is_carried_out(built: Build, order: Order, cell: str, code: str) -> None:
    result = built([order({"Packaging": cell, "Weight (lb)": "1", "Dimensions": "12x8x6 in"})], service="02")
    package = shipped(result)["packages"][0]
    assert package["packaging_code"] == code
    assert ("dimensions" in package) == (code == "02")
    assert any("its own size" in change.why for change in result.changes) == (code != "02")


@pytest.mark.parametrize(
    ("cell", "service", "weight", "code"),
    [
        *(("UPS Letter", "03", "1", "E-2420"), ("Pak", "12", "1", "E-2420"), ("UPS 10KG Box", "01", "1", "E-2420")),
        ("UPS Letter", "01", "2", "E-2422"),
    ],
)
def test_packaging_that_does_not_go_stops_its_row(
    built: Build, order: Order, cell: str, service: str, weight: str, code: str
) -> None:
    result = built([order({"Packaging": cell, "Weight (lb)": weight})], service=service)
    assert [(problem.code, problem.column) for problem in result.problems] == [(code, "Packaging")]


def test_one_letter_a_shipment(built: Build, order: Order) -> None:
    cells = order({"Packaging": "UPS Letter", "Weight (lb)": "0.5", "Packages": "2"})
    result = built([cells], service="01", answers={"package_weight": "of each package"})
    assert [problem.code for problem in result.problems] == ["E-2421"]


def test_rows_of_a_parcel_in_two_packagings_are_told(built: Build, order: Order) -> None:
    lines = [order({"Item": "A", "Packaging": "Pak", "Weight (lb)": "1"}),
             order({"Item": "B", "Packaging": "Box", "Weight (lb)": ""})]  # fmt: skip
    result = built(lines, service="02", answers={"order_lines": "items of one parcel"})
    assert [problem.code for problem in result.problems] == ["E-2419"]
