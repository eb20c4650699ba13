"""The example and the command of docs/scripts.md work as they stand there."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.chat.conftest import HEADER

PAGE = (Path(__file__).parents[3] / "docs" / "scripts.md").read_text(encoding="utf-8")
COMMAND = Path(sys.executable).with_name("shipchat")


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """The page's example beside a sheet that fits it."""
    example = re.search(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert example is not None
    (tmp_path / "orders.csv").write_text(
        HEADER
        + "F-1,Dana Whitfield,14 Juniper Court,Sacramento,CA,95814,916-555-0101,2\n"
        + "F-2,Luis Ferrer,880 Harbor View Dr,San Diego,CA,92101,619-555-0102,3\n"
    )
    path = tmp_path / "NAME.chat.yaml"
    path.write_text(example[1])
    return path


def run(script: Path) -> "subprocess.CompletedProcess[str]":
    command = re.search(r"^    shipchat (script run \S+)", PAGE, re.MULTILINE)
    assert command is not None
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("SHIPCHAT_", "ANTHROPIC_"))}
    return subprocess.run(
        [COMMAND, *command[1].split()],
        cwd=script.parent,
        env=kept | {"SHIPCHAT_HOME": str(script.parent / "home")},
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.slow
def test_the_example_plays(script: Path) -> None:
    done = run(script)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1ZSIMSIM" in (script.parent / "orders.csv").read_text()


@pytest.mark.slow
def test_what_differs_is_told_and_exits_1(script: Path) -> None:
    script.write_text(script.read_text().replace('service_code: "03"', 'service_code: "02"'))
    done = run(script)
    assert done.returncode == 1
    assert "not as expected after “answer: UPS Ground”" in done.stderr
    assert "service_code: expected '02', got '03'" in done.stderr
