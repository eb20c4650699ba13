"""Who pays, from the columns of a sheet: all of it or nothing, and never the own account instead."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from agent.mapping.answers import Answers
from agent.mapping.billing import BILLING_FIELDS
from agent.mapping.builder import BuiltRows, ShipmentBuilder
from agent.mapping.columns import propose_mapping
from agent.mapping.template import mapping_from
from agent.planning.digest import shipment_text
from agent.planning.model import PlannedShipment, SheetRow
from agent.planning.payers import payer_lines
from agent.sender import SAMPLE_SHIPPER
from agent.sheet.fields import FIELDS
from mcp_servers.ups.models import Shipment
from mcp_servers.ups.payment import check_payment

Order = Callable[..., dict[str, str]]
Build = Callable[..., BuiltRows]

THIRD = {"Third Party Account": "9x9 x9x", "Third Party Zip": "30005", "Third Party Country": "USA"}
RECEIVER = {"Receiver Account Number": "9X9X9X", "Receiver Account Zip": "02116-1234"}
GENERIC = {"UPS Account #": "9X9X9X", "Account Zip": "30005"}
TO_THIRD = {"payer": "third_party", "account_number": "9X9X9X", "country_code": "US", "postal_code": "30005"}
TO_RECEIVER = {"payer": "receiver", "account_number": "9X9X9X", "postal_code": "02116-1234"}
ABROAD = {
    **{"Country": "DE", "State": "", "ZIP": "10115", "City": "Berlin", "Phone": "+49 30 5550 0100"},
    **{"Description": "Books", "Unit Value": "20", "Currency": "EUR", "Origin": "US", "Reason for Export": "SALE"},
}


def payload_of(result: BuiltRows) -> dict[str, Any]:
    payload = result.shipments[0].payload
    assert payload is not None, (result.asks, result.problems)
    check_payment(Shipment.model_validate(payload))
    return payload


@pytest.mark.parametrize(
    ("cells", "billing"),
    [
        (THIRD, TO_THIRD),
        (THIRD | {"Billing Option": "Third Party"}, TO_THIRD),
        ({"Third Party Account": "9X9X9X", "Third Party Zip": "30005"}, TO_THIRD),
        (THIRD | {"Third Party Zip": "K1A 0B1", "Third Party Country": "Canada"},
         TO_THIRD | {"postal_code": "K1A 0B1", "country_code": "CA"}),
        (RECEIVER, TO_RECEIVER),
        (RECEIVER | {"Freight Terms": "Collect"}, TO_RECEIVER),
        (GENERIC | {"Freight Terms": "Collect"}, TO_RECEIVER | {"postal_code": "30005"}),
        (GENERIC | {"Billing Option": "TP"}, TO_THIRD),
        (RECEIVER | {"Billing Option": "Consignee"}, TO_RECEIVER),
        ({"Billing Option": "Consignee"}, {"payer": "consignee"}),
        (GENERIC | {"Pay By": "3rd party"}, TO_THIRD),
        ({"Pay By": "Collect"}, None),
        ({"Pay By": "Credit card"}, None),
        (THIRD | RECEIVER | {"Receiver Account Number": "", "Receiver Account Zip": ""}, TO_THIRD),
        # Our own account, said in whatever way.
        ({"Billing Option": "Prepaid"}, None),
        ({"Billing Option": "PP", "Third Party Zip": "30005"}, None),
        ({"Freight Terms": ""}, None),
        ({"UPS Account": SAMPLE_SHIPPER.account_number}, None),
        ({"Billing Option": "Shipper", "Third Party Account": SAMPLE_SHIPPER.account_number}, None),
    ],
)  # fmt: skip
def test_the_columns_say_who_pays(
    built: Build, order: Order, cells: dict[str, str], billing: dict[str, str] | None
) -> None:
    assert payload_of(built([order(cells)])).get("billing") == billing


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"Billing Option": "Third Party"}, "E-2424"),
        ({"Pay By": "Third Party"}, "E-2424"),
        ({"Carrier Notes 2": "BILL RECEIVER"}, "E-2424"),
        (GENERIC | {"Pay By": "Freight Collect", "Billing Option": "Third Party"}, "E-2425"),
        ({"Freight Terms": "Collect"}, "E-2424"),
        (THIRD | {"Third Party Account": ""}, "E-2424"),
        (THIRD | {"Third Party Zip": ""}, "E-2424"),
        (THIRD | {"Third Party Country": ""}, "E-2424"),
        (RECEIVER | {"Receiver Account Zip": ""}, "E-2424"),
        (RECEIVER | {"Receiver Account Number": ""}, "E-2424"),
        ({"Receiver Account Number": "9X9X9X"}, "E-2424"),
        ({"Account Zip": "30005"}, "E-2424"),
        (THIRD | RECEIVER, "E-2425"),
        (THIRD | {"Billing Option": "Prepaid"}, "E-2425"),
        (THIRD | {"Billing Option": "Receiver"}, "E-2425"),
        (THIRD | {"Billing Option": "whoever"}, "E-2423"),
        (THIRD | {"Third Party Account": "1234"}, "E-2426"),
        (THIRD | {"Third Party Zip": "123456"}, "E-2212"),
        (THIRD | {"Third Party Country": "Atlantis"}, "E-2210"),
        ({"Billing Option": "TBD"}, "E-2423"),
        (THIRD | {"Third Party Account": "TBD"}, "E-2426"),
        (THIRD | {"Third Party Zip": "?"}, "E-2211"),
        (THIRD | {"Third Party Account": "#REF!"}, "E-2229"),
        (THIRD | {"Third Party Account": "#N/A", "Third Party Zip": "", "Third Party Country": ""}, "E-2229"),
    ],
)
def test_billing_by_half_stops_its_row_and_no_other(
    built: Build, order: Order, cells: dict[str, str], code: str
) -> None:
    result = built([order({"Order Number": "1"} | cells), order({"Order Number": "2"})])
    assert {problem.code for problem in result.problems} == {code}
    assert {problem.sheet_rows for problem in result.problems} == {(2,)}
    assert [shipment.payload is not None for shipment in result.shipments] == [False, True]


def test_whose_an_account_is_is_asked_once(built: Build, order: Order) -> None:
    rows = [order(GENERIC | {"Order Number": str(number)}) for number in (1, 2)]
    (ask,) = built(rows).asks
    assert (ask.slot, ask.options) == ("bill_account_is", ("the receiver's", "a third party's"))
    answered = built(rows, answers={ask.slot: "a third party's"})
    assert payload_of(answered)["billing"] == TO_THIRD
    answered = built(rows, answers={ask.slot: "the receiver's"})
    assert payload_of(answered)["billing"] == TO_RECEIVER | {"postal_code": "30005"}


def test_lines_of_an_order_agree_about_who_pays(built: Build, order: Order) -> None:
    lines = [order(THIRD | {"Item": "A"}), order(THIRD | {"Item": "B", "Third Party Account": ""})]
    one = {"order_lines": "items of one parcel", "order_lines_weight": "of each item"}
    assert built(lines, answers=one).problems == ()
    lines[1]["Third Party Account"] = "8Y8Y8Y"
    assert [problem.code for problem in built(lines, answers=one).problems] == ["E-2425"]


@pytest.mark.parametrize("name", sorted(BILLING_FIELDS - {"ioss", "recipient_tax_id", "recipient_eori"}))
@pytest.mark.parametrize("cell", ["", "N", "no", "0", "n/a", "-"])
def test_a_no_bills_nobody_else(built: Build, order: Order, name: str, cell: str) -> None:
    assert "billing" not in payload_of(built([order({FIELDS[name].headers[0]: cell})]))


@pytest.mark.parametrize(
    ("cells", "duties"),
    [
        ({"Incoterms": "DDP"}, {"payer": "shipper"}),
        ({"Incoterms": "DAP"}, None),
        ({"Bill Duties To": "Third Party", "Duties Account": "9X9X9X", "Duties Account Zip": "30005",
          "Duties Account Country": "US"}, TO_THIRD),
        ({"Bill Duties To": "Receiver", "Duties Account": "9X9X9X", "Duties Account Zip": "10115"},
         {"payer": "receiver", "account_number": "9X9X9X", "postal_code": "10115"}),
    ],
)  # fmt: skip
def test_duties_are_billed_as_the_sheet_says(
    built: Build, order: Order, cells: dict[str, str], duties: dict[str, str] | None
) -> None:
    assert payload_of(built([order(ABROAD | cells)], service="65")).get("duties") == duties
    assert "duties" not in payload_of(built([order(cells)])), "none arise within the country"


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"Incoterms": "EXW"}, "E-2423"),
        ({"Duties Account": "9X9X9X"}, "E-2424"),
        ({"Incoterms": "DDP", "Duties Account": "9X9X9X"}, "E-2425"),
        ({"Bill Duties To": "Third Party"}, "E-2424"),
        ({"Billing Option": "Consignee"}, "E-2427"),
        ({"IOSS": "123"}, "E-2428"),
        ({"EORI": "X"}, "E-2428"),
        ({"Tax ID": "exempt"}, "E-2428"),
        ({"IOSS": "IM2760001234", "Unit Value": "150.01"}, "E-2429"),
        ({"IOSS": "IM2760001234", "Company": "Nordwind GmbH"}, "E-2429"),
    ],
)
def test_what_customs_or_the_lane_does_not_take_stops_the_row(
    built: Build, order: Order, cells: dict[str, str], code: str
) -> None:
    assert {problem.code for problem in built([order(ABROAD | cells)], service="65").problems} == {code}


def test_tax_numbers_go_out_for_whom_they_are(built: Build, order: Order) -> None:
    cells = ABROAD | {"Company": "Nordwind GmbH", "VAT Number": "de 123456789", "EORI": "DE1234567890123"}
    payload = payload_of(built([order(cells)], service="65", answers={"sender_tax_id": "12-3456789"}))
    assert payload["tax_ids"] == [
        {"of": "recipient", "kind": "tax", "number": "DE123456789"},
        {"of": "recipient", "kind": "eori", "number": "DE1234567890123"},
        {"of": "sender", "kind": "tax", "number": "12-3456789"},
    ]
    assert payload_of(built([order(ABROAD)], service="65", answers={"ioss": "IM2760001234"}))["ioss"] == "IM2760001234"
    assert (
        not {"ioss", "tax_ids"}
        & payload_of(built([order({"VAT Number": "DE123456789", "IOSS": "IM2760001234"})])).keys()
    )


def test_a_mapping_that_was_saved_before_bills_nobody_else(order: Order, schema: dict[str, Any]) -> None:
    """Its fields know no account: the column is read all the same, and by half it stops the row."""
    cells = order(THIRD)
    proposed = mapping_from(propose_mapping(list(cells), {}), {})
    kept = {name: text for name, text in proposed.fields.items() if name not in BILLING_FIELDS}
    builder = ShipmentBuilder(
        replace(proposed, fields=kept), SAMPLE_SHIPPER.model_dump(), schema, Answers.of({}), date(2026, 3, 2)
    )
    assert payload_of(builder.build_all([SheetRow(1, 2, cells, "x")], "03"))["billing"] == TO_THIRD
    half = SheetRow(1, 2, cells | {"Third Party Zip": ""}, "x")
    assert [problem.code for problem in builder.build_all([half], "03").problems] == ["E-2424"]
    broken = SheetRow(1, 2, cells | {"Third Party Account": "#REF!"}, "x")
    assert builder.build_all([broken], "03").shipments[0].payload is None


def test_an_approval_covers_who_pays(built: Build, order: Order) -> None:
    (ours,), (theirs,) = planned(built, [order()]), planned(built, [order(THIRD)])
    (other,) = planned(built, [order(THIRD | {"Third Party Zip": "30006"})])
    assert len({shipment_text(item) for item in (ours, theirs, other)}) == 3


def planned(built: Build, cells: list[dict[str, str]], service: str = "03") -> list[PlannedShipment]:
    result = built(cells, service=service)
    return [
        PlannedShipment(
            "id",
            (number,),
            (number + 1,),
            ("x",),
            None,
            "Ann",
            "Boston",
            service,
            shipment.payload or {},
            number * 1000,
        )
        for number, shipment in enumerate(result.shipments, 1)
    ]


def test_the_preview_says_who_pays_what(built: Build, order: Order) -> None:
    rows = [order({"Order Number": "1"}), order(THIRD | {"Order Number": "2"}), order(THIRD | {"Order Number": "3"})]
    plan = planned(built, rows)
    (line,) = payer_lines(plan, "USD")
    assert line.startswith("Billed to a third party (account …9X, 30005 US), not to your account: rows 3, 4, $50.00")
    unquoted = [replace(item, quote_cents=None) for item in plan]
    assert "not quoted" in payer_lines(unquoted, "USD")[0]
    assert payer_lines(plan[:1], "USD") == []
    (duties,) = payer_lines(planned(built, [order(ABROAD | {"Incoterms": "DDP"})], service="65"), "USD")
    assert duties == "Duties and taxes are billed to your account, and are not in the price: row 2."
