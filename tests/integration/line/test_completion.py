"""Shell completion, short ids and `last`."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.integration.line.shop import COMMAND, SENTENCE, Shop


def completed(words: str, folder: Path, **environment: str) -> list[str]:
    """What bash would be told for a line whose last word is being typed: `kind,word` lines."""
    asked = {"_SHIPCHAT_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(len(words.split(" ")) - 1)}
    own = {"SHIPCHAT_HOME": str(folder / "home"), "SHIPCHAT_STATE": str(folder / "state")}
    done = subprocess.run(
        [COMMAND], env=os.environ | own | asked | environment, capture_output=True, text=True, check=True, cwd=folder
    )
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("shipchat jo", "plain,jobs"),
        ("shipchat or", "file,or"),
        ("shipchat jobs sh", "plain,show"),
        ("shipchat --max", "plain,--max-total"),
        ("shipchat completion z", "plain,zsh"),
        ("shipchat --source or", "file,or"),
    ],
)
def test_words_are_completed(words: str, expected: str, tmp_path: Path) -> None:
    assert expected in completed(words, tmp_path)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_for_each_shell(shell: str, tmp_path: Path) -> None:
    own = {"SHIPCHAT_HOME": str(tmp_path)}
    done = subprocess.run(
        [COMMAND, "completion", shell], env=os.environ | own, capture_output=True, text=True, check=True
    )
    assert "_SHIPCHAT_COMPLETE" in done.stdout


@pytest.mark.slow
def test_a_batch_is_named_by_last_or_by_the_beginning_of_its_id(shop: Shop) -> None:
    result, _ = shop.say(SENTENCE, "--yes")
    job = result["job_id"]
    whole = shop.run("jobs", "show", job).stdout
    assert job in whole
    assert shop.run("jobs", "show", "last").stdout == whole
    assert shop.run("jobs", "show", job[:6]).stdout == whole
    unknown = shop.run("jobs", "show", "zzzzzz")
    assert unknown.returncode == 1
    assert "E-4205" in unknown.stderr
    state = str(shop.folder / "state")
    assert f"plain,{job}" in completed(f"shipchat jobs show {job[:3]}", shop.folder, SHIPCHAT_STATE=state)
