"""What may be left out beside a request, and what must be asked about: by kinds, over a sheet that no rule knows."""

import pytest

from agent.understanding.requests import Ask, ToolRequest
from tests.unit.understanding.conftest import Interpret
from tests.unit.understanding.demo import read

COMMAND = "Ship all fragile orders by ground."


@pytest.mark.parametrize(
    "remark",
    [
        "I'm off to the dentist.", "I'll call them at three.", "Don't forget to lock up.", "Mind your backs.",
        "The printer broke again.", "Good numbers so far.", "That's the deal.", "Fragile first.",
    ],
)  # fmt: skip
def test_a_remark_about_people_is_left_out(remark: str) -> None:
    plain, beside = read(COMMAND).action, read(f"{COMMAND} {remark}").action
    assert isinstance(plain, ToolRequest)
    assert isinstance(beside, ToolRequest), beside
    assert beside.arguments["where"] == plain.arguments["where"]


@pytest.mark.parametrize(
    "sentence",
    [
        "Nothing breakable zorples.", "Zorples can wait.", "The zorples are not ready.", "No zorples.", "Don't touch zorples.",
        "I want zorples.", "Big orders zorple.", "Zorples go Monday.", "They must be zorpled.",
    ],
)  # fmt: skip
def test_a_sentence_that_may_choose_orders_is_asked_about(sentence: str) -> None:
    assert isinstance(read(f"{COMMAND} {sentence}").action, Ask)


@pytest.mark.parametrize("pointing", ["Ship her orders by ground.", "Overnight their orders.", "Use ground for both."])
def test_a_sentence_that_another_points_at_is_never_left_out(pointing: str) -> None:
    assert isinstance(read(f"Zorple phoned this morning. {pointing}").action, Ask)


def test_beside_a_question_a_denied_command_ships_nothing() -> None:
    action = read("I have the accountant here. How many fragile orders are there? Don't send anything.").action
    assert isinstance(action, ToolRequest)
    assert action.name == "count_rows"


@pytest.mark.parametrize(
    ("on", "said", "where"),
    [
        ("merch", "ship the LPs in the US by ground", "\"Format\" = 'LP' AND \"Country\" = 'United States'"),
        ("museum", "ship the silk scarves by ground", "\"Object\" = 'Silk scarf'"),
        ("bikes", "ship the wheel sets to Texas by ground", "\"part\" = 'Wheelset' AND \"ship_state\" = 'TX'"),
        ("repairs", "ship the devices to Texas by ground", "\"Return ST\" = 'TX'"),
        ("seeds", "Ship orders whose Ship After date is before November 20 by ground", "\"Ship After\" < '2026-11-20'"),
        ("printshop", "ship everything over $500 by ground", '"Invoice USD" > 500'),
        ("printshop", "ship everything over 10 lb by ground", '"Gross lb" > 10'),
        ("museum", "everything sold yesterday, 2 day", "\"Sold\" = 'Nov-19-26'"),
        ("bikes", "send the saddles two oregon by ground", "\"part\" = 'Saddle' AND \"ship_state\" = 'OR'"),
        ("bikes", "ship every done ticket in Texas by ground", "\"job_state\" = 'Done' AND \"ship_state\" = 'TX'"),
        ("parts", "qty 5+ grnd", '"QTY_ORDERED" >= 5'),
    ],
)
def test_kinds_of_words_that_a_sheet_decides(on: str, said: str, where: str, interpret: Interpret, same_rows) -> None:
    found = interpret(said, on=on)
    assert isinstance(found, ToolRequest), found
    assert same_rows(found.arguments["where"], where, on=on)


def test_two_of_a_count_are_never_read_as_a_word_for_where_they_go() -> None:
    assert isinstance(read("ship two Texas orders by ground").action, Ask)


def test_a_plain_word_is_no_typing_error() -> None:
    action = read("Ship all fragile orders by ground. The bank called again.").action
    assert isinstance(action, ToolRequest)
    assert "blank" not in str(action.arguments)
