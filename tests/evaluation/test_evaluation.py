"""The evaluation set as a test: the offline brain, over the real data server."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]


@pytest.mark.slow  # every command of the corpus
@pytest.mark.parametrize(("interpreter", "share"), [("old", 0.95), ("new", 0.97)])
def test_offline_understanding(interpreter, share):
    command = [sys.executable, "-m", "tests.evaluation", "--interpreter", interpreter, "--json"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False, timeout=300)
    counts = json.loads(done.stdout)
    assert counts["too many"] == 0
    assert counts["not refused"] == 0
    assert counts["wrong service"] == 0
    assert counts["right"] >= share * counts["items"]
