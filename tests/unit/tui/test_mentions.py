"""`@` completes folders and sheets; alone it opens one."""

from pathlib import Path

import pytest

from tui.model.mentions import completions, mention_before


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("orders.csv", "Orders May.xlsx", "notes.md", ".hidden.csv"):
        (tmp_path / name).touch()
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "orders-2025.csv").touch()
    return tmp_path


def test_folders_come_first_then_sheets_and_nothing_else(folder: Path) -> None:
    assert completions("", folder) == ["old/", "Orders May.xlsx", "orders.csv"]
    assert completions("ord", folder) == ["Orders May.xlsx", "orders.csv"]
    assert completions("old/", folder) == ["old/orders-2025.csv"]
    assert completions(".h", folder) == [".hidden.csv"]
    assert completions("none/", folder) == []
    assert completions("omay", folder) == ["Orders May.xlsx"], "letters in their order do"
    assert completions("yam", folder) == []
    assert completions(f"{folder}/old/o", Path("/")) == [f"{folder}/old/orders-2025.csv"]


@pytest.mark.parametrize(
    ("before", "found"),
    [
        ("@", ""),
        ("open @ord", "ord"),
        ('use @"Orders M', "Orders M"),
        ("mail a@b", None),
        ("@done now", None),
        ("plain", None),
    ],
)
def test_the_mention_before_the_cursor(before: str, found: str | None) -> None:
    mention = mention_before(before)
    assert (mention.text if mention else None) == found
