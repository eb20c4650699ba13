"""Copies of a sheet from before each session's first write, in a folder beside it; the newest ten stay."""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from mcp_servers.data.faults import BAD_NUMBER_OF_BACKUPS, DAMAGED_BACKUP, NO_BACKUP
from mcp_servers.data.writing.names import fitting
from mcp_servers.data.writing.replace import replace_file, signature
from mcp_servers.shared.durable import sync_file, sync_folder
from mcp_servers.shared.faults import fault

FOLDER = "shipchat-backups"
KEPT = 10
ADDED_TO_A_NAME = 64
"""Bytes: the time of a copy, its note's ending, and what a replace adds while it writes."""


@dataclass(frozen=True, slots=True)
class Backup:
    """One copy. `row_count` is what the sheet held when it was copied."""

    id: str
    made_at: str
    size: int
    row_count: int
    sha256: str


def number_kept() -> int:
    """How many copies of a sheet stay. Raises E-1205."""
    value = os.environ.get("SHIPCHAT_BACKUPS_KEPT", str(KEPT))
    if not value.isascii() or not value.isdigit() or int(value) < 1:
        raise fault(BAD_NUMBER_OF_BACKUPS, where="SHIPCHAT_BACKUPS_KEPT", value=value or "empty")
    return int(value)


class Backups:
    """The backups of one sheet. SHIPCHAT_BACKUP_DIR moves them, SHIPCHAT_BACKUPS_KEPT changes their number."""

    def __init__(self, sheet: Path) -> None:
        self._sheet = sheet
        self._stem = fitting(sheet.stem, len(os.fsencode(sheet.suffix)) + ADDED_TO_A_NAME)
        configured = os.environ.get("SHIPCHAT_BACKUP_DIR")
        self.folder = Path(configured) / _folder_name(sheet) if configured else sheet.parent / FOLDER
        self._kept = number_kept()

    def make(self, row_count: int) -> Backup:
        """Copy the sheet as it is; durable when it returns. Raises OSError."""
        mode = self._sheet.stat().st_mode & 0o777
        # Whoever may read the sheet may read its copies, and nobody else, not for a moment.
        self.folder.mkdir(parents=True, exist_ok=True)
        now = datetime.now(UTC)
        name = f"{self._stem}.{now.strftime('%Y%m%dT%H%M%S%fZ')}{self._sheet.suffix}"
        copy = self.folder / name
        made = os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(made, "wb") as file, self._sheet.open("rb") as sheet:
            shutil.copyfileobj(sheet, file)
            os.fchmod(file.fileno(), mode)
            sync_file(file)
        backup = Backup(name, now.isoformat(timespec="seconds"), copy.stat().st_size, row_count, _digest(copy))
        # The note comes last: a copy without one was interrupted and does not count.
        text = json.dumps(asdict(backup))
        replace_file(self._note(name), lambda file: _write(file, text), expected=None)
        sync_folder(self.folder)
        self._prune()
        return backup

    def list(self) -> list[Backup]:
        """The newest first."""
        notes = sorted(self._named(r"{}\.json"), reverse=True)
        return [
            Backup(**json.loads(note.read_text(encoding="utf-8")))
            for note in notes
            if (self.folder / note.stem).exists()
        ]

    def _named(self, form: str) -> Iterator[Path]:
        """The files in the folder that are called after this sheet, and not after another whose name begins alike."""
        copy = rf"{re.escape(self._stem)}\.\d{{8}}T\d{{12}}Z{re.escape(self._sheet.suffix)}"
        named = re.compile(form.format(copy))
        return (one for one in [*self.folder.glob("*")] if named.fullmatch(one.name))

    def restore(self, backup_id: str, row_count: int) -> Backup:
        """Put a backup in the sheet's place, after backing up what it replaces, which is answered."""
        chosen = next((backup for backup in self.list() if backup.id == backup_id), None)
        if chosen is None:
            raise fault(NO_BACKUP, where=str(self._sheet), backup=backup_id)
        content = (self.folder / chosen.id).read_bytes()
        if hashlib.sha256(content).hexdigest() != chosen.sha256:
            raise fault(DAMAGED_BACKUP, where=str(self.folder / chosen.id), backup=backup_id)
        replaced = self.make(row_count)
        replace_file(self._sheet, lambda file: _write(file, content), expected=signature(self._sheet))
        return replaced

    def _note(self, name: str) -> Path:
        return self.folder / f"{name}.json"

    def _prune(self) -> None:
        for backup in self.list()[self._kept :]:
            self._note(backup.id).unlink(missing_ok=True)
            (self.folder / backup.id).unlink(missing_ok=True)
        # A copy without a note, or half a note, was left by a process that was killed.
        for copy in self._named("{}"):
            if not self._note(copy.name).exists():
                copy.unlink(missing_ok=True)
        for half in self._named(r"\.{}\.json\.shipchat-\w+\.tmp"):
            half.unlink(missing_ok=True)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _folder_name(sheet: Path) -> str:
    return f"{fitting(sheet.stem, 9)}-{hashlib.sha256(str(sheet).encode()).hexdigest()[:8]}"


def _write(file: BinaryIO, content: str | bytes) -> None:
    data = content.encode("utf-8") if isinstance(content, str) else content
    file.write(data)
