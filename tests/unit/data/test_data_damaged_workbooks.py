"""Packages made by hand: legal ones that few programs write, and damaged ones, which are refused by name."""

import re
import zipfile

import openpyxl
import pytest

from mcp_servers.data.inspecting import inspect
from mcp_servers.data.model import Change, Outcome
from mcp_servers.data.sources import verify
from mcp_servers.data.writing.file_target import ExcelTarget
from mcp_servers.data.writing.replace import SheetBusyError
from mcp_servers.shared.faults import ToolFault
from tests.unit.data.workbook_parts import PACKAGE_SHEET as SHEET
from tests.unit.data.workbook_parts import hand, relations, row, sheet, strings


def written(open_excel, path, *numbers):
    """Write results, look at them with another program's eyes, and with ours again."""
    source = open_excel(path)
    cells = {"tracking_number": "1Z999AA10123456784", "shipped_at": "2026-11-21T10:00:00Z"}
    changes = [Change(number, cells, source.table.row(number).checksum) for number in numbers]
    target = ExcelTarget(source.descriptor, source.table.row_count)
    assert [one.outcome for one in target.apply(changes)] == [Outcome.WRITTEN] * len(numbers)
    again = open_excel(path)
    assert again.table.fingerprint == source.table.fingerprint
    assert again.header_fingerprint == source.header_fingerprint
    assert [again.table.row(number).data["tracking_number"] for number in numbers] == ["1Z999AA10123456784"] * len(
        numbers
    )
    assert not verify(source.descriptor, None).changed
    return source


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("<r><t/></r><r><t>Ann</t></r><r><t xml:space='preserve'/></r><r><t xml:space=\"preserve\"> Bo</t></r>", "Ann Bo"),
        ("<t/>", ""),
        ("<t xml:space='preserve'> &lt;Ann&gt; &#x1F600;&#10;&quot;x&apos; </t>", " <Ann> 😀\n\"x' "),
        ("<r><t>東</t></r><r><t>京</t></r><rPh sb='0' eb='2'><t>トウキョウ</t></rPh><phoneticPr fontId='1'/>", "東京"),
        ("<t>a_x000D_b_x005F_x000D_</t>", "a\rb_x000D_"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("inline", [False, True])
def test_texts_in_every_form(pack, open_excel, name, text, inline):
    rows = row(2, 1001)
    if inline:
        rows = rows.replace('<c r="B2" t="s"><v>3</v></c>', f'<c r="B2" t="inlineStr"><is>{name}</is></c>')
    path = pack(hand(sheet=sheet(rows), strings=strings("<t>x</t>" if inline else name)))
    assert written(open_excel, path, 1).table.row(1).data["Name"] == text


def moved(parts):
    """The workbook's own part elsewhere in the package, as its relations say."""
    book = parts.pop("xl/workbook.xml")
    related = parts.pop("xl/_rels/workbook.xml.rels")
    return parts | {
        "_rels/.rels": relations(("officeDocument", "/book/wb.xml")),
        "[Content_Types].xml": parts["[Content_Types].xml"].replace("/xl/workbook.xml", "/book/wb.xml"),
        "book/wb.xml": book,
        "book/_rels/wb.xml.rels": re.sub('Target="', 'Target="../xl/', related),
    }


@pytest.mark.parametrize(
    "change",
    [
        moved,
        lambda parts: {name.replace("/", "\\"): content for name, content in parts.items()},
        lambda parts: {
            name.replace("sheet1", "Sheet1").replace("shared", "Shared"): content for name, content in parts.items()
        },
    ],
    ids=["workbook elsewhere", "backslashes", "other case"],
)
def test_parts_under_unusual_names(pack, open_excel, change):
    path = pack(change(hand()))
    source = written(open_excel, path, 1, 2)
    assert source.table.row(1).data == {"Order": "1001", "Name": "Ann & Bo", "City": "Boston"}


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
def test_what_stands_before_and_after_the_package_stays(pack, open_excel, method):
    path = pack(hand(), method)
    with zipfile.ZipFile(path, "a") as package:
        package.comment = b"kept"
    path.write_bytes(b"#!/bin/sh\nexit\n" + path.read_bytes())
    written(open_excel, path, 2)
    assert path.read_bytes().startswith(b"#!/bin/sh\nexit\n")
    with zipfile.ZipFile(path) as package:
        assert package.testzip() is None
        assert package.comment == b"kept"
        assert {info.filename for info in package.infolist() if info.filename != SHEET} == set(hand()) - {SHEET}
        assert all(package.read(name).decode() == content for name, content in hand().items() if name != SHEET)
    assert openpyxl.load_workbook(path)["Orders"]["D3"].value == "1Z999AA10123456784"


def test_members_with_zip64_fields_are_copied(tmp_path, open_excel):
    path = tmp_path / "orders.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in hand().items():
            with package.open(name, "w", force_zip64=True) as member:
                member.write(content.encode())
    written(open_excel, path, 1)
    with zipfile.ZipFile(path) as package:
        assert package.testzip() is None


BOMB = "".join(f'<!ENTITY {one} "{f"&{before};" * 10}">' for before, one in zip("abcdef", "bcdefg", strict=True))


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        (hand(strings=strings("<t><![CDATA[<Ann></t>")), "shared texts breaks off in a comment or CDATA"),
        (hand(sheet=sheet().replace("<row", "<!-- <row", 1)), "sheet's XML breaks off in a comment or CDATA"),
        (hand(sheet=sheet().replace("<worksheet", "<!DOCTYPE x><worksheet", 1)), "sheet's XML holds a document type"),
        (hand(strings=strings("<t>&#x110000;</t>")), "a character that does not exist"),
        (hand(strings=strings().encode("utf-16")), "damaged"),
        (hand(sheet=sheet(row(2, 1001, "99"))), "no shared text 99"),
        (hand(sheet=sheet(row(2, 1001, "x"))), "no shared text x"),
        (hand(sheet=sheet(row(3, 1) + row(2, 2))), "row 2 comes after row 3"),
        (hand(sheet=sheet(row(2, 1) + row(2, 2))), "row 2 comes after row 2"),
        (hand(sheet=sheet(row(99999999999, 1))), "row 99999999999 comes after row 1"),
        (hand(sheet=sheet(row(2, 1).replace("C2", "ZZZZ2"))), "column ZZZZ"),
        (hand(sheet=sheet()[:-16]), "the sheet's XML breaks off or is damaged"),
        (hand(sheet=sheet().replace("</row></sheetData>", "</sheetData>")), "the sheet's XML breaks off or is damaged"),
        (hand(sheet=sheet().encode("utf-16")), "sheet Orders is not UTF-8"),
        (hand(workbook=hand()["xl/workbook.xml"][:-9]), "damaged"),
        (hand(styles="<styleSheet>"), "damaged"),
        (hand(workbook=hand()["xl/workbook.xml"].replace("<workbook ", f'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">{BOMB}]><workbook ', 1)
              .replace("Orders", "&g;")), "damaged"),
        ({name: content for name, content in hand().items() if name != SHEET}, "holds no worksheet"),
        ({name: content for name, content in hand().items() if "workbook.xml.rels" not in name}, "holds no worksheet"),
        ({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}, "holds no workbook"),
    ],
)  # fmt: skip
def test_damage_is_refused_by_name(pack, open_excel, parts, reason):
    path = pack(parts)
    for opener in (open_excel, lambda path: inspect(str(path))):
        with pytest.raises(ToolFault) as refusal:
            opener(path)
        assert refusal.value.code == "E-1003"
        assert reason in refusal.value.message


def spoiled(path):
    with zipfile.ZipFile(path) as package:
        start = package.getinfo(SHEET).header_offset + 70
    data = bytearray(path.read_bytes())
    data[start : start + 40] = bytes(40)
    path.write_bytes(data)


def locked(path):
    with zipfile.ZipFile(path) as package:
        start = package.getinfo(SHEET).header_offset
    data = bytearray(path.read_bytes())
    data[start + 6] |= 1
    data[data.rfind(SHEET.encode()) - 46 + 8] |= 1
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (spoiled, "damaged"),
        (locked, "part xl/worksheets/sheet1.xml is protected by a password"),
        (lambda path: path.write_bytes(path.read_bytes()[:-100]), "damaged"),
    ],
)
def test_a_damaged_package_is_refused_and_a_sheet_that_is_being_saved_is_waited_for(pack, open_excel, spoil, reason):
    path = pack(hand())
    source = open_excel(path)
    spoil(path)
    with pytest.raises(ToolFault, match="E-1003") as refusal:
        open_excel(path)
    assert reason in refusal.value.message
    broken = path.read_bytes()
    # Between import and writing it is most likely in the middle of being saved: the queue tries again, then goes beside.
    with pytest.raises(SheetBusyError, match=r"damaged|protected"):
        ExcelTarget(source.descriptor, 2).apply([Change(1, {"tracking_number": "1Z"}, source.table.row(1).checksum)])
    assert path.read_bytes() == broken


def test_words_after_the_rows_are_no_rows(pack, open_excel):
    after = (
        '<mc:AlternateContent xmlns:mc="m"><mc:Choice Requires="x14"><controls><row r="9"><c r="A9"><v>7</v></c></row>'
        '</controls></mc:Choice></mc:AlternateContent><rowBreaks count="1"><brk id="3"/></rowBreaks>'
    )
    path = pack(hand(sheet=sheet(after=after)))
    assert written(open_excel, path, 1).table.row_count == 2
    with zipfile.ZipFile(path) as package:
        assert package.read(SHEET).decode().endswith(f"</sheetData>{after}</worksheet>")


def test_a_cell_far_to_the_right_is_named(pack, open_excel, open_csv):
    path = pack(hand(sheet=sheet(row(2, 1) + row(3, 2).replace("C3", "XFD3"))))
    with pytest.raises(ToolFault, match=r"E-1018.*row 3 .*column XFD; at most 1024"):
        open_excel(path)
    with pytest.raises(ToolFault, match=r"E-1018.*row 2 .*column AMK"):
        open_csv("Order,Name\n1,Ann" + "," * 1023 + "far\n")
    assert open_csv("Order,Name\n1,Ann" + "," * 5000 + "\n").descriptor.header == ["Order", "Name"]


def test_a_part_that_unpacks_without_measure_is_refused(pack, open_excel, monkeypatch):
    monkeypatch.setattr("mcp_servers.data.reading.workbook._LARGEST", 10_000)
    path = pack(hand(sheet=sheet(after=" " * 20_000)))
    with pytest.raises(ToolFault, match=r"E-1003.*larger than 2 GB"):
        open_excel(path)
