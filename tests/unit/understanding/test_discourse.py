"""A command in several sentences: context that says nothing, the orders, then exceptions and the service."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.understanding.requests import Ask, ToolRequest
from tests.unit.understanding.conftest import Interpret
from tests.unit.understanding.demo import count, read
from tests.unit.understanding.test_properties import places, proposal, services

CONTEXT = (
    "", "The fair is on Saturday. ", "The dock is full. ", "We had a complaint. ",
    "Forklift is broken. ", "The intern starts Monday. ", "The website was down. ",
)  # fmt: skip
TABLE = [
    ("shipstation", "Ship the California orders. Leave out the gifts, and use ground.", "\"State\" = 'CA' AND \"Gift\" = 'no'", "03"),
    ("shipstation", "Ship all orders with one item. Leave out the ones that have no phone, and use ground.",
     "\"Item Qty\" = 1 AND \"Phone\" <> ''", "03"),
    ("shipstation", "Ship everything over $100. Use ground.", '"Order Total" > 100', "03"),
    ("shipstation", "Ship the Red Mug orders. Not the fragile ones. Ground.",
     "\"Item Name\" = 'Red Mug' AND \"Internal Notes\" <> 'fragile'", "03"),
    ("shipstation", "Ship the California orders by ground. Leave out Los Angeles. And nothing over $500.",
     "\"State\" = 'CA' AND \"City\" <> 'Los Angeles' AND NOT \"Order Total\" > 500", "03"),
    ("shipstation", "Ship Texas orders. The lamps stay here. Use ground.", "\"State\" = 'TX' AND \"Item Name\" <> 'Brass Lamp'", "03"),
    ("shipstation", "Ship the Texas orders. Only those that are gifts. 2 day.", "\"State\" = 'TX' AND \"Gift\" = 'yes'", "02"),
    ("wholesale", "Get the orders with more than 3 cartons out. Ground, not the Bakery ones.",
     "\"Cartons\" > 3 AND \"Dept\" <> 'Bakery'", "03"),
    ("wholesale", "I want the Books department done. No hazmat. 2nd day air.", "\"Dept\" = 'Books' AND \"Hazmat?\" = 'N'", "02"),
    ("snake", "Only send orders without notes. Use ground and skip California.", "notes = '' AND ship_state <> 'California'", "03"),
    ("distributor", "Ship what is released. Not the COD ones. Ground.", "\"Order Status\" = 'Released' AND \"Terms\" <> 'COD'", "03"),
    ("regional", "Ship the West region. Skip Alaska and use ground.", "\"Region\" = 'West' AND \"State\" <> 'Alaska'", "03"),
    ("giftshop", "Grandma called. Ship the orders from Grandma. Leave out those on hold and use ground.",
     "\"From\" = 'Grandma' AND \"On Hold\" <> 'yes'", "03"),
]  # fmt: skip


@pytest.mark.parametrize("before", ["", "The fair is on Saturday. "])
@pytest.mark.parametrize(("on", "said", "wanted", "service"), TABLE)
def test_each_sentence_narrows_or_says_how(before, on, said, wanted, service, interpret: Interpret, same_rows) -> None:
    found = interpret(f"{before}{said}", on=on)
    assert isinstance(found, ToolRequest), found
    assert found.arguments["service"] == service
    assert same_rows(found.arguments["where"], wanted, on=on)


LEFT_OUT = ("the fragile ones", "the gifts", "Ohio", "anything over $100", "the pending ones", "orders without a phone")


@settings(max_examples=8, deadline=None)
@pytest.mark.slow
@given(st.sampled_from(CONTEXT), places, st.sampled_from(LEFT_OUT), services)
def test_an_exception_in_another_sentence_never_adds_rows(context: str, place: str, left: str, service: str) -> None:
    plain = proposal(f"Ship all {place} orders by {service}")
    for form in ("Leave out {}, and use {}.", "Skip {}. Use {}.", "{1}, but not {0}.", "Use {1} and leave out {0}."):
        action = read(f"{context}Ship all {place} orders. {form.format(left, service)}").action
        if isinstance(action, Ask):
            continue
        assert isinstance(action, ToolRequest)
        assert action.arguments["service"] == plain["service"]
        assert count(f"({action.arguments['where']}) AND NOT ({plain['where']})") == 0
        alone = proposal(f"Ship all {place} orders except {left} by {service}")
        assert count(f"({action.arguments['where']}) AND NOT ({alone['where']})") == 0


@pytest.mark.parametrize(
    "sentence",
    [
        "Nothing over $500 zorples.", "Bob picks his up.", "The red ones are Marta's.", "Unless they are gifts.",
        "No delays.", "The phone does not work.", "Texas is hot.", "Expensive goods wait for Bob.", "Dallas has called.", "The pending ones are Bob's.",
    ],
)  # fmt: skip
def test_a_sentence_that_may_be_a_condition_is_never_dropped(sentence: str) -> None:
    assert isinstance(read(f"Ship all fragile orders by ground. {sentence}").action, Ask)
