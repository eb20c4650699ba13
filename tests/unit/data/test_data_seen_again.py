"""A sheet that holds our columns is the same sheet to the next import: same header, same rows, same fingerprint."""

import codecs

import openpyxl
import pytest

from mcp_servers.data.model import Change, Outcome
from mcp_servers.data.reading.header import MOST_COLUMNS
from mcp_servers.data.sources import verify
from mcp_servers.data.table.non_data_rows import find_non_data_rows
from mcp_servers.data.table.source import open_connection
from mcp_servers.data.writing.file_target import CsvTarget, ExcelTarget
from mcp_servers.shared.faults import ToolFault

CELLS = {
    "tracking_number": "1Z999AA10123456784",
    "shipped_at": "2026-11-21T10:00:00Z",
    "STATUS": "COMPLETED",
    "ERROR_MESSAGE": "none",
}


def write(source, *numbers):
    target = (CsvTarget if source.descriptor.type == "csv" else ExcelTarget)(source.descriptor, 9)
    changes = [Change(number, CELLS, source.table.row(number).checksum) for number in numbers]
    assert [one.outcome for one in target.apply(changes)] == [Outcome.WRITTEN] * len(numbers)


def same(source, again, *numbers):
    assert again.descriptor.header_row == source.descriptor.header_row
    assert again.table.fingerprint == source.table.fingerprint
    assert again.header_fingerprint == source.header_fingerprint
    assert again.descriptor.excluded == source.descriptor.excluded
    assert not verify(source.descriptor, None).changed
    for number in numbers:
        assert again.table.row(number).checksum == source.table.row(number).checksum
        assert CELLS.items() <= again.table.row(number).data.items()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Order,Name,\n1,Ann,\n2,Bob,\n", "Order,Name,{0}\n1,Ann,{1}\n2,Bob,,,,\n"),
        ("Order;Name;;;;;;\n1;Ann;;;;;;\n", "Order;Name;{0};;\n1;Ann;{1};;\n"),
        ("Order,Name\n1,Ann,\n2,Bob\n", "Order,Name,{0}\n1,Ann,{1}\n2,Bob,,,,\n"),
        ('"Order","Name",""\n"1","Ann",""\n', '"Order","Name",{2}\n"1","Ann",{3}\n'),
        ("Order,Name\n1,Ann, \n2,Bob, \n", "Order,Name,{0}\n1,Ann,{1}\n2,Bob, ,,,\n"),
        ("Order,Name,,\n1,Ann,,note\n", "Order,Name,,,{0}\n1,Ann,,note,{1}\n"),
    ],
    ids=["trailing delimiter", "many", "in one row", "quoted", "a blank", "side note"],
)
def test_new_columns_begin_where_nothing_stands(open_csv, before, after):
    """Spreadsheets end every line with delimiters when a sheet was wider once."""
    source = open_csv(before)
    write(source, 1)
    delimiter = source.descriptor.delimiter
    names, values = list(CELLS), list(CELLS.values())
    texts = [delimiter.join(names), delimiter.join(values)]
    texts += [delimiter.join(f'"{text}"' for text in each) for each in (names, values)]
    content = source.descriptor.file.read_text()
    assert content == after.format(*texts)
    same(source, open_csv(content), 1)


def test_the_first_of_repeated_headers_stays_the_header(open_csv):
    """A print-out repeats its header on every page; our columns stand in the first one only."""
    page = "Order,Name,City\n1,Ann,Boston\n2,Bob,Rome\n"
    source = open_csv(page * 3)
    assert [one.sheet_row for one in source.excluded] == [4, 7] or source.table.row_count == 8
    write(source, 1, 8)
    same(source, open_csv(source.descriptor.file.read_bytes()), 1, 8)
    mapped = {"tracking_number": "Sendung", "shipped_at": "Raus"}
    source = open_csv(page * 3, columns=mapped)
    write(source, 1, 8)
    again = open_csv(source.descriptor.file.read_bytes(), columns=mapped)
    assert again.descriptor.header_row == 1
    assert again.table.fingerprint == source.table.fingerprint


def test_beside_merged_cells_and_formulas_of_a_workbook(make_workbook, open_excel):
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Order", "Name"])
        for number in range(1, 5):
            sheet.write_row(number, 0, [str(number), f"Name {number}"])
            sheet.write_formula(number, 2, '=IF(A1="","x","")', None, "")
        sheet.write(2, 6, "  ")
        sheet.merge_range("D2:E3", "")

    path = make_workbook(fill)
    source = open_excel(path)
    assert source.descriptor.header == ["Order", "Name"]
    write(source, 1, 3)
    same(source, open_excel(path), 1, 3)
    sheet = openpyxl.load_workbook(path).active
    assert [cell.value for cell in sheet[1]] == ["Order", "Name", None, None, None, *CELLS]
    assert sheet["C2"].value == '=IF(A1="","x","")'


def test_the_row_that_got_our_columns_stays_the_header(make_workbook, open_excel):
    """Page 2 prints a wider header, and with our cells its rows are no longer the typical ones."""

    def fill(book):
        sheet = book.add_worksheet()
        names = ["Order", "Name", "Address", "City", "State", "Zip", "Weight (lb)", "Qty"]
        sheet.write_row(0, 0, names)
        sheet.write_row(1, 0, ["1000", "", "9 Elm St", "Reno", "NV"])
        sheet.write_row(2, 0, [*names, "Ship to"])
        sheet.write_row(3, 0, ["1001", "Ann", "1 Oak Ave", "Rome", "NY", "13440", "8", "1"])
        sheet.merge_range("I3:L5", "Ship to")

    path = make_workbook(fill)
    source = open_excel(path)
    assert source.descriptor.header_row == 3
    write(source, 1, 2)
    again = open_excel(path)
    same(source, again, 1, 2)
    assert again.found.header_candidates == ()


def test_columns_that_only_our_writing_left_empty_are_none(make_workbook, open_excel):
    """More columns would make a row narrow, and so a total of an order whose customer is called that."""

    def fill(book):
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Order", "Name", "City", "Weight"])
        sheet.write_row(1, 0, ["1", "Total", "Boston"])
        sheet.write_row(2, 0, ["2", "Bob", "Rome", "3"])
        sheet.merge_range("F2:K3", "")

    path = make_workbook(fill)
    source = open_excel(path)
    assert (source.table.row_count, source.excluded) == (2, [])
    write(source, 2)
    again = open_excel(path)
    same(source, again, 2)
    assert again.table.names == ["Order", "Name", "City", "Weight", *CELLS]
    assert again.table.row(1).data["Name"] == "Total"
    # They are written where they stand, behind the gap.
    write(again, 1)
    assert [cell.value for cell in openpyxl.load_workbook(path).active[2]][11:] == list(CELLS.values())


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("Order,Name\n1,Ann\n", ["1", "Ann"]),
        ("Заказ;Имя\r\n1;Анна\r\n", ["1", "Анна"]),
        ("注文\t名前\n1\t一郎\n", ["1", "一郎"]),
        ("Order,Name\r1,Ann 😀\r", ["1", "Ann 😀"]),
    ],
)
def test_pairs_of_bytes_without_a_mark_in_any_script(open_csv, codec, text, cells):
    source = open_csv(text.encode(codec))
    assert (source.descriptor.encoding, source.table.row_count) == (codec, 1)
    assert list(source.table.row(1).data.values()) == cells
    write(source, 1)
    same(source, open_csv(source.descriptor.file.read_bytes()), 1)


def test_zero_bytes_alone_make_no_pairs(open_csv):
    source = open_csv("Order,Name,City\n1,A\0n,\0Boston\n2,B\0\0,Austin\n")
    assert source.descriptor.encoding == "utf-8"
    assert source.table.row(1).data == {"Order": "1", "Name": "A\0n", "City": "\0Boston"}


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (codecs.BOM_UTF8 + "Order,Name\n1,Ann\n2,Müller\n".encode("cp1252"), 3),
        (codecs.BOM_UTF16_LE + "Order,Name\n1,Ann\n".encode("utf-16-le") + b"x", 3),
        (codecs.BOM_UTF16_BE + "Order,Name\n1,".encode("utf-16-be") + b"\xd8\x00\x00\n", 2),
    ],
)
def test_a_mark_that_lies_is_refused_with_the_line(open_csv, content, line):
    with pytest.raises(ToolFault, match="E-1004") as refusal:
        open_csv(content)
    assert refusal.value.where == f"line {line}"
    assert "byte order mark" in refusal.value.message


def test_a_thousand_columns_are_looked_through():
    """DuckDB nests a sum once a term and refuses a thousand."""
    cells = [f"c{number}" for number in range(MOST_COLUMNS)]
    connection = open_connection()
    columns = ", ".join(f"{cell} VARCHAR" for cell in cells)
    connection.execute(f"CREATE TABLE cells (row_number BIGINT, {columns})")
    connection.execute(
        "INSERT INTO cells (row_number, c0, c1, c900) VALUES (1, 'Ann', '2', 'x'), (2, 'Total', '2', '')"
    )
    found = find_non_data_rows(connection, cells, [], 1)
    assert [(one.sheet_row, one.reason) for one in found] == [(3, "looks like a total")]


def test_wide_sheets_keep_every_column(open_csv):
    names = [f"c{number}" for number in range(120)]
    source = open_csv(",".join(names) + "\n" + ",".join(map(str, range(120))) + "\n=x" + "," * 119 + "#N/A\n")
    assert source.table.row(1).data == {name: str(number) for number, name in enumerate(names)}
    assert source.table.distinct_counts() == [2] + [1] * 118 + [2]
    assert [one.column for one in source.table.bad_cells] == ["c0", "c119"]
