"""Which encoding a text file is in: decided by its bytes, never by the platform."""

import codecs
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes

from mcp_servers.data.faults import UNDECODABLE
from mcp_servers.shared.faults import ToolFault, fault

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CHUNK = 1 << 20
_SAMPLE = 1 << 16
_SINGLE_BYTE = ("cp1252", "latin-1")
_ASCII_FIRST = ("utf-8", *_SINGLE_BYTE)
"""Codecs in which every ASCII byte stands for itself."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """A codec without byte order mark, the mark's bytes if there is one, and whether it was a guess."""

    codec: str
    mark: bytes = b""
    guessed: bool = False

    @property
    def shown(self) -> str:
        """Its name for people."""
        return f"{self.codec} with BOM" if self.mark else self.codec


def detect_encoding(path: Path) -> Encoding:
    """The file's encoding: byte order mark, then UTF-8, then UTF-16 by its zero bytes, then a single-byte one."""
    with path.open("rb") as file:
        head = file.read(_SAMPLE)
    for mark, codec in _MARKS:
        if head.startswith(mark):
            return Encoding(codec, mark)
    if (wide := _utf16_without_mark(head)) is not None and decodes(path, Encoding(wide)):
        return Encoding(wide, guessed=True)
    if decodes(path, Encoding("utf-8")):
        return Encoding("utf-8")
    best = from_bytes(head, cp_isolation=["cp1252", "cp1250", "cp1251", "mac_roman", "shift_jis", "gb18030"]).best()
    likely = best.encoding if best is not None else "cp1252"
    # Western sheets are cp1252 far more often than what looks statistically alike on a few letters.
    order = [*_SINGLE_BYTE] if likely in {"cp1250", "mac_roman", "cp1252"} else [likely, *_SINGLE_BYTE]
    for codec in order:
        if decodes(path, Encoding(codec)):
            return Encoding(codec, guessed=True)
    raise fault(UNDECODABLE, path=path, encoding="text", reason="no encoding fits its bytes")


def named_encoding(path: Path, name: str) -> Encoding:
    """The encoding that a person named, checked against every byte of the file."""
    codec = name.lower().replace(" with bom", "").replace("_", "-")
    codec = {"utf8": "utf-8", "utf-8-sig": "utf-8", "latin1": "latin-1", "iso-8859-1": "latin-1"}.get(codec, codec)
    with path.open("rb") as file:
        head = file.read(4)
    try:
        codecs.lookup(codec)
    except LookupError:
        raise fault(UNDECODABLE, path=path, encoding=name, reason="there is no such encoding") from None
    mark = next((mark for mark, known in _MARKS if head.startswith(mark) and known.startswith(codec)), b"")
    if mark:
        codec = next(known for known_mark, known in _MARKS if known_mark == mark)
    encoding = Encoding(codec, mark)
    if not decodes(path, encoding):
        raise fault(UNDECODABLE, path=path, encoding=name, reason="some of its bytes have no meaning there")
    return encoding


def current_encoding(path: Path, imported: str | None) -> Encoding:
    """The encoding that the file was imported in if it still fits, else what it is in now."""
    if imported is not None:
        try:
            return named_encoding(path, imported)
        except ToolFault:
            # Somebody saved it in another one.
            return detect_encoding(path)
    return detect_encoding(path)


def decodes(path: Path, encoding: Encoding) -> bool:
    """Whether every byte of the file has a meaning in the encoding."""
    decoder = codecs.getincrementaldecoder(encoding.codec)(errors="strict")
    letters = encoding.codec in _ASCII_FIRST
    chunk = bytearray(_CHUNK)
    with path.open("rb", buffering=0) as file, memoryview(chunk) as view:
        file.seek(len(encoding.mark))
        try:
            while got := file.readinto(view):
                # Most sheets are ASCII nearly throughout, and to see that is far quicker than to decode it.
                if not (letters and chunk.isascii() and not decoder.getstate()[0]):
                    decoder.decode(view[:got])
            decoder.decode(b"", final=True)
        except UnicodeError:
            return False
    return True


def _utf16_without_mark(head: bytes) -> str | None:
    even, odd = head[0::2], head[1::2]
    if len(odd) < 4:
        return None
    if odd.count(0) > len(odd) * 0.6 and even.count(0) < len(even) * 0.1:
        return "utf-16-le"
    if even.count(0) > len(even) * 0.6 and odd.count(0) < len(odd) * 0.1:
        return "utf-16-be"
    return None
