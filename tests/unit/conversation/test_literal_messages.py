"""Messages that are read to the letter: a path, a sheet of it, the header's row, an expression - and nothing else."""

from typing import Any

import pytest

from agent.conversation.naming import named_expression, named_location, named_part, without_password


@pytest.mark.parametrize(
    ("message", "location", "options"),
    [
        ("open orders.csv", "orders.csv", {}),
        ("Open @orders.csv", "orders.csv", {}),
        ("orders.csv", "orders.csv", {}),
        ('open "my orders.xlsx"', "my orders.xlsx", {}),
        ("open orders.xlsx, sheet Last year", "orders.xlsx", {"sheet": "Last year"}),
        ("load ~/shop/orders.tsv.", "~/shop/orders.tsv", {}),
        ("open the file /tmp/orders.XLS", "/tmp/orders.XLS", {}),
        ("open db:shop table orders", "db:shop", {"table": "orders"}),
        ("open postgresql://ann:pw@shop.example/db table orders", "postgresql://ann:pw@shop.example/db", {"table": "orders"}),
    ],
)  # fmt: skip
def test_a_message_that_is_a_place(message: str, location: str, options: dict[str, Any]) -> None:
    assert named_location(message) == (location, options)


@pytest.mark.parametrize(
    "message",
    [
        "ship everything in orders.csv via ground", "use the mapping Shopify", "open", "use ground by default",
        "open the last batch", "ship it", "", "A-101", "next page", "what is in orders.csv?", "open orders.csv and ship it",
    ],
)  # fmt: skip
def test_anything_else_is_for_the_brain(message: str) -> None:
    assert named_location(message) is None


@pytest.mark.parametrize(
    ("message", "options"),
    [
        ("the header is in row 3", {"header_row": 3}),
        ("Header row is row 2.", {"header_row": 2}),
        ("use row 4 as the header", {"header_row": 4}),
        ("use the sheet Last year", {"sheet": "Last year"}),
        ("ship row 3 via ground", None),
        ("the header is wrong", None),
    ],
)
def test_which_part_of_the_file(message: str, options: dict[str, Any] | None) -> None:
    assert named_part(message) == options


@pytest.mark.parametrize(
    ("message", "found"),
    [
        ('set the company to row["Firm"] | upper', ("company", 'row["Firm"] | upper')),
        ('set postal code = {{ row["ZIP"] | format_us_zip(row["State"]) }}',
         ("postal_code", 'row["ZIP"] | format_us_zip(row["State"])')),
        ("set the weight to 2 lb", None),
        ("make it 2-day for row 3", None),
    ],
)  # fmt: skip
def test_an_expression_of_a_field(message: str, found: tuple[str, str] | None) -> None:
    assert named_expression(message) == found


def test_a_password_is_never_repeated() -> None:
    shown = without_password("open postgresql://ann:s3cr:et!@shop.example/db table orders")
    assert shown == "open postgresql://ann:***@shop.example/db table orders"
    assert without_password("ship order a:b@c") == "ship order a:b@c"
