"""A stray quote or delimiter never makes other rows of a sheet: each is read as it stands, or the sheet is refused."""

import csv
import io
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mcp_servers.data.guard.clause import EVERYTHING, compile_clause
from mcp_servers.data.inspecting import inspect
from mcp_servers.data.reading.csv_file import detect_csv, quotes_as_letters, read_rows
from mcp_servers.shared.faults import ToolFault

HEADER = ["Order", "Name", "Item", "Address", "City", "State", "Zip", "Weight (lb)"]


def rows(source):
    condition = compile_clause(EVERYTHING, source.table.columns, source.table.sheet_offset)
    return source.table.rows(condition, [], 1000, 0)


def sheet(*lines, delimiter=","):
    return "".join(line.replace("|", delimiter) + "\n" for line in ["|".join(HEADER), *lines])


def read(path, text):
    """The header row and every data row as the reader has them, without a table made of them."""
    path.write_bytes(text.encode())
    layout = detect_csv(path)
    try:
        found = [cells for _, cells in read_rows(path, layout)]
    except ToolFault as refusal:
        other = quotes_as_letters(path, layout, refusal, None)
        if other is None:
            raise
        layout, found = other, [cells for _, cells in read_rows(path, other)]
    return layout.header_row, found


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize(
    ("lines", "row"),
    [
        (['1|Ann|"Frame 8x10"" oak|12 Main St|Reno|NV|89501|2', '2|Bo|"Ruler 12"" steel"|4 Oak Av|Waco|TX|76701|3'], 2),
        (['1|Ann|"Frame 8x10|12 Main St|Reno|NV|89501|2', '2|Bo|Ruler 12"|4 Oak Av|Waco|TX|76701|3'], 2),
        (["1|Ann|Mug|12 Main St|Reno|NV|89501|2", '2|Bo|"Pan 12|4 Oak Av|Waco|TX|76701|3'], 3),
        (
            [
                '1|Ann|"Frame 8x10|12 Main St|Reno|NV|89501|2',
                "2|Bo|Mug|4 Oak Av|Waco|TX|76701|3",
                "3|Cy|Cup|5 Elm St|Troy|NY|12180|1",
                '4|Di|Ruler 12"|6 Fir St|Rome|GA|30161|1',
                "5|Ed|Mug|7 Ash St|Lima|OH|45801|1",
            ],
            2,
        ),
        (
            [
                '1|Ann|Mug|12 Main St|Reno|NV|89501|"2',
                '2"|Bo|Cup|4 Oak Av|Waco|TX|76701|3',
                *["3|C|D|5 E|F|G|12180|1"] * 3,
            ],
            2,
        ),
        (['1|Ann|"Frame 8x10|12 Main St 5"|Reno|NV|89501|2', "2|Bo|Mug|4 Oak Av|Waco|TX|76701|3"], 2),
        (['1|"Ann|Mug|12 Main St|Reno|NV|89501|2', '2|Bo|"Ruler| steel"|4 Oak Av|Waco|TX|76701|3'], 2),
        (['"1|Ann|Mug|12 Main St|Reno|NV|89501|2', '2"|Bo|Mug|4 Oak Av|Waco|TX|76701|3'], 2),
    ],
    ids=[
        "inch marks",
        "same column",
        "last row",
        "three rows",
        "two ends",
        "one line",
        "a quoted cell",
        "first column",
    ],
)
def test_a_stray_quote_swallows_nothing(tmp_path, delimiter, lines, row):
    text = sheet(*lines, delimiter=delimiter)
    if delimiter == "\t":
        letters = [line.split("|") for line in lines]
        if all(len(cells) == len(HEADER) for cells in letters) and '""' not in text:
            assert read(tmp_path / "orders.csv", text) == (1, letters)
            return
    with pytest.raises(ToolFault, match=rf"E-10(05|17).*row {row}\b"):
        read(tmp_path / "orders.csv", text)


def test_marketplace_tabs_are_inspected_as_they_are_imported(open_csv):
    text = sheet('1|Ann|"Best mug|1 A St|Reno|NV|89501|2', '2|Bo|Lamp 12" tall|2 B St|Waco|TX|76701|3', delimiter="\t")
    source = open_csv(text)
    assert [row.data["Item"] for row in rows(source)] == ['"Best mug', 'Lamp 12" tall']
    seen = inspect(str(source.descriptor.file))
    assert (seen.parts[0].row_count, seen.quote) == (2, "")


def test_tabs_with_a_writer_of_quotes_are_not_read_as_letters(open_csv):
    """Excel quotes what holds a quote in its tab-separated texts too, so the lone one is a fault, no habit."""
    lines = ['1|Ann|"Lamp 12"" tall"|1 A St|Reno|NV|89501|2', '2|Bo|"Best mug|2 B St|Waco|TX|76701|3']
    with pytest.raises(ToolFault, match=r"E-1005.*row 3"):
        open_csv(sheet(*lines, delimiter="\t"))


@pytest.mark.parametrize(
    "cell",
    [
        "12 Main St\nApt 4",
        "12 Main St, Apt 4\nBoston, MA\nUSA",
        "12 Main St,Apt 4\nBoston,MA",
        'Please ring, then\nwait 5" apart, thanks\n\nAnn',
        "\n12 Main St\n",
        "one\r\ntwo",
    ],
)
@pytest.mark.parametrize("place", range(len(HEADER)))
@pytest.mark.parametrize("others", [0, 2])
def test_a_cell_of_several_lines_is_read_wherever_it_stands(tmp_path, cell, place, others):
    row = ["1", "Ann", "Mug", "1 A St", "Reno", "NV", "89501", "2"]
    row[place] = cell
    plain = ["2,Bo,Cup,2 B St,Waco,TX,76701,3"] * others
    quoted = ",".join('"' + text.replace('"', '""') + '"' if "\n" in text else text for text in row)
    _, found = read(tmp_path / "orders.csv", sheet(*plain[:1], quoted, *plain[1:]))
    assert [one for one in found if one[0] != "2"] == [row]


def test_a_short_row_is_filled_up_and_a_wide_one_is_refused_by_number(open_csv):
    assert rows(open_csv(sheet("1|Ann|Mug|1 A St")))[0].data["Zip"] == ""
    assert open_csv(sheet("1|Ann|Mug|1 A St|Reno|NV|89501|2||  |")).descriptor.header == HEADER
    wide = ["1|Ann|Mug, blue|1 A St|Reno|NV|89501|2", "2|Bo|Cup|2 B St|Waco|TX|76701|3", "3|C|D|E|F|G|1|2|3"]
    with pytest.raises(ToolFault, match=r"E-1019.*\(8\) in sheet row 2, 4,"):
        open_csv(sheet(*wide))
    with pytest.raises(ToolFault, match=r"E-1019.*row 2"):
        open_csv(sheet("1|Ann|Mug, blue|1 A St|Reno|NV|89501|2"))


def test_a_column_without_a_name_is_kept_where_most_rows_fill_it(open_csv):
    body = "1,Ann,x\n2,Bo,y\n3,Cy\n"
    assert open_csv("Order,Name\n" + body).descriptor.header == ["Order", "Name", "Column_3"]
    assert open_csv("Order,Name,\n" + "1,Ann\n2,Bo,y\n3,Cy\n").descriptor.header == ["Order", "Name", "Column_3"]
    with pytest.raises(ToolFault, match=r"E-1019.*\(3\) in sheet row 5,"):
        open_csv("Order,Name\n" + body + "4,Di,x,y\n5,Ed,z\n")


def test_a_comma_of_prose_makes_no_column(open_csv):
    with pytest.raises(ToolFault, match=r"E-1019.*row 2, 3,"):
        open_csv("Order,Name,Zip\n1,Lee, Ann,02116\n2,Diaz, Bo,73301\n")


def test_another_table_under_a_gap_may_be_wider(open_csv):
    source = open_csv(
        "Order,Name,Address,City\n1,Ann,1 A St,Reno\n2,Bo,2 B St,Waco\n3,Cy,3 C St,Troy\n\n"
        "SKU,Description,Box,Weight,Qty\nM1,Mug,A,1,20\n"
    )
    assert [row.sheet_row for row in rows(source)] == [2, 3, 4]


def test_rows_that_we_left_short_lack_nothing(tmp_path):
    """An older version wrote its columns into the header and the rows with results only."""
    header = ",".join(f'"{name}"' for name in [*HEADER, "tracking_number", "shipped_at"])
    short = '"1","Ann","Mug","9 Gift Ln,Apt 2,Rear,left","Reno","NV","89501","2"'
    _, found = read(tmp_path / "orders.csv", f"{header}\n{short}\n")
    assert found == [["1", "Ann", "Mug", "9 Gift Ln,Apt 2,Rear,left", "Reno", "NV", "89501", "2"]]
    with pytest.raises(ToolFault, match=r"E-1017.*row 2\b"):
        read(tmp_path / "orders.csv", header + "\n" + short.replace('"Ann","Mug"', '"Ann,Mug"') + "\n")


WORDS = {
    "Order": st.integers(1, 9999).map(str),
    "Name": st.sampled_from(["Ann Lee", "Bo Diaz", "Cy Orr", "Lee, Ann", "Lee,Ann"]),
    "Item": st.sampled_from(["Mug", "Lamp 12", "Frame 8x10", "Mug, blue, large", "Mug\nblue, large", ""]),
    "Address": st.sampled_from(["12 Main St", "40 Oak Ave", "9 Elm St", "9 Elm St, Apt 2", "9 Elm St\nApt 2", "1 A;B"]),
    "City": st.sampled_from(["Reno", "Waco", "Troy", "Springfield"]),
    "State": st.sampled_from(["NV", "TX", "NY", "IL"]),
    "Zip": st.sampled_from(["89501", "76701", "12180", "62701"]),
    "Weight (lb)": st.integers(1, 9).map(str),
}
ROW = st.tuples(*WORDS.values()).map(list)
STRAY = st.tuples(
    st.integers(0, 4), st.integers(0, 7), st.sampled_from(["start", "middle", "end"]), st.sampled_from(['"', '""', "'"])
)


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(ROW, min_size=1, max_size=5),
    st.lists(STRAY, min_size=1, max_size=3),
    st.sampled_from([",", ";", "\t", "|"]),
    st.booleans(),
)
def test_rows_with_stray_quotes_are_read_as_they_stand_or_refused(tmp_path, table, strays, delimiter, end):
    """No third outcome: what stands in the row of one order never becomes another one's."""
    written = [[_quoted(cell, delimiter) for cell in row] for row in table]
    for row, column, place, mark in strays:
        cells = written[row % len(written)]
        at = {"start": 0, "middle": len(cells[column]) // 2, "end": len(cells[column])}[place]
        cells[column] = cells[column][:at] + mark + cells[column][at:]
    text = "\n".join(delimiter.join(cells) for cells in [HEADER, *written]) + "\n" * end
    try:
        header_row, found = read(tmp_path / "orders.csv", text)
    except ToolFault as refusal:
        assert refusal.code in {"E-1005", "E-1017", "E-1019"}
        return
    # Where another row was taken for the header no column is known, and nothing is shipped.
    if header_row == 1:
        assert [[re.sub("[\"']", "", cell) for cell in cells] for cells in found] == table


def _quoted(cell, delimiter):
    return f'"{cell}"' if delimiter in cell or "\n" in cell else cell


RICH = {
    **WORDS,
    "Name": st.sampled_from(["Ann Lee", "Lee, Ann", 'Ann "Annie" Lee', "O'Hara"]),
    "Item": st.sampled_from(["Mug", 'Pan 12"', '5" x 7" frame, oak', "Mug\nblue, large\n\nno box", '"Best" mug', ""]),
    "Address": st.sampled_from(["12 Main St", "9 Elm St, Apt 2", "9 Elm St\nApt 2", "9 Elm St, Apt 2\nRear, left\nup"]),
}


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(*RICH.values()).map(list), min_size=1, max_size=5),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_what_a_writer_of_quotes_wrote_is_always_read(tmp_path, table, delimiter, quoting, line_end):
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=line_end).writerows([HEADER, *table])
    assert read(tmp_path / "orders.csv", out.getvalue()) == (1, table)
