# ruff: noqa: DTZ001 - spreadsheets know no time zone
"""Workbooks as people have them: read as people see them."""

import datetime
import re
import zipfile

import pytest

from mcp_servers.data.guard.clause import EVERYTHING, compile_clause
from mcp_servers.shared.faults import ToolFault

HEADER = ["Order #", "Name", "ZIP", "Weight", "Date"]


def rows(source):
    condition = compile_clause(EVERYTHING, source.table.columns, source.table.sheet_offset)
    return source.table.rows(condition, [], 1000, 0)


def test_cells_come_as_people_see_them(make_workbook, open_excel):
    def fill(book):
        sheet = book.add_worksheet("Orders")
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, [1001, "Ann"])
        sheet.write_number(1, 2, 2116, book.add_format({"num_format": "00000"}))
        sheet.write_number(1, 3, 2.5)
        sheet.write_datetime(1, 4, datetime.datetime(2026, 3, 4), book.add_format({"num_format": "m/d/yyyy"}))
        sheet.write_row(2, 0, [1002, "Bob"])
        sheet.write_number(2, 2, 21161234, book.add_format({"num_format": "00000-0000"}))
        sheet.write_number(2, 3, 3)
        sheet.write_datetime(
            2, 4, datetime.datetime(2026, 3, 5, 14, 30), book.add_format({"num_format": "d-mmm-yy h:mm"})
        )

    source = open_excel(make_workbook(fill))
    assert [list(row.data.values()) for row in rows(source)] == [
        ["1001", "Ann", "02116", "2.5", "2026-03-04"],
        ["1002", "Bob", "02116-1234", "3", "2026-03-05 14:30:00"],
    ]
    assert [column.type for column in source.table.columns] == ["integer", "text", "text", "decimal", "date"]


def test_dates_since_1904(make_workbook, open_excel):
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Order", "Name", "Date"])
        sheet.write_row(1, 0, ["1", "Ann"])
        sheet.write_datetime(1, 2, datetime.datetime(2026, 3, 4), book.add_format({"num_format": "yyyy-mm-dd"}))

    source = open_excel(make_workbook(fill, date_1904=True))
    assert rows(source)[0].data["Date"] == "2026-03-04"


def test_titles_merged_over_the_header_and_a_header_on_row_four(make_workbook, open_excel):
    def fill(book):
        sheet = book.add_worksheet()
        sheet.merge_range("A1:E1", "Orders of November")
        sheet.merge_range("A3:B3", "Ship to")
        sheet.merge_range("C3:D3", "Bill to")
        sheet.write_row(3, 0, ["Name", "ZIP", "Name", "ZIP", "Weight"])
        sheet.write_row(4, 0, ["Ann", "02116", "Bob", "90210", 2])

    source = open_excel(make_workbook(fill))
    assert source.descriptor.header_row == 4
    assert source.descriptor.header == ["Ship to Name", "Ship to ZIP", "Bill to Name", "Bill to ZIP", "Weight"]
    assert [(row.row_number, row.sheet_row) for row in rows(source)] == [(1, 5)]
    assert any("header was found in row 4" in text for text in source.all_warnings)
    assert open_excel(source.descriptor.file, header_row=5).descriptor.header[0] == "Ann"


def test_merged_cells_fill_down_inside_their_range_only(make_workbook, open_excel):
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        for number in range(4):
            sheet.write_row(number + 1, 1, [f"N{number}", "02116", 1, "x"])
        sheet.merge_range("A2:A3", "1001")

    source = open_excel(make_workbook(fill))
    assert [row.data["Order #"] for row in rows(source)] == ["1001", "1001", "", ""]
    assert any("filled down in rows 3" in text for text in source.all_warnings)


def test_totals_and_notes_are_left_out_by_name_and_numbers_stay(make_workbook, open_excel):
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ["1", "Ann", "02116", 2, "a"])
        sheet.write_row(3, 0, ["2", "Bob", "02117", 3, "b"])
        sheet.write_row(4, 0, ["Total", "", "", 5])
        sheet.write_row(6, 0, ["Packed by Carl"])

    source = open_excel(make_workbook(fill))
    assert [(row.row_number, row.sheet_row) for row in rows(source)] == [(1, 2), (3, 4)]
    assert [(one.sheet_row, one.reason) for one in source.excluded] == [
        (5, "looks like a total"),
        (7, "stands under a gap: a note or a second table"),
    ]


def test_a_used_range_down_to_the_last_row_costs_nothing(make_workbook, open_excel):
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ["1", "Ann", "02116", 2, "a"])
        sheet.write_blank(1_048_575, 4, None, book.add_format({"bold": True}))

    source = open_excel(make_workbook(fill))
    assert source.table.row_count == 1


def test_hidden_rows_stay_out_unless_asked_and_their_number_is_told(make_workbook, open_excel):
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        for number in range(1, 5):
            sheet.write_row(number, 0, [str(number), "Ann", "02116", 2, "a"])
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column("C:C", None, None, {"hidden": True})

    path = make_workbook(fill)
    source = open_excel(path)
    assert [row.sheet_row for row in rows(source)] == [2, 4, 5]
    assert [(one.sheet_row, one.reason) for one in source.excluded] == [(3, "hidden row")]
    assert any("1 hidden rows" in text for text in source.all_warnings)
    assert any("Hidden columns were read too: C" in text for text in source.all_warnings)
    assert open_excel(path, include_hidden=True).table.row_count == 4


def test_the_sheet_with_the_orders_is_chosen_and_the_others_are_told(make_workbook, open_excel):
    def fill(book):
        book.add_worksheet("Read me").write_row(0, 0, ["Please keep the columns in order."])
        orders = book.add_worksheet("Orders")
        orders.write_row(0, 0, HEADER)
        for number in range(1, 9):
            orders.write_row(number, 0, [str(number), "Ann", "02116", 2, "a"])
        hidden = book.add_worksheet("Archive")
        hidden.write_row(0, 0, HEADER)
        for number in range(1, 99):
            hidden.write_row(number, 0, [str(number), "Old", "02116", 2, "a"])
        hidden.hide()

    path = make_workbook(fill)
    source = open_excel(path)
    assert source.descriptor.sheet == "Orders"
    assert any('"Read me"' in text for text in source.all_warnings)
    assert any('Hidden sheets were left alone: "Archive"' in text for text in source.all_warnings)
    assert open_excel(path, "archive").table.row_count == 98
    with pytest.raises(ToolFault, match="E-1016"):
        open_excel(path, "Order")


def test_errors_and_formulas_without_result_are_named_cell_by_cell(make_workbook, open_excel):
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ["1", "Ann", "02116"])
        sheet.write_formula(1, 3, "=1+1", None, 2)
        sheet.write_formula(1, 4, "=NA()", None, "#N/A")
        sheet.write_row(2, 0, ["2", "Bob", "02117"])
        sheet.write_formula(2, 3, "=A1*2", None, "")

    path = make_workbook(fill)
    # xlsxwriter stores an empty result; programs that never calculated store none.
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    parts["xl/worksheets/sheet1.xml"] = re.sub(r"(<f>A1\*2</f>)<v>[^<]*</v>", r"\1", sheet).encode()
    with zipfile.ZipFile(path, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)

    source = open_excel(path)
    assert rows(source)[0].data["Weight"] == "2"
    assert [(one.sheet_row, one.column, one.reason) for one in source.table.bad_cells] == [
        (2, "Date", "spreadsheet error #N/A"),
        (3, "Weight", "a formula without a stored result"),
    ]


def test_numbers_that_lost_their_digits_are_no_keys(make_workbook, open_excel, open_csv):
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, [123456789012345678, "Ann", "02116", 2, "a"])
        sheet.write_row(2, 0, [1002, "Bob", "02116", 2, "a"])

    told = open_excel(make_workbook(fill)).all_warnings
    assert any("lost digits" in text and "rows 2;" in text for text in told)
    told = open_csv("Order,Name\n1.23457E+11,Ann\n1002,Bob\n").all_warnings
    assert any("lost digits" in text and "rows 2;" in text for text in told)


@pytest.mark.parametrize("head", [b"\xd0\xcf\x11\xe0rest", b"PK\x03\x04not a zip", b"plain"])
def test_what_is_no_workbook_is_refused(tmp_path, open_excel, head):
    path = tmp_path / "orders.xlsx"
    path.write_bytes(head)
    with pytest.raises(ToolFault, match="E-1003"):
        open_excel(path)


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (2116, "00000", "02116"),
        (2116, "[$-409]00000", "02116"),
        (12, '"SO-"00000', "SO-00012"),
        (1234.5, "#,##0.00", "1234.5"),
        (0.25, "0%", "0.25"),
        (6175550100, "(000) 000-0000", "6175550100"),
        (46115, "d-mmm", "2026-04-03"),
        (46115.5, "m/d/yy h:mm", "2026-04-03 12:00:00"),
        (1e20, "General", "100000000000000000000"),
        (0.0000001, "General", "0.0000001"),
        (-5, "00000", "-0005"),
    ],
)
def test_numbers_by_their_format(make_workbook, open_excel, value, code, text):
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Order", "Value"])
        sheet.write(1, 0, "x")
        sheet.write_number(1, 1, value, book.add_format({"num_format": code}))

    assert rows(open_excel(make_workbook(fill)))[0].data["Value"] == text


def test_a_sheet_with_a_header_and_no_rows(make_workbook, open_excel, open_csv):
    path = make_workbook(lambda book: book.add_worksheet().write_row(0, 0, HEADER))
    for source in (open_excel(path), open_csv("Order,Name,City,ZIP\n")):
        assert (source.table.row_count, source.results.left, source.excluded) == (0, 0, [])
