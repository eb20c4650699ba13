"""Large clean files go the short way; whichever way is taken, the table is the same."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcp_servers.data.reading.csv_file import detect_csv, read_rows
from mcp_servers.data.table import clean
from mcp_servers.data.table.loading import load_rows
from mcp_servers.data.table.source import open_connection
from mcp_servers.shared.faults import ToolFault


@pytest.fixture(autouse=True)
def every_file_is_large(monkeypatch):
    monkeypatch.setattr(clean, "SMALLEST", 0)


def both_ways(path):
    """The table by the short way (None when it was refused) and by the careful one."""
    layout = detect_csv(path, header_row=1, delimiter=",", quote='"')
    width = len(layout.header)
    tables = []
    for short in (True, False):
        connection = open_connection()
        try:
            stats = (
                clean.load_clean(connection, path, layout, width)
                if short
                else load_rows(connection, read_rows(path, layout), width)
            )
        except ToolFault:
            stats = None
        if stats is None:
            tables.append(None)
        else:
            cells = ", ".join(f"coalesce(c{n}, '')" for n in range(stats.width))
            rows = connection.execute(f"SELECT row_number, {cells} FROM cells ORDER BY row_number").fetchall()
            tables.append((stats.width, stats.blank, rows))
        connection.close()
    return tables


@pytest.mark.parametrize(
    "body",
    [
        "1,Ann,x\n2,Bob,y\n",
        "1,Ann,x\r\n2,Bob,y\r\n",
        '1,"Ann, B",x\n2,"say ""hi""",y\n',
        "1,Ann,x\n,,\n , ,\n2,Bob,y\n,,\n",
        "1,Müller,x\n2,,y",
        '1,5" pipe,x\n2,"",y\n',
        '1,"a ""b"" c",x\n2,5" by 3",y\n',
        "1,Ann,x\n\t,\u2003,\x0b\n2,\u00a0,y\n",
    ],
)
def test_what_is_clean_goes_the_short_way_to_the_same_table(tmp_path, body):
    path = tmp_path / "orders.csv"
    line_end = "\r\n" if "\r\n" in body else "\n"
    path.write_bytes((f"Order,Name,City{line_end}{body}").encode())
    short, careful = both_ways(path)
    assert short is not None
    assert short == careful


@pytest.mark.parametrize(
    "body",
    [
        "1,Ann,x\n\n2,Bob,y\n",
        "1,Ann\n2,Bob,y\n",
        "1,Ann,x,extra\n2,Bob,y\n",
        '1,"two\nlines",x\n',
        '1, "Ann" ,x\n',
        '1,"Ann"y,x\n',
        "1,A\x1fnn,x\n",
        "1,A\x1bnn,x\n",
        "1,Ann,x\r2,Bob,y\r\n",
        '1,Ann,"x" \n',
        '1,Ann,"x" \r\n',
        '1,Ann,"x" ',
        '1,Ann,  "x"\n',
        '1,"Ann"  ,x\n',
    ],
)
def test_in_doubt_the_careful_way_is_taken(tmp_path, body):
    path = tmp_path / "orders.csv"
    path.write_bytes(("Order,Name,City\n" + body).encode())
    assert both_ways(path)[0] is None


PIECES = ["a", "b", ",", ",", '"', '""', " ", "  ", "\t", "\u00a0", "\u2003", "é", "\n", "\n", "\r\n", "\r"]
CELLS = ["", "a", " a", '"a"', '"a,b"', '" a "', '"a" ', ' "a"', '"a""b"', 'a"b', '""', '"a\nb"', " ", "\t", "é"]


@st.composite
def sheets(draw):
    """Any letters, or rows of cells that are nearly clean."""
    if draw(st.booleans()):
        return "".join(draw(st.lists(st.sampled_from(PIECES), max_size=14)))
    line_end = draw(st.sampled_from(["\n", "\r\n"]))
    rows = draw(st.lists(st.lists(st.sampled_from(CELLS), min_size=2, max_size=2), min_size=1, max_size=4))
    return line_end.join(",".join(row) for row in rows) + draw(st.sampled_from(["", line_end]))


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(sheets(), st.sampled_from([3, 4, 7, 1 << 20]))
def test_both_ways_agree_on_any_file(tmp_path_factory, body, chunk):
    """Also where what matters stands across two chunks of the file."""
    path = tmp_path_factory.mktemp("any") / "orders.csv"
    path.write_bytes(f"Order,Name\n{body}".encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clean, "_CHUNK", chunk)
        short, careful = both_ways(path)
    assert short is None or short == careful


def test_rows_keep_the_files_order_when_several_threads_read_it(tmp_path, monkeypatch):
    monkeypatch.setattr(clean, "_BUFFER", 2_200_000)
    path = tmp_path / "orders.csv"
    path.write_text("Order,Name\n" + "".join(f"{number},{'x' * 40}\n" for number in range(1, 300_001)))
    layout = detect_csv(path, header_row=1)
    connection = open_connection()
    assert clean.load_clean(connection, path, layout, 2) is not None
    facts = connection.execute("SELECT count(*), count(*) FILTER (c0 = row_number::VARCHAR) FROM cells").fetchall()
    connection.close()
    assert facts == [(300_000, 300_000)]
