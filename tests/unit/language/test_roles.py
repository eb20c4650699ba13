"""Which columns serve in which role, and which field a person means by a word."""

from datetime import date

import pytest

from agent.brains.language.actions import ToolRequest
from agent.brains.language.facts import ColumnFacts, Kind, SheetFacts
from agent.brains.language.interpret import interpret
from agent.brains.language.roles import columns_for, role_of
from agent.brains.protocol import Conversation


def sheet(**columns: Kind) -> SheetFacts:
    return SheetFacts(tuple(ColumnFacts(name.replace("_", " "), kind) for name, kind in columns.items()), 4)


@pytest.mark.parametrize(
    ("other", "role", "own", "stand_in"),
    [
        ("number", "total", "Order Value", "Price"),
        ("number", "total", "Order Value", "Declared Value"),
        ("number", "total", "Amount", "Subtotal"),
        ("number", "weight", "Weight", "Item Weight"),
        ("date", "shipped_date", "Date Shipped", "Ship Date"),
        ("text", "name", "Ship To Name", "Attn"),
    ],
)
def test_a_stand_in_serves_only_where_no_column_has_the_role_by_itself(
    other: Kind, role: str, own: str, stand_in: str
) -> None:
    both = SheetFacts((ColumnFacts(stand_in, other), ColumnFacts(own, other)), 4)
    alone = SheetFacts((ColumnFacts(stand_in, other),), 4)
    assert columns_for(both, role) == (own,)
    assert role_of(both, stand_in) is None
    assert columns_for(alone, role) == (stand_in,)


def test_a_unit_price_is_never_taken_for_the_total() -> None:
    assert columns_for(sheet(Unit_Price="number", Qty="number"), "total") == ()


def test_where_goods_were_made_is_not_where_they_go() -> None:
    assert columns_for(sheet(Country_of_Origin="text"), "country") == ()


@pytest.mark.parametrize(
    ("header", "field", "role"),
    [("Size", "weight", "weight"), ("Price", "total", "total"), ("Ship Date", "deadline", "due_date")],
)
def test_what_the_person_says_of_a_column_wins_over_its_header(header: str, field: str, role: str) -> None:
    facts = SheetFacts((ColumnFacts(header, "number", role=field), ColumnFacts("Other", "text")), 4)
    assert columns_for(facts, role) == (header,)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ("the due date is in column Needed", "deadline"),
        ("the ship date is in column Needed", "ship_date"),
        ("the item is in column Needed", "description"),
        ("the tracking number is in column Needed", "tracking_number"),
        ("the street is in column Needed", "address1"),
        ("the zip code is in column Needed", "postal_code"),
        ("the customer is in column Needed", "name"),
        ("the weight is in column Needed", "weight"),
    ],
)
def test_a_column_that_the_person_names_feeds_the_field_of_the_dictionary(said: str, field: str) -> None:
    (action,) = interpret(said, sheet(Order="text", Needed="date"), Conversation(today=date(2026, 11, 20))).actions
    assert isinstance(action, ToolRequest)
    assert (action.name, action.arguments) == ("set_column", {"field": field, "column": "Needed"})
