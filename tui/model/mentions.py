"""`@path` in the prompt: which files fit what was typed so far."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from textual.fuzzy import Matcher

from agent.sheet.kinds import kind_of

MOST = 200
"""Entries of a folder that are looked at, so that a huge one stays quick."""

_MENTION = re.compile(r'(?:^|(?<=\s))@("[^"\n]*|[^\s"]*)$')


@dataclass(frozen=True, slots=True)
class Mention:
    """The `@...` before the cursor."""

    start: int
    text: str


def mention_before(text: str) -> Mention | None:
    """The mention that ends where the text ends."""
    match = _MENTION.search(text)
    return Mention(match.start(), match[1].removeprefix('"')) if match else None


def is_sheet(name: str) -> bool:
    """Whether a file of this name may be opened."""
    return kind_of(name) not in (None, "refused")


def completions(typed: str, folder: Path, limit: int = 8) -> list[str]:
    """Folders (ending in `/`) and sheets below `folder` that begin with what was typed, then those that hold its
    letters in their order; case is ignored."""
    head, _, tail = typed.rpartition("/")
    place = Path(f"{head}/").expanduser() if head or typed.startswith("/") else folder
    place = place if place.is_absolute() else folder / place
    prefix = f"{head}/" if "/" in typed else ""
    entries = _entries(place, hidden=tail.startswith("."))
    names = [name for name in entries if name.casefold().startswith(tail.casefold())]
    matcher = Matcher(tail)
    names += [name for name in entries if name not in names and matcher.match(name) > 0]
    return [prefix + name for name in names[:limit]]


def _entries(place: Path, *, hidden: bool) -> list[str]:
    found: list[str] = []
    try:
        with os.scandir(place) as entries:
            for _, entry in zip(range(MOST), entries, strict=False):
                if entry.name.startswith(".") and not hidden:
                    continue
                if entry.is_dir():
                    found.append(f"{entry.name}/")
                elif is_sheet(entry.name):
                    found.append(entry.name)
    except OSError:
        # A folder that cannot be read has nothing to offer; sending the path says why.
        return []
    return sorted(found, key=lambda name: (not name.endswith("/"), name.casefold()))


def as_said(path: str) -> str:
    """How a completed path stands in the prompt."""
    return f'@"{path}"' if " " in path else f"@{path}"
