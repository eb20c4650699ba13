"""Puts a new file in an old one's place, whole or not at all."""

import os
import shutil
import stat
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from mcp_servers.data.writing.names import sibling_path
from mcp_servers.shared.durable import sync_file, sync_folder

TEMPORARY = ".tmp"
RANDOM = 8
"""Letters that the system's temporary names add."""
NEW_FILE = 0o600


class SheetBusyError(OSError):
    """Somebody has the sheet open, may not be overwritten, or changed it this very moment."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What tells quickly that a file is still the one that was read."""

    size: int
    modified: int
    inode: int


def signature(path: Path) -> Signature:
    """The file's signature now."""
    found = path.stat()
    return Signature(found.st_size, found.st_mtime_ns, found.st_ino)


def temporary_files(path: Path) -> list[Path]:
    """What replaces of this file have in the works, or left when they were killed."""
    first = _temporary_name(path)
    return [one for one in path.parent.iterdir() if one.name.startswith(first) and one.name.endswith(TEMPORARY)]


def remove_temporary_files(path: Path) -> None:
    """Remove what killed writers left; only under the lock, because a living one's would go, too."""
    for one in temporary_files(path):
        one.unlink(missing_ok=True)


def _temporary_name(path: Path) -> str:
    return sibling_path(path, ".", path.name, ".shipchat-", room=RANDOM + len(TEMPORARY)).name


def check_writable(path: Path) -> None:
    """Raise SheetBusyError when the sheet is read-only or open in a spreadsheet program."""
    if not path.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) or not os.access(path, os.W_OK):
        raise SheetBusyError(f"{path.name} is read-only")
    # Excel leaves out the first two characters of a long name in its owner file.
    for owner in (f"~${path.name}", f"~${path.name[2:]}", f".~lock.{path.name}#"):
        # os.path, because a name that is too long for any file is an error to pathlib.
        if os.path.exists(path.with_name(owner)):  # noqa: PTH110
            raise SheetBusyError(f"{path.name} is open in a spreadsheet program ({owner})")


def replace_file(
    path: Path, write: Callable[[BinaryIO], None], expected: Signature | None, *, like: Path | None = None
) -> None:
    """Write a temporary file beside `path`, make it durable, give it the old one's owner and mode, swap it in.

    Where the file belongs to somebody else and its owner cannot be kept (another user's sheet in a shared folder), the
    new content is written into the file itself: it stays its owner's, and the backup is the way back. A new file is its
    owner's alone, or as readable as the file that it is `like`.

    Raises OSError, and removes the temporary file, when anything fails or `path` is no longer `expected`.
    """
    # A name that nobody can foresee, made new: a link planted under it would have another file overwritten.
    handle, name = tempfile.mkstemp(prefix=_temporary_name(path), suffix=TEMPORARY, dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w+b") as file:
            is_ours = _take_over(path, file.fileno(), like)
            write(file)
            sync_file(file)
            if expected is not None and signature(path) != expected:
                raise SheetBusyError(f"{path.name} changed while it was being rewritten")
            if not is_ours:
                _write_into(path, file)
        if is_ours:
            temporary.replace(path)
        else:
            temporary.unlink()
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def _write_into(path: Path, content: BinaryIO) -> None:
    content.seek(0)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_NOFOLLOW), "wb") as file:
        shutil.copyfileobj(content, file)
        file.truncate()
        sync_file(file)


def _take_over(path: Path, descriptor: int, like: Path | None) -> bool:
    """Give the new file owner, mode and attributes of the old one; False where its owner cannot be given."""
    try:
        old = path.stat()
    except FileNotFoundError:
        if like is not None and like.exists():
            os.fchmod(descriptor, NEW_FILE | like.stat().st_mode & 0o666)
        return True
    new = os.fstat(descriptor)
    if (old.st_uid, old.st_gid) != (new.st_uid, new.st_gid):
        try:
            os.fchown(descriptor, old.st_uid, old.st_gid)
        except PermissionError:
            return False
    os.fchmod(descriptor, stat.S_IMODE(old.st_mode))
    if hasattr(os, "listxattr"):
        for name in os.listxattr(path):
            if name.startswith("user."):
                os.setxattr(descriptor, name, os.getxattr(path, name))
    return True
