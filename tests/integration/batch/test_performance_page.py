"""The commands of docs/performance.md that concern execution run as written, in a tiny size."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
COMMANDS = sorted(set(re.findall(r"`(python -m tests\.(?:benchmarks|faults)[^`]*)`", PAGE)))


def test_the_page_names_every_command() -> None:
    assert {" ".join(command.split()[:4]) for command in COMMANDS} >= {
        *(f"python -m tests.benchmarks {name}" for name in ("executor", "end_to_end", "latency", "plain", "memory")),
        *(f"python -m tests.benchmarks {name}" for name in ("write_queue", "million_rows")),
        "python -m tests.faults seeded",
        "python -m tests.faults kills",
    }


LONG = ("start_up", "chat", "understanding")
"""Even in a tiny size: these start the command many times, or play many sentences."""


@pytest.mark.parametrize(
    "command",
    [pytest.param(one, marks=[pytest.mark.thorough] if one.split()[3] in LONG else []) for one in COMMANDS],
)
def test_a_command_of_the_page_runs(command: str) -> None:
    words = re.sub(r"--count \d+", "--count 1", command).split()[1:]
    if words[1] == "tests.benchmarks":
        words += ["--rows", "20"]
    done = subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout)
