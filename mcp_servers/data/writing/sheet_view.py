"""A sheet that results are written to, whatever its file: find the rows, decide the cells, set them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from mcp_servers.data.model import ROLES, TRACKING, Change, Descriptor, Outcome
from mcp_servers.data.reading.header import MOST_COLUMNS
from mcp_servers.data.table.checksums import Fingerprint
from mcp_servers.data.writing.cells import find_rows, wanted_cells

LAST_NEW_COLUMN = MOST_COLUMNS - len(ROLES)
"""Where the first new column may stand at most: beyond `MOST_COLUMNS` no import would read the sheet again."""


class SheetView(Protocol):
    """The rows of a sheet by their data row numbers."""

    descriptor: Descriptor

    @property
    def header_found(self) -> bool:
        """Whether the columns of the import are still there."""

    @property
    def by_checksum(self) -> Mapping[str, Sequence[int]]:
        """Every row's number under its checksum."""

    def checksum(self, number: int) -> str | None:
        """The checksum of a data row; None where there is none."""

    def cell(self, number: int, name: str) -> str:
        """What a row holds under a role or column name."""

    def fixed(self, number: int, name: str) -> bool:
        """Whether a row's cell cannot take a result: a formula computes it, or there is no room for its column."""

    def set(self, number: int, name: str, value: str) -> None:
        """Write one cell."""

    def last_row(self) -> int:
        """The number of the last data row."""


def fingerprint(sheet: SheetView) -> str | None:
    """The sheet's fingerprint as of now; None when its header is gone."""
    if not sheet.header_found:
        return None
    whole = Fingerprint(sheet.descriptor.telling_header)
    excluded = set(sheet.descriptor.excluded)
    for number in range(1, sheet.last_row() + 1):
        if number not in excluded and (checksum := sheet.checksum(number)) is not None:
            whole.add(number, checksum)
    return whole.hexdigest()


def apply_changes(sheet: SheetView, changes: Sequence[Change]) -> tuple[list[Outcome | None], bool]:
    """Set the agreed cells, in order; what became of each change (None = its row is gone, NOT_FOUND = there never was
    one, SIDECAR = its cell cannot take it, FILLED = somebody else wrote into it), and whether any was set."""
    if not sheet.header_found:
        return [_gone(change) for change in changes], False
    changes = _with_checksums(changes, sheet)
    places = find_rows(
        changes,
        sheet.checksum,
        lambda: sheet.by_checksum,
        lambda place: sheet.cell(place, TRACKING),
    )
    outcomes: list[Outcome | None] = []
    touched = False
    for change, place in zip(changes, places, strict=True):
        if place is None:
            outcomes.append(_gone(change))
            continue
        wanted = wanted_cells(change, lambda name, at=place: sheet.cell(at, name))  # type: ignore[misc]
        if any(sheet.fixed(place, name) for name in (*wanted.cells, *wanted.filled)):
            outcomes.append(Outcome.SIDECAR)
            continue
        for name in sorted(wanted.cells, key=lambda one: ROLES.index(one) if one in ROLES else len(ROLES)):
            sheet.set(place, name, wanted.cells[name])
            touched = True
        outcomes.append(wanted.outcome)
    return outcomes, touched


def _gone(change: Change) -> Outcome | None:
    return Outcome.NOT_FOUND if change.absent else None


def _with_checksums(changes: Sequence[Change], sheet: SheetView) -> Sequence[Change]:
    """Changes that name no checksum go by number alone, and only into the very sheet that was imported: what is not a
    data row there never was one."""
    if all(change.checksum is not None for change in changes):
        return changes
    known = sheet.descriptor.fingerprint
    if known is None or fingerprint(sheet) != known:
        return changes
    excluded = set(sheet.descriptor.excluded)

    def at(number: int) -> str | None:
        return sheet.checksum(number) if number not in excluded else None

    return [
        change
        if change.checksum is not None
        else replace(
            change,
            checksum=(checksum := at(change.row_number)),
            absent=checksum is None if change.absent is None else change.absent,
        )
        for change in changes
    ]
