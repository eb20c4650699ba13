"""A signature by header and cell: each counts as much as the other."""

from collections.abc import Callable
from typing import Any

import pytest

from agent.mapping.builder import BuiltRows
from agent.mapping.columns import propose_mapping
from agent.mapping.instructions import unused_columns
from agent.mapping.template import compile_mapping, mapping_from
from agent.planning.model import SheetRow
from mcp_servers.ups.models import Label, Shipment
from mcp_servers.ups.requests import ship_request

Order = Callable[..., dict[str, str]]
Build = Callable[..., BuiltRows]

ANY = ["Signature", "Signature Required", "Signature Type", "Sig Required", "Signature Option", "Requires Signature",
       "Direct Signature", "UPS Signature", "Signature Requested"]  # fmt: skip
ADULT = ["Adult Signature", "Adult Signature Required", "Signature (Adult)", "Adult Sig", "21+ Signature",
         "Signature Required - Adult 21+"]  # fmt: skip
CONFIRMATION = ["Delivery Confirmation", "Confirmation", "Delivery Confirm"]
YES = ["Y", "yes", "TRUE", "1", "x", "Required"]
NO = ["N", "no", "FALSE", "0", "none", "No Signature", "Not Required", "No signature required", "n/a", ""]
DELIVERED = ["Delivery", "Delivery Confirmation", "Delivery only", "Confirmation"]
SIGNED = [
    "Signature",
    "Signature Required",
    "Direct",
    "Direct Signature",
    "Delivery Confirmation Signature Required",
    "S",
]
GROWN_UP = ["Adult", "Adult Signature", "Adult Signature Required", "ADULT SIG", "21+", "21 and over", "A"]
CASES = [
    *((header, cell, "signature") for header in ANY for cell in (*YES, *SIGNED)),
    *((header, cell, "adult") for header in ADULT for cell in (*YES, *SIGNED)),
    *((header, cell, "signature") for header in CONFIRMATION for cell in SIGNED),
    *((header, cell, "adult") for header in (*ANY, *ADULT, *CONFIRMATION) for cell in GROWN_UP),
    *((header, cell, None) for header in (*ANY, *ADULT, *CONFIRMATION) for cell in (*NO, *DELIVERED)),
]
PACKAGE_TYPES = {"signature": "2", "adult": "3"}


@pytest.mark.parametrize("header", [*ANY, *ADULT, *CONFIRMATION])
def test_every_header_and_cell(built: Build, order: Order, header: str) -> None:
    for _, cell, kind in (case for case in CASES if case[0] == header):
        result = built([order({header: cell})])
        payload = result.shipments[0].payload
        assert payload is not None, (header, cell, result.asks)
        assert payload["packages"][0].get("signature") == kind, (header, cell)
        options = sent(payload)["Package"][0].get("PackageServiceOptions", {})
        expected = {"DeliveryConfirmation": {"DCISType": PACKAGE_TYPES[kind]}} if kind else {}
        assert options == expected, (header, cell)


def sent(payload: dict[str, Any]) -> dict[str, Any]:
    body = ship_request(Shipment.model_validate(payload), "SCABCDEFGH00000001", Label())
    shipment: dict[str, Any] = body["ShipmentRequest"]["Shipment"]
    return shipment


@pytest.mark.parametrize(
    ("header", "cell"), [("Delivery Confirmation", "Y"), ("Signature", "Indirect signature"), ("Signature", "Ann Lee")]
)
def test_what_may_mean_either_is_a_question(built: Build, order: Order, header: str, cell: str) -> None:
    rows = [order({header: cell})]
    (ask,) = built(rows).asks
    assert ask.options == ("signature", "adult", "none")
    for answer, kind in (("signature", "signature"), ("adult", "adult"), ("none", None)):
        payload = built(rows, answers={ask.slot: answer}).shipments[0].payload
        assert payload is not None
        assert payload["packages"][0].get("signature") == kind


@pytest.mark.parametrize(
    ("said", "kind"), [("adult", "adult"), ("adult signature", "adult"), ("signature", "signature"), ("none", None)]
)
def test_what_is_said_of_all_rows_holds_for_each(built: Build, order: Order, said: str, kind: str | None) -> None:
    payload = built([order()], answers={"signature": said}).shipments[0].payload
    assert payload is not None
    assert payload["packages"][0].get("signature") == kind


def test_a_word_for_all_rows_that_is_no_signature_is_asked_about(built: Build, order: Order) -> None:
    assert [ask.slot for ask in built([order()], answers={"signature": "gold"}).asks] == ["signature"]


def test_the_strictest_of_words_and_cells_counts(built: Build, order: Order) -> None:
    rows = [order({"Order Number": "1", "Adult Signature": "Y"}), order({"Order Number": "2", "Adult Signature": ""})]
    result = built(rows, answers={"signature": "signature"})
    kinds = [item.payload and item.payload["packages"][0].get("signature") for item in result.shipments]
    assert kinds == ["adult", "signature"]


def test_a_column_that_is_read_is_not_named_as_unused(order: Order) -> None:
    row = order({"21+ Signature": "Y", "Signature Image": "a.png"})
    compiled = compile_mapping(mapping_from(propose_mapping(list(row), {}), {}))
    assert unused_columns([SheetRow(1, 2, row, "x")], compiled, ()) == ["Signature Image"]
