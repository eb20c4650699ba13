"""A batch is called by what was asked for and the refinements since, not by the last of them alone."""

import pytest

from agent.opening.person import PersonState

SHIP = "Ship all California orders via Ground"


def commanded(*said: str) -> str:
    person = PersonState()
    for words in said:
        person.said.append(words)
        person.command = person.whole_command("all orders")
    return person.command


@pytest.mark.parametrize(
    ("said", "command"),
    [
        ([SHIP], SHIP),
        ([SHIP, "only those over 10 lb"], f"{SHIP}; then only those over 10 lb"),
        ([SHIP, "make it 2-day", "leave out row 14"], f"{SHIP}; then make it 2-day; then leave out row 14"),
        ([SHIP, "actually, Texas instead"], f"{SHIP}; then actually, Texas instead"),
        ([SHIP, "make it 2-day", "make it 2-day"], f"{SHIP}; then make it 2-day"),
        ([SHIP, "make it 2-day", "Send the Texas orders overnight"], "Send the Texas orders overnight"),
        ([SHIP, "CA and TX orders over $100, Ground"], "CA and TX orders over $100, Ground"),
        (["make it 2-day"], "make it 2-day"),
        ([], "all orders"),
    ],
)
def test_refinements_go_with_what_they_refine(said: list[str], command: str) -> None:
    assert (commanded(*said) or PersonState().whole_command("all orders")) == command
