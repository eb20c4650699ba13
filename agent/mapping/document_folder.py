"""The folder of the open sheet, as far as its cells may name files in it: documents for customs."""

import hashlib
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent.shipping import faults
from agent.shipping.documents import FORMATS, path_in_folder, size_in_words
from agent.shipping.text import clean
from agent.shipping.verdict import Ok, Reject, Verdict, reject

_BEGINNINGS: dict[str, tuple[bytes, ...]] = {
    "pdf": (b"%PDF",),
    "png": (b"\x89PNG",),
    "jpg": (b"\xff\xd8\xff",),
    "jpeg": (b"\xff\xd8\xff",),
    "gif": (b"GIF8",),
    "bmp": (b"BM",),
    "tif": (b"II*\x00", b"MM\x00*"),
    "tiff": (b"II*\x00", b"MM\x00*"),
    "docx": (b"PK\x03\x04",),
    "xlsx": (b"PK\x03\x04",),
    "doc": (b"\xd0\xcf\x11\xe0",),
    "xls": (b"\xd0\xcf\x11\xe0",),
    "rtf": (b"{\\rtf",),
}
"""How such a file begins; a text has no zero byte. The UPS server judges again what it sends."""


@dataclass(slots=True)
class DocumentFolder:
    """Where the sheet lies. What was read of a file is kept while the file stays as it is."""

    folder: Path
    most_bytes: int
    _read: dict[tuple[Any, ...], dict[str, Any]] = field(default_factory=dict)

    def find(self, text: str) -> Verdict[dict[str, Any]]:
        """The file that a cell names: path, name, size and digest of its content.

        A link is followed first: what counts is where the file really is.
        """
        parts = path_in_folder(text)
        if not isinstance(parts, Ok):
            return parts if isinstance(parts, Reject) else reject(faults.DOCUMENT_OUTSIDE, cell=clean(text))
        cell = clean(text)
        try:
            folder = self.folder.resolve()
            path = folder.joinpath(*parts.value).resolve(strict=True)
        except FileNotFoundError:
            return reject(faults.DOCUMENT_MISSING, cell, cell=cell)
        except (OSError, RuntimeError, ValueError) as problem:
            return _unreadable(cell, problem)
        inside = path.is_relative_to(folder) and path != folder
        if not inside or any(part.startswith(".") for part in path.relative_to(folder).parts):
            return reject(faults.DOCUMENT_OUTSIDE, cell, cell=cell)
        return read_document(path, "/".join(parts.value), cell, self.most_bytes, self._read)


def read_document(
    path: Path, name: str, cell: str, most: int, known: dict[tuple[Any, ...], dict[str, Any]] | None = None
) -> Verdict[dict[str, Any]]:
    """What a plan keeps of a file; `name` is how people call it, `cell` how it was named."""
    known = {} if known is None else known
    wrong_kind = reject(faults.DOCUMENT_KIND, cell, cell=cell, formats=", ".join(FORMATS))
    try:
        opened = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(opened, "rb") as file:
            facts = os.fstat(file.fileno())
            if not stat.S_ISREG(facts.st_mode):
                return wrong_kind
            if facts.st_size > most:
                return reject(faults.DOCUMENT_SIZE, cell, cell=cell, most=size_in_words(most))
            as_it_is = (path, facts.st_ino, facts.st_size, facts.st_mtime_ns)
            if as_it_is not in known:
                content = file.read(most + 1)
                beginnings = _BEGINNINGS.get(path.suffix[1:].casefold())
                fits = b"\0" not in content if beginnings is None else content.startswith(beginnings)
                if not content or not fits:
                    return wrong_kind
                digest = hashlib.sha256(content).hexdigest()
                known[as_it_is] = {"path": str(path), "size": len(content), "sha256": digest}
    except OSError as problem:
        return _unreadable(cell, problem)
    return Ok(known[as_it_is] | {"name": name})


def _unreadable(cell: str, problem: Exception) -> Reject:
    words = getattr(problem, "strerror", None) or type(problem).__name__
    return reject(faults.DOCUMENT_UNREADABLE, cell, cell=cell, problem=words)
