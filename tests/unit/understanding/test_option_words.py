"""What a command asks of its shipments besides rows and service; a filter that sounds alike stays one."""

from typing import Any

import pytest

from agent.brains.protocol import Conversation
from agent.planning.ship_request import ShipRequest
from agent.understanding.requests import Ask, Say, ToolRequest
from tests.unit.understanding.conftest import TODAY, meaning, sheet_of

SHEET = sheet_of(
    {
        "Order Number": ["1001", "1002", "1003"],
        "Name": ["Dana Whitfield", "Bo Reed", "Cy Young"],
        "State": ["TX", "CA", "TX"],
        "SKU": ["MUG", "CUP", "MUG"],
        "PO Number": ["P1", "P2", "P3"],
    }
)
TEXAS = "\"State\" = 'TX'"


def means(words: str, sheet: Any = SHEET, talk: Conversation | None = None) -> ToolRequest | Ask | Say:
    return meaning(words, sheet, talk or Conversation(today=TODAY), lambda clauses: dict.fromkeys(clauses, 1))


@pytest.mark.parametrize(
    ("phrase", "options"),
    [
        ("bill the receiver", {"bill_to": "receiver"}),
        ("and bill the recipients", {"bill_to": "receiver"}),
        ("freight collect", {"bill_to": "receiver"}),
        ("bill the consignee", {"bill_to": "consignee"}),
        (
            "bill third party account 1A2B3C, 10001 US",
            {
                "bill_to": "third_party",
                "account_number": "1A2B3C",
                "account_postal_code": "10001",
                "account_country": "US",
            },
        ),
        (
            "bill it to the receiver's account 9x9x9x (zip 30005)",
            {"bill_to": "receiver", "account_number": "9X9X9X", "account_postal_code": "30005"},
        ),
        ("receiver pays duties", {"duties": "receiver"}),
        ("duties and taxes paid by the customer", {"duties": "receiver"}),
        ("we pay the duties (DDP)", {"duties": "shipper"}),
        ("DDP", {"duties": "shipper"}),
        ("deliver on Saturday", {"saturday": True}),
        ("with Saturday delivery", {"saturday": True}),
        ("to the nearest Access Point", {"access_point": "nearest"}),
        ("and hold them at an access point", {"access_point": "nearest"}),
        ("for pickup at the closest UPS access point to each customer", {"access_point": "nearest"}),
        ("no access point", {"access_point": "door"}),
        ("and email the customers when it ships", {"notify": ("ship",)}),
        ("notify the recipients by email when it is delivered", {"notify": ("delivery",)}),
        ("and email the customers when it ships or is delayed", {"notify": ("ship", "exception")}),
        ("and notify the customers", {"notify": ("ship", "exception", "delivery")}),
        ("put the PO number and the SKU as references", {"references": ("PO Number", "SKU")}),
        ("with the SKU as reference 3", {"references": ("SKU",)}),
        ("print the SKU as a barcode", {"references": ("SKU",), "barcode": "SKU"}),
        ("put the SKU as a reference with a barcode", {"references": ("SKU",), "barcode": "SKU"}),
    ],
)
def test_what_is_asked_of_the_shipments(phrase: str, options: dict[str, Any]) -> None:
    action = means(f"ship the Texas orders by ground, {phrase}")
    assert isinstance(action, ToolRequest), action
    assert (action.arguments["options"], action.arguments["where"]) == (options, TEXAS)
    assert action.arguments["service"] == "03"
    assert ShipRequest.model_validate(action.arguments).options.model_dump(exclude_defaults=True) == options


def test_whose_account_it_is_is_asked() -> None:
    asked = means("ship the Texas orders by ground, bill account 1A2B3C")
    assert isinstance(asked, Ask)
    assert asked.question == "Whose is the UPS account 1A2B3C?"


def test_several_at_once() -> None:
    words = "ship the Texas orders by ground, bill the receiver, put the SKU as reference and notify the customers"
    action = means(words)
    assert isinstance(action, ToolRequest)
    assert set(action.arguments["options"]) == {"bill_to", "references", "notify"}


def test_an_open_preview_takes_one_more() -> None:
    talk = Conversation(today=TODAY)
    first = means("ship the Texas orders by next day air, bill the receiver", talk=talk)
    assert isinstance(first, ToolRequest)
    talk.proposal, talk.preview_pending = first.arguments, True
    second = means("deliver on Saturday", talk=talk)
    assert isinstance(second, ToolRequest)
    assert second.arguments["options"] == {"bill_to": "receiver", "saturday": True}
    assert second.arguments["where"] == TEXAS
    talk.proposal = second.arguments
    third = means("make it ground", talk=talk)
    assert isinstance(third, ToolRequest)
    assert third.arguments["options"] == second.arguments["options"]


@pytest.mark.parametrize(
    "words",
    [
        "hold the Texas orders at the nearest Access Point",
        "hold the Texas orders for pickup at a UPS access point",
        "ship the Texas orders to UPS access points",
        "deliver the Texas orders to the nearest access point",
    ],
)
def test_orders_are_held_at_access_points(words: str) -> None:
    action = means(words)
    assert isinstance(action, ToolRequest), action
    assert (action.arguments["options"], action.arguments["where"]) == ({"access_point": "nearest"}, TEXAS)


@pytest.mark.parametrize(
    ("words", "no", "option", "left"),
    [
        ("to an access point", "no access point", "access_point", "door"),
        ("deliver on Saturday", "no Saturday delivery", "saturday", False),
    ],
)
def test_a_no_takes_it_back(words: str, no: str, option: str, left: object) -> None:
    talk = Conversation(today=TODAY)
    first = means(f"ship the Texas orders by next day air, {words}", talk=talk)
    assert isinstance(first, ToolRequest)
    talk.proposal, talk.preview_pending = first.arguments, True
    second = means(no, talk=talk)
    assert isinstance(second, ToolRequest), second
    assert second.arguments["options"][option] == left
    assert second.arguments["where"] == TEXAS


def test_an_access_point_is_not_named_in_words() -> None:
    action = means("ship order 1003 by ground to access point U12345678")
    assert isinstance(action, Say)
    assert action.refusal
    assert "U12345678" in action.text


def test_a_column_of_access_points_stays_a_condition() -> None:
    sheet = sheet_of({"Order Number": ["1", "2"], "Access Point": ["yes", "no"], "State": ["TX", "CA"]})
    action = means("ship the orders where Access Point is yes by ground", sheet)
    assert isinstance(action, ToolRequest), action
    assert "options" not in action.arguments
    near = means("ship the orders in Texas by ground to the nearest access point", sheet)
    assert isinstance(near, ToolRequest), near
    assert near.arguments["options"] == {"access_point": "nearest"}


def test_a_new_command_begins_without_them() -> None:
    talk = Conversation(today=TODAY)
    first = means("ship the Texas orders by ground, bill the receiver", talk=talk)
    assert isinstance(first, ToolRequest)
    talk.proposal, talk.preview_pending = first.arguments, True
    second = means("ship the California orders by ground", talk=talk)
    assert isinstance(second, ToolRequest)
    assert "options" not in second.arguments


@pytest.mark.parametrize(
    "words",
    [
        "email the customers",
        "bill my card",
        "email the orders to bob@example.com",
        "email the customer list to bob@example.com",
    ],
)
def test_without_a_shipment_it_is_refused_as_ever(words: str) -> None:
    action = means(words)
    assert isinstance(action, Say)
    assert action.refusal


@pytest.mark.parametrize("goods", ["dry ice", "2 lb of dry ice", "limited quantities", "hazardous materials"])
def test_goods_that_need_papers_are_stopped_with_the_reason(goods: str) -> None:
    action = means(f"ship the Texas orders by ground with {goods}")
    assert isinstance(action, Say)
    assert "regulation set" in action.text


def test_a_column_of_that_name_stays_a_condition() -> None:
    sheet = sheet_of({"Order Number": ["1", "2"], "Saturday Delivery": ["yes", "no"], "State": ["TX", "CA"]})
    action = means("ship the orders where Saturday Delivery is yes by next day air", sheet)
    assert isinstance(action, ToolRequest)
    assert "options" not in action.arguments
    assert "Saturday Delivery" in action.arguments["where"]
