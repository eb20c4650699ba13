"""The exit code tells money states apart; doubt outranks failure, failure outranks warnings."""

from typing import Any

import pytest

from agent.chat import turns
from agent.cli.exits import Exit, exit_for
from agent.ledger import faults


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ({"status": "completed", "rows": {"completed": 3}}, 0),
        ({"status": "answer"}, 0),
        ({"status": "answer", "excluded": {"already shipped by batch 7f3a": [2]}, "warnings": []}, 0),
        ({"status": "answer", "excluded": {"in doubt in batch 7f3a": [2]}, "warnings": ["Not sent, row 2"]}, 5),
        ({"status": "failed", "rows": {"completed": 2, "pending": 1}, "error": {"code": "E-4203"}}, 6),
        ({"status": "failed", "rows": {"completed": 0, "pending": 3}, "error": {"code": "E-4203"}}, 1),
        ({"status": "paused", "rows": {"completed": 2, "pending": 1}}, 1),
        ({"status": "preview"}, 3),
        ({"status": "needs_input"}, 3),
        ({"status": "failed", "rows": {"failed": 1, "in_doubt": 0}}, 4),
        ({"status": "failed", "rows": {"failed": 1, "in_doubt": 1}}, 6),
        ({"status": "completed_with_warnings", "rows": {"in_doubt": 0}}, 5),
        ({"status": "refused", "error": {"code": "E-1001"}}, 1),
        ({"status": "refused", "error": {"code": "E-2303"}}, 3),
        ({"status": "refused", "error": {"code": turns.NEEDS_LIMIT.code}}, 3),
        ({"status": "refused", "error": {"code": faults.OVER_BUDGET.code}}, 3),
    ],
)
def test_exit_codes(result: dict[str, Any], expected: int) -> None:
    assert exit_for(result) == expected


def test_a_dry_run_ends_well_at_its_preview() -> None:
    assert exit_for({"status": "preview"}, dry_run=True) is Exit.DONE
