"""A return of a row: from its recipient to the shipper of the settings, apart from its outbound shipment in every key."""

from collections.abc import Callable

import pytest

from agent.batch.approval.parcel_holders import keys_of
from agent.mapping.builder import BuiltRows, BuiltShipment
from agent.planning.identity import names_return
from agent.planning.ship_options import ShipOptions
from agent.sender import SAMPLE_SHIPPER

Order = Callable[..., dict[str, str]]
Build = Callable[..., BuiltRows]
PRINT, EMAIL = ShipOptions(returns="print").answers(), ShipOptions(returns="email").answers()


def only(result: BuiltRows) -> BuiltShipment:
    assert result.problems == ()
    assert result.asks == ()
    (shipment,) = result.shipments
    return shipment


def test_the_customer_sends_and_the_shipper_gets_it(built: Build, order: Order) -> None:
    cells = {"Email": "ann@example.com", "Phone": "617-555-0100", "Item": "Blue mug", "Signature Required": "Y"}
    payload = only(built([order(cells)], answers=PRINT)).payload
    assert payload is not None
    assert payload["return_service_code"] == "9"
    assert payload["ship_from"]["name"] == "Ann Lee"
    assert payload["ship_from"]["address"]["lines"] == ["12 Main St"]
    assert "email" not in payload["ship_from"]
    assert payload["ship_to"]["name"] == SAMPLE_SHIPPER.name
    assert payload["ship_to"]["address"]["city"] == SAMPLE_SHIPPER.address.city
    assert "account_number" not in payload["ship_to"]
    assert payload["description"] == payload["packages"][0]["description"] == "Blue mug"
    assert "signature" not in payload["packages"][0]
    assert payload["customer_reference"] == "1001"


def test_an_e_mailed_label_goes_to_the_address_in_the_sheet(built: Build, order: Order) -> None:
    payload = only(built([order({"Email": "ann@example.com"})], answers=EMAIL)).payload
    assert payload is not None
    assert (payload["return_service_code"], payload["return_label_email"]) == ("8", "ann@example.com")
    assert payload["description"] == "Returned goods"
    result = built([order({"Email": ""})], answers=EMAIL)
    assert [problem.code for problem in result.problems] == ["E-2433"]


@pytest.mark.parametrize("cells", [{}, {"Order Number": ""}])
def test_no_key_of_a_return_is_one_of_its_shipment(built: Build, order: Order, cells: dict[str, str]) -> None:
    out, back = only(built([order(cells)])), only(built([order(cells)], answers=PRINT))
    assert out.payload is not None
    assert back.payload is not None
    assert out.identity != back.identity
    assert names_return(f"simulator:{back.identity}")
    assert not names_return(f"simulator:{out.identity}")
    keys = [
        keys_of("simulator", one.order_number, one.payload or {}, [one.rows[0].checksum]).columns()
        for one in (out, back)
    ]
    assert not set(filter(None, keys[0].values())) & set(filter(None, keys[1].values()))


def test_the_same_order_has_one_identity_of_its_return(built: Build, order: Order) -> None:
    one, other = only(built([order()], answers=PRINT)), only(built([order({"Email": "a@b.co"})], answers=EMAIL))
    assert one.identity == other.identity


@pytest.mark.parametrize(
    ("cells", "service", "code"),
    [
        ({"Country": "Canada", "State": "ON", "ZIP": "K1A 0B1", "City": "Ottawa"}, "03", "E-2432"),
        ({}, "13", "E-2434"),
        ({"Packages": "2"}, "03", "E-2435"),
    ],
)
def test_what_ups_takes_no_return_of(
    built: Build, order: Order, cells: dict[str, str], service: str, code: str
) -> None:
    result = built([order(cells)], service=service, answers=PRINT)
    assert code in [problem.code for problem in result.problems]
    assert result.shipments[0].payload is None


@pytest.mark.parametrize(
    ("cell", "code"),
    [("9", "9"), ("Print Return Label", "9"), ("ERL", "8"), ("3 Attempts", "5"), ("RS1", "3"), ("Y", "9"), ("", "9")],
)
def test_a_column_says_which_return(built: Build, order: Order, cell: str, code: str) -> None:
    rows = [order({"Return Service": cell, "Email": "ann@example.com"})]
    payload = only(built(rows, answers=PRINT)).payload
    assert payload is not None
    assert payload["return_service_code"] == code


def test_a_column_of_returns_makes_no_shipment_a_return(built: Build, order: Order) -> None:
    result = built([order({"Return Service": "9"})])
    assert [problem.code for problem in result.problems] == ["E-2431"]
    assert "make return labels" in result.problems[0].remedy


def test_who_pays_for_the_way_out_does_not_pay_the_way_back(built: Build, order: Order) -> None:
    cells = {"Third Party Account": "9X9X9X", "Third Party Zip": "30005"}
    shipment = only(built([order(cells)], answers=PRINT))
    assert shipment.payload is not None
    assert "billing" not in shipment.payload
    assert any("billed to your account" in warning for warning in shipment.warnings)
