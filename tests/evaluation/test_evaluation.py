"""The evaluation set as a test: the offline brain, over the real data server."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]


@pytest.mark.slow
def test_offline_understanding():
    command = [sys.executable, "-m", "tests.evaluation", "--json"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False, timeout=1800)
    counts = json.loads(done.stdout)
    assert counts["too many"] == 0
    assert counts["not refused"] == 0
    assert counts["wrong service"] == 0
    assert counts["right"] >= 0.97 * counts["items"]
