"""Writes a zip package with one member replaced; every other member's bytes are copied as they stand."""

import struct
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

from mcp_servers.data.writing.replace import SheetBusyError

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_UTF8 = 0x800
_ZIP64 = 0xFFFFFFFF


def replace_member(source: Path, member: str, content: bytes, target: BinaryIO) -> None:
    """Copy the package to `target` with new content for `member`. Raises SheetBusyError for a form not supported."""
    data = source.read_bytes()
    end = data.rfind(b"PK\x05\x06")
    with zipfile.ZipFile(source) as package:
        listed, start = package.infolist(), package.start_dir
    entries = _entries(data, start, len(listed))
    if any(_ZIP64 in (offset, start) for _, offset, _ in entries):
        raise SheetBusyError(f"{source.name} is a package of more than 4 GB")
    # Places count from where the package begins: a file may hold something before it.
    before = listed[0].header_offset - entries[0][1]
    entries = [(name, offset + before, entry) for name, offset, entry in entries]
    # Members end where the next begins, so their bytes are copied without being understood.
    offsets = sorted(offset for _, offset, _ in entries)
    bounds = dict(zip(offsets, [*offsets[1:], start], strict=True))
    moved: dict[int, int] = {}
    position = offsets[0]
    target.write(data[:position])
    by_offset = {offset: name for name, offset, _ in entries}
    record: tuple[int, int, int] | None = None
    for offset in offsets:
        moved[offset] = position
        if by_offset[offset] == member:
            local, record = _member(data, offset, content)
        else:
            local = data[offset : bounds[offset]]
        target.write(local)
        position += len(local)
    directory = b"".join(
        _central(entry, moved[offset] - before, record if name == member else None) for name, offset, entry in entries
    )
    target.write(directory)
    target.write(
        _END.pack(
            b"PK\x05\x06",
            0,
            0,
            len(entries),
            len(entries),
            len(directory),
            position - before,
            len(data) - end - _END.size,
        )
        + data[end + _END.size :]
    )
    if record is None:
        raise SheetBusyError(f"{source.name} lost its sheet {member}")


def _entries(data: bytes, start: int, count: int) -> list[tuple[str, int, bytes]]:
    """Every entry of the directory: name, offset of its local record, its own bytes."""
    found = []
    for _ in range(count):
        fields = _CENTRAL.unpack_from(data, start)
        flags, lengths, offset = fields[3], fields[10:13], fields[16]
        size = _CENTRAL.size + sum(lengths)
        raw = data[start + _CENTRAL.size : start + _CENTRAL.size + lengths[0]]
        found.append((raw.decode("utf-8" if flags & _UTF8 else "cp437"), offset, data[start : start + size]))
        start += size
    return found


def _member(data: bytes, offset: int, content: bytes) -> tuple[bytes, tuple[int, int, int]]:
    signature, version, flags, _, when, day, _, _, _, name_length, _ = _LOCAL.unpack_from(data, offset)
    name = data[offset + _LOCAL.size : offset + _LOCAL.size + name_length]
    # Level 1: a rewrite a batch counts for more than a tenth of the sheet's size.
    deflater = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = deflater.compress(content) + deflater.flush()
    record = (zlib.crc32(content), len(packed), len(content))
    header = _LOCAL.pack(signature, version, flags & _UTF8, zipfile.ZIP_DEFLATED, when, day, *record, name_length, 0)
    return header + name + packed, record


def _central(entry: bytes, offset: int, record: tuple[int, int, int] | None) -> bytes:
    fields = list(_CENTRAL.unpack_from(entry))
    rest = entry[_CENTRAL.size :]
    fields[16] = offset
    if record is not None:
        name, comment = rest[: fields[10]], rest[fields[10] + fields[11] :]
        fields[3] &= _UTF8
        fields[4] = zipfile.ZIP_DEFLATED
        fields[7:10] = record
        fields[11] = 0
        rest = name + comment
    return _CENTRAL.pack(*fields) + rest
