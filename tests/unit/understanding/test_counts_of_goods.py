"""“more than two red mugs” is the quantity of the rows of that product, and never a service."""

import pytest

from agent.understanding.requests import Say, ToolRequest
from tests.unit.understanding.conftest import Interpret


@pytest.mark.parametrize(
    ("said", "quantity"),
    [
        ("more than 1 red mug", '"Item Qty" > 1'),
        ("at least two red mugs", '"Item Qty" >= 2'),
        ("2 or more red mugs", '"Item Qty" >= 2'),
    ],
)
@pytest.mark.parametrize("command", ["ship any order with {} by ground", "ship orders with {}, ground"])
def test_a_product_is_counted_in_its_quantity(said, quantity, command, interpret: Interpret, same_rows) -> None:
    found = interpret(command.format(said))
    assert isinstance(found, ToolRequest), found
    assert found.arguments["service"] == "03"
    assert same_rows(found.arguments["where"], f"\"Item Name\" = 'Red Mug' AND {quantity}")


@pytest.mark.parametrize("to", ["to the same address as Tom", "to one address", "to a single location."])
def test_orders_that_shall_all_go_to_one_address_are_refused(to, interpret: Interpret) -> None:
    found = interpret(f"ship every order {to}")
    assert isinstance(found, Say)
    assert found.refusal
    assert "address in their row" in found.text
