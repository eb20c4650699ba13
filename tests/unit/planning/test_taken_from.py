"""The preview's text says where an order's number, weight and day come from."""

from agent.cli.text import taken_from


def test_columns_are_named() -> None:
    mapping = {"order_number": "PO #", "weight": "Wt (lb)", "ship_date": "Ship On", "name": "Recipient"}
    assert taken_from(mapping) == "Order number from PO #, weight from Wt (lb), ship day from Ship On."


def test_what_no_column_says_is_told_as_such() -> None:
    assert taken_from({"ship_date": "today"}) == "No order number, ship day: today."
    said = {"weight": "1lb (for every row)"}
    assert taken_from(said) == "No order number, weight: 1lb (for every row), ship day: today."


def test_the_weight_of_an_item_is_told_with_its_quantity() -> None:
    mapping = {"order_number": "PO #", "item_weight": "Item Weight (lb)", "ship_date": "today"}
    assert taken_from(mapping) == "Order number from PO #, weight from Item Weight (lb) x quantity, ship day: today."
