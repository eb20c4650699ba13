"""What signature a sentence asks of all its parcels; a `no` never becomes a yes, and a column stays a condition."""

import pytest

from agent.understanding.requests import ToolRequest
from tests.unit.understanding.conftest import Interpret

KINDS = ("signature", "adult_signature")


def flags(action: object) -> set[str]:
    assert isinstance(action, ToolRequest), action
    assert action.name == "propose_shipment"
    return {kind for kind in KINDS if action.arguments.get(kind)}


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        ("ship the Texas orders via ground with adult signature", {"adult_signature"}),
        ("ship the Texas orders via ground, adult signature required", {"adult_signature"}),
        ("ship the Texas orders requiring an adult signature by ground", {"adult_signature"}),
        ("ship the Texas orders via ground with signature", {"signature"}),
        ("ship the Texas orders by ground, signature required", {"signature"}),
        ("Ship everything to California via 2nd day air with a signature", {"signature"}),
        ("ship the Texas orders via ground", set()),
    ],
)
def test_a_signature_for_all_of_them(interpret: Interpret, words: str, kinds: set[str]) -> None:
    action = interpret(words)
    assert flags(action) == kinds
    assert isinstance(action, ToolRequest)
    assert not action.arguments.get("ignored")


@pytest.mark.parametrize(
    "words",
    [
        "ship the Texas orders via ground without a signature",
        "ship the Texas orders via ground, no signature required",
        "ship the Texas orders via ground, no signature",
        "ship the Texas orders via ground with no adult signature",
        "ship the Texas orders via ground without adult signature",
        "ship the Texas orders via ground, do not require a signature",
        "ship the Texas orders via ground, signature not required",
        "ship the Texas orders via ground with no signature required",
    ],
)
def test_a_no_is_never_a_yes(interpret: Interpret, words: str) -> None:
    action = interpret(words)
    if isinstance(action, ToolRequest):
        assert flags(action) == set()
