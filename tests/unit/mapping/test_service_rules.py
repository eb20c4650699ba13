"""What a service asks of its parcels: ounces for Ground Saver, air for a Saturday and for UPS's own packaging."""

from collections.abc import Callable
from typing import Any

import pytest

from agent.mapping.builder import BuiltRows
from mcp_servers.ups.models import Shipment

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


def test_packages_on_both_sides_of_a_pound_are_no_shipment_by_ground_saver(built: Build, order: Order) -> None:
    rows = [order({"Item": "A", "Weight (lb)": "0.5"}), order({"Item": "B", "Weight (lb)": "3"})]
    result = built(rows, service="93", answers={"order_lines": "several parcels"})
    assert [problem.code for problem in result.problems] == ["E-2413"]


def test_rows_without_a_service_are_asked_for_what_goes_to_all_of_them(built: Build, order: Order) -> None:
    plain = order({"Order Number": "1", "Service": ""})
    hawaii = plain | {"Order Number": "2", "City": "Honolulu", "State": "HI", "ZIP": "96813"}
    asks = {ask.slot: ask.options for ask in built([plain, hawaii], service=None).asks}
    assert "UPS Ground" in asks["service"]
    assert "UPS 3 Day Select" not in asks["service"]
    assert "UPS 3 Day Select" in {ask.slot: ask.options for ask in built([plain], service=None).asks}["service"]
