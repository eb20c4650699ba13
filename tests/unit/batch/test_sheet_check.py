"""Which rows stay because their cells were filled since the approval, and what a result may replace."""

from typing import Any

import pytest

from agent.batch.executor.sheet_check import changed_since
from agent.batch.writeback.expected_cells import PLACEHOLDERS, may_replace
from agent.batch.writeback.outbox import is_durable
from agent.batch.writeback.sheet_tracking import read_cells
from agent.sheet.readiness import Meaning, meaning_of, status_columns

OLD, NEW, PRACTICE = "1Z999AA10123456784", "1Z999AA10123456775", "1ZSIMSIM0300000011"


def planned(*cells: dict[str, str], known: bool = True) -> dict[str, Any]:
    numbers = list(range(1, len(cells) + 1))
    return {"row_numbers": numbers, "result_cells": list(cells) if known else None}


@pytest.mark.parametrize(
    ("seen", "now", "stays"),
    [
        ("", "", False),
        ("", NEW, True),
        ("", "HOLD", True),
        ("n/a", "n/a", False),
        ("n/a", NEW, True),
        ("n/a", "", False),
        (OLD, OLD, False),
        (OLD, "", False),
        (OLD, NEW, True),
        (OLD, f"{OLD}, {NEW}", True),
    ],
)
@pytest.mark.parametrize("reship", [False, True])
def test_a_cell_that_was_filled_since_keeps_its_row(seen: str, now: str, reship: bool, stays: bool) -> None:
    plan = planned({"tracking_number": seen} if seen else {})
    cells = {1: {"tracking_number": now} if now else {}}
    said = changed_since(plan, cells, environment="production", reship=reship)
    assert said == ((0, now) if stays else None)


@pytest.mark.parametrize(
    ("seen", "now", "stays"),
    [("", "2026-11-20", True), ("", "with Bob", False), ("2026-11-20", "2026-11-20", False), ("1/2", "3/4", True)],
)
def test_so_does_a_time(seen: str, now: str, stays: bool) -> None:
    said = changed_since(planned({"shipped_at": seen}), {1: {"shipped_at": now}}, environment="simulator", reship=False)
    assert said == ((0, now) if stays else None)


def test_one_row_of_a_parcel_keeps_the_parcel() -> None:
    said = changed_since(planned({}, {}, {}), {2: {"tracking_number": NEW}}, environment="simulator", reship=False)
    assert said == (1, NEW)


def test_a_row_that_is_gone_says_nothing() -> None:
    assert changed_since(planned({}), {}, environment="production", reship=False) is None


@pytest.mark.parametrize(
    ("now", "environment", "reship", "stays"),
    [
        (NEW, "production", False, True),
        (NEW, "production", True, False),
        ("n/a", "production", False, False),
        (PRACTICE, "production", False, False),
        (PRACTICE, "simulator", False, True),
    ],
)
def test_a_plan_of_an_earlier_version(now: str, environment: str, reship: bool, stays: bool) -> None:
    plan = planned({}, known=False)
    said = changed_since(plan, {1: {"tracking_number": now}}, environment=environment, reship=reship)
    assert (said is not None) == stays


@pytest.mark.parametrize("text", ["N/A", "pending", "-", "0", "Tbd"])
def test_a_text_that_says_no_number_gives_way(text: str) -> None:
    assert may_replace({"tracking_number": text}, reship=False)["expected"] == text
    assert not any(digit in word for word in PLACEHOLDERS for digit in "123456789")


@pytest.mark.parametrize("text", sorted(PLACEHOLDERS))
def test_what_gives_way_never_kept_an_order_back(text: str) -> None:
    """The words of a tracking column that mean shipped, held or cancelled are never overwritten."""
    (column,) = status_columns(["Tracking Number"])
    assert meaning_of(text, column.kind) in {Meaning.READY, Meaning.UNKNOWN}


@pytest.mark.parametrize("text", [OLD, "HOLD", "see Bob", PRACTICE])
def test_anything_else_gives_way_to_a_shipment_that_goes_again_only(text: str) -> None:
    seen = {"tracking_number": text, "shipped_at": "11/20"}
    assert may_replace(seen, reship=False) == {"expected": "", "expected_shipped_at": "11/20"}
    assert may_replace(seen, reship=True) == {"expected": text, "expected_shipped_at": "11/20"}


@pytest.mark.parametrize(
    ("answer", "durable"),
    [
        ({"success": True}, True),
        ({"success": False, "where": "sidecar"}, True),
        ({"success": False, "where": "nowhere"}, False),
        ({"success": None}, False),
        ({"success": "no"}, False),
        ({}, False),
    ],
)
def test_an_answer_that_does_not_say_so_is_no_proof(answer: dict[str, Any], durable: bool) -> None:
    assert is_durable(answer) == durable


@pytest.mark.parametrize("answer", [{"isError": True, "code": "E-1002", "message": "gone"}, {}, OSError("away")])
async def test_a_sheet_that_cannot_be_read_says_nothing(answer: Any) -> None:
    async def data(_tool: str, _arguments: dict[str, Any]) -> dict[str, Any]:
        if isinstance(answer, Exception):
            raise answer
        return dict(answer)

    assert await read_cells(data, {"source_id": "s", "descriptor": {"type": "csv"}}, [(1, "c")]) == {}
