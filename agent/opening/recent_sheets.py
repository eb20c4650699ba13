"""The sheets that were opened last, by their paths: kept in the home, for a person who comes back."""

import json
import os
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from agent.durable import replace_file
from agent.sheet.kinds import OPENED

MOST_KEPT = 20
MOST_LOOKED_AT = 200
"""Entries of a folder, so that a huge one stays quick."""


@dataclass(frozen=True, slots=True)
class RecentSheet:
    """A file that was opened."""

    path: str
    rows: int
    day: str
    """ISO 8601."""


class RecentSheets:
    """The list of one home, the newest first."""

    def __init__(self, home: Path) -> None:
        self._file = home / "recent-sheets.json"

    def list(self) -> list[RecentSheet]:
        """Those that are still there. A list that cannot be read offers nothing: it holds nothing that counts."""
        try:
            kept = [RecentSheet(**entry) for entry in json.loads(self._file.read_text(encoding="utf-8"))]
        except (OSError, ValueError, TypeError):
            return []
        return [sheet for sheet in kept if Path(sheet.path).is_file()]

    def add(self, path: str, rows: int, day: date) -> None:
        """Remember a file; a database is none, and neither is what is gone by now."""
        if not Path(path).is_file():
            return
        opened = RecentSheet(str(Path(path).absolute()), rows, day.isoformat())
        others = [sheet for sheet in self.list() if sheet.path != opened.path]
        try:
            replace_file(self._file, json.dumps([asdict(sheet) for sheet in [opened, *others][:MOST_KEPT]]))
        except OSError:
            # The sheet is open all the same; a home that cannot be written says so where it matters.
            return


def sheets_in(folder: Path, most: int) -> list[str]:
    """The order files of a folder that were changed last."""
    found: list[tuple[float, str]] = []
    try:
        with os.scandir(folder) as entries:
            for _, entry in zip(range(MOST_LOOKED_AT), entries, strict=False):
                name = entry.name
                if not name.startswith(".") and Path(name).suffix.casefold() in OPENED and entry.is_file():
                    found.append((entry.stat().st_mtime, entry.path))
    except OSError:
        return []
    return [str(Path(path).absolute()) for _, path in sorted(found, reverse=True)[:most]]
