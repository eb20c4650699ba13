"""Files of our own, their owner's alone: replaced whole and durably or not at all, or added to."""

import os
from pathlib import Path
from typing import TextIO


def append_to(file: Path) -> TextIO:
    """Open a file to add lines to it; its folder is there. Raises OSError."""
    return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="utf-8")


def replace_file(target: Path, text: str) -> None:
    """Write `text` beside `target`, sync it, swap it in and sync the folder; its owner's alone. Raises OSError."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # By process: two that write at once never share a temporary file.
    temporary = target.with_suffix(f".{os.getpid()}.new")
    try:
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except OSError:
        # What stands in its place may be a folder.
        if temporary.is_file():
            temporary.unlink()
        raise
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
