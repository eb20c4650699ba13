"""Messages that are read to the letter: a path, a sheet of it, the header's row, an expression - and nothing else."""

from typing import Any

import pytest

from agent.chat.naming import named_expression, named_location, named_mention, named_part


@pytest.mark.parametrize(
    ("message", "location", "options"),
    [
        ("open orders.csv", "orders.csv", {}),
        ("Open @orders.csv", "orders.csv", {}),
        ("orders.csv", "orders.csv", {}),
        ("@orders.csv", "orders.csv", {}),
        (' @"Orders May.xlsx" ', "Orders May.xlsx", {}),
        ("@shop.sqlite", "shop.sqlite", {}),
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
    ("message", "path", "rest"),
    [
        ("@orders.csv ship all via ground", "orders.csv", "ship all via ground"),
        ('ship all in @"Orders May.xlsx" via ground', "Orders May.xlsx", "ship all via ground"),
        ("ship all from the file @~/shop/orders.tsv, via ground.", "~/shop/orders.tsv", "ship all via ground."),
        ("@shop.db: how many orders are there?", "shop.db", "how many orders are there?"),
        ("ship everything via ground in @orders.csv.", "orders.csv", "ship everything via ground"),
        ("open @orders.csv, and then ship all", "orders.csv", "ship all"),
    ],
)
def test_a_sheet_that_is_mentioned_beside_what_is_said(message: str, path: str, rest: str) -> None:
    assert named_location(message) is None
    assert named_mention(message) == (path, rest)


@pytest.mark.parametrize(
    "message",
    ["ship all of orders.csv", "tell bob@orders.csv", "ship @home via ground", "compare @a.csv with @b.csv", "", "@"],
)
def test_no_mention_of_one_sheet(message: str) -> None:
    assert named_mention(message) is None


def test_a_sheet_without_its_at() -> None:
    assert named_mention("ship all in orders.csv via ground", without_at=True) == ("orders.csv", "ship all via ground")
    assert named_mention("open orders.csv and ship it", without_at=True) == ("orders.csv", "ship it")
    assert named_mention("ship all via ground", without_at=True) is None


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
