"""Rows to shipments: what real order files hold, end to end, without servers."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.mapping.builder import BuiltRows, BuiltShipment, rows_in_words
from agent.sender import SAMPLE_SHIPPER
from mcp_servers.ups.models import Shipment

Order = Callable[..., dict[str, str]]
Build = Callable[..., BuiltRows]


def only(result: BuiltRows) -> BuiltShipment:
    assert len(result.shipments) == 1
    return result.shipments[0]


def sent(result: BuiltRows) -> dict[str, Any]:
    """The payload of the only shipment, which the server's own model takes too."""
    shipment = only(result)
    assert shipment.payload is not None, (shipment.rejections, shipment.asks)
    Shipment.model_validate(shipment.payload)
    return shipment.payload


def codes(result: BuiltRows) -> list[str]:
    return [problem.code for problem in result.problems]


def slots(result: BuiltRows) -> list[str]:
    return [ask.slot for ask in result.asks]


def test_a_plain_row(built: Build, order: Order) -> None:
    result = built([order({"Phone": "(617) 555-0100"})])
    payload = sent(result)
    assert payload["ship_to"] == {
        "name": "Ann Lee",
        "phone": "6175550100",
        "address": {
            "lines": ["12 Main St"],
            "city": "Boston",
            "state": "MA",
            "postal_code": "02116",
            "country_code": "US",
        },
    }
    assert payload["service_code"] == "03"
    assert payload["packages"] == [{"packaging_code": "02", "weight": {"value": "2.5", "unit": "LBS"}}]
    assert payload["customer_reference"] == "1001"
    shipment = only(result)
    assert (shipment.recipient, shipment.city_state, shipment.identity) == ("Ann Lee", "Boston, MA", "1001")
    assert shipment.changes == shipment.warnings == ()
    assert result.ready


def test_m1_a_restored_zip_is_shown_with_its_column(built: Build, order: Order) -> None:
    result = built([order({"ZIP": "2116"})])
    assert sent(result)["ship_to"]["address"]["postal_code"] == "02116"
    assert [(change.column, change.before, change.after) for change in result.changes] == [("ZIP", "2116", "02116")]


def test_m2_a_short_zip_rejects_its_row_and_names_the_cell(built: Build, order: Order) -> None:
    result = built([order({"ZIP": "7510", "State": "TX"})])
    rejection = only(result).rejections[0]
    assert (rejection.code, rejection.column, rejection.cell) == ("E-2212", "ZIP", "7510")
    assert only(result).payload is None


def test_all_faults_of_all_rows_are_told_at_once_and_grouped(built: Build, order: Order) -> None:
    rows = [order({"Order Number": str(number)}) for number in range(1, 8)]
    for index in (1, 2, 5):
        rows[index]["ZIP"] = ""
    rows[2]["Weight (lb)"] = "0"
    rows[6]["City"] = ""
    result = built(rows)
    assert [str(problem) for problem in result.problems] == [
        "Rows 3-4 and 7: no ZIP",
        "Row 4: a weight must be above zero",
        "Row 8: no city",
    ]
    assert [shipment.payload is not None for shipment in result.shipments].count(True) == 3


def test_numbers_of_a_database_are_read_like_text(built: Build, order: Order) -> None:
    cells: dict[str, Any] = {
        "Order Number": 1001,
        "ZIP": 2116,
        "Weight (lb)": 2.5,
        "Phone": 6175550100.0,
        "Address 2": None,
    }
    payload = sent(built([{**order(), **cells}]))
    assert payload["ship_to"]["address"]["postal_code"] == "02116"
    assert payload["ship_to"]["phone"] == "6175550100"
    assert payload["customer_reference"] == "1001"


def test_rows_in_words() -> None:
    assert rows_in_words([5]) == "row 5"
    assert rows_in_words([5, 12, 34]) == "rows 5, 12 and 34"
    assert rows_in_words([2, 3, 4, 9, 4]) == "rows 2-4 and 9"


def test_m5_a_broken_order_number_rejects_and_groups_nothing(built: Build, order: Order) -> None:
    result = built([order({"Order Number": "1.23457E+11", "Name": name}) for name in ("Ann", "Bob")])
    assert codes(result) == ["E-2228"]
    assert result.problems[0].sheet_rows == (2, 3)
    assert slots(result) == ["lost_digits"]  # which key shall stand for it, not what the two rows are


def test_m6_wash_is_asked_once_and_the_answer_shown(built: Build, order: Order) -> None:
    rows = [order({"Order Number": str(index), "State": "Wash.", "ZIP": "02116"}) for index in range(3)]
    assert slots(built(rows)) == ["state:wash"]
    result = built(rows, answers={"state:wash": "Washington"})
    assert not result.asks
    assert {change.after for change in result.changes} == {"WA"}


def test_m7_puerto_rico_is_a_country(built: Build, order: Order) -> None:
    cells = {"State": "PR", "ZIP": "926", "City": "San Juan", "Item": "Cups", "Price": "12.50", "Origin": "US"}
    result = built([order(cells | {"Phone": "787-555-0100"})], answers={"reason_for_export": "SALE"})
    address = sent(result)["ship_to"]["address"]
    assert address["country_code"] == "PR"
    assert address["postal_code"] == "00926"
    assert "state" not in address


@pytest.mark.parametrize(
    ("cell", "value"), [("2 lb 3 oz", "2.2"), ("35oz", "2.2"), ("1,5 kg", "3.4"), (".5", "0.5"), ("150", "150.0")]
)
def test_m8_weights(built: Build, order: Order, cell: str, value: str) -> None:
    assert sent(built([order({"Weight (lb)": cell})]))["packages"][0]["weight"] == {"value": value, "unit": "LBS"}


@pytest.mark.parametrize(("cell", "code"), [("0", "E-2215"), ("-1", "E-2215"), ("", "E-2213"), ("heavy", "E-2214")])
def test_m8_no_weight_is_ever_made_up(built: Build, order: Order, cell: str, code: str) -> None:
    assert codes(built([order({"Weight (lb)": cell})])) == [code]


def test_m9_a_header_without_a_unit_is_asked_once(built: Build, order: Order) -> None:
    rows = [order({"Order Number": str(index), "Weight (lb)": None, "Weight": "900"}) for index in range(3)]
    assert slots(built(rows)) == ["weight_unit"]
    grams = built(rows, answers={"weight_unit": "g"})
    assert grams.shipments[0].payload is not None
    assert grams.shipments[0].payload["packages"][0]["weight"] == {"value": "2.0", "unit": "LBS"}
    assert codes(built(rows, answers={"weight_unit": "lb"})) == ["E-2216"]


def test_m9_a_unit_column_goes_before_the_header(built: Build, order: Order) -> None:
    result = built([order({"Weight (lb)": "32", "Weight Unit": "oz"})])
    assert sent(result)["packages"][0]["weight"]["value"] == "2.0"


def test_a_sheet_without_weights_is_asked_about_once(built: Build, order: Order) -> None:
    row = order({"Weight (lb)": None})
    result = built([row])
    assert slots(result) == ["weight"]
    answered = built([row], answers={"weight": "1lb"})
    assert sent(answered)["packages"][0]["weight"]["value"] == "1.0"
    saved = built([row], saved={"weight": "1lb"})
    assert only(saved).changes[0].why == "from your saved mapping"
    assert only(answered).changes[0].why == "your answer"


def test_a_given_weight_fills_blank_cells_but_not_zeros(built: Build, order: Order) -> None:
    rows = [order({"Weight (lb)": text, "Order Number": text or "b"}) for text in ("", "0")]
    result = built(rows, answers={"weight": "1lb"})
    assert codes(result) == ["E-2215"]
    assert result.problems[0].sheet_rows == (3,)


@pytest.mark.parametrize(
    ("columns", "sides"),
    [
        ({"Dimensions": "6x8x12"}, (12, 8, 6)),
        ({"Dimensions": '12" x 8" x 6"'}, (12, 8, 6)),
        ({"Dimensions (cm)": "30x20x10"}, (12, 8, 4)),
        ({"Length": "6", "Width": "8.2", "Height": "12"}, (12, 9, 6)),
    ],
)
def test_m10_sizes(built: Build, order: Order, columns: dict[str, str], sides: tuple[int, int, int]) -> None:
    size = sent(built([order(columns)]))["packages"][0]["dimensions"]
    assert (size["length"], size["width"], size["height"], size["unit"]) == (*sides, "IN")


def test_m10_a_unit_that_only_the_weight_tells_is_shown(built: Build, order: Order) -> None:
    assert "inches" in only(built([order({"Dimensions": "12x8x6"})])).warnings[0]
    metric = order({"Weight (lb)": None, "Weight (kg)": "2", "Dimensions": "30x20x10"})
    assert sent(built([metric]))["packages"][0]["dimensions"]["length"] == 12


def test_a_saved_box_fills_missing_sizes_only(built: Build, order: Order) -> None:
    rows = [order({"Order Number": "1", "Dimensions": ""}), order({"Order Number": "2", "Dimensions": "4x4x4 in"})]
    result = built(rows, saved={"box": "12x8x6 in"})
    lengths = [
        shipment.payload["packages"][0]["dimensions"]["length"] for shipment in result.shipments if shipment.payload
    ]
    assert lengths == [12, 4]


def test_m11_phones(built: Build, order: Order) -> None:
    assert sent(built([order({"Phone": "617-555-0100 x12"})]))["ship_to"]["phone"] == "617555010012"
    assert "phone" not in sent(built([order({"Phone": "N/A"})]))["ship_to"]
    early = built([order({"Phone": ""})], service="14")
    assert codes(early) == ["E-2220"]


def test_m21_a_transliterated_name_is_shown(built: Build, order: Order) -> None:
    result = built([order({"Name": "Владимир"})])
    assert sent(result)["ship_to"]["name"] == "Vladimir"
    assert result.changes[0].before == "Владимир"
    assert codes(built([order({"Name": "🎉"})])) == ["E-2221"]


def test_a_missing_name_is_never_recipient(built: Build, order: Order) -> None:
    assert codes(built([order({"Name": ""})])) == ["E-2201"]


def test_a_company_is_the_addressee_and_the_person_its_attention(built: Build, order: Order) -> None:
    recipient = sent(built([order({"Company": "Lee Ltd"})]))["ship_to"]
    assert (recipient["name"], recipient["attention_name"]) == ("Lee Ltd", "Ann Lee")


def test_m22_attn_in_the_street(built: Build, order: Order) -> None:
    recipient = sent(built([order({"Address 1": "ATTN: Bob Ray, 12 Main St"})]))["ship_to"]
    assert recipient["attention_name"] == "Bob Ray"
    assert recipient["address"]["lines"] == ["12 Main St"]


def test_m22_a_city_longer_than_printed_is_a_warning(built: Build, order: Order) -> None:
    result = only(built([order({"City": "Rancho Santa Margarita", "State": "CA", "ZIP": "92688"})]))
    assert result.payload is not None
    assert "15" in result.warnings[0]


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"Address 1": "PO Box 12"}, "E-2204"),
        ({"Address 2": "P.O. Box 12"}, "E-2204"),
        ({"City": "APO", "State": "AE", "ZIP": "09012"}, "E-2205"),
    ],
)
def test_m23_where_ups_does_not_go(built: Build, order: Order, cells: dict[str, str], code: str) -> None:
    assert codes(built([order(cells)])) == [code]


def test_m23_three_day_select_does_not_reach_hawaii(built: Build, order: Order) -> None:
    result = built([order({"City": "Honolulu", "State": "HI", "ZIP": "96813"})], service="12")
    assert codes(result) == ["E-2223"]


def test_m24_ship_dates(built: Build, order: Order) -> None:
    assert "shipment_date" not in sent(built([order({"Ship Date": "2026-03-02"})]))
    assert sent(built([order({"Ship Date": "2026-03-05"})]))["shipment_date"] == "20260305"
    assert slots(built([order({"Ship Date": "03/04/2026"})])) == ["day_first"]
    answered = built([order({"Ship Date": "03/04/2026"})], answers={"day_first": "month first"})
    assert sent(answered)["shipment_date"] == "20260304"
    assert only(built([order({"Order Date": "2019-01-01"})])).payload is not None


def test_a_day_to_ship_on_that_is_past_is_today_and_shown(built: Build, order: Order) -> None:
    result = built([order({"Ship On": "2026-02-20"})])
    assert "shipment_date" not in sent(result)
    assert [(one.column, one.before, one.after) for one in result.changes] == [("Ship On", "2026-02-20", "2026-03-02")]


def test_a_past_ship_date_may_be_the_day_the_order_went(built: Build, order: Order) -> None:
    """`Ship Date` is the day an order went in one export and the day it will go in another."""
    rows = [order({"Order Number": "1", "Ship Date": "2026-02-20"}), order({"Order Number": "2", "Ship Date": ""})]
    assert slots(built(rows)) == ["past_ship_date"]
    gone = built(rows, answers={"past_ship_date": "the days these orders were shipped: leave them out"})
    assert gone.left_out == {"shipped already (Ship Date is in the past)": (2,)}
    assert [one.order_number for one in gone.shipments] == ["2"]
    assert built(rows, answers={"past_ship_date": "gone"}).left_out == gone.left_out
    assert slots(built(rows, answers={"past_ship_date": "perhaps"})) == ["past_ship_date"]
    assert not built(rows, answers={"past_ship_date": "overdue"}).left_out
    late = built(rows, answers={"past_ship_date": "the days they should have been shipped: ship them today"})
    assert all(one.payload is not None and "shipment_date" not in one.payload for one in late.shipments)
    assert [change.before for change in late.changes] == ["2026-02-20"]


def test_a_day_beyond_what_ups_takes_is_not_yet(built: Build, order: Order) -> None:
    """Left out with its reason; what else is wrong with the row does not matter then."""
    result = built([order({"Ship On": "2026-03-10", "ZIP": ""}), order({"Order Number": "2", "Ship On": "2026-03-09"})])
    assert result.left_out == {"not yet (Ship On is more than 7 days ahead)": (2,)}
    assert sent(result)["shipment_date"] == "20260309"
    assert not result.problems


@pytest.mark.parametrize(
    "header", ["Ship By", "Latest Ship Date", "Promised", "Due Date", "Deliver By", "In-Hands Date"]
)
@pytest.mark.parametrize("day", ["2025-11-02", "2026-03-04", "2027-03-01", "soon"])
def test_a_deadline_never_becomes_the_day_of_shipment(built: Build, order: Order, header: str, day: str) -> None:
    result = built([order({header: day})])
    assert "shipment_date" not in sent(result)
    assert result.ready


def test_m24_another_row_proves_the_order_of_day_and_month(built: Build, order: Order) -> None:
    rows = [
        order({"Order Number": "1", "Ship Date": "04/03/2026"}),
        order({"Order Number": "2", "Ship Date": "25/12/2026"}),
    ]
    result = built(rows)
    assert not result.asks
    assert result.shipments[0].payload is not None
    assert result.shipments[0].payload["shipment_date"] == "20260304"


LINES = [{"Item": "Cup", "Weight (lb)": "2"}, {"Item": "Pan", "Weight (lb)": "3"}]


def test_m25_order_lines_are_asked_about(built: Build, order: Order) -> None:
    assert "order_lines" in slots(built([order(line) for line in LINES]))


@pytest.mark.parametrize(
    ("weights", "pounds"), [("add the rows up", "5.0"), ("add the rows up, times their quantity", "8.0")]
)
def test_m25_items_of_one_parcel(built: Build, order: Order, weights: str, pounds: str) -> None:
    rows = [order({**LINES[0], "Qty": "1"}), order({**LINES[1], "Qty": "2"})]
    one = {"order_lines": "items of one parcel"}
    assert slots(built(rows, answers=one)) == ["order_lines_weight"]
    packages = sent(built(rows, answers={**one, "order_lines_weight": weights}))["packages"]
    assert [package["weight"]["value"] for package in packages] == [pounds]


def test_m25_lines_of_one_parcel_that_disagree_on_its_weight(built: Build, order: Order) -> None:
    said = {"order_lines": "items of one parcel", "order_lines_weight": "each row has the weight of the whole parcel"}
    assert codes(built([order(line) for line in LINES], answers=said)) == ["E-2214"]
    same = [order({"Item": item}) for item in ("Cup", "Pan")]
    assert sent(built(same, answers=said))["packages"][0]["weight"]["value"] == "2.5"


def test_m25_blank_cells_of_later_lines_belong_to_the_first(built: Build, order: Order) -> None:
    blank = dict.fromkeys(("Name", "Address 1", "City", "State", "ZIP", "Weight (lb)"), "")
    rows = [order({"Item": "Cup"}), order({**blank, "Item": "Pan"})]
    result = built(rows, answers={"order_lines": "items of one parcel"})
    assert len(sent(result)["packages"]) == 1
    assert [row.sheet_row for row in only(result).rows] == [2, 3]


def test_m25_several_parcels_are_packages_of_one_shipment(built: Build, order: Order) -> None:
    packages = sent(built([order(line) for line in LINES], answers={"order_lines": "several parcels"}))["packages"]
    assert [package["weight"]["value"] for package in packages] == ["2.0", "3.0"]


def test_m25_duplicates_are_left_out_with_the_reason(built: Build, order: Order) -> None:
    result = built([order(line) for line in LINES], answers={"order_lines": "a duplicate"})
    assert len(result.shipments) == 1
    assert list(result.left_out.values()) == [(3,)]


def test_m25_identities_name_the_parcel(built: Build, order: Order) -> None:
    rows = [order(), order({"Order Number": "#1001", "Address 1": "9 Elm St"})]
    result = built(rows, answers={"order_addresses": "a parcel to each address"})
    assert [shipment.identity for shipment in result.shipments] == ["1001", "1001 PARCEL 2"]
    bare = built([order({"Order Number": ""})] * 2, answers={"exact_duplicates": "ship every one"})
    first, second = (shipment.identity for shipment in bare.shipments)
    assert second == f"{first} PARCEL 2"


def test_a_row_that_counts_several_packages(built: Build, order: Order) -> None:
    row = order({"Packages": "3", "Weight (lb)": "6"})
    assert slots(built([row])) == ["package_weight"]
    for said, pounds in (("of each package", "6.0"), ("of all together", "2.0")):
        packages = sent(built([row], answers={"package_weight": said}))["packages"]
        assert [package["weight"]["value"] for package in packages] == [pounds] * 3
    assert len(sent(built([order({"Packages": "1"})]))["packages"]) == 1
    assert codes(built([order({"Packages": "many"})])) == ["E-2230"]


def test_a_sender_elsewhere_weighs_in_kilograms_and_names_a_currency(built: Build, order: Order) -> None:
    address = {"lines": ["1 High St"], "city": "London", "postal_code": "SW1A 1AA", "country_code": "GB"}
    shipper = {**SAMPLE_SHIPPER.model_dump(), "address": address}
    cells = {"State": "", "ZIP": "M11AE", "City": "Manchester", "Weight (lb)": "2.2", "Declared Value": "100"}
    assert slots(built([order(cells)], service="11", shipper=shipper)) == ["currency"]
    package = sent(built([order(cells)], service="11", shipper=shipper, answers={"currency": "GBP"}))["packages"][0]
    assert package["weight"] == {"value": "1.0", "unit": "KGS"}
    assert package["declared_value"] == {"amount": "100.00", "currency_code": "GBP"}


def test_m27_services_of_a_column(built: Build, order: Order) -> None:
    rows = [
        order({"Order Number": text, "Service": text})
        for text in ("UPS Ground", "03", "2 day", "overnite", "Next Day Air Saver")
    ]
    result = built(rows, service=None)
    assert [shipment.service_code for shipment in result.shipments] == ["03", "03", "02", "01", "13"]


def test_m27_a_near_miss_is_confirmed_once(built: Build, order: Order) -> None:
    rows = [order({"Order Number": str(index), "Service": "Grund"}) for index in range(3)]
    result = built(rows, service=None)
    assert slots(result) == ["service:grund"]
    answered = built(rows, service=None, answers={"service:grund": "UPS Ground"})
    assert {shipment.service_code for shipment in answered.shipments} == {"03"}


def test_m27_no_service_is_asked_about_never_ground(built: Build, order: Order) -> None:
    for cells in ({}, {"Service": ""}):
        result = built([order(cells)], service=None)
        assert slots(result) == ["service"]
        assert only(result).payload is None
    assert sent(built([order()], service=None, answers={"service": "ground"}))["service_code"] == "03"


def test_m27_words_go_before_the_column(built: Build, order: Order) -> None:
    assert sent(built([order({"Service": "Ground"})], service="02"))["service_code"] == "02"


@pytest.mark.parametrize(("cell", "home"), [("Y", True), ("TRUE", True), ("home", True), ("N", False), ("", False)])
def test_m28_homes(built: Build, order: Order, cell: str, home: bool) -> None:
    assert sent(built([order({"Residential": cell})]))["ship_to"]["address"].get("residential", False) is home


def test_m29_declared_values(built: Build, order: Order) -> None:
    declared = sent(built([order({"Declared Value": "$1,200.00"})]))["packages"][0]["declared_value"]
    assert declared == {"amount": "1200.00", "currency_code": "USD"}
    european = sent(built([order({"Declared Value": "1.200,00 EUR"})]))["packages"][0]["declared_value"]
    assert european == {"amount": "1200.00", "currency_code": "EUR"}


def test_m29_above_the_limit(built: Build, order: Order) -> None:
    row = order({"Declared Value": "60000"})
    assert slots(built([row])) == ["declared_value_over_limit"]
    assert codes(built([row], answers={"declared_value_over_limit": "no"})) == ["E-2225"]
    assert sent(built([row], answers={"declared_value_over_limit": "yes"}))


@pytest.mark.parametrize("column", ["Name", "ZIP", "Weight (lb)", "City", "State"])
def test_an_error_of_the_spreadsheet_rejects_naming_the_cell(built: Build, order: Order, column: str) -> None:
    result = built([order({column: "#N/A"})])
    assert [(problem.code, problem.column) for problem in result.problems] == [("E-2229", column)]


def test_m30_what_looks_like_a_formula_is_inert_and_flagged(built: Build, order: Order) -> None:
    shipment = only(built([order({"Name": '=HYPERLINK("http://x","y")'})]))
    assert shipment.payload is not None
    assert "formula" in shipment.warnings[0]


def test_a_refused_payload_of_the_schema_names_the_column(built: Build, order: Order, schema: dict[str, Any]) -> None:
    shipper = {**SAMPLE_SHIPPER.model_dump(), "account_number": "x"}
    result = built([order()], shipper=shipper)
    assert codes(result) == ["E-2254"]
    assert "shipper.account_number" in result.problems[0].why


ABROAD = {
    "State": "ON",
    "ZIP": "k1a0b1",
    "City": "Ottawa",
    "Country": "Canada",
    "Phone": "613-555-0100",
    "Item": "Wool scarf",
    "Qty": "2",
    "Price": "$25.00",
    "HS Code": "6214.20",
    "Origin": "Peru",
}


def test_a_shipment_abroad_carries_an_invoice(built: Build, order: Order) -> None:
    payload = sent(built([order(ABROAD)], service="11", answers={"reason_for_export": "SALE"}))
    assert payload["description"] == "Wool scarf"
    assert payload["ship_to"]["address"]["postal_code"] == "K1A 0B1"
    assert payload["ship_to"]["attention_name"] == "Ann Lee"
    assert payload["international"] == {
        "invoice_number": "1001",
        "invoice_date": "20260302",
        "reason_for_export": "SALE",
        "currency_code": "USD",
        "products": [
            {
                "description": "Wool scarf",
                "quantity": 2,
                "unit_of_measure": "PCS",
                "unit_value": "25.00",
                "commodity_code": "6214.20",
                "origin_country_code": "PE",
            }
        ],
    }


def test_order_lines_become_invoice_lines(built: Build, order: Order) -> None:
    rows = [order(ABROAD), order({**ABROAD, "Item": "Hat", "Qty": "1", "Price": "10", "Weight (lb)": ""})]
    answers = {"reason_for_export": "GIFT", "order_lines": "items of one parcel"}
    payload = sent(built(rows, service="11", answers=answers))
    assert [product["description"] for product in payload["international"]["products"]] == ["Wool scarf", "Hat"]
    assert len(payload["packages"]) == 1


def test_what_customs_needs_is_asked_or_rejected(built: Build, order: Order) -> None:
    bare = {**ABROAD, "Item": None, "Price": None, "Origin": None, "HS Code": None}
    result = built([order(bare)], service="11")
    assert set(slots(result)) == {"description", "unit_value", "origin_country", "reason_for_export"}
    assert codes(built([order({**ABROAD, "Phone": ""})], service="11", answers={"reason_for_export": "SALE"})) == [
        "E-2220"
    ]


def test_ground_does_not_cross_the_border(built: Build, order: Order) -> None:
    result = built([order(ABROAD)], answers={"reason_for_export": "SALE"})
    assert codes(result) == ["E-2223"]
    assert "UPS Standard" in result.problems[0].remedy


def test_a_sender_without_a_phone_cannot_ship_abroad(built: Build, order: Order) -> None:
    shipper = {**SAMPLE_SHIPPER.model_dump(), "phone": None}
    assert codes(built([order(ABROAD)], service="11", answers={"reason_for_export": "SALE"}, shipper=shipper)) == [
        "E-2260"
    ]
    assert sent(built([order()], shipper=shipper))


CELLS = st.text(max_size=40) | st.sampled_from(
    ["", "N/A", "0", "-1", "#REF!", "Wash.", "02116", "1.5", "PO Box 1", "PR", "{{ 1 }}"]
)
COLUMNS = (
    "Name",
    "Address 1",
    "City",
    "State",
    "ZIP",
    "Weight (lb)",
    "Country",
    "Phone",
    "Dimensions",
    "Declared Value",
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=st.fixed_dictionaries(dict.fromkeys(COLUMNS, CELLS)))
def test_whatever_the_cells_a_payload_is_valid_or_there_is_a_reason(
    built: Build, order: Order, cells: dict[str, str]
) -> None:
    shipment = only(built([order(cells)]))
    if shipment.payload is None:
        assert shipment.asks or shipment.rejections
    else:
        Shipment.model_validate(shipment.payload)
        assert not shipment.asks
        assert not shipment.rejections
    assert not [rejection for rejection in shipment.rejections if rejection.code == "E-2254"], "a rule let this through"


TOWN_APART = {"City": None, "State": None, "ZIP": None}


@pytest.mark.parametrize(
    ("cells", "town"),
    [
        (TOWN_APART | {"City, State Zip": "Boston, MA 02116"}, ("Boston", "MA", "02116")),
        (TOWN_APART | {"City/State": "Boston MA", "ZIP": "02116"}, ("Boston", "MA", "02116")),
        ({"City": "Boston, MA", "State": None}, ("Boston", "MA", "02116")),
        ({"City": "Port Washington, NY", "State": None, "ZIP": "11050"}, ("Port Washington", "NY", "11050")),
        ({"Address 1": "12 Main St, Boston, MA 02116"}, ("Boston", "MA", "02116")),
        ({"Address 1": "12 Main St, Boston, MA 02116", "City": "", "ZIP": ""}, ("Boston", "MA", "02116")),
    ],
)
def test_parts_of_an_address_in_one_cell_are_taken_apart_where_certain(
    built: Any, order: Any, cells: dict[str, str | None], town: tuple[str, str, str]
) -> None:
    (shipment,) = built([order(cells)]).shipments
    assert shipment.payload is not None, shipment.rejections
    address = shipment.payload["ship_to"]["address"]
    assert (address["city"], address["state"], address["postal_code"]) == town
    assert address["lines"] == ["12 Main St"]


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (TOWN_APART | {"City, State Zip": "Boston"}, "E-2240"),
        ({"Address 1": "2 Elm St, Reno, NV 89501"}, "E-2241"),
        ({"Address 1": "2 Elm St, Reno, NV 89501", "ZIP": ""}, "E-2241"),
        ({"State": None}, "E-2242"),
        ({"State": ""}, "E-2208"),
        ({"City": "Port Washington", "State": None}, "E-2242"),
    ],
)
def test_an_address_that_is_not_certain_rejects_its_row(
    built: Any, order: Any, cells: dict[str, str | None], code: str
) -> None:
    (shipment,) = built([order(cells)]).shipments
    assert shipment.payload is None
    assert [fault.code for fault in shipment.rejections] == [code]


def test_a_whole_address_that_begins_with_the_name_is_read_as_such(built: Any, order: Any) -> None:
    whole = "Ann Lee\n12 Main St\nBoston, MA 02116"
    columns = {"Address 1": None, "Address 2": None, **TOWN_APART}
    for name in ({"Name": None}, {}):
        (shipment,) = built([order(columns | name | {"Full Address": whole})]).shipments
        assert shipment.payload is not None, shipment.rejections
        assert shipment.payload["ship_to"]["name"] == "Ann Lee"
        assert shipment.payload["ship_to"]["address"]["lines"] == ["12 Main St"]


def test_whom_a_parcel_is_for_stands_for_a_name_that_the_row_lacks(built: Any, order: Any) -> None:
    (shipment,) = built([order({"Name": "", "Attention": "Ann Lee"})]).shipments
    assert shipment.payload is not None, shipment.rejections
    assert shipment.payload["ship_to"]["name"] == "Ann Lee"
    assert "attention_name" not in shipment.payload["ship_to"]


@pytest.mark.parametrize("column", ["City/State", "City, State Zip"])
def test_one_order_to_two_towns_is_a_question_in_whatever_column_they_stand(
    built: Any, order: Any, column: str
) -> None:
    cells = {"City": None, "State": None} | ({"ZIP": None} if "Zip" in column else {})
    zips = (" 02116", " 89501") if "Zip" in column else ("", "")
    result = built([order(cells | {column: f"Boston, MA{zips[0]}"}), order(cells | {column: f"Reno, NV{zips[1]}"})])
    assert "order_addresses" in {ask.slot for ask in result.asks}
