"""Which delimiter and quote a file uses: those under which its header splits into names and its rows are as wide.

Columns that we appended count for nothing, so that a file is read the same before and after our own writing.
"""

import re
from collections.abc import Collection, Sequence
from itertools import islice

from mcp_servers.data.reading.header import choose_header, filled_width, is_blank
from mcp_servers.data.reading.ours import ours_in
from mcp_servers.data.reading.records import Dialect, open_text, read_cells

DELIMITERS = (",", ";", "\t", "|")
_QUOTES = ('"', "'")
_SAMPLE_RECORDS = 500
_HINT = re.compile(r"sep=(.)[\r\n]")


def detect_dialect(
    sample: str, delimiter: str | None = None, quote: str | None = None, ours: Collection[str] = ()
) -> Dialect:
    """The dialect of a file that begins with `sample`; what the person named is kept, `ours` are columns that they
    named for our results."""
    if delimiter is None and (hint := _HINT.match(sample)) is not None:
        delimiter = hint.group(1)
    delimiters = (delimiter,) if delimiter is not None else DELIMITERS
    quotes = (quote,) if quote is not None else _QUOTES
    candidates = [
        Dialect(one, mark, skip_blanks)
        for one in delimiters
        for mark in quotes
        for skip_blanks in (False, True)
        if _shows(sample, one, mark, skip_blanks=skip_blanks)
    ]
    return max(candidates, key=lambda dialect: _score(sample, dialect, ours), default=Dialect(delimiters[0]))


def _shows(sample: str, delimiter: str, quote: str, *, skip_blanks: bool) -> bool:
    """Whether a sample shows what a dialect is for: blanks before quotes, single quotes around whole cells (else one is
    an apostrophe)."""
    if not skip_blanks and quote != "'":
        return True
    if not quote or quote not in sample:
        return False
    border = rf"(?:[\r\n{re.escape(delimiter)}]|^)"
    blanks = " +" if skip_blanks else ""
    end = rf"(?:[\r\n{re.escape(delimiter)}]|$)"
    return re.search(f"{border}{blanks}{quote}[^{quote}]*{quote}{end}", sample) is not None


def _score(sample: str, dialect: Dialect, ours: Collection[str]) -> tuple[float, bool, bool]:
    """How well the sample's rows fit its header under a dialect; the plainest dialect first among equals."""
    plain = (dialect.quote != "'", not dialect.skip_blanks)
    records = list(islice(read_cells(open_text(sample), dialect), _SAMPLE_RECORDS))
    # The sample may end within a record.
    filled = [cells for cells in (records[:-1] or records) if not is_blank(cells)]
    choice = choose_header(filled)
    if choice is None:
        # Nothing but delimiters and blanks: then these are the delimiters.
        return (1.0 if any(len(cells) > 1 for cells in records) else 0.0, *plain)
    own = set(ours_in(filled[choice.index], ours))
    if own:
        filled = [[cell for place, cell in enumerate(cells) if place not in own] for cells in filled]
    header = filled[choice.index]
    width = filled_width(header)
    if width < 2:
        # One column alone: what ends its every row, or sets our columns apart, is better than nothing.
        ended = (
            sum(len(cells) == len(header) for cells in filled) / len(filled) if len(header) > 1 else float(bool(own))
        )
        return (round(ended / 100, 4), *plain)
    # A blank behind a delimiter is prose, unless the sheet begins that way.
    led = any(cell.startswith(" ") for cell in filled[0][1:])
    fitting = sum(_fits(cells, width, led=led) for cells in filled) / len(filled)
    names = sum(1 for cell in header[:width] if not _holds_other(cell, dialect)) / width
    known = choose_header([header])
    return (round(fitting * names * (1 - 1 / width) * (known.score if known is not None else 0.0), 4), *plain)


def _fits(cells: Sequence[str], width: int, *, led: bool) -> float:
    if len(cells) < width or filled_width(cells) > width:
        return 0.0
    return 1.0 if led or not any(cell.startswith(" ") for cell in cells[1:]) else 0.5


def _holds_other(cell: str, dialect: Dialect) -> bool:
    return any(mark in cell for mark in DELIMITERS if mark != dialect.delimiter)
