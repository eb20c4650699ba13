"""The folder of kept talks: one file each, a line of JSON an event; found, renamed, searched, deleted, bounded."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.durable import append_to, replace_file
from agent.errors import ErrorKind, error

MOST_BYTES = 1_000_000
"""Of one talk; what is said after that is not kept."""
LAST = "last"
_ID = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{4}")
NO_SESSION = ErrorKind(
    "E-4340", "There is no kept session {name}.", "`shipchat sessions list` shows them; `last` is the newest."
)
SEVERAL_SESSIONS = ErrorKind("E-4341", "{name} begins {count} sessions: {ids}.", "Type more of it.")


@dataclass(frozen=True, slots=True)
class SavedSession:
    """A talk, as the list shows it."""

    id: str
    name: str
    started: str
    """UTC, ISO 8601."""
    sheet: str
    messages: int
    spent: tuple[tuple[int, str], ...]
    """Of each of its batches: cents and their currency."""


@dataclass(frozen=True, slots=True)
class SavedSessions:
    """All talks below `folder`."""

    folder: Path

    def file(self, session_id: str) -> Path:
        return self.folder / f"{session_id}.jsonl"

    @property
    def prompts(self) -> Path:
        """What was typed, across all talks."""
        return self.folder / "prompts.jsonl"

    def all(self, search: str = "") -> list[SavedSession]:
        """Newest first; with `search` those in whose words it occurs, its case ignored."""
        wanted = search.casefold()
        found = [(session_id, self.lines(session_id)) for session_id in self._ids()]
        return [_told(session_id, lines) for session_id, lines in found if not wanted or wanted in _words(lines)]

    def told(self, session_id: str) -> SavedSession:
        """One of them."""
        return _told(session_id, self.lines(session_id))

    def find(self, name: str) -> str:
        """The id that a person means: all of it, its beginning, or `last`.

        Raises:
            ShipchatError: E-4340 where there is none, E-4341 where there are several.
        """
        ids = self._ids()
        if name == LAST and ids:
            return ids[0]
        meant = [one for one in ids if name and one.startswith(name)]
        if not meant:
            raise error(NO_SESSION, name=name)
        if len(meant) > 1:
            raise error(SEVERAL_SESSIONS, name=name, count=len(meant), ids=", ".join(meant))
        return meant[0]

    def lines(self, session_id: str) -> list[dict[str, Any]]:
        """What was written, in order; a line that broke off in a crash is left out."""
        return list(_read(self.file(session_id)))

    def append(self, session_id: str, line: dict[str, Any]) -> bool:
        """Write one line; False where the talk is as long as it may be. Raises OSError."""
        text = json.dumps(line, ensure_ascii=False) + "\n"
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with append_to(self.file(session_id)) as file:
            if file.tell() + len(text.encode()) > MOST_BYTES:
                return False
            file.write(text)
        return True

    def rename(self, session_id: str, name: str) -> None:
        """Give a talk another name, whatever its length. Raises OSError."""
        lines = [line for line in self.lines(session_id) if line.get("event") != "Renamed"]
        text = [json.dumps(line, ensure_ascii=False) for line in [*lines, {"event": "Renamed", "name": name}]]
        replace_file(self.file(session_id), "\n".join(text) + "\n")

    def delete(self, session_id: str) -> None:
        """Raises OSError."""
        self.file(session_id).unlink(missing_ok=True)

    def keep(self, most: int) -> None:
        """Delete the oldest beyond so many. Raises OSError."""
        for session_id in self._ids()[most:]:
            self.delete(session_id)

    def _ids(self) -> list[str]:
        return sorted((file.stem for file in self.folder.glob("*.jsonl") if _ID.fullmatch(file.stem)), reverse=True)


def _read(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            try:
                read = json.loads(line)
            except ValueError:
                continue
            if isinstance(read, dict):
                yield read


def _told(session_id: str, lines: list[dict[str, Any]]) -> SavedSession:
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        by_kind.setdefault(str(line.get("event")), []).append(line)
    said = [str(line.get("text", "")) for line in by_kind.get("UserSaid", [])]
    renamed = [str(line.get("name", "")) for line in by_kind.get("Renamed", [])]
    opened = by_kind.get("SourceOpened", [])
    started = by_kind.get("Started", [{}])[0]
    return SavedSession(
        session_id,
        (renamed or said or [""])[-1 if renamed else 0][:80],
        str(started.get("at", "")),
        str(opened[-1].get("name", "")) if opened else "",
        len(said),
        tuple({line.get("job_id"): _spent(line) for line in by_kind.get("BatchFinished", [])}.values()),
    )


def _spent(line: dict[str, Any]) -> tuple[int, str]:
    return int(line.get("spent_cents") or 0), str(line.get("currency") or "USD")


def _words(lines: list[dict[str, Any]]) -> str:
    return "\n".join(str(line.get(name, "")) for line in lines for name in ("text", "name", "answer")).casefold()
