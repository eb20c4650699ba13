"""A sheet comes with its folder, and anybody may have put files beside it: none of them is ever run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.line.shop import COMMAND, ORDERS

MODULES = ("json", "platformdirs", "sqlite3", "duckdb", "httpx2", "click", "typing_extensions", "sitecustomize")
PACKAGES = ("mcp_servers", "agent", "tui", "prompts")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the person works: orders, and modules that a stranger put there."""
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "orders.csv").write_bytes(ORDERS)
    mark = f"import pathlib; pathlib.Path({str(tmp_path / 'mark')!r}).write_text(__name__)\n"
    for module in MODULES:
        (folder / f"{module}.py").write_text(mark)
    for package in PACKAGES:
        (folder / package).mkdir()
        (folder / package / "__init__.py").write_text(mark)
    return folder


def run(folder: Path, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"SHIPCHAT_HOME": str(folder.parent / "home"), "SHIPCHAT_TODAY": "2026-11-20"}
    environment.pop("PYTHONPATH", None)
    return subprocess.run(
        [*arguments], cwd=folder, env=environment, input=given, text=True, capture_output=True, timeout=120, check=False
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("-p", "Ship all California orders via Ground", "--source", "orders.csv", "--yes"), id="-p"),
        *(
            pytest.param(arguments, marks=pytest.mark.slow, id=" ".join(arguments[:2]))
            for arguments in (
                ("demo",),
                ("doctor",),
                ("jobs", "list"),
                ("simulator", "--port", "0", "--until-stdin-closes"),
                ("mcp", "data"),
                ("mcp", "ups"),
                ("mcp", "jobs"),
            )
        ),
    ],
)
def test_nothing_beside_the_sheet_is_run(folder: Path, arguments: tuple[str, ...]) -> None:
    done = run(folder, COMMAND, *arguments)
    assert not (folder.parent / "mark").exists()
    assert done.returncode in (0, 1), done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("module", ["data", "ups", "jobs"])
def test_the_documented_line_runs_nothing_beside_the_sheet(folder: Path, module: str) -> None:
    done = run(folder, sys.executable, "-P", "-m", f"mcp_servers.{module}")
    assert not (folder.parent / "mark").exists()
    assert done.returncode == 0, done.stderr


def test_a_poisoned_module_would_be_noticed(folder: Path) -> None:
    run(folder, sys.executable, "-m", "mcp_servers.data")
    assert (folder.parent / "mark").exists()
