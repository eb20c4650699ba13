"""Reads a delimited text file: what was detected, and every record with its number."""

import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TextIO

from mcp_servers.data.faults import (
    CANNOT_READ,
    HEADER_OUT_OF_RANGE,
    NO_FILE,
    NO_HEADER,
    NOT_A_SHEET,
    OPEN_QUOTE,
    SWALLOWED,
)
from mcp_servers.data.model import EncodingCandidate, HeaderCandidate
from mcp_servers.data.reading.code_pages import readings
from mcp_servers.data.reading.dialect import detect_dialect
from mcp_servers.data.reading.encoding import Encoding, detect_encoding, named_encoding
from mcp_servers.data.reading.groups import grouped
from mcp_servers.data.reading.header import check_width, choose_header, is_blank, named
from mcp_servers.data.reading.ours import own_at_end
from mcp_servers.data.reading.records import Dialect, read_records
from mcp_servers.data.reading.shapes import Neighbours, RowChecks, fits_as_letters
from mcp_servers.shared.faults import ToolFault, fault

SAMPLE_CHARACTERS = 1 << 18
_SAMPLE_RECORDS = 200
_BLANKS = re.compile(r"[ \t\r\n]+")
"""Not the one that does not break a line: it is a letter in other code pages."""
_MARKUP = re.compile(rb"(?i)(\xef\xbb\xbf)?\s*<(!doctype|html|head|body|table|\?xml)\b")
_BINARY = {b"PK\x03\x04": "a zip archive or workbook", b"\xd0\xcf\x11\xe0": "an old Excel file", b"%PDF": "a PDF"}


@dataclass(frozen=True, slots=True)
class CsvFormat:
    """How one text file is laid out. `header_row` is the 1-based record that names the columns; `header` says the names
    of groups above it too."""

    encoding: Encoding
    dialect: Dialect
    header_row: int
    header: tuple[str, ...]
    neighbours: Neighbours
    candidates: tuple[HeaderCandidate, ...] = ()
    """The chosen header and what else could be it; empty where there is no doubt."""


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turns the system's refusals to read into coded ones."""
    try:
        yield
    except FileNotFoundError:
        raise fault(NO_FILE, path=path) from None
    except OSError as error:
        raise fault(CANNOT_READ, path=path, reason=error.strerror or str(error)) from error


def check_is_text(path: Path) -> None:
    """Refuse what is certainly no text file."""
    if path.is_dir():
        raise fault(NOT_A_SHEET, path=path, wanted="CSV", reason="it is a folder", instead="a text file")
    with path.open("rb") as file:
        head = file.read(64)
    for magic, name in _BINARY.items():
        if head.startswith(magic):
            raise fault(NOT_A_SHEET, path=path, wanted="CSV", reason=f"it is {name}", instead="a text file")
    if _MARKUP.match(head):
        raise fault(
            NOT_A_SHEET, path=path, wanted="CSV", reason="it is a web page or XML", instead="CSV, or save it as .xlsx"
        )


def detect_csv(
    path: Path,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    quote: str | None = None,
    header_row: int | None = None,
    ours: Collection[str] = (),
) -> CsvFormat:
    """The file's format; what is given is kept, the rest detected; `ours` names columns that we appended besides the
    usual ones. Raises E-1002 to E-1007."""
    with reading(path):
        check_is_text(path)
        found = named_encoding(path, encoding) if encoding is not None else detect_encoding(path)
        with open_csv(path, found) as file:
            sample = file.read(SAMPLE_CHARACTERS)
    dialect = detect_dialect(sample, delimiter, quote, ours)
    with reading(path), open_csv(path, found) as file:
        needed = max(_SAMPLE_RECORDS, header_row or 0)
        sampled = list(islice(read_records(file, dialect), needed))
    records = [cells for _, cells in sampled]
    if header_row is None:
        choice = choose_header(records)
        if choice is None:
            raise fault(NO_HEADER, path=path)
        index, others = choice.index, choice.others
    else:
        index, others = header_row - 1, ()
        if not 0 <= index < len(records) or is_blank(records[index]):
            reason = "it is blank" if 0 <= index < len(records) else f"the file has {len(records)} rows"
            raise fault(HEADER_OUT_OF_RANGE, path=path, header_row=header_row, reason=reason)
    check_width(records[index], index + 1, path)
    headers = {one: grouped(records[one - 1] if one else (), records[one]) for one in (index, *others)}
    # A row that groups the names below it is not a header itself.
    others = tuple(one for one in others if one != index - 1 or headers[index] == records[index])
    near = [index, *others] if others else []
    candidates = tuple(HeaderCandidate(one + 1, named(headers[one])) for one in near)
    neighbours = Neighbours.of(records[index], own_at_end(records[index], ours), sampled[index + 1 :], dialect)
    return CsvFormat(found, dialect, index + 1, tuple(headers[index]), neighbours, candidates)


def open_csv(path: Path, encoding: Encoding) -> TextIO:
    """The file as text from its first character, line ends untranslated."""
    file = path.open("r", encoding=encoding.codec, errors="strict", newline="")
    if encoding.mark:
        file.read(1)
    return file


def read_rows(path: Path, layout: CsvFormat) -> Iterator[tuple[int, list[str]]]:
    """Every data record with its 1-based number, blank ones too; raises E-1005, E-1017 to E-1019 where records are not
    the sheet's rows."""
    checks = RowChecks(layout.header, layout.header_row, layout.neighbours, layout.dialect, path)
    with reading(path), open_csv(path, layout.encoding) as file:
        for sheet_row, (record, cells) in enumerate(read_records(file, layout.dialect), start=1):
            checks.look(sheet_row, record, cells)
            if sheet_row > layout.header_row:
                yield sheet_row - layout.header_row, cells
    checks.finish()


def encoding_candidates(path: Path, layout: CsvFormat, names: Sequence[str]) -> tuple[EncodingCandidate, ...]:
    """The encodings that the file could be in, the guess first, with the word of a data row that they differ on most;
    of those under which it reads alike only the first. Empty where there is no doubt."""
    codecs = (layout.encoding.codec, *layout.encoding.others)
    best: dict[str, str] = {}
    place = (0, "")
    looked_at = 0
    with reading(path), open_csv(path, layout.encoding) as file:
        records = read_records(file, layout.dialect) if len(codecs) > 1 else iter(())
        for sheet_row, (record, cells) in enumerate(records, start=1):
            if sheet_row <= layout.header_row or record.isascii():
                continue
            looked_at += 1
            for column, word in ((at, word) for at, cell in enumerate(cells) for word in _BLANKS.split(cell)):
                if len(found := readings(word, codecs)) > len(best):
                    best, place = found, (sheet_row, names[column] if column < len(names) else "")
            if looked_at >= _SAMPLE_RECORDS:
                break
    return tuple(EncodingCandidate(codec, sample, *place) for sample, codec in best.items()) if len(best) > 1 else ()


def quotes_as_letters(
    path: Path, layout: CsvFormat, refusal: ToolFault, header_row: int | None, ours: Collection[str] = ()
) -> CsvFormat | None:
    """Marketplaces write tabs without any quoting, so a lone quote is a letter (5" pipe): the layout that has it so,
    where every row is whole that way; else None."""
    if layout.dialect.delimiter != "\t" or refusal.code not in (OPEN_QUOTE.code, SWALLOWED.code):
        return None
    codec = layout.encoding.shown
    other = detect_csv(path, encoding=codec, delimiter="\t", quote="", header_row=header_row, ours=ours)
    other = replace(other, encoding=layout.encoding)
    with reading(path), open_csv(path, other.encoding) as file:
        records = (cells for _, cells in read_records(file, other.dialect))
        fits = fits_as_letters(other.header, islice(records, other.header_row, None), layout.dialect.quote)
    return other if fits else None
