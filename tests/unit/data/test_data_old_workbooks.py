# ruff: noqa: DTZ001 - spreadsheets know no time zone
"""Workbooks that are only read (.ods, .xls, .xlsb): the same rows as of an .xlsx; results go into a file beside them."""

import csv
import datetime
import zipfile

import pytest

from mcp_servers.data.guard.clause import EVERYTHING, compile_clause
from mcp_servers.data.inspecting import inspect
from mcp_servers.data.model import Change, Outcome
from mcp_servers.data.reading.number_format import displayed
from mcp_servers.data.sources import verify
from mcp_servers.data.writing.file_target import ExcelTarget
from mcp_servers.data.writing.sidecar import sidecar_path
from mcp_servers.shared.faults import ToolFault
from tests.unit.data.old_workbooks import KINDS, NOT_AVAILABLE, Sheet, make

HEADER = ["Order", "Name", "ZIP", "Weight", "Date", "Gift"]
ORDERS = [
    HEADER,
    [(12, r"\S\O\-0000", "SO-0012"), "Ann Müller 東京", (2116, "00000", "02116"), (2.5, '0.00" kg"', "2.50 kg"), datetime.date(2026, 3, 4), True],
    [1002, "Bob", "73301", 3, datetime.datetime(2026, 3, 5, 14, 30), False],
    [],
    [1003, "Zed\nsecond line", 10001, 0.1 + 0.2, None, None],
]  # fmt: skip
ONE, TWO = "1Z999AA10123456784", "1Z999AA10123456785"
SHIPPED = "2026-11-21T10:00:00Z"

pytestmark = pytest.mark.parametrize("kind", KINDS)


def rows(source):
    condition = compile_clause(EVERYTHING, source.table.columns, source.table.sheet_offset)
    return source.table.rows(condition, [], 1000, 0)


@pytest.fixture
def book(tmp_path, kind):
    def book(*sheets):
        return make(tmp_path / f"orders.{kind}", *(sheets or [Sheet(ORDERS)]))

    return book


def change(source, number, tracking=ONE, **more):
    cells = {"tracking_number": tracking, "shipped_at": SHIPPED if tracking else ""}
    return Change(number, cells, source.table.row(number).checksum, **more)


def target(source):
    return ExcelTarget(source.descriptor, source.table.row_count)


def lines(path):
    with sidecar_path(path).open(encoding="utf-8", newline="") as file:
        return {int(line["row_number"]): line for line in csv.DictReader(file)}


def test_cells_come_as_people_see_them(book, kind, open_excel):
    source = open_excel(book())
    weight = "2.5 kg" if kind == "ods" else "2.50 kg"
    assert [(row.row_number, row.sheet_row, list(row.data.values())) for row in rows(source)] == [
        (1, 2, ["SO-0012", "Ann Müller 東京", "02116", weight, "2026-03-04", "TRUE"]),
        (2, 3, ["1002", "Bob", "73301", "3", "2026-03-05 14:30:00", "FALSE"]),
        (4, 5, ["1003", "Zed\nsecond line", "10001", "0.3", "", ""]),
    ]
    assert (
        source.all_warnings[0] == f"orders.{kind} is read only: tracking numbers go to orders.tracking.csv beside it."
    )
    assert source.descriptor.read_only


def test_hidden_rows_and_sheets_stay_out_and_are_told(book, kind, open_excel):
    archive = [HEADER] + [[n, "Old", "02116", 2, None, None] for n in range(1, 90)]
    path = book(
        Sheet(archive, "Archive", visible=False), Sheet([["Please keep this"]], "Read me"), Sheet(ORDERS, hidden={3})
    )
    source = open_excel(path)
    assert source.descriptor.sheet == "Orders"
    assert [row.sheet_row for row in rows(source)] == [2, 5]
    assert [(one.sheet_row, one.reason) for one in source.excluded] == [(3, "hidden row")]
    assert any('Hidden sheets were left alone: "Archive"' in text for text in source.all_warnings)
    assert open_excel(path, include_hidden=True).table.row_count == 3
    assert open_excel(path, "archive").table.row_count == 89
    parts = inspect(str(path)).parts
    assert [(part.sheet, part.visible, part.row_count) for part in parts][0::2] == [
        ("Archive", False, 89),
        ("Orders", True, 3),
    ]
    with pytest.raises(ToolFault, match=r"E-1016.*Order.*Archive"):
        open_excel(path, "Order")


def test_titles_totals_merged_cells_and_a_named_header(book, kind, open_excel):
    table = [["Orders of November"], [], HEADER]
    table += [
        [1001, "Ann", "02116", 2, "a", "x"],
        [None, "Bob", "02117", 3, "b", "y"],
        ["Total", None, None, 5, None, None],
    ]
    source = open_excel(book(Sheet(table, merged=[(4, 5, 0)])))
    assert source.descriptor.header_row == 3
    assert [row.data["Order"] for row in rows(source)] == ["1001", "1001"]
    assert [(one.sheet_row, one.reason) for one in source.excluded] == [(6, "looks like a total")]
    assert open_excel(source.descriptor.file, header_row=4).descriptor.header[1] == "Ann"


def test_error_values_are_named_cell_by_cell(book, kind, open_excel):
    source = open_excel(book(Sheet([["Order", "Name", "City"], [1, "Ann", NOT_AVAILABLE], [2, "Bob", "Austin"]])))
    assert rows(source)[0].data["City"] == "#N/A"
    assert [(one.sheet_row, one.column, one.reason) for one in source.table.bad_cells] == [
        (2, "City", "spreadsheet error #N/A")
    ]


def test_long_numbers_are_told_and_long_texts_kept(book, kind, open_excel):
    long = [["Order", "Name", "ID"], [123456789012345678, "Ann", "123456789012345678"], [1002, "Bob", "5"]]
    source = open_excel(book(Sheet(long)))
    assert source.found.lost_digits == {"Order": [2]}
    assert rows(source)[0].data["ID"] == "123456789012345678"


def test_results_go_beside_it_and_the_file_stays(book, kind, open_excel):
    path = book()
    before = path.read_bytes()
    source = open_excel(path)
    to = target(source)
    written = to.apply([change(source, 1), change(source, 4, TWO)])
    assert [(one.outcome, one.sidecar) for one in written] == [(Outcome.SIDECAR, sidecar_path(path))] * 2
    assert path.read_bytes() == before
    assert {n: (line["tracking_number"], line["reason"]) for n, line in lines(path).items()} == {
        1: (ONE, f"orders.{kind} is read only"),
        4: (TWO, f"orders.{kind} is read only"),
    }
    assert not path.with_name("shipchat-backups").exists()
    assert not verify(source.descriptor, None).changed


def test_the_next_import_knows_what_was_shipped(book, kind, open_excel):
    path = book()
    source = open_excel(path)
    assert (source.results.done, source.results.left) == (0, 3)
    target(source).apply([change(source, 1), change(source, 4, TWO)])
    again = open_excel(path)
    assert [row.data["tracking_number"] for row in rows(again)] == [ONE, "", TWO]
    assert rows(again)[0].data["shipped_at"] == SHIPPED
    assert (again.results.done, again.results.left) == (2, 1)
    assert again.table.fingerprint == source.table.fingerprint
    assert again.header_fingerprint == source.header_fingerprint
    assert again.descriptor.source_id == source.descriptor.source_id
    assert not verify(again.descriptor, None).changed
    # A second batch writes to the same file, by the newer import.
    target(again).apply([change(again, 2, "1Z2")])
    assert [row.data["tracking_number"] for row in rows(open_excel(path))] == [ONE, "1Z2", TWO]


def test_a_row_that_moved_keeps_its_result_and_a_changed_one_loses_it(book, kind, open_excel):
    source = open_excel(book())
    target(source).apply([change(source, 1), change(source, 2, TWO)])
    first, second, _, third = ORDERS[1:]
    path = book(Sheet([HEADER, third, first, [*second[:2], "73302", *second[3:]]]))
    assert {row.data["Name"]: row.data["tracking_number"] for row in rows(open_excel(path))} == {
        "Zed\nsecond line": "", "Ann Müller 東京": ONE, "Bob": ""
    }  # fmt: skip


def test_a_void_clears_its_own_number_only(book, kind, open_excel):
    path = book()
    source = open_excel(path)
    to = target(source)
    to.apply([change(source, 1), change(source, 2, TWO)])
    outcomes = to.apply(
        [change(source, 1, "", expected=ONE), change(source, 2, "", expected=ONE), change(source, 4, "", expected=ONE)]
    )
    assert [one.outcome for one in outcomes] == [Outcome.SIDECAR, Outcome.LEFT, Outcome.UNCHANGED]
    assert [row.data["tracking_number"] for row in rows(open_excel(path))] == ["", TWO, ""]


def test_a_file_that_is_open_elsewhere_or_protected_is_no_obstacle(book, kind, open_excel):
    path = book()
    path.with_name(f"~${path.name}").touch()
    path.chmod(0o444)
    source = open_excel(path)
    assert target(source).apply([change(source, 1)])[0].outcome is Outcome.SIDECAR


def test_what_lies_beside_it_in_another_form_is_kept_and_named(book, kind, open_excel):
    path = book()
    source = open_excel(path)
    target(source).apply([change(source, 1)])
    ours = sidecar_path(path).read_text(encoding="utf-8")
    sidecar_path(path).write_text(ours, encoding="utf-8-sig")
    assert open_excel(path).results.done == 1
    for other in (ours.replace(",", ";").encode(), ours.replace("orders", "ördérs").encode("cp1252")):
        sidecar_path(path).write_bytes(other)
        with pytest.raises(ToolFault, match=r"E-4011.*orders\.tracking\.csv is not as it was written"):
            open_excel(path)
        with pytest.raises(OSError, match=r"orders\.tracking\.csv is not as it was written"):
            target(source).apply([change(source, 2, TWO)])
        assert sidecar_path(path).read_bytes() == other


def test_a_column_of_its_own_for_tracking_takes_what_is_beside_it(book, kind, open_excel):
    table = [["Order", "Name", "Tracking #", "City"], [1, "Ann", None, "Boston"], [2, "Bob", "1ZOLD0000", "Austin"]]
    path = book(Sheet(table))
    source = open_excel(path)
    assert (source.results.done, source.results.left) == (1, 1)
    target(source).apply([change(source, 1)])
    again = open_excel(path)
    assert [row.data["Tracking #"] for row in rows(again)] == [ONE, "1ZOLD0000"]
    assert again.descriptor.header == ["Order", "Name", "Tracking #", "City", "shipped_at"]


def test_many_results_are_taken_back(book, kind, open_excel):
    path = book(Sheet([["Order", "Name"], *([n, f"N{n}"] for n in range(1, 2502))]))
    source = open_excel(path)
    cells = [
        Change(row.row_number, {"tracking_number": f"1Z'{row.row_number}"}, row.checksum) for row in source_rows(source)
    ]
    target(source).apply(cells)
    again = open_excel(path)
    assert (again.results.done, again.results.left) == (2501, 0)
    assert again.table.row(2500).data["tracking_number"] == "1Z'2500"


def source_rows(source):
    condition = compile_clause(EVERYTHING, source.table.columns, source.table.sheet_offset)
    return source.table.rows(condition, [], 5000, 0)


def test_the_name_does_not_decide_what_it_is(book, kind, open_excel, tmp_path):
    book().rename(tmp_path / "orders.xlsx")
    assert open_excel(tmp_path / "orders.xlsx").descriptor.read_only
    assert open_excel(tmp_path / "orders.xlsx").table.row_count == 3


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"Order\tName\n1\tAnn\n", r"it is a text file.*ends in \.csv"),
        (b"<html><table><tr><td>1</td></tr></table></html>", r"it is a web page.*\.xlsx"),
        (b"\xd0\xcf\x11\xe0rest", "damaged"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        (b"PK\x03\x04rest", "damaged"),
        (b"", "text file"),
        (bytes(600), "damaged"),
    ],
)
def test_what_is_none_is_refused_in_plain_words(tmp_path, kind, open_excel, content, said):
    path = tmp_path / f"orders.{kind}"
    path.write_bytes(content)
    for opener in (open_excel, lambda path: inspect(str(path))):
        with pytest.raises(ToolFault, match=f"(?s)E-1003.*{said}"):
            opener(path)


def test_a_damaged_one_is_refused_or_read_and_never_crashes(book, kind, open_excel):
    """Bytes of the first kilobytes spoilt, one at a time."""
    path = book()
    content = path.read_bytes()
    for place in range(0, min(len(content), 6000), 293):
        path.write_bytes(content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :])
        try:
            open_excel(path)
        except ToolFault as refusal:
            assert refusal.code in ("E-1003", "E-1006", "E-1018"), refusal  # noqa: PT017
    for size in (100, 700, len(content) // 2, len(content) - 30):
        path.write_bytes(content[:size])
        with pytest.raises(ToolFault, match="E-10"):
            open_excel(path)


def test_cells_far_away_are_named_and_not_held(tmp_path, kind, open_excel, monkeypatch):
    monkeypatch.setattr("mcp_servers.data.reading.old_workbook._MOST_CELLS", 1000)
    path = make(tmp_path / f"orders.{kind}", Sheet([*ORDERS, *([] for _ in range(400)), [None] * 9 + ["far"]]))
    with pytest.raises(ToolFault, match=r"E-1003.*row 406 and column J"):
        open_excel(path)


@pytest.mark.parametrize(
    ("text", "value", "said"),
    [
        ("02116", 2116, "02116"),
        ("02116-1234", 21161234, "02116-1234"),
        ("SO-0012", 12, "SO-0012"),
        ("2.50 kg", 2.5, "2.5 kg"),
        ("2,50 kg", 2.5, "2.5 kg"),
        ("2.46 kg", 2.456, "2.456 kg"),
        ("1,234.5 lbs", 1234.5, "1234.5 lbs"),
        ("2.5 kg", 2500, "2.5 kg"),
        ("-2.5 kg", -2.5, "-2.5 kg"),
        ("1,234.50", 1234.5, None),
        ("$5.00", 5, None),
        ("5,00 €", 5, None),
        ("(617) 555-0100", 6175550100, None),
        ("5 pcs", 5, None),
        ("50%", 0.5, None),
        ("1.2E+17", 1.2e17, None),
        ("", 5, None),
        ("TRUE", 1, None),
    ],
)
def test_what_a_program_displayed_beside_the_number(kind, text, value, said):
    if kind == "ods":
        assert displayed(text, value) == said


def test_a_package_that_is_protected_is_refused(book, kind, open_excel):
    path = book()
    if kind == "xls":
        return
    member = "content.xml" if kind == "ods" else "xl/workbook.bin"
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as package:
        start = package.getinfo(member).header_offset
    data[start + 6] |= 1
    data[data.rfind(member.encode()) - 46 + 8] |= 1
    path.write_bytes(data)
    with pytest.raises(ToolFault, match=r"E-1003.*(password|damaged)"):
        open_excel(path)
