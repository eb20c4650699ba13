"""Names of the files that we put beside a sheet: never longer than a file system takes."""

import hashlib
import os
from pathlib import Path

LONGEST = 255
"""Bytes of one name, on the file systems of Linux and macOS; Windows counts 255 UTF-16 units, which is not less."""


def sibling_path(sheet: Path, before: str, name: str, after: str, *, room: int = 0) -> Path:
    """`before` + `name` + `after` in the sheet's folder, with `room` bytes left for what others add.

    A name that would be too long is cut, and a digest tells it from another one with the same beginning.
    """
    return sheet.with_name(f"{before}{fitting(name, len(os.fsencode(before + after)) + room)}{after}")


def fitting(name: str, others: int) -> str:
    """`name`, cut where it and `others` bytes would not fit into one file name."""
    content = os.fsencode(name)
    if len(content) + others <= LONGEST:
        return name
    digest = f"~{hashlib.sha256(content).hexdigest()[:10]}"
    return content[: LONGEST - others - len(digest)].decode("utf-8", "ignore") + digest
