"""However a command is framed, its condition means the same rows and its service is the same."""

import pytest

from agent.understanding.requests import ToolRequest
from tests.every_nth import every_nth

AFTER = (  # noqa: SIM905
    "in CA|in IN|in OR|to California|for Texas|in the midwest|over $100|under $50|of at least $200|"
    "with a total between $50 and $100|placed today|placed since Monday|placed in the last 7 days|due tomorrow|"
    "without a phone|with a company|with no internal notes|not in California|except Texas|except gifts|"
    "outside New York state|with status awaiting_payment|that are gifts|from warehouse 2|with SKU MUG-BLU|"
    "whose sku starts with MUG|over 10 lb|with quantity over 3|with 3 or more items|worth more than $500|"
    "in Kansas City|in Portland, OR|to Alaska or Hawaii|SO-3004|3001-3010"
).split("|")
BEFORE = "California|gift|awaiting_payment|Texas and Nevada|overdue|Blue Mug|non-gift|$100+|west coast".split("|")  # noqa: SIM905
FRAMES_AFTER = [
    "Ship orders {} via Ground",
    "ship all orders {} ground",
    "please ship the orders {} with UPS Ground",
    "Could you send every order {} by ground?",
    "via Ground ship orders {}",
    "I want to ship all the orders {}, ground",
    "create labels for orders {} via ground",
    "orders {} go ground",
    "get all orders {} out by ground",
    "Use Ground for orders {}",
    "Ship orders {} as ground",
    "ship all packages {} via UPS ground please",
    "print ground labels for orders {}",
    "SHIP ORDERS {} VIA GROUND",
    "only ship orders {} via ground",
    "ship by ground all orders {}",
]
FRAMES_BEFORE = [
    "Ship {} orders via Ground",
    "ship all {} orders ground",
    "please ship the {} ones with UPS Ground",
    "create ground labels for {} orders",
    "{} orders, ground",
    "Use Ground for the {} orders",
    "SHIP ALL {} ORDERS GROUND",
    "ship every {} order via ground",
    "ship all of the {} orders using ground",
]
CASES = [(condition, FRAMES_AFTER) for condition in AFTER] + [(condition, FRAMES_BEFORE) for condition in BEFORE]


@pytest.mark.parametrize("case", every_nth(CASES, 5, lambda case: case[0]))
def test_frames_mean_the_same(interpret, case):
    condition, frames = case
    meanings = {}
    for frame in frames:
        said = condition.upper() if frame.replace("{}", "").isupper() else condition
        action = interpret(frame.format(said))
        assert isinstance(action, ToolRequest), (frame, action)
        meanings[frame] = (action.name, action.arguments["where"], action.arguments.get("service"))
    assert len({str(meaning).casefold() for meaning in meanings.values()}) == 1, meanings
    assert meanings[frames[0]][0] == "propose_shipment"
    assert meanings[frames[0]][1] != "TRUE"
