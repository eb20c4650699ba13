"""Notices and further references in UPS's words, and what UPS or its practice refuses of them."""

import json
from typing import Any

import pytest

from mcp_servers.shared.faults import ToolFault
from mcp_servers.ups.lanes import check_lane
from mcp_servers.ups.models import Label, Shipment
from mcp_servers.ups.requests import ship_request
from mcp_servers.ups.simulator.checks import check_ship
from mcp_servers.ups.simulator.parcels import read_shipment
from tests import ups_shipments

REFERENCE = "SCABCDEFGH00000101"


def model(**more: Any) -> Shipment:
    return Shipment.model_validate_json(json.dumps(ups_shipments.domestic() | more))


def sent(**more: Any) -> dict[str, Any]:
    request = ship_request(model(**more), REFERENCE, Label())
    shipment: dict[str, Any] = request["ShipmentRequest"]["Shipment"]
    assert check_ship(request, read_shipment(shipment)) is None
    return shipment


def test_one_notification_for_each_event() -> None:
    notify = {"on": ["delivery", "ship"], "email": "robin@example.com"}
    assert sent(notify=notify)["ShipmentServiceOptions"]["Notification"] == [
        {"NotificationCode": "6", "EMail": {"EMailAddress": ["robin@example.com"]}},
        {"NotificationCode": "8", "EMail": {"EMailAddress": ["robin@example.com"]}},
    ]


def test_our_own_reference_is_the_last_and_one_is_a_barcode() -> None:
    more = [{"value": "MUG", "barcode": True}, {"value": "Dept 4"}]
    package = ups_shipments.domestic()["packages"][0]
    shipment = sent(customer_reference="1001", references=more, packages=[package, package])
    first, second = (one["ReferenceNumber"] for one in shipment["Package"])
    assert [one["Value"] for one in first] == ["1001", "MUG", "Dept 4", REFERENCE]
    assert [one.get("BarCodeIndicator") for one in first] == [None, "Y", None, None]
    assert not any("BarCodeIndicator" in one for one in second), "one barcode a shipment"


@pytest.mark.parametrize(
    "more",
    [
        {"references": [{"value": "A", "barcode": True}, {"value": "B", "barcode": True}]},
        {"references": [{"value": "MUG BLUE", "barcode": True}]},
        {"references": [{"value": "A" * 15, "barcode": True}]},
        {"customer_reference": None, "reference_barcode": True},
    ],
)
def test_what_cannot_be_a_barcode(more: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="barcode"):
        model(**more)


@pytest.mark.parametrize(("count", "fits"), [(3, True), (4, False)])
def test_ups_takes_five_with_the_order_and_ours(count: int, fits: bool) -> None:
    shipment = model(customer_reference="1001", references=[{"value": f"R{at}"} for at in range(count)])
    if fits:
        check_lane(shipment)
        return
    with pytest.raises(ToolFault, match="More than 4 references") as refused:
        check_lane(shipment)
    assert refused.value.as_dict()["code"] == "E-2105"


@pytest.mark.parametrize(
    ("notices", "code"),
    [
        ([{"NotificationCode": "9", "EMail": {"EMailAddress": ["a@b.co"]}}], "9120261"),
        ([{"NotificationCode": "6", "EMail": {"EMailAddress": ["nobody"]}}], "9120262"),
        ([{"NotificationCode": "6", "EMail": {"EMailAddress": ["a@b.co"]}}] * 4, "9120260"),
    ],
)
def test_the_practice_ups_refuses_bad_notifications(notices: list[dict[str, Any]], code: str) -> None:
    request = ship_request(model(), REFERENCE, Label())
    shipment = request["ShipmentRequest"]["Shipment"]
    shipment.setdefault("ShipmentServiceOptions", {})["Notification"] = notices
    found = check_ship(request, read_shipment(shipment))
    assert found is not None
    assert found[0] == code
