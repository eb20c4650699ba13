"""Which delimiter and quote a file uses: the pair under which most records agree on their number of cells."""

import re
from collections import Counter
from itertools import islice

from mcp_servers.data.reading.records import Dialect, open_text, read_cells

DELIMITERS = (",", ";", "\t", "|")
_QUOTES = ('"', "'")
_SAMPLE_RECORDS = 500
_HINT = re.compile(r"sep=(.)[\r\n]")


def detect_dialect(sample: str, delimiter: str | None = None, quote: str | None = None) -> Dialect:
    """The dialect of a file that begins with `sample`; what the person named is kept."""
    if delimiter is None and (hint := _HINT.match(sample)) is not None:
        delimiter = hint.group(1)
    delimiters = (delimiter,) if delimiter is not None else DELIMITERS
    quotes = (quote,) if quote is not None else _QUOTES
    candidates = [Dialect(one, mark) for one in delimiters for mark in quotes]
    return max(candidates, key=lambda dialect: _score(sample, dialect))


def _score(sample: str, dialect: Dialect) -> tuple[float, int, int]:
    """Share of records with the common width, that width, and the double quote first among equals."""
    preferred = 1 if dialect.quote == '"' else 0
    # A single quote counts as one only where it visibly encloses cells; else it is an apostrophe.
    if not preferred and not _encloses(sample, dialect):
        return (0.0, 0, 0)
    records = list(islice(read_cells(open_text(sample), dialect), _SAMPLE_RECORDS))
    # The sample may end within a record.
    widths = Counter(len(cells) for cells in (records[:-1] or records) if any(cell.strip() for cell in cells))
    if not widths:
        # Nothing but delimiters and blanks: then these are the delimiters.
        return (1.0, 0, preferred)
    wide = Counter({width: count for width, count in widths.items() if width > 1})
    if not wide:
        return (0.0, 1, preferred)
    width, count = max(wide.items(), key=lambda item: (item[1], item[0]))
    return (round(count / widths.total(), 2), width, preferred)


def _encloses(sample: str, dialect: Dialect) -> bool:
    """Whether single quotes stand around a whole cell somewhere."""
    border = rf"[\r\n{re.escape(dialect.delimiter)}]"
    return "'" in sample and re.search(rf"(^|{border})'[^']*'({border}|$)", sample) is not None
