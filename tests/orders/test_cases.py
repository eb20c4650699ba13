"""Small order files from the field: each ships what it says, or asks."""

from collections import Counter

import pytest

from tests.orders.cases import OWN, SHARED, Case, cases, problems, run
from tests.orders.drive import FileRunner
from tests.orders.judge import Outcome

MORE_OF_EACH = 3


@pytest.mark.parametrize("case", cases(OWN), ids=lambda case: f"{case['kind']}/{case['id']}")
def test_own_case(runner: FileRunner, case: Case) -> None:
    assert problems(case, run(runner, case)) == []


@pytest.mark.parametrize("case", cases(SHARED) if SHARED.exists() else [], ids=lambda case: str(case["id"]))
def test_shared_case(runner: FileRunner, case: Case) -> None:
    assert problems(case, run(runner, case)) == []


@pytest.mark.skipif(not SHARED.exists(), reason="../shared is not beside the repository")
def test_every_shared_kind_has_three_more() -> None:
    kinds = Counter(case["kind"] for case in cases(OWN))
    assert [case["id"] for case in cases(SHARED) if kinds[case["id"]] < MORE_OF_EACH] == []


def payload(name: str, weight: str = "2") -> dict[str, object]:
    address = {"lines": ["9 Gift Ln"], "city": "Boston", "state": "MA", "postal_code": "02116", "country_code": "US"}
    return {
        "ship_to": {"name": name, "address": address},
        "packages": [{"weight": {"value": weight, "unit": "LBS"}}],
        "service_code": "03",
    }


@pytest.mark.parametrize(
    ("want", "outcome", "right"),
    [
        ({"ship": {1: {"recipient": "Ann"}}}, Outcome("preview", {1: payload("Ann")}, {1}), True),
        ({"ship": {1: {"recipient": "Ann"}}}, Outcome("preview", {1: payload("Bill")}, {1}), False),
        ({"ship": {1: {"weight_lb": 2}}}, Outcome("preview", {1: payload("Ann", "2.1")}, {1}), False),
        ({"ship": {1: {"rows": [1, 2]}}}, Outcome("preview", {1: payload("Ann")}, {1, 2}), True),
        ({"ship": {1: {"rows": [1, 2]}}}, Outcome("preview", {1: payload("Ann"), 2: payload("Ann")}, {1, 2}), False),
        ({"ship": {1: {"rows": [1, 2]}}}, Outcome("preview", {1: payload("Ann")}, {1}), False),
        ({"ship": {1: {}}}, Outcome("needs_input", open_question="Which block?"), False),
        ({"ship": {1: {}}, "or": "ask"}, Outcome("needs_input", open_question="Which block?"), True),
        ({"ship": {1: {}}, "or": "ask"}, Outcome("answer", excluded={1: ["status says shipped"]}), False),
        ({"ship": {1: {}}, "or": "ask"}, Outcome("answer", excluded={1: ["E-2208 no state"]}), True),
        ({"not": [1]}, Outcome("preview", {1: payload("Ann")}, {1}), False),
        ({"not": [2]}, Outcome("preview", {1: payload("Ann")}, {1, 2}), False),
        ({"ask": "which block"}, Outcome("preview", {1: payload("Ann")}, {1}), False),
        (
            {"refuse": "row 2 is named"},
            Outcome("refused", error={"code": "E-1201", "message": "Row 2 is short."}),
            True,
        ),
        (
            {"refuse": "row 2 is named"},
            Outcome("refused", error={"code": "E-1201", "message": "A row is short."}),
            False,
        ),
        ({"not": [1]}, Outcome("refused", error={"code": "E-4105", "message": "Something unforeseen."}), False),
    ],
)
def test_the_judge_of_cases(want: dict[str, object], outcome: Outcome, right: bool) -> None:
    assert (problems({"want": want}, [outcome]) == []) == right
