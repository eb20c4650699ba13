"""What a result does to its row's cells: pure, the same for every kind of file."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from mcp_servers.data.model import SHIPPED_AT, TRACKING, Change, Outcome

_DANGEROUS = ("=", "+", "-", "@", "\t")


def safe_text(value: str) -> str:
    """One line that no spreadsheet takes for a formula."""
    line = " ".join(value.split())
    return f"'{line}" if line.startswith(_DANGEROUS) else line


def utc_now() -> str:
    """Now as ISO 8601 in UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def wanted_cells(change: Change, current: Callable[[str], str]) -> tuple[Outcome, dict[str, str]]:
    """The cells (by role or column name) that must change, given what the row's cells hold now."""
    held = current(TRACKING).strip()
    if change.expected is not None and held != change.expected:
        return (Outcome.UNCHANGED if not held else Outcome.LEFT), {}
    cells = dict(change.cells)
    if change.keep_time and cells.get(TRACKING) == held and current(SHIPPED_AT).strip():
        cells.pop(SHIPPED_AT, None)
    different = {name: value for name, value in cells.items() if current(name) != value}
    return (Outcome.WRITTEN if different else Outcome.UNCHANGED), different


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
    holding = [place for place in same if number and tracking_at(place).strip() == number]
    free = [place for place in same if not tracking_at(place).strip()]
    return next(iter(holding or free), None)
