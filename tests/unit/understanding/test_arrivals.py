"""A day of arrival in the place of a service: read to a day or a column, asked about where it is unclear."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from agent.brains.protocol import Conversation
from agent.understanding.requests import Ask, ToolRequest
from tests.unit.understanding.conftest import meaning, sheet_of

MONDAY, FRIDAY = date(2026, 11, 30), date(2026, 12, 4)
COLUMNS = {
    "Order Number": ["A-1", "A-2"],
    "City": ["Austin", "Fresno"],
    "State": ["TX", "CA"],
    "Weight (lb)": ["2", "3"],
    "Need By": ["2026-12-02", "2026-12-04"],
}
SHEET = sheet_of(COLUMNS)
Read = Callable[..., Any]


@pytest.fixture
def read() -> Read:
    def run(text: str, today: date = MONDAY, **more: Any) -> Any:
        talk = Conversation(today=today, **more)
        return meaning(text, SHEET, talk, lambda clauses: dict.fromkeys(clauses, 1))

    return run


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("ship the California orders by the cheapest service that arrives by Friday", "2026-12-04"),
        ("Ship everything, cheapest that gets there by Dec 4", "2026-12-04"),
        ("California orders, cheapest that arrives by 2026-12-03", "2026-12-03"),
        ("ship all orders so that they arrive within 3 days", "2026-12-03"),
        ("ship everything with the cheapest within 5 business days", "2026-12-07"),
        ("ship all orders, the cheapest that will be there in three days", "2026-12-03"),
        ("ship all orders to arrive before Friday", "2026-12-03"),
        ("ship everything, cheapest that arrives by tomorrow", "2026-12-01"),
    ],
)
def test_a_day_is_read(read: Read, text: str, day: str) -> None:
    found = read(text)
    assert isinstance(found, ToolRequest), found
    assert (found.name, found.arguments["arrive_by"]) == ("propose_shipment", day)
    assert not {"service", "service_column", "arrive_by_column"} & found.arguments.keys()


@pytest.mark.parametrize(
    "name", ["the date in Need By", "Need By", "the Need By date", "its Need By", "the day in the Need By column"]
)
def test_a_column_of_days_is_read(read: Read, name: str) -> None:
    found = read(f"ship everything by the cheapest service that gets there by {name}")
    assert isinstance(found, ToolRequest), found
    assert found.arguments["arrive_by_column"] == "Need By"


@pytest.mark.parametrize(
    ("text", "today", "options"),
    [
        ("ship everything, cheapest that arrives by Friday", FRIDAY, ("Fri, Dec 4, 2026", "Fri, Dec 11, 2026")),
        ("ship everything, cheapest that arrives by next Friday", MONDAY, ("Fri, Dec 4, 2026", "Fri, Dec 11, 2026")),
        (
            "ship everything, cheapest that arrives by Nov 3",
            MONDAY,
            ("2026-12-01", "2026-12-02", "2026-12-03", "2026-12-04", "2026-12-07"),
        ),
        (
            "ship everything, cheapest that arrives by the feast",
            MONDAY,
            ("2026-12-01", "2026-12-02", "2026-12-03", "2026-12-04", "2026-12-07"),
        ),
        (
            "ship everything by ground, arriving by Friday",
            MONDAY,
            ("the cheapest service that arrives by 2026-12-04", "UPS Ground, whenever it arrives"),
        ),
    ],
)
def test_what_is_unclear_is_asked(read: Read, text: str, today: date, options: tuple[str, ...]) -> None:
    found = read(text, today)
    assert isinstance(found, Ask), found
    assert found.options == options
    answered = read(text, today, answers={found.question: options[0]})
    assert isinstance(answered, ToolRequest)
    assert "arrive_by" in answered.arguments


def test_a_past_answer_is_asked_again(read: Read) -> None:
    text = "ship everything, cheapest that arrives by Nov 3"
    asked = read(text)
    assert isinstance(read(text, answers={asked.question: "2026-11-05"}), Ask)


def test_the_preview_is_changed_and_changed_back(read: Read) -> None:
    proposal = {"where": "TRUE", "in_words": "all orders", "service": "03"}
    found = read("cheapest that arrives by Friday", proposal=proposal)
    assert found.arguments == {"where": "TRUE", "in_words": "all orders", "arrive_by": "2026-12-04"}
    narrowed = read("only those over 2 lb", proposal=found.arguments)
    assert narrowed.arguments["arrive_by"] == "2026-12-04"
    named = read("make it 2 day", proposal=found.arguments)
    assert named.arguments == {"where": "TRUE", "in_words": "all orders", "service": "02"}


@pytest.mark.parametrize(
    "text",
    [
        "ship orders with need by before Dec 3 via ground",
        "ship the 3 cheapest orders by ground",
        "ship orders with need by Dec 4 by ground",
        "how many orders are there by state?",
        "ship everything that is there by state, ground",
    ],
)
def test_days_of_the_sheet_stay_conditions(read: Read, text: str) -> None:
    found = read(text)
    assert not (isinstance(found, ToolRequest) and {"arrive_by", "arrive_by_column"} & found.arguments.keys())
