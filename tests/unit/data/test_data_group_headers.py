"""`Bill To` and `Ship To` above the columns tell two blocks of one sheet apart, in text files and workbooks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_servers.data.model import Change
from mcp_servers.data.reading.groups import grouped
from mcp_servers.data.sources import ImportOptions, open_csv_source, open_excel_source
from mcp_servers.data.writing.file_target import CsvTarget, ExcelTarget

BLOCK = ["Name", "Address", "City", "State", "Zip"]
HEADER = ["Order", *BLOCK, *BLOCK, "Weight (lb)"]
NAMED = ["Order", *(f"Bill To {one}" for one in BLOCK), *(f"Ship To {one}" for one in BLOCK), "Weight (lb)"]


def names(above, header):
    return grouped(above.split(","), header.split(","))


@pytest.mark.parametrize(
    "above",
    [
        ",Bill To,,,,,Ship To,,,,,",
        ",,,Bill To,,,,,Ship To,,,",
        ",,Bill To,,,,,Ship To,,,,",
        ",Bill To,Bill To,Bill To,Bill To,Bill To,Ship To,Ship To,Ship To,Ship To,Ship To,",
        "Order,Bill To:,,,,,Ship To:,,,,,Parcel",
        ",Bill To Address,,,,,Ship To Address",
    ],
    ids=["at the start", "centred", "somewhere", "in every cell", "other groups too", "said at length"],
)
def test_every_column_of_a_block_takes_its_groups_name(above):
    assert names(above, ",".join(HEADER)) == NAMED


@pytest.mark.parametrize(
    ("above", "header", "expected"),
    [
        ("Orders of March,,,", "Order,Name,City,Name", None),
        ("Customer,,,,", "Order,Name,Address,City,Weight", None),
        (",,,", "Order,Name,City,Zip", None),
        ("1,Ann,Boston,02116", "Order,Name,City,Zip", None),
        (",Ship To,,", "Order,Ship To Name,City,Weight", "Order,Ship To Name,Ship To City,Weight"),
        (",Ship To,,,", "Order,Name,City,Weight,Qty", "Order,Ship To Name,Ship To City,Weight,Qty"),
        (",,,,Ship To,,", "Order,Name,City,Note,Name,City,Qty", "Order,Name,City,Note,Ship To Name,Ship To City,Qty"),
        (",Shelf A,,Shelf B,", "SKU,Qty,Bin,Qty,Bin", "SKU,Shelf A Qty,Shelf A Bin,Shelf B Qty,Shelf B Bin"),
        (",Lieferadresse,,,", "Bestellnr,Name,Straße,PLZ,Gewicht", "Bestellnr,Lieferadresse Name,Lieferadresse Straße,Lieferadresse PLZ,Gewicht"),
        ("Order,Bill To,,Ship To,,Weight", ",Name,City,Name,City,", "Order,Bill To Name,Bill To City,Ship To Name,Ship To City,Weight"),
        ("Order,,,Weight", ",Name,City,", None),
        # The company may be the last of the first block or the first of the second one.
        (",Bill To,,,,Ship To,,", "Name,Address,City,Company,Name,Address,City,Zip",
         "Bill To Name,Bill To Address,Bill To City,Company,Ship To Name,Ship To Address,Ship To City,Ship To Zip"),
    ],
)  # fmt: skip
def test_what_is_certain_is_named_and_nothing_else(above, header, expected):
    assert names(above, header) == (expected or header).split(",")


FIELDS = st.lists(
    st.sampled_from(["Name", "Company", "Address", "Address 2", "City", "State", "Zip", "Country", "Phone", "Email"]),
    min_size=2,
    max_size=8,
    unique=True,
)


@given(FIELDS, FIELDS, st.lists(st.sampled_from(["Order", "Weight (lb)", "Qty", "Item"]), unique=True, max_size=3),
       st.data())  # fmt: skip
def test_no_column_ever_takes_the_other_groups_name(first, second, between, data):
    """Wherever the names of two groups stand above their columns, and whatever those columns are."""
    header = ["Order No", *first, *between, *second, "Weight"]
    truth = ["", *["Bill To"] * len(first), *[""] * len(between), *["Ship To"] * len(second), ""]
    one, two = 1, 1 + len(first) + len(between)
    place = data.draw(st.sampled_from(["start", "centre"]))
    if place == "centre":
        one, two = one + (len(first) - 1) // 2, two + (len(second) - 1) // 2
    above = [""] * len(header)
    above[one], above[two] = "Bill To", "Ship To"
    for found, plain, group in zip(grouped(above, header), header, truth, strict=True):
        assert found in (plain, f"{group} {plain}")


TEXT = "{title}{above}\n{header}\n1,Bo Payer,1 Payer Rd,Austin,TX,78701,Ann Lee,9 Gift Ln,Boston,MA,02116,2\n"


@pytest.mark.parametrize("title", ["", "Orders of March,,,,,,,,,,,\n"])
@pytest.mark.parametrize(
    ("above", "header"),
    [
        (",Bill To,,,,,Ship To,,,,,", HEADER),
        (",,,Bill To,,,,,Ship To", HEADER),
        ("Order,Bill To,,,,,Ship To,,,,,Weight (lb)", ["", *HEADER[1:-1], ""]),
    ],
    ids=["at the start", "centred", "names in both rows"],
)
def test_a_text_file_keeps_its_names_and_numbers_when_it_is_written_to(open_csv, title, above, header):
    source = open_csv(TEXT.format(title=title, above=above, header=",".join(header)))
    assert source.descriptor.header == NAMED
    assert source.descriptor.header_row == (3 if title else 2)
    row = source.table.row(1)
    assert row.data["Ship To Name"] == "Ann Lee"
    (outcome,) = CsvTarget(source.descriptor, 1).apply([Change(1, {"tracking_number": "1Z"}, row.checksum)])
    assert outcome.outcome == "written"
    again = open_csv_source(str(source.descriptor.file), ImportOptions())
    assert again.descriptor.header == [*NAMED, "tracking_number"]
    assert (again.table.row(1).checksum, again.table.row(1).sheet_row) == (row.checksum, row.sheet_row)
    assert again.table.fingerprint == source.table.fingerprint
    assert again.header_fingerprint == source.header_fingerprint
    again.table.close()


@pytest.mark.parametrize("merged", [True, False])
def test_a_workbook_too(make_workbook, open_excel, merged):
    def fill(book):
        sheet = book.add_worksheet()
        for column, label in ((1, "Bill To"), (6, "Ship To")):
            if merged:
                sheet.merge_range(0, column, 0, column + 4, label)
            else:
                sheet.write(0, column + 2, label)
        sheet.write_row(1, 0, HEADER)
        payer = ["Bo Payer", "1 Payer Rd", "Austin", "TX", "78701"]
        sheet.write_row(2, 0, ["1", *payer, "Ann Lee", "9 Gift Ln", "Boston", "MA", "02116", "2"])

    source = open_excel(make_workbook(fill))
    assert (source.descriptor.header, source.descriptor.header_row) == (NAMED, 2)
    row = source.table.row(1)
    ExcelTarget(source.descriptor, 1).apply([Change(1, {"tracking_number": "1Z"}, row.checksum)])
    again = open_excel_source(str(source.descriptor.file), ImportOptions())
    assert again.descriptor.header == [*NAMED, "tracking_number"]
    assert again.table.row(1).data["tracking_number"] == "1Z"
    assert again.table.fingerprint == source.table.fingerprint
    again.table.close()


def test_a_header_that_is_printed_again_below_its_group_is_no_data(open_csv):
    page = "Order,Name,Address,City,Weight\n{0},Ann,1 A St,Reno,2\n"
    source = open_csv(",Ship To,,,\n" + page.format(1) + "\n" + page.format(2))
    assert [one.sheet_row for one in source.excluded] == [5]
    assert [row.data["Order"] for row in source.table.find(range(1, 9)).values()] == ["1", "2"]
