"""A layer below SQLite that records writes and syncs of the ledger's log: what a kill cannot show, because the page
cache outlives every process.

SQLite opens files through a table of functions; `xOpen` is replaced while recording, and each `-wal` file that it opens
gets a copy of its own function table in which `xWrite` and `xSync` are recorded before they do their work.
"""

import contextlib
import ctypes
import ctypes.util
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

_OK = 0
_Open = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.POINTER(ctypes.c_int)
)
"""The name is a pointer and no text: SQLite keeps it, so the callee must get the very same one."""
_Write = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_int64)
_Sync = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int)


class _Vfs(ctypes.Structure):
    """`sqlite3_vfs` up to `xOpen`."""

    _fields_ = (
        ("version", ctypes.c_int),
        ("file_size", ctypes.c_int),
        ("longest_path", ctypes.c_int),
        ("next", ctypes.c_void_p),
        ("name", ctypes.c_char_p),
        ("own", ctypes.c_void_p),
        ("open", ctypes.c_void_p),
    )


class _Methods(ctypes.Structure):
    """`sqlite3_io_methods`, version 3."""

    _fields_ = (
        ("version", ctypes.c_int),
        ("close", ctypes.c_void_p),
        ("read", ctypes.c_void_p),
        ("write", ctypes.c_void_p),
        ("truncate", ctypes.c_void_p),
        ("sync", ctypes.c_void_p),
        ("others", ctypes.c_void_p * 13),
    )


@dataclass
class Recorder:
    """`log` holds `write`, `sync`, and what the test notes itself."""

    log: list[str] = field(default_factory=list)
    _kept: list[Any] = field(default_factory=list)
    """Callbacks and tables that SQLite still points to."""

    def synced_since(self, note: str) -> bool:
        """Whether something was written and then synced after the last `note`."""
        after = self.log[len(self.log) - self.log[::-1].index(note) :] if note in self.log else []
        return "write" in after and "sync" in after[after.index("write") :]


def library() -> ctypes.CDLL | None:
    """The SQLite that this Python uses, where it is a library of its own."""
    name = ctypes.util.find_library("sqlite3")
    if name is None:
        return None
    found = ctypes.CDLL(name)
    import sqlite3

    found.sqlite3_libversion.restype = ctypes.c_char_p
    return found if found.sqlite3_libversion().decode() == sqlite3.sqlite_version else None


@contextlib.contextmanager
def recording(sqlite: ctypes.CDLL) -> Iterator[Recorder]:
    """Record every log that is opened inside; files opened inside keep their recording tables until they are closed."""
    sqlite.sqlite3_vfs_find.restype = ctypes.POINTER(_Vfs)
    vfs = sqlite.sqlite3_vfs_find(None).contents
    before, recorder = vfs.open, Recorder()
    real_open = _Open(before)

    def opened(table: int, name: int | None, file: int, flags: int, out_flags: Any) -> int:
        code = int(real_open(table, name, file, flags, out_flags))
        if code == _OK and name and ctypes.string_at(name).endswith(b"-wal"):
            _watch(recorder, file)
        return code

    callback = _Open(opened)
    _forever.append((recorder, callback))
    vfs.open = ctypes.cast(callback, ctypes.c_void_p)
    try:
        yield recorder
    finally:
        vfs.open = before


_forever: list[Any] = []
"""SQLite holds no references: what it may still call must outlive the test."""


def _watch(recorder: Recorder, file: int) -> None:
    slot = ctypes.cast(file, ctypes.POINTER(ctypes.c_void_p))
    table = _Methods.from_buffer_copy(ctypes.string_at(slot.contents.value or 0, ctypes.sizeof(_Methods)))
    write, sync = _Write(table.write), _Sync(table.sync)

    def written(handle: int, content: int, size: int, offset: int) -> int:
        recorder.log.append("write")
        return int(write(handle, content, size, offset))

    def synced(handle: int, flags: int) -> int:
        code = int(sync(handle, flags))
        recorder.log.append("sync" if code == _OK else "failed sync")
        return code

    callbacks = (_Write(written), _Sync(synced))
    table.write, table.sync = (ctypes.cast(callback, ctypes.c_void_p) for callback in callbacks)
    recorder._kept.append((table, callbacks, write, sync))
    slot.contents.value = ctypes.addressof(table)
