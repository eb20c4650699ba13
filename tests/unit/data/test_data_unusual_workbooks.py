"""Workbooks that are legal and that few programs write: each cell is what people see, or named; nothing crashes."""

import time
from xml.sax.saxutils import escape

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_servers.data.inspecting import inspect
from mcp_servers.data.model import Change, Outcome
from mcp_servers.data.reading.number_format import adds_text, displayed, shown
from mcp_servers.data.reading.sheet_xml import covered, decode
from mcp_servers.data.sources import verify
from mcp_servers.data.writing.file_target import ExcelTarget
from mcp_servers.shared.faults import ToolFault
from tests.unit.data.chosen_rows import chosen
from tests.unit.data.workbook_parts import DECLARATION, MAIN, PACKAGE_SHEET, hand, relations, row, sheet, strings

NUMBER = "1Z999AA10123456784"


def write(source, number):
    row = source.table.row(number)
    (written,) = ExcelTarget(source.descriptor, source.table.row_count).apply(
        [Change(number, {"tracking_number": NUMBER}, row.checksum)]
    )
    return written


# -- comments, CDATA, processing instructions

ODD = {
    "comment with rows": ("<sheetData>", '<!-- <row r="9"><c r="A9"><v>7</v></c></row></sheetData> --><sheetData>'),
    "comment between rows": ('<row r="3">', "<!-- </row> <c --><row r='3'>"),
    "comment between cells": ('<c r="B3"', '<!-- <c r="B3"><v>9</v></c> --><c r="B3"'),
    "comment in a value": ("<v>1001</v>", "<v>10<!-- 99 -->01</v>"),
    "comment around a value": ("<v>1001</v></c>", "<!-- a --><v>1001</v><!-- </c> --></c>"),
    "comment in a text": ("<t>Boston</t>", "<t>Bos<!-- <t>x</t> -->ton</t>"),
    "CDATA in a value": ("<v>1001</v>", "<v><![CDATA[1001]]></v>"),
    "CDATA in a text": ("<t>Boston</t>", "<t><![CDATA[Boston]]></t>"),
    "CDATA and text": ("<t>Boston</t>", "<t>B<![CDATA[ost]]>on<![CDATA[]]></t>"),
    "instruction": ("<sheetData>", '<?odd <row r="9"> ?><sheetData>'),
    "comment at the end": ("</worksheet>", "</worksheet><!-- made by hand -->\n"),
    "comment like CDATA": ("<sheetData>", "<!-- <![CDATA[ --><sheetData><!-- ]]> -->"),
}


@pytest.mark.parametrize("odd", ODD)
def test_comments_and_cdata_are_read_and_stay_when_results_are_written(pack, open_excel, members, odd):
    before, after = ODD[odd]
    xml = sheet()
    assert before in xml
    path = pack(hand(sheet=xml.replace(before, after, 1)))
    source = open_excel(path)
    assert [list(source.table.row(number).data.values()) for number in (1, 2)] == [
        ["1001", "Ann & Bo", "Boston"],
        ["1002", "Ann & Bo", "Boston"],
    ]
    assert write(source, 2).outcome is Outcome.WRITTEN
    again = open_excel(path)
    assert again.table.fingerprint == source.table.fingerprint
    assert again.table.row(2).data["tracking_number"] == NUMBER
    assert again.table.row(1).data["tracking_number"] == ""
    assert not verify(source.descriptor, None).changed
    assert after in members(path)[PACKAGE_SHEET].decode()
    assert openpyxl.load_workbook(path)["Orders"]["D3"].value == NUMBER


@pytest.mark.parametrize("special", ["<Ann> & 'Bo' ]] >", "</t></si></c></row>", "&amp;", "<![CDATA[", "<!-- x -->"])
@pytest.mark.parametrize("shared", [True, False])
def test_cdata_holds_any_text(pack, open_excel, special, shared):
    name = f"<t><![CDATA[{special}]]></t>"
    rows = row(2, 1001)
    if not shared:
        rows = rows.replace('<c r="B2" t="s"><v>3</v></c>', f'<c r="B2" t="inlineStr"><is>{name}</is></c>')
    path = pack(hand(sheet=sheet(rows), strings=strings(name if shared else "<t>x</t>")))
    source = open_excel(path)
    assert source.table.row(1).data["Name"] == special
    write(source, 1)
    assert open_excel(path).table.row(1).data == {**source.table.row(1).data, "tracking_number": NUMBER}


def test_letters_in_two_halves(pack, open_excel):
    path = pack(hand(strings=strings("<t>_xD83D__xDE00_ &#xD83D;&#xDE00; _xD83D_</t>")))
    assert open_excel(path).table.row(1).data["Name"] == "😀 😀 \ufffd"


PLAIN = st.characters(exclude_categories=["Cs"], exclude_characters="\ufdd0\ufdd1\ufdd2\ufdd3\0")
MARKUP = st.text(st.sampled_from("<>&!-[]?/c \"'a"), max_size=12) | st.text(PLAIN, max_size=8)
PIECES = st.one_of(
    MARKUP.map(lambda text: (escape(text), text)),
    MARKUP.filter(lambda text: "]]>" not in text).map(lambda text: (f"<![CDATA[{text}]]>", text)),
    MARKUP.filter(lambda text: "--" not in f"{text}-").map(lambda text: (f"<!--{text}-->", "")),
    MARKUP.filter(lambda text: "?>" not in f"{text}?").map(lambda text: (f"<?x {text}?>", "")),
)


@given(st.lists(PIECES, max_size=6))
def test_whatever_covers_a_text_comes_off_again_and_every_letter_keeps_its_place(pieces):
    xml = "<v>" + "".join(written for written, _ in pieces)
    scanned = covered(xml, "it")
    assert decode(scanned[3:]) == "".join(said for _, said in pieces)
    assert len(scanned) == len(xml)
    assert scanned.count("<") == 1


@given(
    st.text(st.sampled_from('0#?.,;"\\[]%$ kgSO-_*<=>1E/@'), max_size=14),
    st.floats(allow_nan=False, allow_infinity=False),
)
def test_no_format_and_no_number_is_too_odd(code, value):
    said = shown(code, value)
    assert said is None or said
    assert adds_text(code) in (True, False)
    assert displayed(code, value) is None or value == value


# -- attributes that say nothing, numbers that are none


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<c r="A2" s=""><v>1001</v></c>', "1001"),
        ('<c r="A2" s="" t=""><v>1001</v></c>', "1001"),
        ('<c r="" s="0"><v>1001</v></c>', "1001"),
        ("<c><v>1001</v></c>", "1001"),
        ('<c r="A2" s="99999"><v>1001</v></c>', "1001"),
        ('<c r="A2" s="-1"><v>1001</v></c>', "1001"),
        (f'<c r="A2" s="{"9" * 5000}"><v>1001</v></c>', "1001"),
        ('<c r="a2"><v>1001</v></c>', "1001"),
        ('<c r="A2"><v></v></c><c r="A2"><v>1001</v></c>', "1001"),
        ('<c r="A2"><v>1e999</v></c>', "1e999"),
        ('<c r="A2"><v>-1e999</v></c>', "-1e999"),
        ('<c r="A2"><v>NaN</v></c>', "NaN"),
        ('<c r="A2"><v>-0</v></c>', "0"),
        ('<c r="A2"><v>1E+2</v></c>', "100"),
        ('<c r="A2"><v>2.2000000000000002</v></c>', "2.2"),
        ('<c r="A2"><v>0.30000000000000004</v></c>', "0.3"),
        ('<c r="A2"><v>19.989999999999998</v></c>', "19.99"),
        ('<c r="A2"><v>12 pounds</v></c>', "12 pounds"),
        ('<c r="A2"><v> 7 </v></c>', "7"),
        ('<c r="A2" t="d"><v>2026-03-04T00:00:00</v></c>', "2026-03-04"),
    ],
)  # fmt: skip
def test_cells_in_odd_forms(pack, open_excel, cell, text):
    rows = row(2, 1001).replace('<c r="A2"><v>1001</v></c>', cell)
    source = open_excel(pack(hand(sheet=sheet(rows))))
    assert list(source.table.row(1).data.values()) == [text, "Ann & Bo", "Boston"]
    assert write(source, 1).outcome is Outcome.WRITTEN


@pytest.mark.parametrize("tag", ['<row r="">', "<row>", '<row r="2" hidden="">', '<row r="2" s="" spans="">'])
def test_rows_in_odd_forms(pack, open_excel, tag):
    source = open_excel(pack(hand(sheet=sheet(row(2, 1001).replace('<row r="2">', tag)))))
    assert source.table.row(1).data["Order"] == "1001"
    assert write(source, 1).outcome is Outcome.WRITTEN


def test_columns_and_ranges_in_odd_forms(pack, open_excel):
    xml = sheet(after='<mergeCells><mergeCell ref=""/><mergeCell ref="A"/></mergeCells>')
    xml = xml.replace("<sheetData>", '<cols><col hidden="1"/><col min="" max="x" hidden="1"/></cols><sheetData>')
    assert open_excel(pack(hand(sheet=xml))).table.row_count == 2


# -- a sheet that is too wide


def two_sheets(wide_rows):
    parts = hand()
    return parts | {
        "xl/workbook.xml": parts["xl/workbook.xml"].replace(
            "</sheets>", '<sheet name="Pivot" sheetId="2" r:id="rId9"/></sheets>'
        ),
        "xl/_rels/workbook.xml.rels": parts["xl/_rels/workbook.xml.rels"].replace(
            "</Relationships>",
            relations(("worksheet", "worksheets/sheet2.xml")).split("<Relationships", 1)[1].split(">", 1)[1]
            .replace("rId1", "rId9"),
        ),
        "xl/worksheets/sheet2.xml": f'{DECLARATION}<worksheet xmlns="{MAIN}"><sheetData>{wide_rows}</sheetData></worksheet>',
    }  # fmt: skip


WIDE = '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>2</v></c></row>'


def test_a_wide_sheet_that_is_not_meant_stops_nothing(pack, open_excel):
    path = pack(two_sheets(WIDE))
    source = open_excel(path)
    assert (source.descriptor.sheet, source.table.row_count) == ("Orders", 2)
    assert [one.sheet for one in source.found.other_sheets] == ["Pivot"]
    assert [part.sheet for part in inspect(str(path)).parts] == ["Orders", "Pivot"]
    assert open_excel(path, "Orders").table.row_count == 2


def test_a_wide_sheet_that_is_meant_is_named(pack, open_excel):
    with pytest.raises(ToolFault, match=r"E-1018.*row 1 .*\[Pivot\] reaches to column XFD"):
        open_excel(pack(two_sheets(WIDE)), "Pivot")
    path = pack(hand(sheet=sheet(row(2, 1) + row(3, 2).replace("C3", "XFD3"))))
    with pytest.raises(ToolFault, match=r"E-1018.*row 3 .*\[Orders\] reaches to column XFD"):
        open_excel(path)


# -- what number formats say


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (12, r"\S\O\-0000", "SO-0012"),
        (12, '"SO-"0000', "SO-0012"),
        (12, r"\#0000", "#0012"),
        (123456, '"SO-"00-0000', "SO-12-3456"),
        (1234567, '"SO-"00-0000', "SO-123-4567"),
        (7, '0000"-A"', "0007-A"),
        (2.5, '0.00" kg"', "2.50 kg"),
        (2.456, '0.0" kg"', "2.456 kg"),
        (2, r"0\ \k\g", "2 kg"),
        (2.5, 'General" lb"', "2.5 lb"),
        (3.25, '0.0 "oz"_)', "3.25 oz"),
        (1234.5, '#,##0.0" lbs"', "1234.5 lbs"),
        (0.1 + 0.2, '0.0" lb"', "0.3 lb"),
        (-2.5, '0.0" kg"', "-2.5 kg"),
        (0, '0" kg"', "0 kg"),
        (-0.0, '0" kg"', "0 kg"),
        (12.5, r"0.0\"", '12.5"'),
        (2500, '0.000," kg"', "2.500 kg"),
        (500, '[<1000]0" g";0.000," kg"', "500 g"),
        (2500, '[<1000]0" g";0.000," kg"', "2.500 kg"),
        (5, '0" kg";[Red]-0" kg"', "5 kg"),
        (21161234, r"00000\-0000", "02116-1234"),
        (2116, r"[<=99999]00000;00000\-0000", "02116"),
        (21161234, r"[>99999]00000\-0000;General", "02116-1234"),
        (6175550100, r"[<=9999999]###\-####;\(###\)\ ###\-####", None),
        (5, '"$"#,##0.00', None),
        (5, '#,##0.00 "€"', None),
        (5, '[$€-407] #,##0.00', None),
        (5, '"USD "0.00', None),
        (5, r'_-* #,##0.00\ "zł"_-', None),
        (5, '0.0"%"', None),
        (0.5, "0.00%", None),
        (1.5, "0.00E+00", None),
        (1.5, "# ?/?", None),
        (5, '0" pcs"', None),
        (5, '0_" kg"', "5 kg"),
        (5, "General", None),
        (5, "", None),
        (5, ";;;", None),
        (5, '"', None),
        (5, "\\", None),
        (5, "[", None),
    ],
)  # fmt: skip
def test_what_a_format_says_beside_the_number(value, code, text):
    assert shown(code, float(value)) == text
    assert text is None or adds_text(code)


def test_ids_and_weights_are_read_with_their_format_and_compare_by_value(make_workbook, open_excel):
    def fill(book):
        page = book.add_worksheet()
        order, kilos = book.add_format({"num_format": r"\S\O\-0000"}), book.add_format({"num_format": '0.00" kg"'})
        page.write_row(0, 0, ["Order", "Name", "City", "Weight"])
        for number, weight in enumerate([2.5, 10, 0.75], 1):
            page.write_number(number, 0, number + 11, order)
            page.write_row(number, 1, ["Ann", "Boston"])
            page.write_number(number, 3, weight, kilos)

    source = open_excel(make_workbook(fill))
    assert [list(source.table.row(number).data.values()) for number in (1, 2)] == [
        ["SO-0012", "Ann", "Boston", "2.50 kg"],
        ["SO-0013", "Ann", "Boston", "10.00 kg"],
    ]
    weight = source.table.column("Weight")
    assert (weight.type, weight.unit) == ("text", "kg")
    assert chosen(source, "Weight > 5") == [2]
    assert chosen(source, "Weight < 1") == [3]
    assert chosen(source, "Weight = 2.5") == [1]
    assert chosen(source, "Weight = '2.50 kg'") == [1]
    assert chosen(source, "\"Order\" = 'so-0012'") == [1]


@pytest.mark.parametrize(
    ("cells", "unit", "clause", "found"),
    [
        (["2 kg", "10 KG", "3kgs"], "kg", "Weight > 2", [2, 3]),
        (["1,5 kg", "0,75 kg", "2 kg"], "kg", "Weight < 1", [2]),
        (["1,200 g", "900 g", "1,000 g"], "g", "Weight > 950", [1, 3]),
        (["2 lb", "3 lbs.", "5 pounds"], "lb", "Weight BETWEEN 3 AND 5", [2, 3]),
        (["2 lb", "3 oz", "1 lb"], "", "Weight > 1", []),
        (["2 kg", "3", "1 kg"], "", "Weight > 1", [2]),
        (["2 lb 3 oz", "3 lb", "1 lb"], "", "Weight > 1", []),
    ],
)
def test_one_unit_in_every_cell_compares_by_value_and_several_never(open_csv, cells, unit, clause, found):
    source = open_csv("Order;Weight\n" + "".join(f"{n};{cell}\n" for n, cell in enumerate(cells, 1)))
    assert source.table.column("Weight").unit == unit
    assert chosen(source, clause) == found


def test_a_unit_must_stand_in_every_row_not_only_in_the_sample(open_csv):
    rows = [f"{number},{number % 7 + 1} kg\n" for number in range(1, 6001)]
    rows[4321] = "4322,3 lb\n"
    assert open_csv("Order,Weight\n" + "".join(rows)).table.column("Weight").unit == ""


# -- totals


# -- very long cells


LONG = ["x", "1", "1,", "-", "a b ", "Total ", "_x", "'", '"', "<", "=", "é", "@", "a@", ".", "weg", "(1", "12 a st "]


def test_cells_of_300_kb_import_at_once(open_excel, open_csv, pack):
    """What hangs takes minutes for each of them; there is no figure of speed in here."""
    began = time.monotonic()
    cells = [(piece * 300_000)[:300_000] for piece in LONG]
    escaped = [cell.replace("<", "&lt;") for cell in cells]
    rows = "".join(
        row(n, n).replace("<t>Boston", f"<t xml:space='preserve'>{text}") for n, text in enumerate(escaped, 2)
    )
    source = open_excel(pack(hand(sheet=sheet(rows))))
    assert [source.table.row(n).data["City"] for n in range(1, len(LONG) + 1)] == cells
    quoted = "".join('1,Ann,"{}"\n'.format(cell.replace('"', '""')) for cell in cells)
    assert open_csv(f"Order,Name,City\n{quoted}").table.row_count == len(LONG)
    assert time.monotonic() - began < 60
