"""A packing in the words of a command becomes an argument of the proposal, or a setting where it stands alone."""

from dataclasses import replace
from datetime import date

import pytest

from agent.understanding.interpret import interpret
from agent.understanding.requests import Say, ToolRequest
from agent.understanding.situation import Situation
from tests.unit.understanding.conftest import sheet_of

SHEET = replace(
    sheet_of(
        {"Order": ["1", "2", "3"], "State": ["TX", "CA", "TX"], "Item": ["Mug", "Lamp", "Mug"], "Name": ["A", "B", "C"]}
    ),
    boxes=("small",),
)
PLAIN = Situation(SHEET, date(2026, 11, 20))


def arguments(said: str, situation: Situation = PLAIN) -> dict[str, object]:
    action = interpret(said, situation).action
    assert isinstance(action, ToolRequest), action
    assert action.name == "propose_shipment"
    return action.arguments


@pytest.mark.parametrize(
    ("said", "packed"),
    [
        ("ship all Texas orders by ground in the small box", {"box": "small"}),
        ("ship all Texas orders by next day air in UPS letters", {"packaging": "UPS Letter"}),
        ("ship all Texas orders in paks by 2nd day air", {"packaging": "UPS Pak"}),
        ("ship all Texas orders by ground", {}),
    ],
)
def test_a_command_carries_its_packing(said: str, packed: dict[str, str]) -> None:
    found = arguments(said)
    assert found["where"] == "\"State\" = 'TX'"
    assert {name: found[name] for name in ("box", "packaging", "box_rules") if name in found} == packed


def test_some_orders_get_a_box_of_their_own() -> None:
    found = arguments("ship everything by ground, small boxes for the mugs")
    (rule,) = found["box_rules"]
    assert rule["box"] == "small"
    assert "Mug" in rule["where"]
    assert found["where"] == "TRUE"


def test_a_packing_alone_changes_the_preview_or_is_noted() -> None:
    noted = interpret("use the small box", PLAIN).action
    assert isinstance(noted, ToolRequest)
    assert (noted.name, noted.arguments) == ("set_default", {"field": "box", "value": "small"})
    before = interpret("ship all Texas orders by ground", PLAIN).request
    shown = replace(PLAIN, previous=before, preview_pending=True)
    assert arguments("use paks", shown) | {"where": ""} == {
        **arguments("ship all Texas orders by ground"),
        "packaging": "UPS Pak",
        "where": "",
    }


def test_a_box_for_some_of_nothing_is_refused() -> None:
    assert isinstance(interpret("small boxes for the mugs", PLAIN).action, Say)
