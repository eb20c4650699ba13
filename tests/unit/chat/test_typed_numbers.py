"""What a typed number means: a place among the choices, or a value where the choices are numbers themselves."""

import pytest

from agent.chat.questions import Choices, are_amounts
from agent.errors import ShipchatError


def asked(options: list[str], *, free_text: bool = True, numbered: bool = True) -> Choices:
    return Choices(options, free_text, numbered and not are_amounts(options))


def test_a_number_names_a_choice_in_words() -> None:
    question = asked(["UPS Ground", "UPS 2nd Day Air"])
    assert question.chosen("2") == "UPS 2nd Day Air"
    assert question.chosen(2) == "UPS 2nd Day Air"


@pytest.mark.parametrize("options", [["1 lb", "2 lb", "5 lb"], ["$10", "$25", "$50"], ["1", "5", "10"]])
def test_among_amounts_a_number_is_an_amount(options: list[str]) -> None:
    question = asked(options)
    assert question.chosen("3") == "3", "not the third choice"
    assert question.chosen(3) == options[2], "a key or a click on the third choice"


def test_a_value_is_never_taken_for_the_way_out_beside_it() -> None:
    question = asked(["Leave these rows out"], numbered=False)
    assert question.chosen("1") == "1"


def test_a_place_that_no_choice_has_is_refused() -> None:
    question = asked(["UPS Ground"], free_text=False)
    with pytest.raises(ShipchatError, match="E-2304"):
        question.chosen(2)
    with pytest.raises(ShipchatError, match="E-2304"):
        asked(["1 lb", "2 lb"], free_text=False).chosen("2")
