"""One process writes to a sheet: a lock file beside it that dies with its process and says who holds it."""

import json
import os
import socket
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from mcp_servers.data.faults import HELD
from mcp_servers.data.writing.names import sibling_path
from mcp_servers.data.writing.replace import remove_temporary_files, temporary_files
from mcp_servers.shared.faults import ToolFault, fault


def clear_leftovers(sheet: Path) -> None:
    """Remove what a killed writer left beside a sheet; whatever a living one holds stays."""
    lock = SheetLock(sheet)
    try:
        if not lock.path.exists() and not temporary_files(sheet):
            return
        lock.acquire()
        remove_temporary_files(sheet)
    except (ToolFault, OSError):
        return
    finally:
        lock.release()


class SheetLock:
    """The lock of one sheet. The operating system drops it when the process ends, however it ends."""

    def __init__(self, sheet: Path) -> None:
        self._sheet = sheet
        self.path = sibling_path(sheet, ".", sheet.name, ".shipchat.lock")
        # Whoever may write the sheet may take over the lock that a crash of another user's left.
        mode = 0o600 | (sheet.stat().st_mode & 0o666 if sheet.exists() else 0)
        self._lock = FileLock(self.path, timeout=0, thread_local=False, is_singleton=False, mode=mode)

    @property
    def held(self) -> bool:
        """Whether this process holds it."""
        return self._lock.is_locked

    def acquire(self) -> dict[str, object]:
        """Take the lock, or keep it; raises E-1202 naming who holds it."""
        if self.held:
            return self._holder()
        if self.path.is_symlink():
            raise OSError(f"{self.path.name} is a link that somebody put there: remove it")
        try:
            self._lock.acquire()
        except Timeout:
            raise self._refusal() from None
        since = datetime.now(UTC).isoformat(timespec="seconds")
        holder = {"pid": os.getpid(), "host": socket.gethostname(), "since": since}
        descriptor = os.open(self.path, os.O_WRONLY | os.O_TRUNC | os.O_NOFOLLOW)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(json.dumps(holder))
        return holder

    def release(self) -> None:
        """Drop the lock and its file."""
        if self.held:
            self.path.unlink(missing_ok=True)
            self._lock.release(force=True)

    def _holder(self) -> dict[str, object]:
        try:
            found = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            found = None
        return found if isinstance(found, dict) else {}

    def _refusal(self) -> ToolFault:
        holder = {"pid": "unknown", "host": "unknown", "since": "a moment ago"} | self._holder()
        return fault(HELD, where=str(self._sheet), more={"holder": holder}, path=self._sheet, **holder)
