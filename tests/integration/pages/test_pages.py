"""The tutorial and the how-tos: every command and every sentence on them is run, and says what the page shows."""

import re
from pathlib import Path

import pytest

from tests.integration.pages.page import DOCS, PAGES, Block, blocks
from tests.integration.pages.reader import Reader
from tests.integration.pages.things import THINGS

FAST = {"tutorial"}
"""The how-tos are followed by CI's slow tests: all together they take longer than the README's command may."""


@pytest.mark.parametrize(
    "page",
    [pytest.param(page, id=page.stem, marks=[] if page.stem in FAST else pytest.mark.slow) for page in PAGES],
)
def test_a_reader_can_follow_the_page(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    reader = Reader(tmp_path, monkeypatch, capsys)
    try:
        for part in blocks(page):
            if isinstance(part, Block):
                reader.follow(part)
            else:
                THINGS[part](reader)
    finally:
        reader.close()


def test_every_page_has_something_to_run() -> None:
    for page in PAGES:
        run = [part for part in blocks(page) if isinstance(part, Block) and part.kind in {"console", "chat"}]
        assert any("shown only" not in block.notes for block in run), page


def test_every_code_that_the_pages_name_exists() -> None:
    known = (DOCS / "errors.md").read_text(encoding="utf-8")
    for page in PAGES:
        named = re.findall(r"E-\d{4}", page.read_text(encoding="utf-8"))
        assert [code for code in named if f"| {code} |" not in known] == []
