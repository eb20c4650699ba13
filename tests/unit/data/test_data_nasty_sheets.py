"""Exports as they really look, and whether a packer gets what is expected (each was a defect or could become one)."""

import pytest

from mcp_servers.data.guard.clause import compile_clause
from mcp_servers.data.model import Change
from mcp_servers.data.writing.file_target import CsvTarget, ExcelTarget
from mcp_servers.shared.faults import ToolFault


def rows(source, clause="TRUE"):
    condition = compile_clause(clause, source.table.columns, source.table.sheet_offset)
    return source.table.rows(condition, [], 1000, 0)


def sheet_rows(source, clause="TRUE"):
    return [row.sheet_row for row in rows(source, clause)]


def left_out(source):
    return {one.sheet_row: one.reason for one in source.excluded}


SHOPIFY = """Name,Email,Paid at,Total,Lineitem quantity,Lineitem name,Shipping Name,Shipping Street,Shipping Zip,Shipping Province,Notes
#1001,ann@example.com,2026-11-01 10:15:30 -0500,54.05,2,"Mug, ""Sky"" blue",Ann Smith,12 Main St,'02116,MA,"Leave at door
please"
#1001,ann@example.com,,,1,Coaster,,,,,
#1002,bob@example.com,2026-11-02 09:00:00 -0500,16.79,1,Coaster,Bob Miller,5 Oak Ave,'73301,TX,
"""


def test_shopify_order_numbers_are_listed_and_marked_zips_compare(open_csv):
    source = open_csv(SHOPIFY)
    assert source.table.values("Name", 5)[2] == [("#1001", 2), ("#1002", 1)]
    assert source.table.values("Lineitem name", 5)[1] == 2
    with pytest.raises(ToolFault, match="E-1011"):
        source.table.values("Shipping Name", 5)
    assert rows(source)[0].data["Shipping Zip"] == "'02116"
    assert sheet_rows(source, "\"Shipping Zip\" = '02116'") == [2]
    assert sheet_rows(source, "\"Shipping Zip\" LIKE '733%'") == [4]
    assert source.table.values("Shipping Zip", 5)[2][1:] == [("02116", 1), ("73301", 1)]
    assert sheet_rows(source, "\"Paid at\" > '2026-11-01'") == [4]
    assert sheet_rows(source, '"Paid at" IS NULL') == [3]


def test_numbers_behind_an_apostrophe_are_numbers_and_names_are_names(open_csv):
    source = open_csv("Order,Weight,City\n'1001,'12,'s Hertogenbosch\n'1002,3,Oslo\n")
    assert source.table.column("Weight").type == "integer"
    assert sheet_rows(source, "Weight > 5 AND \"Order\" = 1001 AND City = '''s Hertogenbosch'") == [2]


def test_cells_guarded_by_an_equals_sign_are_text(open_csv):
    """ShipStation and others write ="02116" so that spreadsheets keep the zero."""
    source = open_csv(
        'Order #,Recipient,Postal Code,Weight\r\n="00012345",Ann,="02116",16\r\n"=""00012346""",Bob,,2\r\n'
    )
    assert [row.data["Order #"] for row in rows(source)] == ["00012345", "00012346"]
    assert rows(source)[0].data["Postal Code"] == "02116"
    assert source.table.bad_cells == []
    row = source.table.row(2)
    CsvTarget(source.descriptor, 2).apply([Change(2, {"tracking_number": "1Z2"}, row.checksum)])
    assert source.descriptor.file.read_bytes() == (
        b'Order #,Recipient,Postal Code,Weight,tracking_number\r\n="00012345",Ann,="02116",16,\r\n"=""00012346""",Bob,,2,1Z2\r\n'
    )
    again = open_csv(source.descriptor.file.read_bytes())
    assert again.table.fingerprint == source.table.fingerprint


GERMAN = (
    "Bestellnr.;Kunde;Straße;PLZ;Ort;Gewicht (kg);Betrag;Bestelldatum\r\n"
    "4711;Jürgen Groß;Hauptstr. 5;01067;Dresden;1,5;1.234;03.11.2026\r\n"
    "4712;Müller & Söhne;Lindenweg 12a;80331;München;0,75;89;04.11.2026\r\n"
    "Summe;;;;;2,25;1.323;\r\n"
)


def test_german_excel_csv(open_csv):
    source = open_csv(GERMAN.encode("cp1252"))
    assert (source.descriptor.encoding, source.descriptor.delimiter) == ("cp1252", ";")
    assert left_out(source) == {4: "looks like a total"}
    assert source.found.header_candidates == ()
    assert rows(source)[0].data["PLZ"] == "01067"
    assert sheet_rows(source, '"Gewicht (kg)" > 1') == [2]
    # One column proves the decimal comma, so the point groups thousands in the other one.
    assert sheet_rows(source, "Betrag > 1000") == [2]
    assert sheet_rows(source, "Bestelldatum = '2026-11-04'") == [3]
    assert [column.name for column in source.table.columns if column.person] == ["Kunde", "Straße"]


def test_a_point_in_another_column_keeps_the_point(open_csv):
    source = open_csv("Order;Price;Rate\n1;1.234;2.50\n2;9;1.75\n")
    assert sheet_rows(source, "Price > 1000") == []


def test_unicode_text_of_excel(open_csv):
    source = open_csv(
        'Order No\tName\tCity\tTotal\r\n1\t"Müller, Ann ""A"""\tKöln\t"1,234.50"\r\n2\t李娜\t東京\t5\r\n'.encode(
            "utf-16"
        )
    )
    assert [row.data["Name"] for row in rows(source)] == ['Müller, Ann "A"', "李娜"]
    assert sheet_rows(source, "Total > 1000 AND City = 'KÖLN'") == [2]


AMAZON = "order-id\tsku\tproduct-name\trecipient-name\tship-postal-code\r\n"


def test_marketplace_tabs_have_no_quoting(open_csv):
    """A lone quote at the beginning of a cell would swallow every row up to the next one."""
    text = (
        AMAZON
        + '1\ta\t"Best" mug\tAnn\t02116\r\n2\tb\t"12 inch pan\tBob\t73301\r\n3\tc\tcup\tEve\t10001\r\n4\td\t"5 inch pan\tZoe\t10002\r\n'
    )
    source = open_csv(text)
    assert [row.data["recipient-name"] for row in rows(source)] == ["Ann", "Bob", "Eve", "Zoe"]
    assert rows(source)[1].data["product-name"] == '"12 inch pan'
    assert any("ordinary letters" in warning for warning in source.all_warnings)
    row = source.table.row(2)
    CsvTarget(source.descriptor, 4).apply([Change(2, {"tracking_number": "1Z2"}, row.checksum)])
    assert b"73301\t1Z2\r\n" in source.descriptor.file.read_bytes()


def test_a_quote_that_closes_far_too_late_is_refused_with_its_row(open_csv):
    text = 'Order,Item,Name\n1,cup,Ann\n2,"12 inch pan,Bob\n3,cup,Eve\n4,cup,Kim\n5,5" pan,Zoe\n'
    with pytest.raises(ToolFault, match=r"E-1017.*row 3"):
        open_csv(text)
    assert open_csv(text, quote="").table.row_count == 5


def test_an_address_of_several_lines_is_no_swallowed_row(open_csv):
    source = open_csv('Order,Address,Name\n1,"12 Main St, Apt 4\nBoston, MA\nUSA",Ann\n')
    assert rows(source)[0].data["Address"] == "12 Main St, Apt 4\nBoston, MA\nUSA"


REPORT = """Acme Shop - Open orders,,,,,
Exported 11/21/2026 10:00 by warehouse,,,,,
,,,,,
Order Number,Ship To Name,Address,City,Zip,Amount
1001,Ann Smith,12 Main St,Boston,02116,10.00
1002,Bob Miller,5 Oak Ave,Austin,73301,20.00
,,,,,
Total: 2 orders,,,,,30.00

Generated by Acme Reports v2.1
"""


def test_titles_above_and_totals_below(open_csv):
    source = open_csv(REPORT)
    assert sheet_rows(source) == [5, 6]
    assert left_out(source) == {8: "looks like a total", 10: "stands under a gap: a note or a second table"}


SECTIONS = """Order,Name,Address,City,State,Zip
1,Ann,12 Main St,Boston,MA,02116

Texas,,,,,
2,Bob,5 Oak Ave,Austin,TX,73301


Order,Name,Address,City,State,Zip
3,Eve,6 Elm St,Reno,NV,89501
4,,,,,
"""


def test_sections_with_titles_and_repeated_headers(open_csv):
    source = open_csv(SECTIONS)
    assert left_out(source) == {4: "stands alone under a gap: a section's title", 8: "repeats the header"}
    assert sheet_rows(source) == [2, 5, 9, 10]
    assert source.found.header_candidates == ()


def test_another_table_under_a_gap_is_left_out_whole(open_csv):
    source = open_csv(
        "Order,Name,Address,City,State\n1,Ann,12 Main St,Boston,MA\n2,Bob,5 Oak Ave,Austin,TX\n\n"
        "SKU,Description,Box,Weight,Qty\nM1,Mug,A,1,20\nM2,Cup,B,2,5\n"
    )
    assert sheet_rows(source) == [2, 3]
    assert set(left_out(source).values()) == {"stands under a gap: a note or a second table"}
    assert len(left_out(source)) == 3


def test_an_order_without_its_address_is_no_total(open_csv):
    source = open_csv("Order,Name,Address,City\n1001,Ann,12 Main St,Boston\n1002,,,\n")
    assert sheet_rows(source) == [2, 3]
    assert left_out(open_csv("Order,Name,Qty,Amount\n1001,Ann,2,10\n1002,Bob,1,20\n,,3,30\n")) == {
        4: "looks like a total"
    }


def test_eighteen_digits_are_kept_as_text_and_lost_ones_are_told(open_csv):
    source = open_csv(
        "Order ID,Name,Address,Address,Name,,ID\n123456789012345678,Ann,12 Main,Apt 4,Bob,x,1.23457E+17\n"
        "123456789012345679,Eve,5 Oak,,,y,1.23457E+17\n"
    )
    assert source.descriptor.header == ["Order ID", "Name", "Address", "Address_2", "Name_2", "Column_6", "ID"]
    assert sheet_rows(source, '"Order ID" = 123456789012345679') == [3]
    assert any("lost digits" in text and "rows 2, 3;" in text for text in source.all_warnings)


@pytest.mark.parametrize("head", ["<html><body><table>", "<!DOCTYPE html>", '<?xml version="1.0"?>', "\ufeff <table>"])
def test_a_web_page_that_calls_itself_a_sheet_is_refused(open_csv, head):
    with pytest.raises(ToolFault, match="E-1003"):
        open_csv(head + "<tr><td>1</td></tr>")


def test_blank_lines_before_the_header_and_trailing_delimiters(open_csv):
    source = open_csv("\n\nOrder,Name,City,\n1,Ann,Boston,\n2,Bob,Rome,\n")
    assert source.descriptor.header == ["Order", "Name", "City"]
    assert sheet_rows(source) == [4, 5]


def weekly(book):
    """A hand-made sheet: title, two-row header, formats, merged orders, a label-less total, notes at the side."""
    zips = book.add_format({"num_format": "00000"})
    long_zips = book.add_format({"num_format": "[<=99999]00000;00000-0000"})
    sheet = book.add_worksheet("Week 47")
    sheet.merge_range("A1:H1", "OPEN ORDERS")
    sheet.merge_range("B2:D2", "Ship to")
    sheet.merge_range("E2:G2", "Bill to")
    sheet.write_row(2, 0, ["Order #", "Name", "City", "ZIP", "Name", "City", "ZIP", "Qty"])
    for place, (order, name, code) in enumerate([(1001, "Ann", 2116), (1002, "Bob", 73301), (1003, "Zed", 71011234)]):
        sheet.write_row(3 + place, 0, [order, name, "Boston"])
        sheet.write_number(3 + place, 3, code, long_zips if code > 99999 else zips)
        sheet.write_row(3 + place, 4, ["Corp", "NYC"])
        sheet.write_number(3 + place, 6, 10001, zips)
        sheet.write_number(3 + place, 7, 2)
    sheet.merge_range("A7:A8", "1004")
    sheet.write_row(6, 1, ["Kim", "Troy", "12180", "Corp", "NYC", "10001", 1])
    sheet.write_row(7, 1, ["Lou", "Troy", "12180", "Corp", "NYC", "10001", 1])
    sheet.write_formula(8, 7, "=SUM(H4:H8)", None, 8)
    sheet.write("K4", "<- check this address!")
    sheet.merge_range("K6:M6", "call first")


def test_a_hand_made_weekly_sheet(make_workbook, open_excel, members):
    path = make_workbook(weekly)
    source = open_excel(path)
    assert source.descriptor.header[:8] == [
        "Order #", "Ship to Name", "Ship to City", "Ship to ZIP", "Bill to Name", "Bill to City", "Bill to ZIP", "Qty"
    ]  # fmt: skip
    assert [row.data["Order #"] for row in rows(source)] == ["1001", "1002", "1003", "1004", "1004"]
    assert [row.data["Ship to ZIP"] for row in rows(source)] == ["02116", "73301", "07101-1234", "12180", "12180"]
    assert left_out(source) == {9: "looks like a total"}
    assert any("Side notes" in text and "Column_11" in text for text in source.all_warnings)
    row = source.table.row(3)
    ExcelTarget(source.descriptor, 5).apply([Change(3, {"tracking_number": "1Z3"}, row.checksum)])
    xml = members(path)["xl/worksheets/sheet1.xml"].decode()
    # M6 belongs to a merged note, so the new column stands right of it.
    assert 'r="N3"' in xml
    assert 'r="N6"' in xml


def test_a_table_object_with_a_total_row(make_workbook, open_excel, members):
    def fill(book):
        columns = [{"header": name} for name in ("Order", "Name", "City", "ZIP")] + [
            {"header": "Total", "total_function": "sum"}
        ]
        data = [["1", "Ann", "Boston", "02116", 5], ["2", "Bob", "Austin", "73301", 7]]
        book.add_worksheet("Export").add_table("B3:F6", {"total_row": True, "columns": columns, "data": data})

    path = make_workbook(fill)
    before = members(path)
    source = open_excel(path)
    assert sheet_rows(source) == [4, 5]
    assert left_out(source) == {6: "looks like a total"}
    ExcelTarget(source.descriptor, 2).apply([Change(1, {"tracking_number": "1Z1"}, source.table.row(1).checksum)])
    after = members(path)
    assert [name for name in after if after[name] != before[name]] == ["xl/worksheets/sheet1.xml"]
    assert 'r="G3"' in after["xl/worksheets/sheet1.xml"].decode()
