"""A turn's result is the fold of its events: what each of them adds, and that nobody else writes it."""

import ast
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

import agent
from agent.chat.result import TurnResult, TurnResults
from agent.errors import ShipchatError
from agent.events import (
    AllowanceUpdated,
    ApprovalGiven,
    ApprovalWithheld,
    AssistantSaid,
    BatchFinished,
    BatchRefused,
    ErrorCorrected,
    ErrorShown,
    Event,
    LabelsVoided,
    NothingToShip,
    NoticeShown,
    PreviewReady,
    QuestionAnswered,
    QuestionAsked,
    RequestDeclined,
    RowsSelected,
    TableShown,
    TurnStarted,
    TurnStopped,
    UsageReported,
)

PREVIEW = PreviewReady(
    digest="d1",
    short_digest="d1",
    command="ship all",
    filter_in_words="all rows",
    filter_sql="TRUE",
    total_rows=2,
    lines=[],
    total_cents=1234,
    estimated=False,
    cheapest=None,
    most_expensive=None,
    excluded={"has shipped": [4]},
    boundary=["Row 9 is just beyond."],
    warnings=["row 2: long name"],
    mapping=[("name", "Recipient")],
    mapping_is_new=False,
    environment="simulator",
    account="••1234",
    approval_sentence="Ship 2 rows.",
    typed_confirmation=None,
    row_numbers=[1, 2],
    service_code="03",
)
FINISHED = BatchFinished(
    job_id="7f3a",
    status="completed",
    rows={"completed": 2, "failed": 0, "in_doubt": 0, "pending": 0, "skipped": 0},
    spent_cents=1200,
    labels_path="",
    sheet="",
    text="2 shipped.",
    tracking=[{"row_number": 1}, {"row_number": 2}],
    warnings=["the label of row 2 is late"],
)
LIMIT = AllowanceUpdated("$3.00 left of $5.00", max_total_cents=500, left_cents=300)
USED = UsageReported(100, 20, 1, budget_cents=50)
FAULT = {"code": "E-3500", "message": "No price.", "remedy": "Try again."}


def folded(*events: Event) -> dict[str, Any]:
    results = TurnResults()
    for event in events:
        results.apply(event)
    return results.current.as_dict()


def differing(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in one.items() if value != other[name]}


@pytest.mark.parametrize(
    ("events", "told"),
    [
        pytest.param([], {}, id="nothing"),
        pytest.param([AssistantSaid("Hello."), NoticeShown("There.", kept_as="text")], {"text": "Hello.\nThere."}, id="said"),
        pytest.param([NoticeShown("Trying again.")], {}, id="in passing"),
        pytest.param([NoticeShown("Row 3.", kept_as="warning")], {"warnings": ["Row 3."]}, id="a warning"),
        pytest.param([TableShown("T", [], [], 0)], {}, id="a table for the screen"),
        pytest.param([TableShown("T", [], [], 0, "No row.")], {"text": "No row."}, id="a table with a summary"),
        pytest.param([LIMIT], {"allowance": {**asdict(LIMIT), "left_cents": 300}}, id="a limit"),
        pytest.param([LIMIT, AllowanceUpdated("")], {}, id="a limit that is gone"),
        pytest.param([UsageReported(1, 1, None), USED], {"model_usage": asdict(USED)}, id="what a model used"),
        pytest.param(
            [QuestionAsked("q1", "Which?", ["A", "B"])],
            {"status": "needs_input", "text": "Which?", "question": {"text": "Which?", "options": ["A", "B"]}},
            id="a question",
        ),
        pytest.param([QuestionAsked("q1", "Which?", ["A"]), QuestionAnswered("q1", "A")], {}, id="an answer"),
        pytest.param([QuestionAsked("q1", "Which?", ["A"]), TurnStopped()], {}, id="a question let go"),
        pytest.param(
            [RowsSelected("TRUE", "all", {"held": [2]}), NothingToShip({"held": [2, 3]}, ["held"])],
            {"filter_clause": "TRUE", "filter_in_words": "all", "excluded": {"held": [2, 3]}, "warnings": ["held"]},
            id="nothing to ship",
        ),
        pytest.param([ErrorShown(**FAULT)], {}, id="an error that ends nothing"),
        pytest.param(
            [ErrorShown(**FAULT, ends="turn")], {"status": "refused", "error": FAULT, "text": "No price."}, id="a turn refused"
        ),
        pytest.param(
            [RequestDeclined(**FAULT)], {"status": "refused", "error": FAULT, "text": "No price."}, id="declined by the answer"
        ),
        pytest.param([ErrorShown(**FAULT, ends="call"), ErrorCorrected("E-3500")], {}, id="a call corrected"),
        pytest.param(
            [FINISHED, ErrorShown(**FAULT, ends="turn")],
            {
                "status": "completed_with_warnings", "error": FAULT, "text": "2 shipped.", "job_id": "7f3a",
                "warnings": ["the label of row 2 is late", "E-3500: No price."],
                "rows": FINISHED.rows, "spent_cents": 1200, "tracking": FINISHED.tracking, "currency": "USD",
            },
            id="a fault after a batch",
        ),
        pytest.param(
            [ErrorShown(**FAULT, ends="batch"), BatchRefused("7f3a", {"in_doubt": 1}, 0, [], [], [{"row_number": 3}], ["locked"])],
            {
                "status": "refused", "error": FAULT, "text": "No price.", "job_id": "7f3a", "rows": {"in_doubt": 1},
                "in_doubt": [{"row_number": 3}], "warnings": ["locked"],
            },
            id="a batch that did not begin",
        ),
        pytest.param(
            [LabelsVoided("7f3a", [2], [3], None)], {"status": "completed_with_warnings", "job_id": "7f3a"}, id="half of a void"
        ),
        pytest.param([LabelsVoided("7f3a", [2], [], None)], {"status": "completed", "job_id": "7f3a"}, id="a void"),
        pytest.param([LabelsVoided("7f3a", None, [2], None)], {"status": "failed", "job_id": "7f3a"}, id="a void that broke off"),
    ],
)  # fmt: skip
def test_what_an_event_adds(events: list[Event], told: dict[str, Any]) -> None:
    nothing = TurnResult().as_dict()
    assert differing(folded(*events), nothing) == told


SELECTED = {
    "currency": "USD",
    "filter_clause": "TRUE", "filter_in_words": "all rows", "excluded": {"has shipped": [4]}, "service_code": "03",
    "total_rows": 2, "total_estimated_cost_cents": 1234, "warnings": ["row 2: long name"],
    "mapping": [("name", "Recipient")], "row_numbers": [1, 2],
}  # fmt: skip


def test_a_preview_is_what_waits() -> None:
    told = differing(folded(PREVIEW), TurnResult().as_dict())
    assert told == SELECTED | {"status": "preview", "text": "Ship 2 rows.\nRow 9 is just beyond."}


def test_the_turn_that_approves_takes_over_what_the_preview_selected() -> None:
    told = folded(PREVIEW, TurnStarted("test", {"name": "x"}), ApprovalGiven("d1", "key", "", "Ship 2 rows."), FINISHED)
    assert {name: told[name] for name in SELECTED} == SELECTED | {
        "warnings": ["row 2: long name", "the label of row 2 is late"]
    }
    assert (told["environment"], told["source"], told["status"]) == ("test", {"name": "x"}, "completed")
    assert PREVIEW.warnings == ["row 2: long name"], "an event is a fact: no result changes it"


def test_another_approval_takes_over_nothing() -> None:
    told = folded(PREVIEW, TurnStarted("simulator"), ApprovalGiven("d2", "key", "", ""))
    assert differing(told, TurnResult().as_dict()) == {}


def test_a_flag_that_may_not_approve_leaves_the_preview() -> None:
    told = folded(PREVIEW, TurnStarted("simulator"), ApprovalWithheld("d1"))
    assert differing(told, TurnResult().as_dict()) == SELECTED | {"status": "preview", "text": "Ship 2 rows."}


def test_a_call_refused_after_a_preview_does_not_undo_it() -> None:
    assert folded(PREVIEW, ErrorShown(**FAULT, ends="call")) == folded(PREVIEW)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"rows_wait": True}, "completed_with_warnings"),
        ({"only_told": True}, "answer"),
        ({"status": "paused"}, "paused"),
    ],
)
def test_what_a_batch_came_to(change: dict[str, Any], status: str) -> None:
    assert folded(replace(FINISHED, **change))["status"] == status


def test_only_events_write_a_result() -> None:
    """`state.result.x = ...`, `result.x += ...` and the methods that change it stand in `result.py` alone."""
    found = []
    for path in Path(agent.__file__).parent.rglob("*.py"):
        if path.name == "result.py":
            continue
        source = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(source)) if "state.result" in source else ():
            targets = (
                node.targets
                if isinstance(node, ast.Assign)
                else [node.target]
                if isinstance(node, ast.AugAssign)
                else []
            )
            parts = [part for target in targets for part in ast.walk(target) if isinstance(part, ast.Attribute)]
            written = [part for part in parts if ast.unparse(part.value).endswith("state.result")]
            called = isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[0].endswith("state.result")
            if written or (called and not ast.unparse(node).endswith("as_dict()")):
                found.append(f"{path.name}:{node.lineno}")  # type: ignore[attr-defined]
    assert found == []


def test_a_refusal_before_any_turn_is_a_result_too() -> None:
    result = TurnResult()
    result.refuse(ShipchatError(**FAULT))
    assert result.as_dict() == folded(ErrorShown(**FAULT, ends="turn"))
