"""What an answer means: `outcome` alone decides, and what cannot be read is unknown (docs/money.md)."""

from typing import Any

import pytest

from agent.batch.executor.outcome import judge, lost
from agent.errors import SERVER_GONE, SERVER_NOT_STARTED, error

DONE: dict[str, Any] = {
    "outcome": "done",
    "trackingNumbers": ["1Z1"],
    "totalCharges": {"monetaryValue": "12.345", "currencyCode": "USD"},
}


def test_a_whole_answer_is_done() -> None:
    answered = judge(DONE)
    assert (answered.outcome, answered.tracking_numbers, answered.charge_cents) == ("done", ["1Z1"], 1235)


@pytest.mark.parametrize(
    "change",
    [
        {"trackingNumbers": []},
        {"trackingNumbers": None},
        {"trackingNumbers": "1Z1"},
        {"trackingNumbers": ["1Z1", "1Z1"]},
        {"outcome": None},
        {"outcome": "maybe"},
        {"outcome": "not_done"},
        {"totalCharges": {"monetaryValue": "a lot"}},
        {"totalCharges": {"monetaryValue": "NaN"}},
        {"totalCharges": {"monetaryValue": "Infinity"}},
        {"totalCharges": {"monetaryValue": "-1.00"}},
        {"totalCharges": "12.00"},
        {"labelPaths": 7},
    ],
)
def test_what_cannot_be_read_is_unknown(change: dict[str, Any]) -> None:
    assert judge(DONE | change).outcome == "unknown"


def test_masked_numbers_of_the_test_environment_may_be_alike() -> None:
    assert judge(DONE | {"trackingNumbers": ["1ZXXXXXXXXXXXXXXXX"] * 2}).outcome == "done"


@pytest.mark.parametrize(
    ("outcome", "verdict"), [("not_done", "not_done"), ("unknown", "unknown"), ("done", "unknown"), (None, "unknown")]
)
def test_a_refusal_counts_by_its_outcome_and_not_by_its_status(outcome: str | None, verdict: str) -> None:
    reply = {"isError": True, "code": "E-3001", "message": "bad ZIP", "http_status": 400, "retryable": True}
    assert judge(reply | ({"outcome": outcome} if outcome else {})).outcome == verdict


def test_only_a_server_that_never_started_proves_that_nothing_was_sent() -> None:
    assert lost(error(SERVER_NOT_STARTED, server="ups", reason="no memory", log="x")).outcome == "not_done"
    assert lost(error(SERVER_GONE, server="ups", tool="shipping_create", reason="closed")).outcome == "unknown"
    assert lost(TimeoutError()).outcome == "unknown"
