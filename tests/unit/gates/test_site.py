"""mkdocs.yml: every page of docs/ has its place in the navigation, and a reader's browser is sent nowhere else."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"
SITE: dict[str, Any] = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))


def pages(part: Any) -> Iterator[str]:
    """The files that a part of the navigation names, in order."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for inner in part.values():
            yield from pages(inner)
    else:
        for inner in part:
            yield from pages(inner)


def test_every_page_is_in_the_navigation_once() -> None:
    named = list(pages(SITE["nav"]))
    assert sorted(named) == sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md"))


def test_the_navigation_is_by_kind() -> None:
    kinds = [name for part in SITE["nav"] for name in part if name != "Home"]
    assert kinds == [kind for kind in ("Tutorial", "How-to", "Reference", "Explanation") if kind in kinds]


def test_the_site_has_no_host_and_fetches_no_font() -> None:
    assert not SITE.keys() & {"site_url", "repo_url", "edit_uri"}
    assert SITE["theme"]["font"] is False
    assert "analytics" not in SITE.get("extra", {})


def test_every_block_of_a_page_is_drawn_as_one() -> None:
    """What stands behind a fence is a language and perhaps a title: anything else is drawn as text, without a warning."""
    form = re.compile(r' *```(\w+( title="[^"]+")?)?')
    for page in DOCS.rglob("*.md"):
        fences = [line for line in page.read_text(encoding="utf-8").splitlines() if line.strip().startswith("```")]
        assert [line for line in fences if not form.fullmatch(line)] == [], page
        assert len(fences) % 2 == 0, page
