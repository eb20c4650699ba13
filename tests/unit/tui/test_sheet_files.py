"""Files to open: what lies below a folder, what fits the typed letters, what a terminal drops."""

from pathlib import Path

import pytest

from tui.model.sheet_files import dropped_path, fitting, sheets_below


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (
        "orders.csv",
        "week 47/My Orders.xlsx",
        "a/b/c/deep.csv",
        "a/b/c/d/deeper.csv",
        ".hidden/x.csv",
        "notes.md",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    return tmp_path


def test_sheets_are_found_the_nearest_first_and_not_in_hidden_or_deep_folders(folder: Path) -> None:
    assert sheets_below(folder) == ["orders.csv", "week 47/My Orders.xlsx", "a/b/c/deep.csv"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", ["orders.csv", "week 47/My Orders.xlsx", "deep.csv"]),
        ("wk47", ["week 47/My Orders.xlsx"]),
        ("orders", ["orders.csv", "week 47/My Orders.xlsx"]),
        ("zebra", []),
    ],
)
def test_letters_in_their_order_find_a_path(typed: str, found: list[str]) -> None:
    assert fitting(["orders.csv", "week 47/My Orders.xlsx", "deep.csv"], typed) == found


@pytest.mark.parametrize("form", ["{path}", "'{path}'", '"{path}"', " {path} \n", "{escaped}", "file://{url}"])
def test_a_dropped_file_is_its_path_however_the_terminal_writes_it(folder: Path, form: str) -> None:
    path = str(folder / "week 47/My Orders.xlsx")
    said = form.format(path=path, escaped=path.replace(" ", "\\ "), url=path.replace(" ", "%20"))
    assert dropped_path(said) == path


@pytest.mark.parametrize("said", ["", "ship all", "orders.csv", "/nowhere/orders.csv", "it's", "/etc/passwd", "a\nb"])
def test_anything_else_that_is_pasted_is_text(said: str) -> None:
    assert dropped_path(said) is None
