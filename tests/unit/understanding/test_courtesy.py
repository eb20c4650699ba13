"""Polite and long frames change nothing; a word of the sheet inside one is never cut off with it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.understanding.courtesy import without_courtesy
from tests.unit.understanding.conftest import Interpret, sheet_of
from tests.unit.understanding.demo import SHEET
from tests.unit.understanding.test_properties import effect, scopes, services, some

OPENINGS = (
    "Would you be so kind as to ship", "I was wondering whether we could send", "When you have a minute, could you please ship",
    "Might I ask you to ship", "If it isn't too much trouble, I'd be ever so grateful if you could ship",
    "Would it be at all possible to ship", "Could I trouble you to send out", "I hope you are well. Could you kindly ship",
    "I would very much appreciate it if you would be able to ship", "Perhaps we could ship", "Do please ship",
    "I don't want to be a nuisance, but could you ship", "Please be an angel and ship", "Do you think you could possibly ship",
    "I'd like to ask you, if at all possible, to ship", "We would be much obliged if you could ship",
    "Could you do me the kindness of shipping", "Would you mind terribly sending", "Good morning! Might you be persuaded to send",
    "Excuse me, could someone please ship", "If I may, I would like to ship", "It would mean a lot to us if you could ship",
)  # fmt: skip
CLOSINGS = (
    "", "?", ", please.", ". Thanks in advance!", ", if that's not too much bother.", ". Thank you so very much.",
    " when time permits.", ". With best wishes, Oswin", ". I appreciate your help.", ", would you?", ". Much obliged.",
    ". Sorry for the trouble.", " as and when you can. Cheers!", ". Thank you for your time and patience.",
)  # fmt: skip


@some
@given(st.sampled_from(OPENINGS), st.sampled_from(CLOSINGS), scopes, services)
def test_a_polite_frame_changes_nothing(opening: str, closing: str, scope: str, service: str) -> None:
    assert effect(f"{opening} the {scope} orders by {service}{closing}") == effect(
        f"ship the {scope} orders by {service}"
    )


TABLE = [
    ("shipstation", "Would it be possible to have the orders without a phone number shipped by ground?", "\"Phone\" = ''", "03"),
    ("shipstation", "We would be much obliged if you could ship all of the orders but the ones for Texas by ground.",
     "\"State\" <> 'TX'", "03"),
    ("shipstation", "May I kindly request that the orders due tomorrow be sent overnight?", "\"Ship By Date\" = '2026-11-21'", "01"),
    ("wholesale", "I'd be most thankful if the orders that are not hazmat and have more than two cartons could go by ground.",
     "\"Hazmat?\" = 'N' AND \"Cartons\" > 2", "03"),
    ("wholesale", "When you get round to it, please could the orders from rep JR be shipped by ground? Cheers!", "\"Rep\" = 'JR'", "03"),
    ("snake", "Would you be able to ship the gifts that aren't fragile by ground at some point today, please and thank you?",
     "is_gift = 'true' AND is_fragile = 'false'", "03"),
    ("subscription", "If you wouldn't mind, please ship the tea boxes that aren't paused by ground. No rush at all!",
     "\"Box\" = 'Tea Box' AND \"Paused\" = 'No'", "03"),
]  # fmt: skip


@pytest.mark.parametrize(("on", "said", "wanted", "service"), TABLE)
def test_a_long_request_selects_what_it_says(on, said, wanted, service, interpret: Interpret, same_rows) -> None:
    found = interpret(said, on=on)
    assert found.arguments["service"] == service  # type: ignore[union-attr]
    assert same_rows(found.arguments["where"], wanted, on=on)  # type: ignore[union-attr]


def test_a_word_of_the_sheet_is_never_cut_off() -> None:
    rushed = sheet_of({"Order": ["1", "2"], "State": ["TX", "OH"], "Rush": ["yes", "no"]})
    assert "rush" in without_courtesy("Texas by ground, no rush", rushed)
    assert "rush" not in without_courtesy("Texas by ground, no rush", SHEET)
    grace = sheet_of({"Order": ["1", "2"], "Recipient": ["Grace", "Bo"], "State": ["TX", "OH"]})
    assert without_courtesy("ship Texas, regards, Grace", grace).endswith("Grace")


@pytest.mark.parametrize(
    "said",
    [
        "ship Texas if the total is over $100",
        "I wonder if the Texas orders have shipped yet",
        "ship the Texas orders, but not the fragile ones",
        "when you ship Texas, use ground",
        "could the Texas orders go by ground?",
        "orders with a good condition by ground",
    ],
)
def test_what_is_no_frame_stays(said: str) -> None:
    assert without_courtesy(said, SHEET) == said
