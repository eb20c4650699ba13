"""The delimiter is that of the header, and our own writing never changes what is detected."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcp_servers.data.model import Change
from mcp_servers.data.reading.dialect import detect_dialect
from mcp_servers.data.reading.records import Dialect, spans, split_records
from mcp_servers.data.writing.file_target import CsvTarget
from tests.every_nth import every_nth

HEADER = ["Order", "Name", "Address", "City", "Note", "Weight"]
WHEN = "2026-11-21T10:00:00Z"
PROSE = st.sampled_from(
    ["9 Gift Ln, Apt 2", "9 Gift Ln,Apt 2", "a; b", "a;b;c", "x | y", "x|y", "tab\there", "plain", "", '5"', "O'Hara"]
)
ROW = st.tuples(st.integers(1, 999).map(str), PROSE, PROSE, PROSE, PROSE, st.integers(1, 9).map(str)).map(list)


def text_of(rows, delimiter, quoting, line_end="\n"):
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=line_end).writerows(rows)
    return out.getvalue()


def after_batch(rows, written, *, rectangular, names=("tracking_number", "shipped_at")):
    header, *data = rows
    cells = [
        ["1Z999AA10123456784", WHEN] if number in written else [""] * 2 * rectangular for number in range(len(data))
    ]
    return [[*header, *names], *([*row, *more] for row, more in zip(data, cells, strict=True))]


@settings(deadline=None, max_examples=300)
@given(
    st.lists(ROW, min_size=1, max_size=5),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sets(st.integers(0, 4), min_size=1),
    st.booleans(),
    st.sampled_from([("tracking_number", "shipped_at"), ("Sendung", "Raus")]),
    st.sampled_from([[], [["Orders of March; open, late"]], [["Orders"], []]]),
)
def test_the_delimiter_is_the_same_before_and_after_a_batch(
    table, delimiter, quoting, written, rectangular, names, titles
):
    rows = [HEADER, *table]
    before = detect_dialect(text_of([*titles, *rows], delimiter, quoting))
    assert before == Dialect(delimiter, '"')
    after = after_batch(rows, written, rectangular=rectangular, names=names)
    assert detect_dialect(text_of([*titles, *after], delimiter, quoting), ours=names) == before


@pytest.mark.parametrize("delimiter", every_nth([",", ";", "\t", "|"], 2, repr))
@pytest.mark.parametrize("cell", ["9 Gift Ln, Apt 2", "2;5", "a | b, c", "1,5"])
@pytest.mark.parametrize("count", [1, 2, 5])
def test_a_sheet_that_we_wrote_to_opens_again(open_csv, delimiter, cell, count):
    shown = f'"{cell}"' if delimiter in cell else cell
    lines = ["Order|Name|Address|Zip", *(f"{number}|Ann|@|02116" for number in range(count))]
    source = open_csv("".join(line.replace("|", delimiter).replace("@", shown) + "\n" for line in lines))
    (checksum,) = [row.checksum for row in source.table.find([1]).values()]
    change = Change(1, {"tracking_number": "1Z", "shipped_at": WHEN}, checksum)
    CsvTarget(source.descriptor, count).apply([change])
    again = open_csv(source.descriptor.file.read_bytes())
    assert (again.descriptor.delimiter, again.table.row_count) == (delimiter, count)
    assert again.table.fingerprint == source.table.fingerprint
    assert again.table.row(1).data["Address"] == cell


def test_sheets_of_two_columns_and_of_one():
    prose = "Code;Text\n" + "".join(f"{n};9 Gift Ln, Apt {n}, Boston, MA\n" for n in range(300))
    assert detect_dialect(prose).delimiter == ";"
    assert detect_dialect("Name\nAnn\nBo\n") == Dialect()
    assert detect_dialect("") == Dialect()


def test_blanks_before_quotes_are_no_part_of_the_cells(open_csv):
    text = '"Order", "Name", "Address"\r\n"1", "Lee, Ann", "9 ""Gift"" Ln, Apt 2"\r\n2, "Bo", x\r\n'
    source = open_csv(text)
    assert [list(row.data.values()) for row in source.table.find([1, 2]).values()] == [
        ["1", "Lee, Ann", '9 "Gift" Ln, Apt 2'],
        ["2", "Bo", "x"],
    ]
    assert source.descriptor.skip_blanks
    CsvTarget(source.descriptor, 2).apply([Change(2, {"tracking_number": "1Z"}, source.table.row(2).checksum)])
    written = source.descriptor.file.read_bytes().decode()
    assert '"1", "Lee, Ann", "9 ""Gift"" Ln, Apt 2"' in written
    assert '2, "Bo", x,1Z' in written
    again = open_csv(written.encode())
    assert again.table.fingerprint == source.table.fingerprint
    assert again.table.row(2).data["tracking_number"] == "1Z"


def test_a_blank_before_plain_cells_stays(open_csv):
    source = open_csv("Order, Name\n1, Ann\n")
    assert (source.table.row(1).data["Name"], source.descriptor.skip_blanks) == (" Ann", False)


@pytest.mark.parametrize("mark", ["\x1a", "\x1a\x1a\x1a"])
@pytest.mark.parametrize("last", ["\r\n", ""])
def test_the_end_mark_of_dos_is_no_data_and_stays_the_last_byte(open_csv, mark, last):
    source = open_csv(f"Order,Name\r\n1,Ann\r\n2,Bo{last}{mark}")
    assert [row.data["Name"] for row in source.table.find(range(1, 9)).values()] == ["Ann", "Bo"]
    CsvTarget(source.descriptor, 2).apply([Change(2, {"tracking_number": "1Z"}, source.table.row(2).checksum)])
    written = source.descriptor.file.read_bytes().decode()
    assert written.endswith(f"2,Bo,1Z{last}{mark}")
    assert open_csv(written.encode()).table.fingerprint == source.table.fingerprint


@settings(deadline=None)
@given(st.text(st.sampled_from(list('ab, "\n')), max_size=30))
def test_spans_skip_the_blanks_that_the_reader_skips(text):
    dialect = Dialect(",", '"', skip_blanks=True)
    records = list(split_records(text, dialect))
    assert "".join(record for record, _ in records) == text
    for record, cells in records:
        found = spans(record, dialect)
        if cells and found[-1].closed:
            assert [span.text for span in found] == cells


LONG = 300_000


@pytest.mark.parametrize(
    "cell",
    ['"' + "line of text, more\n" * (LONG // 19) + '"', '"' + '""' * (LONG // 2) + '"', "1" * LONG, "x" * LONG,
     "a@" * (LONG // 2), "'" * LONG, '5"' * (LONG // 2), "1," * 500 + "1" * LONG, "it's " * (LONG // 5)],
    ids=["lines", "quotes", "digits", "letters", "at signs", "apostrophes", "inch marks", "delimiters", "words"],
)  # fmt: skip
def test_a_very_long_cell_is_read_in_its_length(open_csv, cell):
    """Looking for e-mails in it took the square of its length, which was hours."""
    quoted = cell if cell.startswith('"') or "," not in cell else f'"{cell}"'
    source = open_csv(f"Order,Name,Note,City\n1,Ann,{quoted},Boston\n2,Bo,x,Austin\n")
    data = source.table.row(1).data
    assert (len(data["Note"]) >= LONG // 2 - 2, data["City"], source.table.row_count) == (True, "Boston", 2)
    assert source.table.column("Note").type == "text"
