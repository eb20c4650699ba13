"""Which encoding a text file is in: decided by its bytes, never by the platform."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

from charset_normalizer import from_bytes

from mcp_servers.data.faults import UNDECODABLE
from mcp_servers.data.reading.code_pages import WESTERN, doubtful_tokens, likely_code_pages
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
_ODD = re.compile("[\x00-\x08\x0e-\x1f\ufdd0-\ufdef\ufffd-\uffff]")
"""What no text holds: control characters, and places where no character is."""
_ASCII_FIRST = ("utf-8", *_SINGLE_BYTE)
"""Codecs in which every ASCII byte stands for itself."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """A codec without byte order mark, the mark's bytes if there is one, and whether it was a guess."""

    codec: str
    mark: bytes = b""
    guessed: bool = False
    others: tuple[str, ...] = ()
    """Codecs in which it could as well be: the same bytes are other letters there."""

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
            return _checked(path, Encoding(codec, mark), f"{codec}, which its byte order mark names")
    if (wide := _utf16_without_mark(head)) is not None and decodes(path, Encoding(wide)):
        return Encoding(wide, guessed=True)
    if decodes(path, Encoding("utf-8")):
        return Encoding("utf-8")
    tokens = doubtful_tokens(_chunks(path))
    known = head if not head.isascii() else b"\n".join(tokens)
    best = from_bytes(known, cp_isolation=["cp1252", "cp1250", "cp1251", "mac_roman", "shift_jis", "gb18030"]).best()
    likely = best.encoding if best is not None else "cp1252"
    pages = [codec for codec in likely_code_pages(tokens, likely) if decodes(path, Encoding(codec))] if tokens else []
    if pages:
        return Encoding(pages[0], guessed=True, others=(*pages[1:], *_contrast(path, pages[0])))
    # Western sheets are cp1252 far more often than what looks statistically alike on a few letters.
    order = [*_SINGLE_BYTE] if likely in {"cp1250", "mac_roman", "cp1252"} else [likely, *_SINGLE_BYTE]
    for codec in order:
        if decodes(path, Encoding(codec)):
            return Encoding(codec, guessed=True)
    raise fault(UNDECODABLE, path=path, encoding="text", reason="no encoding fits its bytes")


def _chunks(path: Path) -> Iterator[bytes]:
    """The file in pieces; a short one is whole, so its first and last words are."""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield b"\n" + chunk + b"\n" if len(chunk) < _CHUNK else chunk


def _contrast(path: Path, codec: str) -> tuple[str, ...]:
    """What a person can hold a guess against that is not the usual one."""
    readable = (one for one in (WESTERN, "mac_roman", "cp850") if one != codec and decodes(path, Encoding(one)))
    return tuple(islice(readable, 1)) if codec != WESTERN else ()


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
    return _checked(path, Encoding(codec, mark), name)


def _checked(path: Path, encoding: Encoding, name: str) -> Encoding:
    """The encoding if all of the file is in it; raises E-1004 with the line that is not."""
    if decodes(path, encoding):
        return encoding
    line = 1
    with path.open("rb") as file:
        file.seek(len(encoding.mark))
        try:
            for text in codecs.iterdecode(iter(partial(file.read, _SAMPLE), b""), encoding.codec):
                line += text.count("\n")
        except UnicodeError as error:
            known = bytes(error.object)[: error.start] if isinstance(error, UnicodeDecodeError) else b""
            line += known.decode(encoding.codec, "ignore").count("\n")
    raise fault(
        UNDECODABLE, where=f"line {line}", path=path, encoding=name, reason="some of its bytes have no meaning there"
    )


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
    """Whether the text is made of pairs of bytes: then what looks like a line end is one, and nothing is odd in it."""
    if b"\0" not in head:
        return None
    ends = head.count(b"\n") + head.count(b"\r")
    for codec in ("utf-16-le", "utf-16-be"):
        text = head[: len(head) // 2 * 2].decode(codec, "replace")
        told = text.count("\n") + text.count("\r")
        if told and told * 2 >= ends and not _ODD.search(text[:-1]):
            return codec
    return None
