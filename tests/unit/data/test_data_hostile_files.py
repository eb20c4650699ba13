"""Files that would take for ever, or all memory: each ends in a coded refusal or is read, in time that grows with it.

Time is held against time of the same run: twice the input may take two and a half times as long, not four times.
"""

import os
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from mcp_servers.data.reading.sheet_xml import SheetXml, UnusualXmlError, check_well_formed, covered
from mcp_servers.data.sources import ImportOptions, open_csv_source, open_excel_source
from mcp_servers.shared.faults import ToolFault
from tests.unit.data.workbook_parts import hand

HEAD = '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
ROW = '<row r="1"><c r="A1" t="inlineStr"><is><t>Order</t></is></c></row>'
SHEET = "xl/worksheets/sheet1.xml"
MERGES = "".join(f'<mergeCell ref="A{top}:XFD{top + 500000}"/>' for top in range(1, 2000))


def sheet(inside: str = "", behind: str = "", before: str = "") -> str:
    return f"{HEAD}{before}<sheetData>{ROW}{inside}</sheetData>{behind}</worksheet>"


BROKEN = {
    "comments": sheet("<!--" * 20_000),
    "CDATA": sheet("<![CDATA[" * 20_000),
    "instructions": sheet("<?x " * 20_000),
    "cells": sheet('<row r="2">' + '<c r="A2" t="inlineStr"><is><t>x' * 20_000),
    "hints": sheet(f'<row r="2"><c r="A2" t="inlineStr"><is>{"<rPh>" * 20_000}</is></c></row>'),
    "values": sheet('<row r="2"><c r="A2">' + "<v>" * 20_000 + "</c></row>"),
    "ends first": sheet("-->" * 20_000 + "<!--" * 20_000),
}


@pytest.mark.parametrize("name", BROKEN)
def test_tags_without_ends_are_refused_at_once(name: str) -> None:
    with pytest.raises(UnusualXmlError, match="breaks off"):
        check_well_formed(BROKEN[name].encode(), "the sheet's XML")


@pytest.mark.parametrize("letter", ["&#11;", "\x0b", "&#xFFFF;", "&#0;"])
def test_characters_that_xml_does_not_allow_are_no_damage(letter: str) -> None:
    check_well_formed(sheet(f'<row r="2"><c r="A2"><v>{letter}</v></c></row>').encode(), "the sheet's XML")


def test_columns_that_are_hidden_thousands_of_times_are_counted_once() -> None:
    xml = SheetXml(sheet(before="<cols>" + '<col min="1" max="4294967295" hidden="1"/>' * 5000 + "</cols>"))
    assert xml.hidden_columns == list(range(16_384))
    odd = SheetXml(sheet(before='<cols><col min="0" max="2" hidden="1"/><col min="9" max="3" hidden="1"/></cols>'))
    assert odd.hidden_columns == [0, 1, 8]


@pytest.mark.slow
@pytest.mark.parametrize("letter", [" ", "1"])
def test_a_small_file_that_would_unpack_to_a_huge_one_is_refused(tmp_path: Path, letter: str) -> None:
    path = tmp_path / "orders.xlsx"
    inside = f'<row r="2"><c r="A2"><v>{letter * (33 << 20)}</v></c></row>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in (hand() | {SHEET: sheet(inside)}).items():
            package.writestr(name, content)
    assert path.stat().st_size < 1 << 20
    with pytest.raises(ToolFault, match=r"would unpack to \d+ MB from \d+ KB") as refusal:
        open_excel_source(str(path), ImportOptions())
    assert refusal.value.code == "E-1003"


def test_pipes_and_devices_are_no_sheets(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    os.mkfifo(tmp_path / "pipe.xlsx")
    (tmp_path / "endless.csv").symlink_to("/dev/zero")
    for name in ("pipe.csv", "endless.csv"):
        with pytest.raises(ToolFault, match="not a regular file") as refusal:
            open_csv_source(str(tmp_path / name), ImportOptions())
        assert refusal.value.code == "E-1003"
    with pytest.raises(ToolFault, match="not a regular file"):
        open_excel_source(str(tmp_path / "pipe.xlsx"), ImportOptions())


CELLS = {
    "picture": "data:image/png;base64," + "iVBORw0KGgo" * 100,
    "letters": "a",
    "dashes": "-",
    "digits": "1",
    "blanks": "a ",
    "streets": "12 Main St ",
    "phones": "555-0101 ",
    "mails": "a@b.",
    "quotes": "'",
    "numbers": "1.",
    "names": "Ann Lee ",
    "brackets": "(",
}


def spent(work: Callable[[], object]) -> float:
    """Seconds of this thread's processor: the least of three."""
    least = float("inf")
    for _ in range(3):
        began = time.thread_time()
        work()
        least = min(least, time.thread_time() - began)
    return least


def grows_with_it(work: Callable[[int], object], size: int) -> bool:
    """Whether twice the size takes at most two and a half times as long; a machine that stumbles is asked again."""
    return any(spent(lambda: work(2 * size)) <= 2.5 * spent(lambda: work(size)) + 0.01 for _ in range(3))


@pytest.mark.slow
@pytest.mark.parametrize("unit", CELLS.values(), ids=CELLS)
@pytest.mark.parametrize("column", [1, 2, 6])
def test_a_long_cell_is_read_in_time_that_grows_with_it(tmp_path: Path, unit: str, column: int) -> None:
    cells = ["1", "Ann Lee", "12 Main St", "Albany", "12207", "2", "a note"]

    def read(size: int) -> None:
        long = [*cells]
        long[column] = (unit * (size // len(unit) + 1))[:size]
        path = tmp_path / f"{size}.csv"
        path.write_text("Order,Name,Address,City,ZIP,Weight,Notes\n" + ",".join(long) + "\n" + ",".join(cells) + "\n")
        try:
            open_csv_source(str(path), ImportOptions())
        except ToolFault as refusal:
            assert refusal.code.startswith("E-1")

    assert grows_with_it(read, 60_000)


@pytest.mark.slow
@pytest.mark.parametrize("behind", ["", f"<mergeCells>{MERGES}</mergeCells>"], ids=["plain", "merges"])
def test_rows_of_a_workbook_are_read_in_time_that_grows_with_them(tmp_path: Path, behind: str) -> None:
    def read(size: int) -> None:
        rows = "".join(f'<row r="{number}"/>' for number in range(2, size))
        xml = SheetXml(covered(sheet(rows, behind), "the sheet's XML"))
        assert len(xml.rows) == size - 1
        assert len(xml.merged) == (1999 if behind else 0)

    assert grows_with_it(read, 20_000)


def test_a_slow_reader_would_be_noticed() -> None:
    assert not grows_with_it(lambda size: [sum(range(size)) for _ in range(size)], 3000)


@pytest.mark.parametrize("encoding", ["x", "utf-32", "shift_jis"])
@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml", SHEET])
def test_an_encoding_that_nobody_knows_is_damage(
    pack: Callable[[dict[str, str]], Path], part: str, encoding: str
) -> None:
    parts = hand()
    parts[part] = f'<?xml version="1.0" encoding="{encoding}"?>' + parts[part].split("?>", 1)[-1]
    with pytest.raises(ToolFault) as refusal:
        open_excel_source(str(pack(parts)), ImportOptions())
    assert refusal.value.code == "E-1003"
