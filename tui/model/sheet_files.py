"""Files to open: found below a folder, searched by letters in their order, and read from what a terminal drops."""

import os
import shlex
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from textual.fuzzy import Matcher

from tui.model.mentions import is_sheet

MOST_LOOKED_AT, DEEPEST = 2_000, 3
"""So that a home folder is searched in a moment."""
MOST_SHOWN = 50


def sheets_below(folder: Path) -> list[str]:
    """Paths of sheets, relative to the folder, the nearest first; hidden folders and files are not looked at."""
    found: list[str] = []
    looked = 0
    for place, folders, names in os.walk(folder):
        depth = len(Path(place).relative_to(folder).parts)
        folders[:] = sorted(name for name in folders if not name.startswith(".")) if depth < DEEPEST else []
        found += [
            os.path.relpath(os.path.join(place, name), folder)  # noqa: PTH118 - thousands of them
            for name in sorted(names)
            if not name.startswith(".") and is_sheet(name)
        ]
        looked += len(names)
        if looked > MOST_LOOKED_AT:
            break
    return sorted(found, key=lambda path: path.count(os.sep))


def fitting(paths: Iterable[str], typed: str) -> list[str]:
    """Those in which all typed letters occur in their order, the best first; all of them where nothing was typed."""
    if not typed.strip():
        return list(paths)[:MOST_SHOWN]
    matcher = Matcher(typed.strip())
    scored = [(matcher.match(path), path) for path in paths]
    found = [path for score, path in sorted(scored, key=lambda one: -one[0]) if score > 0]
    return found[:MOST_SHOWN]


def dropped_path(text: str) -> str | None:
    """The sheet's path that a terminal pastes for a file dropped on it: bare, quoted, with backslashes, as a URL."""
    said = text.strip()
    if not said or "\n" in said:
        return None
    if said.startswith("file://"):
        said = unquote(urlsplit(said).path)
    elif not Path(said).expanduser().is_file():
        try:
            parts = shlex.split(said)
        except ValueError:
            return None
        said = parts[0] if len(parts) == 1 else ""
    path = Path(said).expanduser()
    return str(path) if path.is_absolute() and is_sheet(path.name) and path.is_file() else None
