"""`shipchat demo` without a terminal, twice: the same conversation, played and told."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.integration.line.shop import COMMAND
from tests.ups_proxy import own_simulator


def demo(tmp_path: Path) -> "subprocess.CompletedProcess[str]":
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("SHIPCHAT_", "ANTHROPIC_"))}
    return subprocess.run(
        [COMMAND, "demo"],
        cwd=tmp_path,
        env=kept | own_simulator() | {"SHIPCHAT_HOME": str(tmp_path / "home")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.slow  # the README's first command runs the demo, too
def test_the_demo_ships_and_can_be_repeated(tmp_path: Path) -> None:
    for _ in range(2):
        done = demo(tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "5 shipped" in done.stdout
        assert "PRACTICE" in done.stdout
        sheet = Path(done.stdout.split("The sheet with its tracking numbers: ")[1].splitlines()[0])
        assert sheet.read_text().count("1ZSIMSIM") == 5
        labels = Path(done.stdout.split("The labels: ")[1].splitlines()[0])
        assert len(list(labels.rglob("*.zpl"))) == 5
        assert "Traceback" not in done.stderr
        assert "Warning" not in done.stderr
