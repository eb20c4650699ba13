"""What `and ...` does to an open preview: it narrows, adds, or is asked; and cuts keep the preview's rows."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from agent.understanding.interpret import interpret
from agent.understanding.requests import Ask, ToolRequest
from agent.understanding.situation import Situation
from tests.unit.understanding.conftest import sheet_of

SHEET = sheet_of(
    {
        "Order Number": ["A-1", "A-2", "A-3"],
        "State": ["TX", "CA", "CA"],
        "Country": ["US", "US", "US"],
        "Units": ["1", "3", "5"],
        "Order Total": ["20", "120", "300"],
        "Gift": ["yes", "no", "no"],
        "Item": ["Blue Mug", "Red Lamp", "Blue Mug"],
    }
)


class Everywhere(dict[str, int]):
    """Every clause has a row."""

    def __contains__(self, _clause: object) -> bool:
        return True

    def __getitem__(self, _clause: str) -> int:
        return 1


def read(text: str, before: str = "", **answers: str) -> Any:
    """The action of a message, over the preview of an earlier one where there is one."""
    situation = Situation(SHEET, date(2026, 11, 20), answers, Everywhere())
    if before:
        previous = interpret(before, situation).request
        assert previous is not None
        situation = replace(situation, previous=previous, preview_pending=True)
    return interpret(text, situation).action


BEFORE = "ship California orders by ground"
CALIFORNIA = "\"State\" = 'CA'"


@pytest.mark.parametrize(
    "text",
    ["and units >= 3", "and over $100", "and item <> 'Blue Mug'", "and state not in ('TX')",
     "and at least 3 units", "and not gift"],
)  # fmt: skip
def test_a_condition_of_another_kind_narrows(text: str) -> None:
    found = read(text, BEFORE)
    assert isinstance(found, ToolRequest), found
    assert found.arguments["where"].startswith("\"State\" = 'CA' AND ")
    assert " OR " not in found.arguments["where"]


@pytest.mark.parametrize("text", ["and Texas", "and the gift orders", "and the Texas orders"])
def test_orders_are_added(text: str) -> None:
    found = read(text, BEFORE)
    assert isinstance(found, ToolRequest), found
    assert " OR " in found.arguments["where"] or "IN ('CA', 'TX')" in found.arguments["where"]


def test_what_may_be_either_is_asked_and_each_answer_does_what_it_says() -> None:
    asked = read("and Blue Mug", BEFORE)
    assert isinstance(asked, Ask), asked
    narrowed, added = (read("and Blue Mug", BEFORE, **{asked.question: option}) for option in asked.options)
    assert narrowed.arguments["where"] == "\"State\" = 'CA' AND \"Item\" = 'Blue Mug'"
    assert added.arguments["where"] == "\"State\" = 'CA' OR \"Item\" = 'Blue Mug'"


@pytest.mark.parametrize("text", ["first 2", "the first 2", "just the first 2"])
def test_a_cut_keeps_the_rows_of_the_preview(text: str) -> None:
    found = read(text, BEFORE)
    assert isinstance(found, ToolRequest), found
    assert (found.arguments["where"], found.arguments["limit"]) == (CALIFORNIA, 2)


@pytest.mark.parametrize(
    "text",
    ["send the Blue Mug orders for US customers by ground", "could you ship Blue Mug for US by ground",
     "Would you be so kind as to send the Blue Mug orders for US customers by Ground?"],
)  # fmt: skip
def test_the_us_is_no_pronoun(text: str) -> None:
    found = read(text)
    assert isinstance(found, ToolRequest), found
    assert '"Country"' in found.arguments["where"]


def test_a_pronoun_is_no_country() -> None:
    assert read("could you ship Blue Mug for us by ground").arguments["where"] == "\"Item\" = 'Blue Mug'"
