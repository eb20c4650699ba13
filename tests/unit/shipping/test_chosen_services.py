"""A choice that was offered ends the question: no answer to a question about a service asks the same again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.shipping.services import LABELS, read_chosen, read_service
from agent.shipping.verdict import Ask, Ok

WORDS = ["standard", "UPS Standard", "express", "air", "overnight", "2 day", "Grund", "saver", "expedited", "freight"]


@pytest.mark.parametrize("code", sorted(LABELS))
def test_every_label_is_its_service(code: str) -> None:
    assert read_chosen(LABELS[code]) == Ok(code)


@given(st.sampled_from(WORDS) | st.text(max_size=12), st.booleans())
def test_every_offered_choice_is_understood(said: str, international: bool) -> None:
    asked = read_service(said, international)
    if isinstance(asked, Ask):
        for option in asked.options:
            assert isinstance(read_chosen(option, international), Ok)
