"""The commands that the README names do what it says (its two set-up lines are run by .ci/run in a fresh clone)."""

import re
from pathlib import Path

import pytest

from tests.integration.line.shop import Shop

README = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")


def test_the_readme_has_its_two_commands() -> None:
    lines = [line.strip() for line in README.splitlines() if line.startswith("    python3 -m venv")]
    assert len(lines) == 2
    assert lines[0].endswith("shipchat demo")
    assert "pytest" in lines[1]


@pytest.mark.slow
def test_the_commands_of_the_readme(shop: Shop) -> None:
    commands = re.findall(r"^    shipchat (.+?)(?:\s+#.*)?$", README, re.MULTILINE)
    spoken = [command for command in commands if command.startswith("-p")]
    assert len(spoken) == 2
    sentence = re.search(r'"(.+?)"', spoken[0])
    assert sentence is not None
    dry, real = (re.sub(r'^-p ".+?" ', "", command).split() for command in spoken)
    assert shop.run("-p", sentence.group(1), *dry).returncode == 0
    assert shop.run("-p", sentence.group(1), *real).returncode == 0
    listed = shop.run("jobs", "list")
    assert listed.returncode == 0
    job = listed.stdout.splitlines()[1].split()[0]
    assert shop.run("jobs", "resume", job).returncode == 0
    assert shop.run("jobs", "release", job, "--yes", "--now").returncode == 0
    assert "UPS Ground" in shop.run("jobs", "summary").stdout
    assert "No row failed" in shop.run("jobs", "retry", job).stdout
    checked = shop.run("doctor")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert shop.run("--help").returncode == 0
