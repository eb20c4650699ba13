"""A question about a service offers only what goes to all the places it is asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.shipping.services import LABELS, check_lane, offering, read_service, service_label, services_to
from agent.shipping.verdict import Ask, Ok

PLACES = [("US", "CA"), ("US", "HI"), ("PR", None), ("CA", "ON"), ("MX", None), ("DE", None), ("GU", None)]


@pytest.mark.parametrize(
    ("places", "codes"),
    [
        ([("US", "CA")], ("03", "12", "02", "01", "59", "13", "14")),
        ([("US", "CA"), ("US", "HI")], ("03", "02", "01", "59", "13", "14")),
        ([("US", "CA"), ("PR", None)], ("03", "02", "01")),
        ([("CA", "ON")], ("11", "08", "65", "07", "54")),
        ([("CA", "ON"), ("DE", None)], ("08", "65", "07", "54")),
        ([("US", "CA"), ("DE", None)], ()),
    ],
)
def test_what_goes_to_all_of_them(places: list[tuple[str, str | None]], codes: tuple[str, ...]) -> None:
    assert services_to("US", places) == codes


def test_of_a_sender_whose_lanes_are_not_known_nothing_is_left_out() -> None:
    assert services_to("DE", PLACES) is None
    ask = Ask("Which?", ("UPS Ground", "UPS Standard"), "service")
    assert offering(ask, None) == ask


@given(
    st.lists(st.sampled_from(PLACES), min_size=1),
    st.sampled_from(["express", "standard", "expedited", "saver", "Grund", "xyzzy"]),
)
def test_no_question_offers_what_does_not_go_there(places: list[tuple[str, str | None]], word: str) -> None:
    codes = services_to("US", places)
    verdict = read_service(word)
    assert isinstance(verdict, Ask)
    asked = offering(verdict, codes)
    assert asked.options
    if codes:
        offered = [code for code, label in LABELS.items() if label in asked.options]
        assert len(offered) == len(asked.options)
        for code in offered:
            assert all(isinstance(check_lane(code, "US", *place), Ok) for place in places), service_label(code)
