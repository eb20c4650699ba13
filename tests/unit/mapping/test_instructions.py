"""Filled instructions stop their row, signatures are carried out, and what nothing reads is named."""

from collections.abc import Callable

import pytest

from agent.mapping.builder import BuiltRows
from agent.mapping.columns import propose_mapping
from agent.mapping.instructions import unused_columns
from agent.mapping.template import Mapping, compile_mapping, mapping_from
from agent.planning.model import SheetRow
from agent.sheet.fields import INSTRUCTIONS
from agent.sheet.instructions import OWN_PACKAGING, instructions_in

Order = Callable[..., dict[str, str]]
Build = Callable[..., BuiltRows]

FILLED = [
    *(("3rd Party Billing", "Y"), ("Freight Collect", "yes")),
    *(("COD Amount", "45.00"), ("C.O.D.", "$12"), ("CODAmount", "45"), ("Cash on Delivery", "TRUE")),
    *(("Hazmat", "UN3481"), ("Hazmat (UN3481)", "yes"), ("Dangerous Goods", "1"), ("Contains Lithium Batteries", "Y"), ("UN Number", "3480")),
    *(("Dry Ice", "5 lb"), ("Dry Ice (kg)", "2")),
    *(("Hold At Location", "UPS Store 12"), ("UPS Access Point ID", "U123"), ("Access Point Name", "Corner Market")),
    *(("Hold for Pickup", "x"), ("Hold At UPS Customer Center", "Y"), ("Pickup Location", "Access Point 12")),
    *(("Saturday Pickup", "Y"), ("Saturday", "1"), ("Saturday Delivery", "UPS Store 12")),
    *(("Packaging", "Pallet"), ("Packaging Type", "30"), ("Package Type", "UPS Pallet")),
    *(("COD Amt", "45"), ("Amount to Collect", "45"), ("ORM-D", "Y")),
    *(("Limited Qty", "Y"), ("Battery", "UN3481"), ("Ship to UPS Store", "12")),
    *(("Return Label", "Y"), ("Shipper Release", "Y"), ("Additional Handling", "Y"), ("DDP", "Y")),
    ("Ship Notification", "Fax"),
]  # fmt: skip


@pytest.mark.parametrize(("column", "cell"), FILLED)
def test_a_filled_instruction_stops_its_row_and_no_other(built: Build, order: Order, column: str, cell: str) -> None:
    result = built([order({"Order Number": "1", column: cell}), order({"Order Number": "2", column: ""})])
    problem = result.problems[0]
    by_other_columns = {"3rd Party Billing", "Freight Collect", "DDP"}
    no_point = {"Hold At Location": "E-2438", "UPS Access Point ID": "E-2438", "Return Label": "E-2431"}
    code = "E-2430" if column in by_other_columns else no_point.get(column, "E-2239")
    assert (problem.code, problem.column, problem.sheet_rows) == (code, column, (2,))
    assert column in problem.why
    assert cell in problem.why
    assert [shipment.payload is not None for shipment in result.shipments] == [False, True]


@pytest.mark.parametrize("column", list(dict.fromkeys(column for column, _ in FILLED)))
@pytest.mark.parametrize("cell", ["", "N", "no", "FALSE", "0", "0.00", "$0.00", "n/a", "NULL", "None", "-"])
def test_a_no_is_no_instruction(built: Build, order: Order, column: str, cell: str) -> None:
    assert built([order({column: cell})]).ready


def test_every_kind_of_instruction_is_tried_above() -> None:
    tried = {instruction.name for column, _ in FILLED for _, instruction in instructions_in((column,))}
    assert tried | {"restricted_goods"} == {instruction.name for instruction in INSTRUCTIONS}


@pytest.mark.parametrize("column", ["Cod Postal", "Product Code", "Payment Method", "Quantity", "Bill To Name", "City", "On Hold",
                                    "Description", "Package Weight", "Packages", "Account Number", "Address", "Union",
                                    "ThirdParty_City", "Third Party Name", "Bill Receiver Phone"])  # fmt: skip
def test_ordinary_headers_are_none(column: str) -> None:
    assert instructions_in((column,)) == ()


@pytest.mark.parametrize(("column", "cell"), [("Packaging", "Box"), ("Packaging Type", "02"), ("Package Type", "Package"),
                                              ("Freight Terms", "Prepaid"), ("Terms of Sale", "DAP")])  # fmt: skip
def test_what_every_parcel_gets_anyway_goes(built: Build, order: Order, column: str, cell: str) -> None:
    assert built([order({column: cell})]).ready


def test_the_own_account_is_no_third_party(built: Build, order: Order) -> None:
    from agent.sender import SAMPLE_SHIPPER

    assert built([order({"UPS Account": SAMPLE_SHIPPER.account_number})]).ready


def test_an_unknown_packaging_is_asked_once(built: Build, order: Order) -> None:
    rows = [order({"Order Number": str(number), "Packaging": "Crate B"}) for number in (1, 2)]
    asks = built(rows).asks
    assert [ask.slot for ask in asks] == ["packaging:crate b"]
    assert built(rows, answers={"packaging:crate b": OWN_PACKAGING}).ready
    pak = built(rows, service="02", answers={"packaging:crate b": "UPS Pak"})
    assert pak.shipments[0].payload is not None
    assert pak.shipments[0].payload["packages"][0]["packaging_code"] == "04"


def test_a_person_may_empty_the_cell(built: Build, order: Order) -> None:
    assert built([order({"Saturday Delivery": "Y"})], answers={"cell:2:Saturday Delivery": "no"}).ready


def test_an_instruction_on_any_line_stops_the_order(built: Build, order: Order) -> None:
    rows = [
        order({"Item": "A", "Hazmat": "", "Weight (lb)": "1"}),
        order({"Item": "B", "Hazmat": "UN3481", "Weight (lb)": ""}),
    ]
    assert [problem.code for problem in built(rows, answers={"order_lines": "items of one parcel"}).problems] == [
        "E-2239"
    ]


@pytest.mark.parametrize(
    ("cells", "sent"),
    [
        ({"Signature Required": "Y"}, "signature"),
        ({"Adult Signature": "Y"}, "adult"),
        ({"Adult Signature Required": "Yes"}, "adult"),
        ({"Signature (Adult)": "x"}, "adult"),
        ({"Adult Signature": "signature"}, "adult"),
        ({"Adult Signature": "N"}, None),
        ({"Signature": "adult"}, "adult"),
        ({"Signature Required": "No"}, None),
        ({"Signature Required": "Y", "Adult Signature": "Y"}, "adult"),
        ({"Adult Signature": "Y", "Signature Required": "Y"}, "adult"),
        ({"Signature Required": "Y", "Adult Signature": "N"}, "signature"),
        ({"Signature Required": "", "Delivery Confirmation": "adult"}, "adult"),
        ({"Delivery Confirm": "A"}, "adult"),
        ({"Delivery Confirm": "S"}, "signature"),
    ],
)
def test_the_header_counts_as_much_as_the_cell(
    built: Build, order: Order, cells: dict[str, str], sent: str | None
) -> None:
    result = built([order(cells)])
    assert result.ready, (result.asks, result.problems)
    assert result.shipments[0].payload is not None
    assert result.shipments[0].payload["packages"][0].get("signature") == sent


def test_the_strictest_line_of_an_order_counts(built: Build, order: Order) -> None:
    lines = [
        order({"Item": "A", "Adult Signature": "", "Weight (lb)": "2"}),
        order({"Item": "Wine", "Adult Signature": "Y", "Weight (lb)": ""}),
    ]
    result = built(lines, answers={"order_lines": "items of one parcel"})
    assert result.shipments[0].payload is not None
    assert result.shipments[0].payload["packages"][0]["signature"] == "adult"


def unused(row: dict[str, str], mapping: Mapping | None = None, managed: tuple[str, ...] = ()) -> list[str]:
    compiled = compile_mapping(mapping or mapping_from(propose_mapping(list(row), {}), {}))
    return unused_columns([SheetRow(1, 2, row, "x")], compiled, managed)


def test_filled_columns_that_nothing_reads_are_named(order: Order) -> None:
    row = order(
        {"Gift Wrap": "Y", "Notes": "ring twice", "Empty": "", "Nothing": "n/a", "Delivery Instructions": "back door"}
    )
    assert unused(row) == ["Gift Wrap", "Notes", "Delivery Instructions"]


@pytest.mark.parametrize("column", ["Billing City", "Bill To Name", "City (Billing)", "Financial Status", "Order Date", "Created at",
                                    "Total", "SKU", "Tracking Number", "Customer Phone", "Hazmat", "Order Total ($)"])  # fmt: skip
def test_what_is_understood_is_not_unused(order: Order, column: str) -> None:
    assert unused(order({column: "x"})) == []


def test_our_own_columns_are_not_unused(order: Order) -> None:
    assert unused(order({"shipped_at": "2026-01-01"}), managed=("tracking_number", "shipped_at")) == []


def test_a_second_column_of_the_parcel_is_named(order: Order) -> None:
    row = order({"Package Weight (lb)": "9"})
    mapping = Mapping({"weight": 'row["Weight (lb)"]', "name": 'row["Name"]'})
    assert "Package Weight (lb)" in unused(row, mapping)
