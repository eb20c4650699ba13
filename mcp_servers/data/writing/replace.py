"""Puts a new file in an old one's place, whole or not at all."""

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO


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


def temporary_path(path: Path) -> Path:
    """The one name that a replace uses; a later one overwrites what a killed one left."""
    return path.with_name(f".{path.name}.shipchat.tmp")


def check_writable(path: Path) -> None:
    """Raise SheetBusyError when the sheet is read-only or open in a spreadsheet program."""
    if not path.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) or not os.access(path, os.W_OK):
        raise SheetBusyError(f"{path.name} is read-only")
    # Excel leaves out the first two characters of a long name in its owner file.
    for owner in (f"~${path.name}", f"~${path.name[2:]}", f".~lock.{path.name}#"):
        if path.with_name(owner).exists():
            raise SheetBusyError(f"{path.name} is open in a spreadsheet program ({owner})")


def replace_file(path: Path, write: Callable[[BinaryIO], None], expected: Signature | None) -> None:
    """Write a temporary file beside `path`, make it durable, give it the old one's owner and mode, swap it in.

    Raises OSError, and removes the temporary file, when anything fails or `path` is no longer `expected`.
    """
    temporary = temporary_path(path)
    try:
        with temporary.open("wb") as file:
            _take_over(path, file.fileno())
            write(file)
            file.flush()
            os.fsync(file.fileno())
        if expected is not None and signature(path) != expected:
            raise SheetBusyError(f"{path.name} changed while it was being rewritten")
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make renames in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _take_over(path: Path, descriptor: int) -> None:
    try:
        old = path.stat()
    except FileNotFoundError:
        return
    new = os.fstat(descriptor)
    if (old.st_uid, old.st_gid) != (new.st_uid, new.st_gid):
        os.fchown(descriptor, old.st_uid, old.st_gid)
    os.fchmod(descriptor, stat.S_IMODE(old.st_mode))
    if hasattr(os, "listxattr"):
        for name in os.listxattr(path):
            if name.startswith("user."):
                os.setxattr(descriptor, name, os.getxattr(path, name))
