"""Packages as spreadsheet programs write them: every part but the one sheet survives byte for byte."""

import re
import struct
import zipfile
import zlib

import openpyxl
import pytest

from mcp_servers.data.model import Change, Outcome
from mcp_servers.data.writing.file_target import ExcelTarget
from mcp_servers.data.writing.replace import SheetBusyError

CELLS = {"tracking_number": "1Z999AA10123456784", "shipped_at": "2026-11-21T10:00:00Z"}
PNG = b"\x89PNG\r\n\x1a\n" + b"".join(
    struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    for kind, data in ((b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)), (b"IDAT", zlib.compress(b"\0\0")), (b"IEND", b""))
)  # fmt: skip
FOREIGN = {
    "xl/calcChain.xml": b'<calcChain xmlns="x"><c r="F2" i="1"/></calcChain>',
    "xl/pivotCache/pivotCacheDefinition1.xml": b'<pivotCacheDefinition refreshOnLoad="0"/>',
    "xl/pivotCache/pivotCacheRecords1.xml": b"<pivotCacheRecords><r/></pivotCacheRecords>",
    "xl/pivotTables/pivotTable1.xml": b"<pivotTableDefinition/>",
    "xl/slicers/slicer1.xml": b"<slicers/>",
    "xl/threadedComments/threadedComment1.xml": b"<ThreadedComments/>",
    "xl/externalLinks/externalLink1.xml": b"<externalLink/>",
    "xl/printerSettings/printerSettings1.bin": bytes(range(256)),
    "xl/queryTables/queryTable1.xml": b"<queryTable/>",
    "customXml/item1.xml": "<wichtig>Größe</wichtig>".encode(),
}


def everything(book):
    """One workbook with what people put into theirs."""
    bold = book.add_format({"bold": True, "bg_color": "#FFEEAA"})
    sheet = book.add_worksheet("Orders")
    sheet.add_table("A1:F11", {"name": "Orders", "columns": [{"header": h} for h in ("Order", "Name", "City", "ZIP", "Qty", "Double")],
                               "data": [[str(1000 + n), f"Name {n}", "Boston", "02116", n] for n in range(1, 11)]})  # fmt: skip
    for row in range(1, 11):
        sheet.write_formula(row, 5, f"=E{row + 1}*2", None, row * 2)
    sheet.write_row(12, 0, ["", "", "", "see below"])
    sheet.conditional_format("E2:E11", {"type": "3_color_scale"})
    sheet.conditional_format("B2:B11", {"type": "duplicate", "format": bold})
    sheet.data_validation("C2:C11", {"validate": "list", "source": ["Boston", "Austin"]})
    sheet.write_comment("B3", "careful")
    sheet.write_url("H2", "https://example.com/", string="help")
    sheet.insert_image("J2", "dot.png", {"image_data": __import__("io").BytesIO(PNG)})
    sheet.add_sparkline("I2", {"range": "Orders!E2:E11"})
    sheet.protect("", {"format_cells": True})
    sheet.set_header("&LOrders")
    book.define_name("Quantities", "=Orders!$E$2:$E$11")
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "=Orders!$E$2:$E$11"})
    sheet.insert_chart("J8", chart)
    book.add_worksheet("Other").write("A1", "left alone")


def repack(path, change):
    """Write the package again with members changed or added, and a comment."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    parts = change(parts)
    with zipfile.ZipFile(path, "w") as package:
        for place, (name, content) in enumerate(parts.items()):
            info = zipfile.ZipInfo(name, (2020, 1, 2, 3, 4, place % 60))
            info.compress_type = zipfile.ZIP_STORED if place % 3 == 0 else zipfile.ZIP_DEFLATED
            info.extra = struct.pack("<HH4s", 0xCAFE, 4, b"note") if place % 2 else b""
            info.external_attr = 0o640 << 16
            package.writestr(info, content)
        package.comment = b"made elsewhere"


def raw_members(path):
    """Each member's packed bytes and directory facts: what must be copied, not unpacked and packed again."""
    data = path.read_bytes()
    found = {}
    with zipfile.ZipFile(path) as package:
        for info in package.infolist():
            start = info.header_offset
            name_length, extra_length = struct.unpack_from("<HH", data, start + 26)
            begin = start + 30 + name_length + extra_length
            found[info.filename] = (
                data[begin : begin + info.compress_size], info.CRC, info.date_time, info.compress_type, info.extra, info.external_attr
            )  # fmt: skip
        return found, package.comment


def write(source, *numbers):
    changes = [Change(number, CELLS, source.table.row(number).checksum) for number in numbers]
    return ExcelTarget(source.descriptor, source.table.row_count).apply(changes)


@pytest.mark.parametrize("name", ["orders.xlsx", "orders.xlsm"])
def test_every_other_part_of_a_rich_package_is_copied(make_workbook, open_excel, tmp_path, name):
    (tmp_path / "vba.bin").write_bytes(bytes(range(256)) * 9)

    def fill(book):
        if name.endswith("m"):
            book.add_vba_project(str(tmp_path / "vba.bin"))
        everything(book)

    path = make_workbook(fill, name=name)
    repack(path, lambda parts: {**parts, **FOREIGN})
    before, comment = raw_members(path)
    with zipfile.ZipFile(path) as package:
        old = package.read("xl/worksheets/sheet1.xml").decode()
    source = open_excel(path)
    assert [one.where for one in write(source, 1, 10)] == ["sheet", "sheet"]
    after, comment_after = raw_members(path)
    assert list(after) == list(before)
    assert comment_after == comment
    changed = [member for member in after if after[member] != before[member]]
    assert changed == ["xl/worksheets/sheet1.xml"]
    with zipfile.ZipFile(path) as package:
        assert package.testzip() is None
        new = package.read("xl/worksheets/sheet1.xml").decode()
    # All that stands around the rows is untouched: protection, validations, colours, table parts, drawings, sparklines.
    assert new.split("</sheetData>")[1] == old.split("</sheetData>")[1]
    assert len(re.findall("<f>", new)) == len(re.findall("<f>", old)) == 10
    sheet = openpyxl.load_workbook(path)["Orders"]
    assert sheet["F2"].value == "=E2*2"
    # The comment in D13 and the link in H2 are text of the sheet, so the new columns stand behind them.
    header = {sheet.cell(1, column).value: column for column in range(1, 15)}
    assert header["tracking_number"] == 9
    assert sheet.cell(2, 9).value == CELLS["tracking_number"]
    assert sheet.tables["Orders"].ref == "A1:F11"
    again = open_excel(path)
    assert again.table.fingerprint == source.table.fingerprint


def sheet_xml(path, change):
    repack(
        path,
        lambda parts: {
            **parts,
            "xl/worksheets/sheet1.xml": change(parts["xl/worksheets/sheet1.xml"].decode()).encode(),
        },
    )


def plain(book):
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Order", "Name", "City", "tracking_number"])
    for row in range(1, 5):
        sheet.write_row(row, 0, [row, f"A & <{row}>", "Köln"])


@pytest.mark.parametrize("constant_memory", [True, False])
def test_inline_and_shared_texts(make_workbook, open_excel, members, constant_memory):
    path = make_workbook(plain, constant_memory=constant_memory)
    before = members(path)
    source = open_excel(path)
    write(source, 2)
    after = members(path)
    assert [name for name in after if after[name] != before[name]] == ["xl/worksheets/sheet1.xml"]
    sheet = openpyxl.load_workbook(path).active
    assert [sheet.cell(3, column).value for column in range(1, 5)] == [2, "A & <2>", "Köln", CELLS["tracking_number"]]


@pytest.mark.parametrize(
    "change",
    [
        lambda xml: xml.replace("<row ", "<x:row ").replace("</row>", "</x:row>").replace("<c ", "<x:c ").replace("</c>", "</x:c>")
        .replace("<v>", "<x:v>").replace("</v>", "</x:v>").replace("<worksheet xmlns=", "<x:worksheet xmlns:x=")
        .replace("</worksheet>", "</x:worksheet>").replace("sheetData>", "x:sheetData>").replace("</x:x:", "</x:").replace("</sheetData", "</x:sheetData"),
        lambda xml: re.sub(r' r="[A-Z]+\d+"', "", xml),
        lambda xml: re.sub(r'<row r="\d+"', "<row", xml),
        lambda xml: xml.replace(' spans="1:4"', ""),
        lambda xml: re.sub(r'<dimension ref="[^"]*"/>', "", xml),
        lambda xml: xml.replace('"', "'"),
        lambda xml: "\ufeff" + xml,
        lambda xml: xml.replace("><", ">\r\n  <"),
        lambda xml: xml.replace('<row r="3"', '<row r="3" ht="30" customHeight="1" x14ac:dyDescent="0.25" foo="a&gt;b"'),
    ],
    ids=["prefix", "no cell references", "no row numbers", "no spans", "no dimension", "apostrophes", "mark", "white space", "attributes"],
)  # fmt: skip
def test_sheets_of_other_programs(make_workbook, open_excel, members, change):
    path = make_workbook(plain)
    sheet_xml(path, change)
    source = open_excel(path)
    assert source.table.row(2).data == {"Order": "2", "Name": "A & <2>", "City": "Köln", "tracking_number": ""}
    assert [one.outcome for one in write(source, 2)] == [Outcome.WRITTEN]
    again = open_excel(path)
    assert again.table.fingerprint == source.table.fingerprint
    assert again.table.row(2).data == source.table.row(2).data | CELLS
    assert again.table.row(1).data["tracking_number"] == ""


@pytest.mark.parametrize("odd", ["<!DOCTYPE x>", "<!-- made by hand"])
def test_legal_but_unheard_of_xml_is_refused_not_guessed(make_workbook, open_excel, odd):
    path = make_workbook(plain)
    sheet_xml(path, lambda xml: xml.replace("<sheetData>", odd + "<sheetData>"))
    with pytest.raises(Exception, match="E-1003"):
        open_excel(path)


def test_a_row_that_only_a_merged_cell_fills_can_take_a_result(make_workbook, open_excel):
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Order", "Name"])
        sheet.write_row(1, 0, ["1", "Ann"])
        sheet.merge_range("A3:A4", "2")
        sheet.write_row(4, 0, ["3", "Eve"])

    path = make_workbook(fill)
    sheet_xml(path, lambda xml: re.sub(r'<row r="4".*?</row>', "", xml))
    source = open_excel(path)
    assert source.table.row(3).data["Order"] == "2"
    write(source, 3, 4)
    again = open_excel(path)
    assert [again.table.row(number).data.get("tracking_number") for number in (1, 2, 3, 4)] == [
        "", "", CELLS["tracking_number"], CELLS["tracking_number"]
    ]  # fmt: skip
    assert [cell.value for cell in openpyxl.load_workbook(path).active["C"]][3] == CELLS["tracking_number"]


def test_members_written_by_a_stream_are_copied_with_their_descriptors(make_workbook, open_excel, members, tmp_path):
    path = make_workbook(plain)

    class Stream:
        """A target that cannot seek, so sizes follow the data."""

        def __init__(self, file):
            self.file = file

        def write(self, data):
            return self.file.write(data)

        def flush(self):
            self.file.flush()

    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    with path.open("wb") as file, zipfile.ZipFile(Stream(file), "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    before = members(path)
    write(open_excel(path), 1)
    after = members(path)
    assert [name for name in after if after[name] != before[name]] == ["xl/worksheets/sheet1.xml"]


def test_signed_and_locked_workbooks_are_not_edited(make_workbook, open_excel):
    path = make_workbook(plain)
    repack(path, lambda parts: {**parts, "_xmlsignatures/sig1.xml": b"<Signature/>"})
    source = open_excel(path)
    unchanged = path.read_bytes()
    with pytest.raises(SheetBusyError, match="digital signature"):
        write(source, 1)
    assert path.read_bytes() == unchanged
    (path.parent / "~$orders.xlsx").touch()
    with pytest.raises(SheetBusyError, match="open in a spreadsheet"):
        write(source, 1)


def test_the_sheet_may_be_renamed_away(make_workbook, open_excel):
    path = make_workbook(plain)
    source = open_excel(path)
    repack(path, lambda parts: {**parts, "xl/workbook.xml": parts["xl/workbook.xml"].replace(b'"Sheet1"', b'"Done"')})
    unchanged = path.read_bytes()
    assert [one.where for one in write(source, 1)] == ["sidecar"]
    assert path.read_bytes() == unchanged
