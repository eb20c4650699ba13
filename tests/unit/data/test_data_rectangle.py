"""A text file that gets columns gets them in every record, so that readers that insist on a rectangle still read it."""

import codecs
import csv
import io
import tempfile

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcp_servers.data.model import Change, Descriptor, Outcome
from mcp_servers.data.reading.header import column_names
from mcp_servers.data.reading.records import Dialect, line_end, split_records
from mcp_servers.data.sources import ImportOptions, open_csv_source
from mcp_servers.data.table.checksums import row_checksum
from mcp_servers.data.writing.csv_edit import edit_csv
from mcp_servers.data.writing.file_target import CsvTarget
from mcp_servers.data.writing.replace import SheetBusyError

WHEN = "2026-11-21T10:00:00Z"
CELLS = {"tracking_number": "1Z999AA10123456784", "shipped_at": WHEN}
HEADER = ["Order", "Name", "City"]
LETTERS = st.text(st.sampled_from(list("ab,;|\t' é\n")), max_size=4)


def strictly(text: str, dialect: Dialect, width: int) -> list[list[str]]:
    """The records as DuckDB's strict reader has them; it refuses a record of another width."""
    columns = ", ".join(f"'c{number}': 'VARCHAR'" for number in range(width))
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        file.write(text.encode())
        file.flush()
        rows = duckdb.sql(
            f"SELECT * FROM read_csv('{file.name}', auto_detect=false, header=false, "
            f"delim='{dialect.delimiter}', quote='{dialect.quote}', escape='{dialect.quote}', strict_mode=true, "
            f"null_padding=false, ignore_errors=false, columns={{{columns}}})"
        ).fetchall()
    return [[cell or "" for cell in row] for row in rows]


def rendered(rows: list[list[str]], delimiter: str, end: str, quoting: int) -> str:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator=end, quoting=quoting)
    for row in rows:
        if row:
            writer.writerow(row)
        else:
            buffer.write(end)
    return buffer.getvalue()


ROWS = st.lists(
    st.one_of(
        st.lists(LETTERS, min_size=1, max_size=5).map(lambda cells: ["x", *cells]),
        st.just([]),
        st.integers(1, 4).map(lambda count: [""] * (count + 1)),
    ),
    max_size=5,
)
TITLES = st.lists(st.sampled_from([["Orders"], ["Orders", "", ""], ["", "", ""], ["May, 2026", ""], []]), max_size=3)


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(
    titles=TITLES,
    rows=ROWS,
    after=ROWS,
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    trailing=st.integers(0, 2),
    final=st.booleans(),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"]),
    status=st.booleans(),
)
def test_a_strict_reader_reads_what_it_read_and_our_cells(
    tmp_path_factory, titles, rows, after, delimiter, end, quoting, trailing, final, encoding, status
):
    header = HEADER + [""] * trailing
    table = [*titles, header, *rows, ["7", "Ann Lee", "Boston"], *after]
    # Python's writer quotes only the line end that it writes itself.
    text = rendered(table, delimiter, end, csv.QUOTE_ALL if end == "\r" else quoting)
    text = text if final else text.removesuffix(end)
    path = tmp_path_factory.mktemp("rectangle") / "orders.csv"
    path.write_bytes(text.encode(encoding))
    width = max(map(len, table[len(titles) :]))
    number = len(rows) + 1
    descriptor = Descriptor(
        type="csv", path=str(path), header_row=len(titles) + 1, encoding=encoding.removesuffix("-sig"),
        delimiter=delimiter, quote='"', header=column_names(header, width),
    )  # fmt: skip
    cells = CELLS | ({"STATUS": "COMPLETED"} if status else {})
    (written,) = CsvTarget(descriptor, 1).apply([Change(number, cells, row_checksum(["7", "Ann Lee", "Boston"]))])
    assert written.outcome is Outcome.WRITTEN

    content = path.read_bytes()
    assert content.startswith(codecs.BOM_UTF8) == (encoding == "utf-8-sig")
    new = content.decode(encoding)
    dialect = Dialect(delimiter)
    before, now = list(split_records(text, dialect)), list(split_records(new, dialect))
    assert len(now) == len(before)
    wide = max(len(cells) for _, cells in now[len(titles) :])
    for place, ((old_record, old_cells), (record, found)) in enumerate(zip(before, now, strict=True)):
        assert line_end(record) == line_end(old_record)
        body, old_body = record.removesuffix(line_end(record)), old_record.removesuffix(line_end(old_record))
        below = place >= len(titles)
        if not old_cells or (not below and len(old_cells) < len(header)):
            assert record == old_record
        elif place not in (len(titles), len(titles) + number):
            # Nothing but delimiters was added, and just as many as are missing.
            assert body == old_body + delimiter * (wide - len(old_cells))
            assert len(found) == wide
        else:
            assert found[:3] == old_cells[:3]
            assert len(found) == wide

    # Lines that hold nothing are no records: each reader has a rule of its own for them.
    filled = [(record, found) for record, found in now[len(titles) :] if found]
    read = strictly("".join(record.removesuffix(line_end(record)) + "\n" for record, _ in filled), dialect, wide)
    assert read == [found for _, found in filled]
    named = dict(zip(read[0], read[[found for _, found in filled].index(now[len(titles) + number][1])], strict=True))
    assert cells.items() <= named.items()


def test_all_of_it_is_there_after_the_first_write_and_nothing_moves_after_it(open_csv):
    source = open_csv("Order,Name,City\n1,Ann,Boston\n2,Bob\n\n,,\n3\n")
    path = source.descriptor.file
    target = CsvTarget(source.descriptor, 3)
    target.apply([Change(1, CELLS, source.table.row(1).checksum)])
    first = path.read_text()
    assert first == (
        f"Order,Name,City,tracking_number,shipped_at\n1,Ann,Boston,{CELLS['tracking_number']},{WHEN}\n"
        "2,Bob,,,\n\n,,,,\n3,,,,\n"
    )
    target.apply([Change(2, CELLS, source.table.row(2).checksum)])
    assert path.read_text() == first.replace("2,Bob,,,", f"2,Bob,,{CELLS['tracking_number']},{WHEN}")


@pytest.mark.parametrize("names", [("tracking_number", "shipped_at"), ("Sendung", "Versandt")])
def test_a_file_that_an_older_version_left_ragged_is_mended_with_the_next_write(open_csv, names):
    mapped = dict(zip(CELLS, names, strict=True)) if "Sendung" in names else {}
    source = open_csv(
        "Orders of May,,\nOrder,Name,City,{},{}\n1,Ann,Boston,1Z1,{}\n2,Bob,Rome\n3,Eve\n".format(*names, WHEN),
        header_row=2,
        columns=mapped,
    )
    CsvTarget(source.descriptor, 3).apply([Change(2, CELLS, source.table.row(2).checksum)])
    assert source.descriptor.file.read_text().splitlines() == [
        "Orders of May,,,,",
        f"Order,Name,City,{names[0]},{names[1]}",
        f"1,Ann,Boston,1Z1,{WHEN}",
        f"2,Bob,Rome,{CELLS['tracking_number']},{WHEN}",
        "3,Eve,,,",
    ]


def test_no_other_row_changes_where_the_sheet_has_its_own_columns(open_csv):
    source = open_csv("Order,Tracking Number,Shipped At,City\n1,,,Rome\n2\n3,,\n")
    CsvTarget(source.descriptor, 3).apply([Change(2, CELLS, source.table.row(2).checksum)])
    assert source.descriptor.file.read_text() == (
        f"Order,Tracking Number,Shipped At,City\n1,,,Rome\n2,{CELLS['tracking_number']},{WHEN}\n3,,\n"
    )


@pytest.mark.parametrize(
    ("head", "kept"),
    [
        ("sep=;\n", "sep=;\n"),
        ("Orders\n", "Orders\n"),
        ("Orders;\n;\n", "Orders;;;\n;;;\n"),
        ("\n", "\n"),
    ],
    ids=["the hint of a spreadsheet program", "title", "title of a rectangle", "blank line"],
)
def test_above_the_header_only_what_was_as_wide_as_it_grows(open_csv, head, kept):
    source = open_csv(head + "Order;Name\n1;Ann Lee\n2;Bo Diaz\n")
    CsvTarget(source.descriptor, 2).apply([Change(1, CELLS, source.table.row(1).checksum)])
    assert source.descriptor.file.read_text() == (
        f"{kept}Order;Name;tracking_number;shipped_at\n1;Ann Lee;{CELLS['tracking_number']};{WHEN}\n2;Bo Diaz;;\n"
    )
    again = open_csv_source(str(source.descriptor.file), ImportOptions())
    assert (again.descriptor.delimiter, again.descriptor.header_row) == (";", source.descriptor.header_row)
    again.table.close()


def test_the_mark_at_the_end_of_an_old_text_stays_alone():
    descriptor = Descriptor(type="csv", path="/x", header_row=1, delimiter=",", quote='"', header=["Order", "Name"])
    edited = edit_csv("Order,Name\r\n1,Ann\r\n\x1a", descriptor, [Change(1, CELLS, row_checksum(["1", "Ann"]))])
    assert edited.text is not None
    assert edited.text.endswith(f"{WHEN}\r\n\x1a")


def test_nothing_is_put_behind_an_open_quote(open_csv):
    """Another program is saving the file, or a person deleted the quote."""
    source = open_csv('Order,Name\n1,Ann\n2,"Bob"')
    path = source.descriptor.file
    path.write_text('Order,Name\n1,Ann\n2,"Bob')
    with pytest.raises(SheetBusyError, match="never closed"):
        CsvTarget(source.descriptor, 2).apply([Change(1, CELLS, source.table.row(1).checksum)])
    assert path.read_text() == 'Order,Name\n1,Ann\n2,"Bob'
