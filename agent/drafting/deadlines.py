"""Deadlines of orders (`Ship By`, `Promised`, `Due`): an overdue order ships today; the preview says how many are."""

from collections.abc import Iterable, Sequence
from datetime import date

from agent.planning.model import SheetRow
from agent.sheet.fields import field_of
from agent.shipping.dates import day_first_of, read_date
from agent.shipping.verdict import Changed, Ok


def deadline_columns(columns: Iterable[str]) -> list[str]:
    """The columns that say by when an order must go or arrive."""
    return [column for column in columns if field_of(column) == "deadline"]


def overdue_warnings(
    columns: Iterable[str], shipments: Sequence[Sequence[SheetRow]], day_first: bool | None, today: date
) -> list[str]:
    """How many shipments are past a deadline, by column: `7 of these are overdue (Ship By is before 2026-11-29)`."""
    lines = []
    for column in deadline_columns(columns):
        cells = [[row.data.get(column, "") for row in rows] for rows in shipments]
        order = day_first_of(cell for row in cells for cell in row) if day_first is None else day_first
        late = sum(any(_is_before(cell, order, today) for cell in row) for row in cells)
        if late:
            verb = "is" if late == 1 else "are"
            lines.append(f"{late:,} of these {verb} overdue ({column} is before {today.isoformat()})")
    return lines


def _is_before(cell: str, day_first: bool | None, today: date) -> bool:
    """Whether a deadline has passed; one with two readings, when both have."""
    orders = (True, False) if day_first is None else (day_first,)
    verdicts = [read_date(cell, day_first=order, today=today) for order in orders]
    days = [verdict.value for verdict in verdicts if isinstance(verdict, Ok | Changed)]
    return bool(days) and all(day is not None and day < today for day in days)
