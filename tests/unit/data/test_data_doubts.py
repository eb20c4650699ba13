"""What a person may want to decide otherwise is told in fields: header, sheet, hidden things, work left (M12, M17, M18)."""

from pathlib import Path

import pytest

from mcp_servers.data.inspecting import inspect
from mcp_servers.data.model import Change
from mcp_servers.data.tools.import_answers import import_answer
from mcp_servers.data.writing.file_target import CsvTarget

TWO_HEADERS = "Order,Customer,Street,City\nOrder Number,Recipient Name,Address,Ship City\n1,Ann,5 Oak St,Boston\n2,Bob,6 Elm St,Rome\n"


def test_a_doubtful_header_comes_with_its_candidates(open_csv):
    source = open_csv(TWO_HEADERS)
    answer = import_answer(source)
    assert (answer.header_row, answer.other_header_rows) == (1, [2])
    assert [(one.header_row, one.header[0]) for one in answer.header_candidates] == [(1, "Order"), (2, "Order Number")]
    assert any("Row 2 could be the header too" in text for text in answer.warnings)
    seen = inspect(str(source.descriptor.file))
    assert (seen.other_header_rows, len(seen.parts[0].header_candidates)) == ([2], 2)
    settled = import_answer(open_csv(TWO_HEADERS, header_row=2))
    assert (settled.header_candidates, settled.other_header_rows) == ([], [])


def test_a_certain_header_raises_no_question(open_csv):
    answer = import_answer(open_csv("Order,Name,City\n1,Ann,Boston\n2,Bob,Rome\n\n3,Eve,Oslo\n"))
    assert (answer.header_candidates, answer.blank_rows) == ([], 1)


def book_with_hidden_things(book):
    header = ["Order", "Name", "City", "ZIP", "Weight"]
    orders = book.add_worksheet("November")
    orders.write_row(0, 0, header)
    for number in range(1, 9):
        orders.write_row(number, 0, [str(number), "Ann", "Boston", "02116", 2])
    orders.set_row(3, None, None, {"hidden": True})
    orders.set_row(4, None, None, {"hidden": True})
    orders.set_row(20, None, None, {"hidden": True})
    orders.set_column("C:C", None, None, {"hidden": True})
    other = book.add_worksheet("December")
    other.write_row(0, 0, header)
    other.write_row(1, 0, ["77", "Eve", "Oslo", "02117", 1])
    book.add_worksheet("Notes").write(0, 0, "call the depot")
    hidden = book.add_worksheet("Old")
    hidden.write_row(0, 0, header)
    hidden.hide()


def test_hidden_rows_columns_and_sheets_are_counted_and_named(make_workbook, open_excel):
    path = make_workbook(book_with_hidden_things)
    answer = import_answer(open_excel(path))
    assert (answer.hidden_rows, answer.hidden_included, answer.row_count) == (2, False, 6)
    assert (answer.hidden_columns, answer.hidden_sheets) == (["City"], ["Old"])
    assert [(one.sheet, one.row_count, one.likely) for one in answer.other_sheets] == [
        ("December", 1, True),
        ("Notes", 0, False),
        ("Old", 0, False),
    ]
    taken = import_answer(open_excel(path, include_hidden=True))
    assert (taken.hidden_rows, taken.hidden_included, taken.row_count) == (2, True, 8)
    named = import_answer(open_excel(path, "November"))
    assert [one.sheet for one in named.other_sheets] == ["December", "Notes", "Old"]
    parts = inspect(str(path)).parts
    assert [(part.sheet, part.hidden_rows, part.visible, part.chosen) for part in parts] == [
        ("November", 2, True, True),
        ("December", 0, True, False),
        ("Notes", 0, True, False),
        ("Old", 0, False, False),
    ]


def test_a_batch_is_resumed_from_the_sheet_alone(open_csv):
    """Work left = STATUS not COMPLETED or, without that column, no tracking number; PROCESSING is in doubt."""
    fresh = open_csv("Order,Name\n1,Ann\n2,Bob\n3,Eve\n").results
    assert (fresh.done, fresh.left, fresh.in_doubt, fresh.left_clause) == (0, 3, 0, "TRUE")
    some = open_csv("Order,Tracking Number\n1,1Z1\n2,\n3,\n").results
    assert (some.done, some.left, some.left_clause) == (1, 2, '"Tracking Number" IS NULL')
    full = open_csv(
        "Order,tracking_number,STATUS\n1,1Z1,COMPLETED\n2,,PROCESSING\n3,,FAILED\n4,,PENDING\n5,,\n6,1Z6,\n"
    ).results
    assert (full.done, full.left, full.in_doubt) == (2, 3, 1)
    assert full.in_doubt_clause == "\"STATUS\" = 'PROCESSING'"


def test_a_status_column_of_the_shop_is_never_ours(open_csv):
    source = open_csv("Order,Status\n1,Paid\n2,Refunded\n")
    assert source.descriptor.managed["STATUS"] == "SHIPCHAT_STATUS"
    row = source.table.row(1)
    cells = {"tracking_number": "1Z1", "shipped_at": "2026-11-21T10:00:00Z", "STATUS": "COMPLETED"}
    for _ in range(2):
        CsvTarget(source.descriptor, 2).apply([Change(1, cells, row.checksum)])
    path: Path = source.descriptor.file
    assert path.read_text().splitlines()[:2] == [
        "Order,Status,tracking_number,shipped_at,SHIPCHAT_STATUS",
        "1,Paid,1Z1,2026-11-21T10:00:00Z,COMPLETED",
    ]
    again = open_csv(path.read_bytes())
    assert again.table.fingerprint == source.table.fingerprint
    assert (again.results.done, again.results.left) == (1, 1)


@pytest.mark.parametrize(
    ("header", "cells", "column"),
    [
        ("Order,tracking_number,STATUS", "1,,COMPLETED", "STATUS"),
        ("Order,Tracking Number,shipped_at,STATUS", "1,,,", "STATUS"),
        ("Order,STATUS,ERROR_MESSAGE", "1,FAILED,bad ZIP", "STATUS"),
        ("Order,Status,tracking_number", "1,COMPLETED,", "SHIPCHAT_STATUS"),
        ("order,status,tracking_number", "1,processing,", "SHIPCHAT_STATUS"),
        ("Order,STATUS,tracking_number", "1,processing,", "SHIPCHAT_STATUS"),
        ("Order,STATUS,tracking_number", "1,Paid,", "SHIPCHAT_STATUS"),
        ("Order,STATUS,Name", "1,COMPLETED,Ann", "SHIPCHAT_STATUS"),
        ("Order,STATUS", "1,", "SHIPCHAT_STATUS"),
        ("Order,STATUS,Name,tracking_number", "1,PENDING,Ann,", "SHIPCHAT_STATUS"),
        ("Order,STATUS,tracking_number,shipped_at,SHIPCHAT_STATUS", "1,,1Z1,,COMPLETED", "SHIPCHAT_STATUS"),
    ],
)
def test_a_status_column_is_ours_by_our_exact_words_beside_our_own_columns(open_csv, header, cells, column):
    assert open_csv(f"{header}\n{cells}\n").descriptor.managed["STATUS"] == column


def test_a_shop_that_processes_orders_is_not_in_doubt(open_csv):
    """WooCommerce's `processing` is an order to ship; it is not our PROCESSING of a batch that died."""
    results = open_csv("order_number,status,tracking_number\n1,processing,\n2,completed,\n").results
    assert (results.left, results.in_doubt, results.in_doubt_clause) == (2, 0, None)


@pytest.mark.parametrize(
    ("header", "cell", "column"),
    [
        ("Tracking #", "", "Tracking #"),
        ("TRACKING NUMBER", "1Z999AA10123456784", "TRACKING NUMBER"),
        ("Tracking", "", "Tracking"),
        ("Tracking No", "1Z999AA10123456784", "Tracking No"),
        ("Sendungsnummer", "", "Sendungsnummer"),
        ("Tracking", "yes", "tracking_number"),
        ("Tracking", "https://example.com/1Z", "tracking_number"),
        ("Tracking URL", "", "tracking_number"),
    ],
)
def test_where_tracking_numbers_go(open_csv, header, cell, column):
    assert open_csv(f"Order,{header}\n1,{cell}\n").descriptor.managed["tracking_number"] == column
