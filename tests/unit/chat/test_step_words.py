"""Steps in the chat are said in words; what is not simple is not spelled out as SQL."""

import pytest

from agent.chat.tools.catalogue import all_tools
from agent.chat.tools.step_words import clause_words, step_words


@pytest.mark.parametrize(
    ("clause", "words"),
    [
        ("\"State\" = 'CA'", "State is CA"),
        ("State = 'CA' AND \"Weight (lb)\" > 10", "State is CA and Weight (lb) is over 10"),
        ("State IN ('CA', 'TX') or Total <= 50.5", "State is one of CA, TX or Total is at most 50.5"),
        ("State <> 'CA'", "State is not CA"),
        ("lower(State) = 'ca'", ""),
        ("NOT State = 'CA'", ""),
        ("(State = 'CA')", ""),
        ("State = 'CA' AND", ""),
        ("State = 'CA' OR Phone IS NULL", ""),
    ],
)
def test_a_simple_clause_has_words_and_another_has_none(clause: str, words: str) -> None:
    assert clause_words(clause) == words


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("count_rows", {"where": "\"State\" = 'CA'"}, "counted the orders where State is CA"),
        ("count_rows", {"where": "TRUE"}, "counted all orders"),
        ("count_rows", {"where": "lower(x) = 'y'"}, "counted the orders that were asked for"),
        (
            "aggregate",
            {"function": "avg", "column": "Total", "group_by": "State"},
            "worked out the average of Total by State, all orders",
        ),
        ("set_default", {"field": "weight_unit", "value": "oz"}, "noted the weight unit: oz"),
        ("shop__list_orders", {}, "shop: list orders"),
    ],
)
def test_a_call_is_said_in_words(tool: str, arguments: dict[str, str], words: str) -> None:
    assert step_words(tool, arguments) == words


def test_no_tool_is_said_as_code() -> None:
    for name in all_tools():
        assert not {"_", "`", '"'} & set(step_words(name, {}).replace("None", "")), name
