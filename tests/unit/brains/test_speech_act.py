"""A question is told from a command, whatever is asked about; requests that are put as questions are commands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.brains.speech_act import only_asks

QUESTIONS = """
did they all go by ground?|did they all go by ground|should I ship everything by ground?|is everything going by ground?
have the Texas orders shipped yet?|have the texas orders shipped yet|are all the California orders going via Ground?
does everything ship by ground?|do we ship everything by ground?|what would it cost to ship everything by ground?
how much is it to ship all by ground?|which orders ship by ground?|ship everything by ground?|will they all go ground?
why did we ship everything by ground?|so, did everything go out via 2 day?|Did they go? I hope so.
would it be cheaper to ship all by ground?|were the CA orders sent by next day air?|when do the Texas orders ship?
whats still not shipped by ground|what’s not shipped yet, ground|what still hasnt shipped by ground|who gets ground
whos in texas by ground|wheres nina by ground|hows texas by ground|who ordered lavender|whos going by ground
did nina go by ground|is texas going by ground|was rosa by ground|has texas shipped ground|are gifts shipping by ground
isnt texas by ground|arent the gifts by ground|shouldnt texas go ground|what else should go ground
"""
COMMANDS = """
can you ship the texas orders that weigh more than 5 lbs using 2nd day air?|ship everything by ground, ok?
Would you mind shipping the Florida orders by Ground?|Could you ship the Texan orders by UPS ground for me?
ship everything by ground please?|where state = 'CA' ship by ground|do all of texas by ground|what about 2 day?
have all Texas orders sent by ground|how about ground instead?|is over 5 lb, ground|was paid: ground|is not a gift by ground|gift subscriptions by ground please
Did they go? Ship the rest by ground.|only ship what has been paid, ground|when paid ship by ground
what's going to Seattle goes 3 day select|who ordered mugs gets 2 day|hows about ground|isn't paid, leave it out
what was ordered on the 14th goes ground|ship all where "Paid?" is Yes by ground|could we get the texas ones out by ground?
"""


def listed(text: str) -> list[str]:
    return [one for line in text.strip().splitlines() for one in line.split("|")]


@pytest.mark.parametrize("message", listed(QUESTIONS))
def test_a_question_only_asks(message: str) -> None:
    assert only_asks(message)


@pytest.mark.parametrize("message", listed(COMMANDS))
def test_a_request_is_a_command(message: str) -> None:
    assert not only_asks(message)


@given(
    st.sampled_from(["did", "does", "is", "are", "were", "has", "should"]),
    st.sampled_from(["they", "the Texas orders", "everything", "any of these", "we", "all of them"]),
    st.text(st.characters(categories=["L", "N", "Zs"]), max_size=30),
    st.sampled_from(["?", "", "??"]),
)
def test_what_begins_like_a_question_asks_whatever_follows(verb: str, subject: str, rest: str, mark: str) -> None:
    assert only_asks(f"{verb} {subject} ship {rest.strip()}{mark}")
