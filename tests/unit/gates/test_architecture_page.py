"""docs/architecture.md: every file that it names is there, every package is named, the picture is the present one."""

import re
from pathlib import Path

from tests.architecture_picture import PICTURE, picture

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PATHS = re.compile(r"`((?:agent|mcp_servers|tui|tests|prompts|docs)/[\w./]+)`")


def test_every_file_that_the_pages_name_exists() -> None:
    named = PATHS.findall(PAGE) + PATHS.findall(CONTRIBUTING)
    assert len(named) > 30
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_package_of_the_agent_is_named() -> None:
    packages = {f"agent/{one.parent.name}/" for one in (ROOT / "agent").glob("*/__init__.py")}
    assert [one for one in sorted(packages) if one not in PAGE] == []


def test_the_picture_shows_the_packages_as_they_are() -> None:
    assert PICTURE.read_text(encoding="utf-8") == picture(), "python -m tests.architecture_picture"
