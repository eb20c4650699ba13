"""Which commands make return labels, and which never do: a return is not shipped, and a shipment is not a return."""

import pytest

from agent.brains.protocol import Conversation
from agent.understanding.requests import Ask, Say, ToolRequest
from tests.unit.understanding.conftest import TODAY, meaning, sheet_of

SHEET = sheet_of(
    {
        "Order Number": ["1001", "1002", "1003"],
        "Name": ["Dana Whitfield", "Bo Reed", "Cy Young"],
        "State": ["TX", "CA", "TX"],
        "Total": ["10", "120", "30"],
        "Ship Via": ["UPS Ground", "2nd Day Air", "UPS Ground"],
    }
)
TEXAS = "\"State\" = 'TX'"


def means(words: str, sheet: object = SHEET, **answers: str) -> ToolRequest | Ask | Say:
    talk = Conversation(today=TODAY)
    talk.answers.update(answers)
    return meaning(words, sheet, talk, lambda clauses: dict.fromkeys(clauses, 1))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("words", "kind", "where"),
    [
        ("make return labels for order 1001", "print", "\"Order Number\" = '1001'"),
        ("print a return label for the Texas orders by ground", "print", TEXAS),
        ("Please create return labels for the Texas orders", "print", TEXAS),
        ("make returns for the Texas orders", "print", TEXAS),
        ("return labels for the Texas orders", "print", TEXAS),
        ("email return labels to the Texas customers", "email", TEXAS),
        ("e-mail the Texas customers return labels", "email", TEXAS),
        ("create e-mailed return labels for orders over $50", "email", '"Total" > 50'),
        ("make return labels for the Texas orders by email", "email", TEXAS),
        ("make return labels for order 1001 with one pickup attempt", "one_attempt", "\"Order Number\" = '1001'"),
        ("make return labels for order 1001 with 3 pickup attempts", "three_attempts", "\"Order Number\" = '1001'"),
        ("email Dana Whitfield a return label", "email", "\"Name\" = 'Dana Whitfield'"),
    ],
)
def test_a_return_of_the_orders_that_are_named(words: str, kind: str, where: str) -> None:
    action = means(words)
    assert isinstance(action, ToolRequest), action
    assert action.name == "propose_shipment"
    assert (action.arguments["options"], action.arguments["where"]) == ({"returns": kind}, where)
    assert "service_column" not in action.arguments, "that column names the service of the way out"


@pytest.mark.parametrize(
    ("words", "batch"),
    [
        ("email return labels to the customers of yesterday's batch", "2026-11-19"),
        ("make return labels for today's batch", "2026-11-20"),
        ("make return labels for the last batch", "last"),
        ("print return labels for everyone in batch 5f417ecece2f by ground", "5f417ecece2f"),
    ],
)
def test_the_rows_of_a_batch(words: str, batch: str) -> None:
    action = means(words)
    assert isinstance(action, ToolRequest), action
    assert (action.arguments["of_batch"], action.arguments["where"]) == (batch, "TRUE")


@pytest.mark.parametrize(
    "words",
    [
        "ship the Texas orders by ground",
        "ship order 1001 again by ground",
        "send the Texas orders by 2nd day air",
        "print labels for the Texas orders by ground",
        "make labels for the Texas orders by ground",
        "ship order 1001 by ground with a return label",
        "ship the Texas orders by ground and include return labels",
        "ship the returned orders by ground",
        "ship the Texas orders by ground, no return label",
    ],
)
def test_a_shipment_is_never_a_return(words: str) -> None:
    action = means(words)
    if isinstance(action, ToolRequest):
        assert "options" not in action.arguments
    else:
        assert isinstance(action, (Ask, Say))


def test_a_shipment_with_a_return_label_is_not_shipped_without_it() -> None:
    action = means("ship order 1001 by ground with a return label")
    assert isinstance(action, Say)
    assert action.refusal


def test_how_the_customers_get_them_is_asked_where_the_words_leave_it_open() -> None:
    words = "send return labels to the Texas customers"
    asked = means(words)
    assert isinstance(asked, Ask)
    action = means(words, **{asked.question: "UPS e-mails them to the customers"})
    assert isinstance(action, ToolRequest)
    assert action.arguments["options"] == {"returns": "email"}


def test_a_column_about_returns_stays_a_condition() -> None:
    sheet = sheet_of({"Order Number": ["1", "2"], "Return Label": ["yes", "no"], "State": ["TX", "CA"]})
    action = means("ship the orders where Return Label is no by ground", sheet)
    assert isinstance(action, ToolRequest)
    assert "options" not in action.arguments
    assert "Return Label" in action.arguments["where"]


def test_what_a_return_cannot_be_is_said() -> None:
    for more in ("deliver on Saturday", "bill the receiver", "and notify the customers by email"):
        action = means(f"make return labels for order 1001 by ground, {more}")
        assert isinstance(action, Say), more
        assert action.refusal
