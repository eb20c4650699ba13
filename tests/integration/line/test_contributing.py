"""CONTRIBUTING.md: what it says to run runs."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^    (\.venv/bin/.*)$", PAGE.split("## Run one thing")[1].split("## ")[0], re.MULTILINE)


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_that_runs_one_thing_succeeds(command: str, tmp_path: Path) -> None:
    program, *arguments = command.split()
    run = [str(Path(sys.executable).with_name(Path(program).name)), *arguments]
    own = {"SHIPCHAT_HOME": str(tmp_path / "home"), "SHIPCHAT_STATE": str(tmp_path / "state")}
    done = subprocess.run(run, cwd=ROOT, env=os.environ | own, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_page_names_one_test_one_chat_script_and_one_benchmark() -> None:
    assert any("pytest tests/unit" in command for command in COMMANDS)
    assert any("script run" in command for command in COMMANDS)
    assert any("tests.benchmarks" in command for command in COMMANDS)
