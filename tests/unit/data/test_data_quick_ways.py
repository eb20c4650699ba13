"""What was made quick says the same as the plain way: fingerprints in parts, trimming, checking an encoding."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcp_servers.data.model import Column
from mcp_servers.data.reading import encoding
from mcp_servers.data.table import source as table_source
from mcp_servers.data.table.checksums import BLOCK, Fingerprint, row_checksum
from mcp_servers.data.table.source import open_connection
from mcp_servers.data.table.values import BLANKS, text_sql, white_sql


def test_a_fingerprint_made_in_parts_is_the_one_made_row_by_row(open_csv, monkeypatch):
    monkeypatch.setattr(table_source, "_HASHED_ROWS", BLOCK)
    blank = {BLOCK - 1, *range(2 * BLOCK, 3 * BLOCK), 3 * BLOCK + 1}
    expected = Fingerprint(["Order", "City"])
    lines = []
    for number in range(1, 3 * BLOCK + 10):
        lines.append("" if number in blank else f"{number},Boston")
        if number not in blank:
            expected.add(number, row_checksum([str(number), "Boston"]))
    source = open_csv("Order,City\n" + "\n".join(lines) + "\n")
    assert source.table.row_count == len(lines) - len(blank)
    assert source.table.fingerprint == expected.hexdigest()


@pytest.fixture(scope="module")
def connection():
    opened = open_connection()
    yield opened
    opened.close()


CELLS = st.text(st.sampled_from([*BLANKS, "\x0b", "a", "'", "5", "é", "\u2003", "\u0301"]), max_size=5)


@settings(max_examples=60, deadline=None)
@given(st.lists(CELLS, min_size=1, max_size=20))
def test_a_cells_text_is_without_outer_blanks(connection, cells):
    column = Column("City", 0)
    query = (
        f"SELECT coalesce({text_sql(column)}, ''), coalesce({white_sql(column)}, true) FROM unnest(?::VARCHAR[]) t(c0)"
    )
    found = connection.execute(query, [[cell or None for cell in cells]]).fetchall()
    assert [text for text, _ in found] == [cell.strip(BLANKS) for cell in cells]
    assert all(may_be_white for text, may_be_white in found if not text)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from([b"a", b"bcd", "é".encode(), "€".encode(), b"\xe2\x82", b"\xe9", b"\x81"]), max_size=8),
    st.sampled_from(["utf-8", "cp1252", "latin-1", "utf-16-le"]),
    st.sampled_from([1, 2, 3, 5]),
)
def test_whether_bytes_fit_an_encoding_does_not_depend_on_where_they_are_cut(tmp_path_factory, pieces, codec, chunk):
    content = b"".join(pieces)
    path = tmp_path_factory.mktemp("encoded") / "orders.csv"
    path.write_bytes(content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encoding, "_CHUNK", chunk)
        fits = encoding.decodes(path, encoding.Encoding(codec))
    try:
        content.decode(codec)
    except UnicodeDecodeError:
        assert not fits
    else:
        assert fits
