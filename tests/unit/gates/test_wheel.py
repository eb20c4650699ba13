"""The wheel holds what shipchat needs to run, and nothing else; the version is written in one place."""

import re
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parents[3]
PACKAGES = ("agent", "mcp_servers", "prompts", "tui")
DATA = {
    "agent/ledger/migrations/env.py",
    "agent/ledger/migrations/versions/0001_first.py",
    "agent/py.typed",
    "agent/scripts/sample_orders.csv",
    "agent/sheet/fields.toml",
    "agent/sheet/status_words.toml",
    "mcp_servers/data/server.json",
    "mcp_servers/jobs/server.json",
    "mcp_servers/ups/server.json",
    "prompts/VERSION",
    "prompts/system.md",
    "tui/shipchat.tcss",
}
"""One of each kind that is not code that something imports; the rest is held against the tree."""


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    folder = str(tmp_path_factory.mktemp("wheel"))
    (wheel,) = WheelBuilder(str(ROOT)).build(directory=folder, versions=["standard"])
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_it_holds_the_four_packages_whole(content: set[str]) -> None:
    tree = {
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    held = {name for name in content if ".dist-info/" not in name}
    assert held == tree
    assert held >= DATA


def test_it_holds_neither_tests_nor_documents(content: set[str]) -> None:
    tops = {name.split("/")[0] for name in content if ".dist-info/" not in name}
    assert tops == set(PACKAGES)
    notes = {name.split(".dist-info/")[1] for name in content if ".dist-info/" in name}
    assert notes == {"METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE"}


def test_the_sdist_holds_what_the_wheel_is_made_of_and_the_tests() -> None:
    files = {file.distribution_path for file in SdistBuilder(str(ROOT)).recurse_included_files()}
    assert {"pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "prompts/system.md", "tests/conftest.py"} <= files


def test_the_version_is_written_in_one_place() -> None:
    """A server.json must hold it too; tests/unit/shared/test_server_json.py compares those."""
    now = re.compile(rf"(?<![\d.]){re.escape(version('shipchat'))}(?![\d.])")
    code = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    assert [str(path) for path in code if now.search(path.read_text(encoding="utf-8"))] == []
    assert len(now.findall((ROOT / "pyproject.toml").read_text(encoding="utf-8").split("dependencies")[0])) == 1
