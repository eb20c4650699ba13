"""Questions about words that were not read: what is offered, and that each choice does what it says."""

import re

import pytest

from agent.understanding.answered import replaced
from agent.understanding.interpret import interpret
from agent.understanding.readings import ShipRequest
from agent.understanding.requests import Ask, ToolRequest
from agent.understanding.resolve import spoken
from agent.understanding.saying import in_plain_words
from agent.understanding.situation import Situation
from agent.understanding.values import Cut
from tests.unit.understanding.conftest import sheet_of
from tests.unit.understanding.demo import TODAY, read
from tests.unit.understanding.test_joined_edits import Everywhere

HAZARD = sheet_of(
    {
        "Order Number": ["A-1", "A-2", "A-3"],
        "Ship To Country": ["United States", "Canada", "United States"],
        "HAZ_FLAG": ["Y", "N", "N"],
        "Format": ["LP", "CD", "T-Shirt"],
    }
)


def asked(message: str, **known: object) -> Ask:
    action = read(message, **known).action  # type: ignore[arg-type]
    assert isinstance(action, Ask), action
    return action


@pytest.mark.parametrize(
    "message",
    [
        "Quxly saw Blorple about it. Ship the Texas orders by ground.",
        "ship the blorple Texas orders by zinfandel ground",
    ],
)
def test_each_choice_does_what_it_says(message: str) -> None:
    question = asked(message)
    assert question.options
    for option in question.options:
        action = read(message, answers={question.question: option}).action
        assert isinstance(action, ToolRequest)
        assert action.arguments["in_words"] in option, "the rows that the choice names"
        assert "UPS Ground" in option
        assert action.arguments["service"] == "03"


def test_all_words_that_were_left_out_are_in_one_choice() -> None:
    (choice,) = asked("ship the blorple Texas orders zinfandel by ground").options
    assert choice == 'leave "blorple", "zinfandel" out: State is Texas; UPS Ground'


@pytest.mark.parametrize(
    "message",
    [
        "ship all blorple orders by ground",
        "Ship everything by ground. Hold the blorple ones.",
        "ship everything but blorple by ground",
        "ship orders not blorple by ground",
    ],
)
def test_no_choice_ships_all_orders_where_words_restricted(message: str) -> None:
    assert not any(re.search(r"\ball orders\b", option) for option in asked(message).options)


def test_a_word_that_the_header_of_a_flag_shortens_means_its_yes() -> None:
    action = interpret("ship the hazardous orders by ground", Situation(HAZARD, TODAY, counts=Everywhere())).action
    assert isinstance(action, ToolRequest)
    assert action.arguments["where"] == "\"HAZ_FLAG\" = 'Y'"


def test_choices_are_said_in_words_of_people() -> None:
    request = ShipRequest(cuts=(Cut("by", None, "Ship By"),))
    assert spoken(request) == "all orders; those with the smallest Ship By"


@pytest.mark.parametrize(("currency", "said"), [("$", "$1,234.50"), ("EUR", "1,234.50 EUR"), ("", "1234.5")])
def test_amounts_of_money_have_their_currency(currency: str, said: str) -> None:
    request = ToolRequest("aggregate", {"function": "sum", "column": "Order Total"}, currency=currency)
    assert in_plain_words(request, {"rows": [["1234.5"]]}) == f"The total Order Total is {said}."


def test_a_column_that_names_no_services_is_no_service_called_column() -> None:
    question = asked("ship everything by the service in the Fragile column")
    assert question.question == "The column Fragile names no UPS services. Which service?"
    action = read(
        "ship everything by the service in the Fragile column", answers={question.question: "UPS Ground"}
    ).action
    assert isinstance(action, ToolRequest)
    assert action.arguments["service"] == "03"


def test_today_behind_an_exception_may_be_the_day_of_shipping() -> None:
    options = asked("ship everything except Dallas today by ground").options
    assert "City is not Dallas; UPS Ground" in options
    assert len(options) > 1


@pytest.mark.parametrize(
    "said",
    [
        "ship the Texas orders which are not zorples by ground",
        "Texas orders but nobody zorpled them, ground",
        "Texas orders only take zorples, ground",
        "Texas by ground except zorpled ones",
        "paid Texas orders, none zorpled, ground",
    ],
)
def test_what_denies_is_never_left_out_nor_reaches_further(said: str) -> None:
    found = read(said).action
    assert isinstance(found, Ask), found
    assert not [option for option in found.options if option.startswith("leave")]


@pytest.mark.parametrize(
    ("said", "answer", "wanted"),
    [
        ("co", 'leave "co" out', "Ship the Tacoma orders to Canada"),
        ("co", "Canada", "Ship the Tacoma orders Canada to Canada"),
    ],
)
def test_an_answer_takes_the_place_of_words_and_of_no_letters_inside_others(said, answer, wanted) -> None:
    situation = Situation(HAZARD, TODAY, {f'What do you mean by "{said}"?': answer})
    found = replaced("Ship the Tacoma orders co to Canada", situation)
    assert found.split() == wanted.split()
