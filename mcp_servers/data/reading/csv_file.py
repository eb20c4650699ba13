"""Reads a delimited text file: what was detected, and every record with its number."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TextIO

from mcp_servers.data.faults import CANNOT_READ, HEADER_OUT_OF_RANGE, NO_FILE, NO_HEADER, NOT_A_SHEET
from mcp_servers.data.model import HeaderCandidate
from mcp_servers.data.reading.dialect import detect_dialect
from mcp_servers.data.reading.encoding import Encoding, detect_encoding, named_encoding
from mcp_servers.data.reading.header import MOST_COLUMNS, check_width, choose_header, is_blank, named
from mcp_servers.data.reading.records import Dialect, check_closed, check_own_lines, read_cells
from mcp_servers.shared.faults import fault

SAMPLE_CHARACTERS = 1 << 18
_SAMPLE_RECORDS = 200
_MARKUP = re.compile(rb"(?i)(\xef\xbb\xbf)?\s*<(!doctype|html|head|body|table|\?xml)\b")
_BINARY = {b"PK\x03\x04": "a zip archive or workbook", b"\xd0\xcf\x11\xe0": "an old Excel file", b"%PDF": "a PDF"}


@dataclass(frozen=True, slots=True)
class CsvFormat:
    """How one text file is laid out. `header_row` is the 1-based record that names the columns."""

    encoding: Encoding
    dialect: Dialect
    header_row: int
    header: tuple[str, ...]
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
) -> CsvFormat:
    """The file's format; what is given is kept, the rest detected. Raises E-1002 to E-1007."""
    with reading(path):
        check_is_text(path)
        found = named_encoding(path, encoding) if encoding is not None else detect_encoding(path)
        with open_csv(path, found) as file:
            sample = file.read(SAMPLE_CHARACTERS)
    dialect = detect_dialect(sample, delimiter, quote)
    with reading(path), open_csv(path, found) as file:
        needed = max(_SAMPLE_RECORDS, header_row or 0)
        records = list(islice(read_cells(file, dialect), needed))
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
    near = [index, *others] if others else []
    candidates = tuple(HeaderCandidate(one + 1, named(records[one])) for one in near)
    return CsvFormat(found, dialect, index + 1, tuple(records[index]), candidates)


def open_csv(path: Path, encoding: Encoding) -> TextIO:
    """The file as text from its first character, line ends untranslated."""
    file = path.open("r", encoding=encoding.codec, errors="strict", newline="")
    if encoding.mark:
        file.read(1)
    return file


def read_rows(path: Path, layout: CsvFormat) -> Iterator[tuple[int, list[str]]]:
    """Every data record with its 1-based number, blank ones too; raises E-1005 when a quote never closes."""
    seen = number = 0
    with reading(path), open_csv(path, layout.encoding) as file:
        records = read_cells(file, layout.dialect)
        for number, cells in enumerate(records, start=1 - layout.header_row):
            if records.line_num - seen > 1:
                check_own_lines(cells, len(layout.header), number + layout.header_row, layout.dialect, path)
            if len(cells) > MOST_COLUMNS:
                check_width(cells, number + layout.header_row, path)
            if number >= 1:
                yield number, cells
            last, seen = seen, records.line_num
    if seen:
        with reading(path), open_csv(path, layout.encoding) as file:
            check_closed("".join(islice(file, last, seen)), layout.dialect, number + layout.header_row, path)
