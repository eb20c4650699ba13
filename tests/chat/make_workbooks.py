"""Writes the workbooks of the chat scripts anew: `python -m tests.chat.make_workbooks`."""

from datetime import date
from pathlib import Path

import xlsxwriter

from tests.unit.data import old_workbooks

SHEETS = Path(__file__).parent / "sheets"
HEADER = ["Order Number", "Recipient Name", "Address", "City", "State", "ZIP", "Phone", "Weight (lb)"]
PEOPLE = [
    ["K-1", "Dana Whitfield", "14 Juniper Court", "Sacramento", "CA", "95814", "916-555-0101", 2],
    ["K-2", "Luis Ferrer", "880 Harbor View Dr", "San Diego", "CA", "92101", "619-555-0102", 3],
    ["K-3", "Amara Okafor", "61 Millpond Rd", "Boston", "MA", "02116", "617-555-0103", 4],
    ["K-4", "Omar Haddad", "77 Larch St", "Austin", "TX", "78701", "512-555-0106", 12],
]


def hidden_rows(path: Path) -> None:
    """Rows 3 and 5 are hidden, as a filter leaves them."""
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("Orders")
        for number, cells in enumerate([HEADER, *PEOPLE]):
            sheet.write_row(number, 0, cells)
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_row(4, None, None, {"hidden": True})


def title_rows(path: Path) -> None:
    """A title, a gap, then the header in row 3."""
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("Orders")
        sheet.write(0, 0, "Orders of November")
        for number, cells in enumerate([HEADER, *PEOPLE], 2):
            sheet.write_row(number, 0, cells)


def two_sheets(path: Path) -> None:
    """Notes first, orders second, last year's orders third."""
    with xlsxwriter.Workbook(path) as workbook:
        workbook.add_worksheet("Notes").write(0, 0, "call the carrier")
        for name, rows in (("Orders", PEOPLE), ("Last year", PEOPLE[:3])):
            sheet = workbook.add_worksheet(name)
            for number, cells in enumerate([HEADER, *rows]):
                sheet.write_row(number, 0, cells)


def dates_of_1904(path: Path) -> None:
    """Dates counted from 1904, as old workbooks of a Mac do."""
    with xlsxwriter.Workbook(path, {"date_1904": True}) as workbook:
        sheet, day = workbook.add_worksheet("Orders"), workbook.add_format({"num_format": "yyyy-mm-dd"})
        for number, cells in enumerate([HEADER, *PEOPLE]):
            sheet.write_row(number, 0, cells)
        sheet.write(0, len(HEADER), "Order Date")
        for number in range(1, 5):
            sheet.write_datetime(number, len(HEADER), date(2026, 11, 15 + number), day)  # type: ignore[arg-type]


def read_only(path: Path) -> None:
    """Of the kinds that are only read; row 3 is filtered away."""
    old_workbooks.make(path, old_workbooks.Sheet([HEADER, *PEOPLE], hidden={3}))


def main() -> None:
    hidden_rows(SHEETS / "hidden-rows.xlsx")
    title_rows(SHEETS / "title-rows.xlsx")
    two_sheets(SHEETS / "two-sheets.xlsx")
    dates_of_1904(SHEETS / "dates-1904.xlsx")
    for kind in old_workbooks.KINDS:
        read_only(SHEETS / f"old.{kind}")


if __name__ == "__main__":
    main()
