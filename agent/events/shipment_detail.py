"""One shipment of a preview, whole. It is answered to a screen that asks, and is never an event: it holds the cells of
a row, which belong to the person, so no log, no output of the command line and no model gets it."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell that was read otherwise than it says letter by letter."""

    column: str
    before: str
    after: str
    why: str


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A row of the sheet as typed."""

    sheet_row: int
    cells: list[tuple[str, str, str]]
    """(column, text, the shipment fields that are read from it) of each cell that is not blank."""
    blank: list[str]
    """Columns whose cell is blank."""


@dataclass(frozen=True, slots=True)
class ShipmentDetail:
    """What will be sent for one shipment, and where it comes from."""

    label: list[str]
    """The address as UPS prints it, line by line."""
    facts: list[tuple[str, str]]
    """Service, price, packages, references, who pays: (what, words)."""
    customs: list[tuple[str, str]]
    """What customs reads; empty where no invoice goes along."""
    warnings: list[str]
    changes: list[CellChange]
    rows: list[SourceRow]
    payload: dict[str, Any]
    """What the UPS server gets, the own account masked as everywhere."""
