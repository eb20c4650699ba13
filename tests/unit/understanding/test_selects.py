"""`SELECT` of people who know a little SQL stands for plain words; any other statement is refused."""

import pytest

from agent.understanding.requests import Say, ToolRequest
from agent.understanding.selects import selected
from tests.unit.understanding.conftest import Interpret

PLAIN = [
    ("select * from orders where state = 'TX' -> ground", "where state = 'TX' -> ground"),
    ("SELECT * WHERE state = 'TX' SHIP 3 Day Select", "where state = 'TX' SHIP 3 Day Select"),
    ("select * from orders where state = 'TX'", "show orders where state = 'TX'"),
    ("select count(*) where state = 'TX'", "how many orders where state = 'TX'"),
    ("select state, avg(total) from orders group by state", "average total per state"),
    ('select sum(total) group by "Ship State"', 'total total per "Ship State"'),
]
REFUSED = [
    "select * from source",
    "select * from orders where qty > 3; drop table orders",
    "select * from orders where 1=1 union select * from secrets",
    "select * from orders where name in (select name from secrets)",
    "update orders set total = 0",
]


@pytest.mark.parametrize(("said", "plain"), PLAIN)
def test_select_as_plain_words(said, plain) -> None:
    assert selected(said) == plain


@pytest.mark.parametrize("said", REFUSED)
def test_other_statements_are_refused(said, interpret: Interpret) -> None:
    found = interpret(said, on="shipstation")
    assert isinstance(found, Say)
    assert found.refusal


def test_three_day_select_is_no_statement(interpret: Interpret) -> None:
    found = interpret("ship the Texas orders by 3 day select from now on", on="shipstation")
    assert not isinstance(found, Say)


def test_what_is_selected_ships(interpret: Interpret, same_rows) -> None:
    found = interpret("SELECT * FROM orders WHERE State IN ('TX','CA') AND Gift = 'yes' -> ground", on="shipstation")
    assert isinstance(found, ToolRequest)
    assert same_rows(found.arguments["where"], "\"State\" IN ('TX','CA') AND \"Gift\" = 'yes'", on="shipstation")
