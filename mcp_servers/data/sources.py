"""Opens sources: from a descriptor's wishes to a table that answers, and back to whether it changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mcp_servers.data.managed import map_columns
from mcp_servers.data.model import Descriptor, Excluded, Override
from mcp_servers.data.reading.csv_file import CsvFormat, detect_csv, read_rows, reading
from mcp_servers.data.reading.encoding import current_encoding
from mcp_servers.data.reading.header import column_names
from mcp_servers.data.table.checksums import header_fingerprint
from mcp_servers.data.table.feed import feed
from mcp_servers.data.table.source import SourceTable, open_connection
from mcp_servers.data.writing.csv_edit import CsvSheet
from mcp_servers.data.writing.replace import Signature, signature


@dataclass(slots=True)
class OpenSource:
    """The active source: its table and what its reading told."""

    descriptor: Descriptor
    table: SourceTable
    excluded: list[Excluded]
    warnings: list[str]
    signature: Signature | None

    @property
    def header_fingerprint(self) -> str:
        """Digest of the header names without the managed ones, in order."""
        return header_fingerprint(self.descriptor.original_header)

    @property
    def all_warnings(self) -> list[str]:
        """Of the reading and of the columns."""
        return [*self.warnings, *self.table.warnings]


@dataclass(frozen=True, slots=True)
class Verified:
    """Whether a source still is what was imported."""

    changed: bool
    missing: bool
    fingerprint: str | None
    details: str


def resolved(path: str) -> Path:
    """The file's absolute path with links resolved: one sheet has one name."""
    return Path(path).expanduser().resolve()


def open_csv_source(
    path: str,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    quote: str | None = None,
    header_row: int | None = None,
    columns: Mapping[str, str] | None = None,
    types: Mapping[str, Override] | None = None,
) -> OpenSource:
    """Read a text file. Raises E-1002 to E-1007 and E-1014."""
    file = resolved(path)
    layout = detect_csv(file, encoding=encoding, delimiter=delimiter, quote=quote, header_row=header_row)
    with reading(file):
        before = signature(file)
    connection = open_connection()
    fed = feed(connection, read_rows(file, layout), _header_width(layout))
    names = column_names(layout.header, fed.width)
    descriptor = Descriptor(
        type="csv",
        path=str(file),
        header_row=layout.header_row,
        encoding=layout.encoding.shown,
        delimiter=layout.dialect.delimiter,
        quote=layout.dialect.quote,
        header=names,
        columns=map_columns(names, columns or {}),
        types={name: one for name, one in (types or {}).items() if name in names},
    )
    table = SourceTable(
        connection,
        fed,
        names,
        sheet_offset=layout.header_row,
        managed=descriptor.managed.values(),
        overrides=descriptor.types,
    )
    descriptor.fingerprint = table.fingerprint
    return OpenSource(descriptor, table, [], _csv_warnings(layout, fed.blank), before)


def verify(descriptor: Descriptor, known: Signature | None) -> Verified:
    """Compare a source with its import; `known` is the file's signature when it was last seen unchanged."""
    file = descriptor.file
    if not file.is_file():
        return Verified(True, True, None, f"{file} is gone.")
    if known is not None and signature(file) == known:
        return Verified(False, False, descriptor.fingerprint, "The file is untouched.")
    fingerprint = _csv_fingerprint(descriptor)
    if fingerprint is None:
        return Verified(True, False, None, "The header changed.")
    if fingerprint == descriptor.fingerprint:
        return Verified(False, False, fingerprint, "The rows are the same.")
    return Verified(True, False, fingerprint, "Rows were changed, added, removed or moved.")


def _csv_fingerprint(descriptor: Descriptor) -> str | None:
    file = descriptor.file
    with reading(file):
        encoding = current_encoding(file, descriptor.encoding)
        text = file.read_bytes()[len(encoding.mark) :].decode(encoding.codec)
    return CsvSheet.of(text, descriptor).fingerprint()


def _header_width(layout: CsvFormat) -> int:
    width = len(layout.header)
    while width > 1 and not layout.header[width - 1].strip():
        width -= 1
    return width


def _csv_warnings(layout: CsvFormat, blank: int) -> list[str]:
    found = []
    if layout.encoding.guessed:
        found.append(
            f"The encoding was guessed: {layout.encoding.codec}. Name another with `encoding` if names look wrong."
        )
    if layout.header_row > 1:
        found.append(f"The header was found in row {layout.header_row}; the rows above it are left alone.")
    if layout.other_headers:
        rows = ", ".join(map(str, layout.other_headers))
        found.append(f"Row {rows} could be the header too; name the right one with `header_row`.")
    if blank:
        found.append(f"{blank} blank rows were skipped; they keep their numbers.")
    return found
