"""The sheets that were opened last."""

from datetime import date
from pathlib import Path

from agent.chat.welcome_turn import telling_columns
from agent.opening.recent_sheets import MOST_KEPT, RecentSheets, sheets_in

DAY = date(2026, 11, 20)


def test_the_newest_stands_first_each_file_once_and_what_is_gone_is_not_offered(tmp_path: Path) -> None:
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    one.touch(), two.touch()
    recent = RecentSheets(tmp_path / "home")
    for path in (one, two, one, tmp_path / "gone.csv"):
        recent.add(str(path), 3, DAY)
    recent.add("db:shop", 3, DAY)
    assert [(sheet.path, sheet.rows, sheet.day) for sheet in recent.list()] == [
        (str(one), 3, "2026-11-20"),
        (str(two), 3, "2026-11-20"),
    ]
    one.unlink()
    assert [sheet.path for sheet in recent.list()] == [str(two)]


def test_a_list_that_cannot_be_read_offers_nothing_and_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "recent-sheets.json").write_text("{broken")
    sheet = tmp_path / "one.csv"
    sheet.touch()
    recent = RecentSheets(tmp_path)
    assert recent.list() == []
    recent.add(str(sheet), 1, DAY)
    assert len(recent.list()) == 1


def test_the_list_stays_short(tmp_path: Path) -> None:
    recent = RecentSheets(tmp_path / "home")
    for number in range(MOST_KEPT + 2):
        path = tmp_path / f"{number}.csv"
        path.touch()
        recent.add(str(path), 1, DAY)
    assert len(recent.list()) == MOST_KEPT
    assert recent.list()[0].path.endswith(f"{MOST_KEPT + 1}.csv")


def test_only_order_files_of_a_folder_are_offered(tmp_path: Path) -> None:
    for name in ("a.csv", "b.xlsx", "c.numbers", "d.md", ".e.csv"):
        (tmp_path / name).touch()
    assert sorted(Path(path).name for path in sheets_in(tmp_path, 8)) == ["a.csv", "b.xlsx"]
    assert sheets_in(tmp_path / "nowhere", 8) == []


def test_a_sample_shows_what_a_person_knows_an_order_by() -> None:
    roles = {"Zip": "postal_code", "Town": "city", "No": "order_number", "Wt": "weight", "Who": "name"}
    assert telling_columns(["Zip", "Town", "No", "Wt", "Who"], roles) == ["No", "Who", "Town", "Wt"]
    assert telling_columns(["A", "B"], {}) == ["A", "B"]
