"""Amounts of a chat script are what stands in the file: YAML would read `12:50` as 770 and `010` as 8."""

from pathlib import Path

import pytest

from agent.errors import ShipchatError
from agent.planning.model import Budget
from agent.scripts.model import load_script
from agent.scripts.player import options_of


def script(folder: Path, budget: str) -> Path:
    path = folder / "x.chat.yaml"
    path.write_text(f"budget: {budget}\nsteps:\n  - say: help\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("budget", "expected"),
    [
        ("{max_total: 40}", Budget(4_000, None)),
        ("{max_total: 12.5, max_rows: 3}", Budget(1_250, 3)),
        ('{max_total: "$1,200.50"}', Budget(120_050, None)),
        ("{max_rows: 010}", Budget(None, 10)),
        ("{max_total: }", Budget()),
        ("{}", Budget()),
    ],
)
def test_plain_amounts(tmp_path: Path, budget: str, expected: Budget) -> None:
    assert options_of(load_script(script(tmp_path, budget)), None).budget == expected


@pytest.mark.parametrize(
    "budget",
    [
        '{max_total: "12,50"}',
        "{max_total: $1,200.50}",
        "{max_total: 12:50}",
        "{max_total: .inf}",
        "{max_total: .nan}",
        "{max_total: true}",
        "{max_total: 1e3}",
        "{max_total: 1_000}",
        "{max_total: -5}",
        "{max_total: [4]}",
        "{max_total: ²}",
        "{max_rows: 1:30}",
        "{max_rows: 2.5}",
        "{max_rows: 0}",
    ],
)
def test_what_may_mean_two_things_is_refused(tmp_path: Path, budget: str) -> None:
    with pytest.raises(ShipchatError, match="E-2320"):
        load_script(script(tmp_path, budget))
