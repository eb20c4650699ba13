"""What a file looks like, before anything is imported."""

from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from mcp_servers.data.faults import NO_FILE
from mcp_servers.data.reading.csv_file import detect_csv, read_rows, reading
from mcp_servers.data.reading.excel_file import score_sheets
from mcp_servers.data.reading.header import column_names, is_blank
from mcp_servers.data.reading.workbook import Workbook
from mcp_servers.data.sources import resolved
from mcp_servers.shared.faults import fault

WORKBOOKS = (".xlsx", ".xlsm")
_COUNTED = 2_000_000


@dataclass(frozen=True, slots=True)
class Part:
    """One table that could be imported: a text file's only one, or a sheet."""

    row_count: int
    header_row: int | None
    header: tuple[str, ...]
    sheet: str | None = None
    visible: bool = True
    chosen: bool = True


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
    """Detect a file's kind and layout. Raises E-1002 to E-1006."""
    file = resolved(path)
    if not file.exists():
        raise fault(NO_FILE, path=file)
    return _workbook(file) if file.suffix.lower() in WORKBOOKS else _text(file)


def _text(file: Path) -> Inspection:
    layout = detect_csv(file)
    with reading(file):
        count = sum(1 for _, cells in islice(read_rows(file, layout), _COUNTED) if not is_blank(cells))
    header = tuple(column_names(layout.header, len(layout.header)))
    return Inspection(
        file,
        "csv",
        [Part(count, layout.header_row, header)],
        layout.encoding.shown,
        layout.encoding.guessed,
        layout.dialect.delimiter,
        layout.dialect.quote,
        list(layout.other_headers),
    )


def _workbook(file: Path) -> Inspection:
    with reading(file):
        scored = score_sheets(Workbook(file))
    visible = [one for one in scored if one.info.visible and one.header_row is not None]
    best = max(visible, key=lambda one: one.score, default=None)
    parts = [
        Part(one.row_count, one.header_row, one.header, one.info.name, one.info.visible, chosen=one is best)
        for one in scored
    ]
    return Inspection(file, "excel", parts)
