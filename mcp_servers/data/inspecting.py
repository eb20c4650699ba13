"""What a file looks like, before anything is imported."""

from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from mcp_servers.data.faults import NO_FILE
from mcp_servers.data.fitting import fitting
from mcp_servers.data.model import Part
from mcp_servers.data.reading.csv_file import CsvFormat, detect_csv, quotes_as_letters, read_rows, reading
from mcp_servers.data.reading.header import is_blank, named
from mcp_servers.data.reading.old_workbook import open_workbook
from mcp_servers.data.reading.sheets import parts_of
from mcp_servers.data.reading.workbook import unpacking
from mcp_servers.data.sources import resolved
from mcp_servers.shared.faults import ToolFault, fault

WORKBOOKS = (".xlsx", ".xlsm", ".ods", ".xls", ".xlsb")
_COUNTED = 2_000_000


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was detected."""

    path: Path
    kind: str
    parts: list[Part]
    encoding: str | None = None
    encoding_guessed: bool = False
    delimiter: str | None = None
    quote: str | None = None
    other_header_rows: list[int] = field(default_factory=list)


def inspect(path: str) -> Inspection:
    """Detect a file's kind and layout. Raises E-1002 to E-1006, E-1017 to E-1019 and E-1530."""
    file = resolved(path)
    if not file.exists():
        raise fault(NO_FILE, path=file)
    with fitting(file):
        return _workbook(file) if file.suffix.lower() in WORKBOOKS else _text(file)


def _text(file: Path) -> Inspection:
    layout = detect_csv(file)
    try:
        count = _count(file, layout)
    except ToolFault as refusal:
        other = quotes_as_letters(file, layout, refusal, None)
        if other is None:
            raise
        layout, count = other, _count(file, other)
    return Inspection(
        file,
        "csv",
        [Part(count, layout.header_row, named(layout.header), layout.candidates, likely=True)],
        layout.encoding.shown,
        layout.encoding.guessed,
        layout.dialect.delimiter,
        layout.dialect.quote,
        [one.header_row for one in layout.candidates[1:]],
    )


def _count(file: Path, layout: CsvFormat) -> int:
    return sum(1 for _, cells in islice(read_rows(file, layout), _COUNTED) if not is_blank(cells))


def _workbook(file: Path) -> Inspection:
    with reading(file), unpacking(file):
        parts = parts_of(open_workbook(file))
    others = [one.header_row for part in parts if part.chosen for one in part.header_candidates[1:]]
    return Inspection(file, "excel", parts, other_header_rows=others)
