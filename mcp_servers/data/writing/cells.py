"""What a result does to its row's cells: pure, the same for every kind of file."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from mcp_servers.data.model import SHIPPED_AT, STATES, STATUS, TRACKING, Change, Outcome

_DANGEROUS = ("=", "+", "-", "@", "\t")
_DIGIT = re.compile("[1-9]")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a result does to its row: the cells to set, and those that somebody else filled and that stay."""

    outcome: Outcome
    cells: dict[str, str]
    filled: tuple[str, ...] = ()


def safe_text(value: str) -> str:
    """One line that no spreadsheet takes for a formula."""
    line = " ".join(value.split())
    return f"'{line}" if line.startswith(_DANGEROUS) else line


def utc_now() -> str:
    """Now as ISO 8601 in UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def has_number(text: str) -> bool:
    """Whether a cell of tracking numbers holds one: `n/a`, `pending`, `-` and `0` are not."""
    return _DIGIT.search(text) is not None


def wanted_cells(change: Change, current: Callable[[str], str]) -> Wanted:
    """The cells (by role or column name) that must change, given what the row's cells hold now.

    A cell is ours to write while it is blank, holds what is written already, or what the change expects there. While
    somebody else's number stands in the row, nothing of the result goes into it.
    """
    held, number = current(TRACKING).strip(), change.cells.get(TRACKING)
    if number == "" and held != change.expected:
        return Wanted(Outcome.LEFT if held else Outcome.UNCHANGED, {})
    if number and held not in ("", number, change.expected):
        return Wanted(Outcome.FILLED, {}, (TRACKING,))
    cells = dict(change.cells)
    if change.keep_time and number is not None and number == held and current(SHIPPED_AT).strip():
        cells.pop(SHIPPED_AT, None)
    different = {name: value for name, value in cells.items() if current(name) != value}
    filled = tuple(name for name in different if name != TRACKING and not _is_ours(change, name, held, current))
    free = {name: value for name, value in different.items() if name not in filled}
    if filled and number != "":
        return Wanted(Outcome.FILLED, free, filled)
    return Wanted(Outcome.WRITTEN if free else Outcome.UNCHANGED, free)


def _is_ours(change: Change, name: str, held: str, current: Callable[[str], str]) -> bool:
    """Whether the cell beside a tracking number may be replaced."""
    text = current(name).strip()
    if not text:
        return True
    if name == SHIPPED_AT:
        if change.expected_time is not None:
            return text == change.expected_time
        return bool(held) and held in (change.cells.get(TRACKING), change.expected)
    # Our own words follow each other: PROCESSING, then COMPLETED; the message of a failure goes with it.
    return (text if name == STATUS else current(STATUS).strip()) in STATES


def find_rows(
    changes: Sequence[Change],
    checksum_at: Callable[[int], str | None],
    all_checksums: Callable[[], Mapping[str, Sequence[int]]],
    tracking_at: Callable[[int], str],
) -> list[int | None]:
    """For each change the row number at which its row stands now; None where it cannot be told.

    A row is itself where it was, else the one row with its checksum; identical rows are taken in turn, first those
    that hold this number already, then those that hold none.
    """
    places: list[int | None] = []
    taken: dict[int, Change] = {}
    for change in changes:
        place = _find(change, checksum_at, all_checksums, tracking_at, taken)
        if place is not None:
            taken[place] = change
        places.append(place)
    return places


def _find(
    change: Change,
    checksum_at: Callable[[int], str | None],
    all_checksums: Callable[[], Mapping[str, Sequence[int]]],
    tracking_at: Callable[[int], str],
    taken: Mapping[int, Change],
) -> int | None:
    if change.checksum is None:
        return None
    if checksum_at(change.row_number) == change.checksum:
        return change.row_number
    same = [
        place
        for place in all_checksums().get(change.checksum, ())
        if place not in taken or taken[place].row_number == change.row_number
    ]
    if len(same) == 1:
        return same[0]
    number = change.cells.get(TRACKING, "") or change.expected
    # A row that is only looked at is rather one that was shipped.
    holding = [place for place in same if (held := tracking_at(place).strip()) and (held == number or not change.cells)]
    free = [place for place in same if not tracking_at(place).strip()]
    return next(iter(holding or free), None)
