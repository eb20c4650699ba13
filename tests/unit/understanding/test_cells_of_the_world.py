"""Countries, states and yes in the languages of sheets, in columns whatever their header; words that are cells, too."""

import pytest

from agent.understanding.requests import Ask, ToolRequest
from tests.unit.understanding.conftest import Interpret

TABLE = [
    ("soap", "bougie us ground", "\"Produit\" = 'Bougie' AND \"Pays\" = 'États-Unis'"),
    ("soap", "ship the California orders by ground", "\"État\" = 'CA'"),
    ("soap", "cadeau oui, us, ground", "\"Cadeau\" = 'Oui' AND \"Pays\" = 'États-Unis'"),
    ("honey", "Beeswax Candle to the USA by ground", "\"Item\" = 'Beeswax Candle' AND \"Delivery country\" = 'USA'"),
    ("florist", "pink and white ones by ground", "\"Colors\" = 'pink/white'"),
    ("florist", "where \"paid?\" <> 'no' ship ground", "\"paid?\" <> 'no'"),
    ("outfitter", "four person tents by ground", "\"Item Description\" = '4-Person Tent'"),
    ("outfitter", "orders lighter than two pounds by ground", '"Item Weight" < 2'),
    ("dental", "night guards grd", "\"Case Type\" = 'Night Guard'"),
    ("repairs", "get the repaired devices out by ground", "\"Bench Result\" = 'Repaired'"),
    ("bookshop", "orders that must be posted by November 25, ground", "\"Post By\" < '2026-11-26'"),
    ("lab", "Ship order 74015, 74022 and PO-00350 by ground", "\"ORD_NBR\" IN ('74015', '74022') OR \"CUST_PO\" = 'PO-00350'"),
    ("lab", "ethanol by ground only", "\"ITEM_DESC\" = 'Ethanol 70%'"),
]  # fmt: skip


@pytest.mark.parametrize(("on", "said", "wanted"), TABLE)
def test_rows_of_a_command(on, said, wanted, interpret: Interpret, same_rows) -> None:
    found = interpret(said, on=on)
    assert isinstance(found, ToolRequest), found
    assert found.arguments["service"] == "03"
    assert same_rows(found.arguments["where"], wanted, on=on)


def test_a_word_that_begins_a_value_and_is_a_town_is_asked_about(interpret: Interpret) -> None:
    assert isinstance(interpret("dallas ground", on="outfitter"), Ask)
    assert isinstance(interpret("ship the orders to Dallas by ground", on="outfitter"), ToolRequest)


def test_to_the_us_is_no_other_address(interpret: Interpret) -> None:
    assert isinstance(interpret("ship the honeycomb to US customers by ground", on="honey"), ToolRequest)
    refused = interpret("ship the honeycomb to us", on="honey")
    assert getattr(refused, "refusal", False)
