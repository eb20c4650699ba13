"""A module reads in one sitting, and a folder is not a heap of crumbs."""

from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[3]
LINES = {
    path.relative_to(ROOT): len(path.read_text(encoding="utf-8").splitlines())
    for package in ("agent", "mcp_servers", "tui")
    for path in (ROOT / package).rglob("*.py")
}


def test_no_module_is_longer_than_400_lines() -> None:
    assert len(LINES) > 400
    assert {str(path): lines for path, lines in LINES.items() if lines > 400} == {}


def test_no_folder_holds_more_than_eight_modules_below_40_lines() -> None:
    small = Counter(path.parent for path, lines in LINES.items() if lines < 40 and not path.name.startswith("__"))
    assert {str(folder): count for folder, count in small.items() if count > 8} == {}
