"""Large clean files go the short way; whichever way is taken, the table is the same."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcp_servers.data.reading.csv_file import detect_csv, read_rows
from mcp_servers.data.table import clean
from mcp_servers.data.table.feed import feed
from mcp_servers.data.table.source import open_connection


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
        if short:
            fed = clean.feed_clean(connection, path, layout, width)
        else:
            fed = feed(connection, read_rows(path, layout), width)
        if fed is None:
            tables.append(None)
        else:
            cells = ", ".join(f"coalesce(c{n}, '')" for n in range(fed.width))
            rows = connection.execute(f"SELECT row_number, {cells} FROM cells ORDER BY row_number").fetchall()
            tables.append((fed.width, fed.blank, rows))
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
    ],
)
def test_in_doubt_the_careful_way_is_taken(tmp_path, body):
    path = tmp_path / "orders.csv"
    path.write_bytes(("Order,Name,City\n" + body).encode())
    assert both_ways(path)[0] is None


CELLS = st.text(st.sampled_from(list("ab,\" 'é\n")), max_size=4)


@settings(max_examples=120, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), min_size=1, max_size=5), st.sampled_from(["\n", "\r\n"]))
def test_both_ways_agree_on_any_file(tmp_path_factory, table, line_end):
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator=line_end).writerows([["Order", "Name"], *table])
    path = tmp_path_factory.mktemp("any") / "orders.csv"
    path.write_bytes(buffer.getvalue().encode())
    short, careful = both_ways(path)
    assert short is None or short == careful
