"""A service column that is named, beside another one too, and the service of its blank cells."""

from datetime import date

import pytest

from agent.brains.protocol import Conversation
from agent.understanding.requests import Ask, ToolRequest
from tests.unit.understanding.conftest import meaning, sheet_of

SHEET = sheet_of(
    {
        "Order": ["U-1", "U-2", "U-3"],
        "State": ["CA", "CA", "TX"],
        "Ship Via": ["UPS Ground", "3 Day Select", ""],
        "Upgrade": ["2nd Day Air", "", "Next Day Air"],
        "Handling": ["fragile", "", ""],
    }
)


def meant(text: str, **known: dict[str, object]) -> ToolRequest | Ask:
    action = meaning(
        text, SHEET, Conversation(today=date(2026, 11, 20), **known), lambda clauses: dict.fromkeys(clauses, 1)
    )
    assert isinstance(action, (ToolRequest, Ask)), action
    return action


def services(action: ToolRequest | Ask) -> tuple[object, object]:
    assert isinstance(action, ToolRequest), action
    assert "service_rules" not in action.arguments
    return action.arguments.get("service_column"), action.arguments.get("service")


@pytest.mark.parametrize(
    "named",
    [
        "by the service in the Upgrade column", "using the Upgrade column", "with the upgrade column",
        "by upgrade", "service from the Upgrade column", "by the upgrade column",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    ("blank", "fallback"),
    [
        ("", None), (", ground if blank", "03"), (", ground where it is blank", "03"), ("; blanks ground", "03"),
        (", if it's empty use 2 day", "02"), (", otherwise ground", "03"), (", else by ground", "03"),
        (" and 3 day for the blank ones", "12"), (", ground as the default", "03"),
    ],
)  # fmt: skip
def test_a_named_column_and_the_service_of_its_blank_cells(named, blank, fallback):
    found = meant(f"ship everything {named}{blank}")
    assert services(found) == ("Upgrade", fallback)
    assert found.arguments["where"] == "TRUE"


@pytest.mark.parametrize("said", ["use ship via, blanks ground", "use Ship Via; ground if blank"])
def test_a_header_of_everyday_words_is_one_after_use(said):
    assert services(meant(f"ship the Texas orders, {said}")) == ("Ship Via", "03")


def test_a_preview_takes_another_column_with_its_fallback():
    proposal = {"where": "\"State\" = 'CA'", "in_words": "State is California", "service": "01"}
    found = meant("use the upgrade column, blanks ground", proposal=proposal)
    assert services(found) == ("Upgrade", "03")
    assert found.arguments["where"] == "\"State\" = 'CA'"


@pytest.mark.parametrize(
    "said",
    [
        "ship Texas by the upgrade column, otherwise ground",
        "ship everything by the upgrade column, the rest ground",
        "ship all orders by the upgrade column, the blanks by ship via",
    ],
)
def test_what_could_be_of_other_rows_too_is_asked(said):
    assert isinstance(meant(said), Ask)


@pytest.mark.parametrize("said", ["with the service in the sheet", "by the service in the sheet", "as requested"])
def test_the_sheets_own_service_is_no_column_by_name(said):
    asked = meant(f"ship everything {said}")
    assert isinstance(asked, ToolRequest)
    assert services(asked) == ("Ship Via", None)


def test_without_a_service_column_a_blank_cell_is_of_another_column():
    found = meant("ship the orders without handling by ground")
    assert isinstance(found, ToolRequest)
    assert found.arguments["where"] == "\"Handling\" = ''"
    assert services(found) == (None, "03")
