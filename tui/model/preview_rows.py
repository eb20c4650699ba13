"""Sorting and filtering the rows of a preview, for the screen that shows all of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from agent.events import PreviewLine
from tui.model.amounts import money
from tui.model.escaping import visible_line

COLUMNS = ("Row", "Order", "Recipient", "City, state", "Service", "Cost", "Warnings")

_KEYS: dict[str, Callable[[PreviewLine], Any]] = {
    "Row": lambda line: line.sheet_row,
    "Order": lambda line: line.order_number.casefold(),
    "Recipient": lambda line: line.recipient.casefold(),
    "City, state": lambda line: line.city_state.casefold(),
    "Service": lambda line: line.way.casefold(),
    "Cost": lambda line: (line.cost_cents is not None, line.cost_cents or 0),
    "Warnings": lambda line: (len(remarks(line)), " ".join(remarks(line)).casefold()),
}


def cells(line: PreviewLine) -> tuple[str, ...]:
    """A row's cells in the order of `COLUMNS`, harmless on one line."""
    return (
        str(line.sheet_row),
        visible_line(line.order_number),
        visible_line(line.recipient),
        visible_line(line.city_state),
        visible_line(line.way),
        money(line.cost_cents, line.currency),
        visible_line("; ".join(remarks(line))),
    )


def remarks(line: PreviewLine) -> list[str]:
    """What a person should know of this row, and what was changed in it."""
    return [*line.remarks, *line.changes]


def columns_of(lines: list[PreviewLine]) -> tuple[str, ...]:
    """The columns that tell these rows apart: one service for all stands above them, no warnings need no column."""
    same = {"Service"} if len({line.way for line in lines}) == 1 else set()
    quiet = set() if any(remarks(line) for line in lines) else {"Warnings"}
    return tuple(column for column in COLUMNS if column not in same | quiet)


MOST_WIDE = {"Order": 20, "Recipient": 26, "City, state": 22, "Service": 24}
"""Columns on the screen that a column takes at most."""
REMARKS_AT_LEAST = 26
"""What the warnings keep: other columns make room for them."""
MAKES_ROOM = ("City, state", "Order")
"""Columns that go before a warning is cut, the least telling first."""
GAP = 2
"""The blanks beside each cell."""
MEASURED = 1_000
"""Rows that are measured; a longer cell further down is cut."""


def fitted(lines: list[PreviewLine], room: int, columns: tuple[str, ...] = COLUMNS) -> dict[str, int]:
    """The columns that fit into so many columns of the screen, with their widths; the warnings are not what is cut."""
    rows = [cells(line) for line in lines[:MEASURED]]
    widths = {
        column: min(MOST_WIDE.get(column, room), max([len(column) + GAP, *(len(row[place]) for row in rows)]))
        for place, column in enumerate(COLUMNS)
        if column in columns
    }
    if not any(remarks(line) for line in lines):
        widths.pop("Warnings", None)
    wanted = min(widths.get("Warnings", 0), REMARKS_AT_LEAST)
    same = ("Service",) if len({line.service for line in lines}) == 1 else ()
    for column in (*same, *MAKES_ROOM):
        if _taken(widths) + wanted > room:
            widths.pop(column, None)
    if "Warnings" in widths:
        widths["Warnings"] = max(wanted, room - _taken(widths) - GAP)
    return widths


def _taken(widths: dict[str, int]) -> int:
    """What all columns but the warnings take, and the gaps of all."""
    return sum(width + GAP for column, width in widths.items() if column != "Warnings")


def fitted_cells(line: PreviewLine, widths: dict[str, int]) -> tuple[str, ...]:
    """A row's cells in the order of `COLUMNS`, cut to these widths."""
    pairs = zip(COLUMNS, cells(line), strict=True)
    return tuple(cut(words, widths.get(column, len(words))) for column, words in pairs)


def cut(words: str, width: int) -> str:
    """On so many columns, with a sign where something is missing."""
    return words if len(words) <= width else f"{words[: width - 1]}…"


@dataclass(slots=True)
class RowOrder:
    """How the rows are looked at: a column to sort by, a direction, words that must occur."""

    column: str = "Row"
    descending: bool = False
    words: str = ""

    def by(self, column: str) -> None:
        """Sort by this column; the same one again turns the direction."""
        self.descending = not self.descending if column == self.column else False
        self.column = column

    def view(self, lines: list[PreviewLine]) -> list[PreviewLine]:
        """The rows in which every word occurs (case ignored), sorted."""
        words = self.words.casefold().split()
        found = [line for line in lines if _holds(line, words)] if words else lines
        return sorted(found, key=_KEYS[self.column], reverse=self.descending)


def _holds(line: PreviewLine, words: list[str]) -> bool:
    text = " ".join(cells(line)).casefold()
    return all(word in text for word in words)
