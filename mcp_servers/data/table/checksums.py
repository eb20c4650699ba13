"""A row's checksum and a sheet's fingerprint, in Python and in SQL alike (docs/money.md).

A row: SHA-256 of its cells joined by the unit separator, empty cells at its end left out (so that appended columns
change nothing); the two separators themselves are escaped. A sheet: SHA-256 over its header and, in blocks of row
numbers, over `number:checksum` of every row.
"""

import hashlib
from collections.abc import Iterable, Sequence

SEPARATOR = "\x1f"
ESCAPE = "\x1e"
BLOCK = 4096


def row_checksum(cells: Iterable[str]) -> str:
    """SHA-256, in hex, of a row's original cells in header order."""
    joined = SEPARATOR.join(
        cell.replace(ESCAPE, ESCAPE + ESCAPE).replace(SEPARATOR, ESCAPE + "s")
        if ESCAPE in cell or SEPARATOR in cell
        else cell
        for cell in cells
    )
    return hashlib.sha256(joined.rstrip(SEPARATOR).encode("utf-8", "surrogatepass")).hexdigest()


def checksum_sql(cells: Sequence[str], *, escape: bool) -> str:
    """The same as an expression over columns of the table; `escape` only where a cell holds a separator."""
    parts = []
    for cell in cells:
        text = f"coalesce({cell}, '')"
        if escape:
            text = f"replace(replace({text}, chr(30), chr(30) || chr(30)), chr(31), chr(30) || 's')"
        parts.append(text)
    joined = f"concat_ws(chr(31), {', '.join(parts)})"
    if not cells:
        return "sha256('')"
    # Only a row whose last cell is empty ends in separators; trimming every row costs as much as hashing it.
    return f"sha256(CASE WHEN {cells[-1]} IS NULL THEN rtrim({joined}, chr(31)) ELSE {joined} END)"


def header_fingerprint(names: Sequence[str]) -> str:
    """SHA-256 of the column names, in order."""
    return row_checksum([*names, "."])


class Fingerprint:
    """Folds rows into a sheet's fingerprint; rows come in order of their numbers."""

    def __init__(self, header: Sequence[str]) -> None:
        self._whole = hashlib.sha256(header_fingerprint(header).encode())
        self._block: int | None = None
        self._rows = hashlib.sha256()

    def add(self, row_number: int, checksum: str) -> None:
        """Fold in one row."""
        if (block := row_number // BLOCK) != self._block:
            self._close()
            self._block = block
        self._rows.update(f"{row_number}:{checksum};".encode())

    def add_block(self, digest: str) -> None:
        """Fold in a block that SQL digested."""
        self._whole.update(digest.encode())

    def _close(self) -> None:
        if self._block is not None:
            self.add_block(self._rows.hexdigest())
        self._rows = hashlib.sha256()

    def hexdigest(self) -> str:
        """The fingerprint; call once."""
        self._close()
        return self._whole.hexdigest()


def blocks_sql(checksum: str, table: str, rows: range) -> str:
    """One digest per block of those row numbers, in order; `rows` begins and ends with a block."""
    return (
        f"SELECT sha256(string_agg(row_number || ':' || {checksum} || ';', '' ORDER BY row_number)) "
        f"FROM {table} WHERE row_number >= {rows.start} AND row_number < {rows.stop} "
        f"GROUP BY row_number // {BLOCK} ORDER BY row_number // {BLOCK}"
    )
