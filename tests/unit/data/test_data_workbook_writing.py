"""Results go into a workbook by surgery: one sheet's member changes, and in it only the agreed cells."""

import re
import zipfile

import openpyxl
import pytest

from mcp_servers.data.model import Change, Outcome
from mcp_servers.data.sources import verify
from mcp_servers.data.writing.file_target import CsvTarget, ExcelTarget

HEADER = ["Order #", "Name", "Total", "Tracking #"]


def rich(book):
    """A workbook with what people's workbooks hold."""
    bold = book.add_format({"bold": True})
    sheet = book.add_worksheet("Orders")
    sheet.merge_range("A1:D1", "Orders & <notes>")
    sheet.write_row(1, 0, HEADER, bold)
    for number in range(1, 31):
        sheet.write_row(number + 1, 0, [1000 + number, f"Name {number}", number * 1.5])
        sheet.write_blank(number + 1, 3, None, bold)
    sheet.write_formula("F3", "=SUM(C3:C32)", None, 697.5)
    sheet.conditional_format("C3:C32", {"type": "data_bar", "data_bar_2010": True})
    sheet.data_validation("B3:B32", {"validate": "length", "criteria": ">", "value": 1})
    sheet.write_comment("A3", "first")
    sheet.add_sparkline("K3", {"range": "Orders!C3:C9"})
    sheet.freeze_panes(2, 0)
    sheet.autofilter("A2:D32")
    book.define_name("Totals", "=Orders!$C$3:$C$32")
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=Orders!$C$3:$C$32"})
    book.add_worksheet("Chart").insert_chart("A1", chart)


def change(number, tracking, checksum, **more):
    return Change(number, {"tracking_number": tracking, "shipped_at": "2026-11-21T10:00:00Z"}, checksum, **more)


def checksums(source):
    return {row.row_number: row.checksum for row in source.table.find(range(1, 100)).values()}


def without_touched_cells(xml, references):
    """The sheet's XML without those cells and without what grows with them."""
    for reference in references:
        xml = re.sub(rf'<c r="{reference}"(?:[^>]*/>|.*?</c>)', "", xml)
    return re.sub(r'spans="[^"]*"|<dimension ref="[^"]*"/>', "", xml)


def test_only_the_agreed_cells_of_one_member_change(make_workbook, open_excel, members):
    path = make_workbook(rich)
    before = members(path)
    source = open_excel(path)
    known = checksums(source)
    outcomes = ExcelTarget(source.descriptor, 30).apply([change(2, "1Z2", known[2]), change(30, "1Z30", known[30])])
    assert [one.outcome for one in outcomes] == [Outcome.WRITTEN, Outcome.WRITTEN]

    after = members(path)
    assert list(after) == list(before)
    assert [name for name in after if after[name] != before[name]] == ["xl/worksheets/sheet1.xml"]
    touched = ["D4", "D32", "G2", "G4", "G32"]
    old, new = (part["xl/worksheets/sheet1.xml"].decode() for part in (before, after))
    assert without_touched_cells(new, touched) == without_touched_cells(old, touched)

    sheet = openpyxl.load_workbook(path)["Orders"]
    assert (sheet["D4"].value, sheet["D32"].value, sheet["D3"].value) == ("1Z2", "1Z30", None)
    assert (sheet["G2"].value, sheet["G4"].value) == ("shipped_at", "2026-11-21T10:00:00Z")
    assert sheet["D4"].font.bold
    assert sheet["G2"].font.bold
    again = open_excel(path)
    assert again.table.fingerprint == source.table.fingerprint
    assert checksums(again) == known
    assert verify(source.descriptor, None).changed is False


def test_compressed_bytes_of_the_other_members_are_copied(make_workbook, open_excel):
    path = make_workbook(rich)

    def raw(name):
        with zipfile.ZipFile(path) as package:
            info = package.getinfo(name)
            return info.CRC, info.compress_size, info.date_time, info.compress_type

    with zipfile.ZipFile(path) as package:
        names = [name for name in package.namelist() if name != "xl/worksheets/sheet1.xml"]
    before = {name: raw(name) for name in names}
    source = open_excel(path)
    ExcelTarget(source.descriptor, 30).apply([change(2, "1Z2", checksums(source)[2])])
    assert {name: raw(name) for name in names} == before


def test_rows_are_found_again_after_somebody_sorted_and_added_a_column(make_workbook, open_excel, tmp_path):
    path = make_workbook(lambda book: fill(book, range(1, 9)))
    source = open_excel(path)
    known = checksums(source)
    make_workbook(lambda book: fill(book, range(8, 0, -1), extra=True))
    (written,) = ExcelTarget(source.descriptor, 8).apply([change(2, "1Z2", known[2])])
    assert written.outcome is Outcome.WRITTEN
    sheet = openpyxl.load_workbook(path).active
    (row,) = [row for row in sheet.iter_rows(min_row=2, values_only=True) if row[1] == 2]
    assert "1Z2" in row


def fill(book, numbers, *, extra=False):
    sheet = book.add_worksheet()
    shift = 1 if extra else 0
    if extra:
        sheet.write(0, 0, "New")
    sheet.write_row(0, shift, ["Order #", "Name", "State"])
    for place, number in enumerate(numbers, 1):
        sheet.write_row(place, shift, [number, f"Name {number}", "CA"])


def test_a_row_that_is_gone_goes_beside_the_sheet(make_workbook, open_excel):
    path = make_workbook(lambda book: fill(book, range(1, 4)))
    source = open_excel(path)
    known = checksums(source)
    make_workbook(lambda book: fill(book, [1, 3]))
    unchanged = path.read_bytes()
    (written,) = ExcelTarget(source.descriptor, 3).apply([change(2, "1Z2", known[2])])
    assert (written.where, written.sidecar) == ("sidecar", path.with_name("orders.tracking.csv"))
    assert "1Z2" in written.sidecar.read_text()
    assert path.read_bytes() == unchanged


def test_a_formula_is_never_overwritten(make_workbook, open_excel):
    def formulas(book):
        fill(book, range(1, 4))
        book.worksheets()[0].write_row(0, 3, ["tracking_number"])
        book.worksheets()[0].write_formula("D2", '="x"', None, "x")

    path = make_workbook(formulas)
    source = open_excel(path)
    known = checksums(source)
    target = ExcelTarget(source.descriptor, 3)
    unchanged = path.read_bytes()
    assert [one.where for one in target.apply([change(1, "1Z1", known[1])])] == ["sidecar"]
    assert path.read_bytes() == unchanged
    # The other rows of the batch get their numbers.
    outcomes = target.apply([change(number, f"1Z{number}", known[number]) for number in (1, 2, 3)])
    assert [(one.where, one.sidecar is not None) for one in outcomes] == [
        ("sidecar", True),
        ("sheet", False),
        ("sheet", False),
    ]
    sheet = openpyxl.load_workbook(path).active
    assert [sheet.cell(row, 4).value for row in (2, 3, 4)] == ['="x"', "1Z2", "1Z3"]
    beside = (path.parent / "orders.tracking.csv").read_text()
    assert "1Z1" in beside
    assert "computed by a formula" in beside
    assert "1Z2" not in beside


def test_macros_survive(make_workbook, open_excel, members, tmp_path):
    project = tmp_path / "vbaProject.bin"
    project.write_bytes(bytes(range(256)) * 20)

    def macros(book):
        book.add_vba_project(str(project))
        fill(book, range(1, 4))

    path = make_workbook(macros, name="orders.xlsm")
    before = members(path)
    source = open_excel(path)
    ExcelTarget(source.descriptor, 3).apply([change(1, "1Z1", checksums(source)[1])])
    after = members(path)
    assert after["xl/vbaProject.bin"] == before["xl/vbaProject.bin"]
    assert [name for name in after if after[name] != before[name]] == ["xl/worksheets/sheet1.xml"]


def opened_again(source, open_excel, path, *expected):
    again = open_excel(path)
    assert (again.table.fingerprint, again.table.row_count) == (source.table.fingerprint, source.table.row_count)
    column = again.descriptor.managed["tracking_number"]
    assert [again.table.row(number).data.get(column, "") for number in range(1, len(expected) + 1)] == list(expected)


def test_a_cell_under_a_merged_one_takes_no_result(make_workbook, open_excel):
    """It would not be seen: a spreadsheet program shows the merged cell in its place."""

    def merged(book):
        fill(book, range(1, 5))
        book.worksheets()[0].write(0, 3, "tracking_number")
        book.worksheets()[0].merge_range("D2:D3", "")
        book.worksheets()[0].merge_range("C5:D5", "CA")

    path = make_workbook(merged)
    source = open_excel(path)
    known = checksums(source)
    outcomes = ExcelTarget(source.descriptor, 4).apply([change(n, f"1Z{n}", known[n]) for n in range(1, 5)])
    assert [one.where for one in outcomes] == ["sheet", "sidecar", "sheet", "sidecar"]
    sheet = openpyxl.load_workbook(path).active
    assert [sheet.cell(row, 4).value for row in range(2, 6)] == ["1Z1", None, "1Z3", None]
    beside = (path.parent / "orders.tracking.csv").read_text()
    assert ("1Z2" in beside, "1Z4" in beside, "1Z1" in beside) == (True, True, False)


def test_new_columns_are_visible_and_leave_a_table_and_its_filter_whole(make_workbook, open_excel, members):
    def table(book):
        sheet = book.add_worksheet()
        sheet.add_table("A1:C4", {"data": [[n, f"Name {n}", "CA"] for n in range(1, 4)],
                                  "columns": [{"header": name} for name in ("Order #", "Name", "State")]})  # fmt: skip
        sheet.set_column("D:E", None, None, {"hidden": True})

    path = make_workbook(table)
    before = members(path)
    source = open_excel(path)
    ExcelTarget(source.descriptor, 3).apply([change(2, "1Z2", checksums(source)[2])])
    assert {name for name, content in members(path).items() if content != before[name]} == {"xl/worksheets/sheet1.xml"}
    sheet = openpyxl.load_workbook(path).active
    assert [cell.value for cell in sheet[1]] == [
        "Order #",
        "Name",
        "State",
        None,
        None,
        "tracking_number",
        "shipped_at",
    ]
    (kept,) = sheet.tables.values()
    assert (kept.ref, kept.autoFilter.ref) == ("A1:C4", "A1:C4")
    opened_again(source, open_excel, path, "", "1Z2", "")


def test_a_title_that_is_merged_to_the_end_of_the_sheet_pushes_no_column_out(make_workbook, open_excel):
    def titled(book):
        fill(book, range(1, 4))
        book.worksheets()[0].merge_range(5, 0, 5, 16383, "Printed by Ann")

    path = make_workbook(titled)
    source = open_excel(path)
    (written,) = ExcelTarget(source.descriptor, 3).apply([change(2, "1Z2", checksums(source)[2])])
    assert written.where == "sheet"
    assert openpyxl.load_workbook(path).active["D3"].value == "1Z2"
    opened_again(source, open_excel, path, "", "1Z2", "")


@pytest.mark.slow  # a thousand columns
def test_a_column_that_no_import_would_read_is_not_added(make_workbook, open_excel, open_csv):
    names = [f"c{number}" for number in range(1021)]

    def wide(book):
        book.add_worksheet().write_row(0, 0, names)
        book.worksheets()[0].write_row(1, 0, range(1021))

    path = make_workbook(wide)
    source = open_excel(path)
    (written,) = ExcelTarget(source.descriptor, 1).apply([change(1, "1Z1", checksums(source)[1])])
    assert written.where == "sidecar"
    opened_again(source, open_excel, path, "1Z1")
    text = ",".join(names) + "\n" + ",".join(f"x{name}" for name in names) + "\n"
    source = open_csv(text)
    (written,) = CsvTarget(source.descriptor, 1).apply([change(1, "1Z1", checksums(source)[1])])
    assert written.where == "sidecar"
    assert source.descriptor.file.read_text() == text
    # One column fewer leaves room for all four.
    source = open_csv(text.replace(",c1020", "").replace(",xc1020", ""))
    row = Change(
        1, {"tracking_number": "1Z1", "shipped_at": "x", "STATUS": "x", "ERROR_MESSAGE": "x"}, checksums(source)[1]
    )
    assert [one.where for one in CsvTarget(source.descriptor, 1).apply([row])] == ["sheet"]
    assert len(open_csv(source.descriptor.file.read_bytes()).table.names) == 1024
