"""Results that cannot go into their sheet: `<name>.tracking.csv` beside it, one line a row, never shrinking."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from mcp_servers.data.model import ROLES, SHIPPED_AT, TRACKING, Change
from mcp_servers.data.writing.cells import safe_text, utc_now
from mcp_servers.data.writing.names import sibling_path
from mcp_servers.data.writing.replace import SheetBusyError, replace_file

_FIELDS = ("row_number", "row_checksum", *ROLES, "reason", "written_at")


def sidecar_path(sheet: Path) -> Path:
    """Where the results of a sheet go when the sheet cannot take them."""
    return sibling_path(sheet, "", sheet.stem, ".tracking.csv")


def line_key(change: Change) -> tuple[str, str]:
    """What a row's line is found by: its number and checksum."""
    return str(change.row_number), change.checksum or ""


def read_sidecar(sheet: Path) -> dict[tuple[str, str], dict[str, str]]:
    """The lines beside a sheet by row number and checksum; none where there is no such file. Raises OSError, also where
    another program saved it in a form of its own, so that nothing of it is lost."""
    path = sidecar_path(sheet)
    if not path.exists():
        return {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        try:
            lines = csv.DictReader(file)
            if {"row_number", "row_checksum"} <= set(lines.fieldnames or ()):
                return {(line["row_number"] or "", line["row_checksum"] or ""): line for line in lines}
        except (UnicodeDecodeError, csv.Error):
            pass
    raise SheetBusyError(f"{path.name} is not as it was written: move it away, or save it as CSV in UTF-8 with commas")


def without_number(held: str, number: str | None) -> str:
    """A line's numbers without those of one result."""
    gone = numbers_in(number or "")
    return ", ".join(one for one in numbers_in(held) if one not in gone)


def numbers_in(text: str) -> list[str]:
    """The tracking numbers of a line."""
    return [one for one in (part.strip() for part in text.split(",")) if one]


def holding(lines: Mapping[tuple[str, str], dict[str, str]], change: Change) -> str:
    """The tracking numbers beside the sheet for a change's row."""
    return (lines.get(line_key(change)) or {}).get(TRACKING) or ""


def line_cells(line: Mapping[str, str], change: Change) -> dict[str, str]:
    """What a line's cells become: a number is never lost to another one that it does not replace."""
    cells = {name: safe_text(value) for name, value in change.cells.items() if name in ROLES}
    if TRACKING in cells:
        left = without_number(line.get(TRACKING) or "", change.expected)
        numbers = dict.fromkeys([*numbers_in(left), *numbers_in(cells[TRACKING])])
        cells[TRACKING] = ", ".join(numbers)
        if left and not change.cells[TRACKING]:
            # Other numbers of the row stay, and so does their time.
            cells.pop(SHIPPED_AT, None)
    return cells


def write_sidecar(sheet: Path, changes: Sequence[Change], reason: str) -> Path:
    """Add results to the lines of their rows; durable when it returns. Raises OSError."""
    path = sidecar_path(sheet)
    lines = read_sidecar(sheet)
    for change in changes:
        key = line_key(change)
        cells = line_cells(lines.get(key, {}), change)
        lines[key] = lines.get(key, {}) | {
            "row_number": key[0],
            "row_checksum": key[1],
            **cells,
            "reason": safe_text(reason),
            "written_at": utc_now(),
        }
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, _FIELDS, restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines.values())
    replace_file(path, lambda file: _write(file, buffer.getvalue()), expected=None, like=sheet)
    return path


def _write(file: BinaryIO, text: str) -> None:
    file.write(text.encode("utf-8"))
