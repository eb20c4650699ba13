"""The evaluation set as a test: the offline brain, over the real data server."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]


# Every command of the corpus: the interpreter of the product in CI, the one in shadow by command.
@pytest.mark.parametrize(
    ("interpreter", "share"),
    [pytest.param("old", 0.95, marks=pytest.mark.slow), pytest.param("new", 0.97, marks=pytest.mark.thorough)],
)
def test_offline_understanding(interpreter, share):
    command = [sys.executable, "-m", "tests.evaluation", "--interpreter", interpreter, "--json"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False, timeout=1800)
    counts = json.loads(done.stdout)
    assert counts["too many"] == 0
    assert counts["not refused"] == 0
    assert counts["wrong service"] == 0
    assert counts["right"] >= share * counts["items"]
