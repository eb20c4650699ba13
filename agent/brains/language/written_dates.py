"""Dates that a sheet keeps as text (`Nov-14-26`): each cell is read here, since text does not compare as days."""

import re
from datetime import date, datetime
from typing import Final

from agent.brains.language.actions import SayError
from agent.brains.language.conditions import Condition, IsOneOf
from agent.brains.language.facts import ColumnFacts

_FORMS: Final = (
    "%b %d %y",
    "%b %d %Y",
    "%B %d %y",
    "%B %d %Y",
    "%d %b %y",
    "%d %b %Y",
    "%d %B %y",
    "%d %B %Y",
    "%Y %m %d",
)
_TIME: Final = re.compile(r"[T ,]+\d{1,2}:\d\d.*$")
NONE: Final = "none of the cells"


def read_day(cell: str) -> date | None:
    """The day of a cell whose month is in letters, or that begins with the year; None for anything else."""
    words = " ".join(re.split(r"[-/.,\s]+", _TIME.sub("", cell.strip())))
    for form in _FORMS:
        try:
            return datetime.strptime(words, form).date()  # noqa: DTZ007 - a day as the cell says it
        except ValueError:
            continue
    return None


def between(column: ColumnFacts, first: date | None, last: date | None, shown: str) -> Condition:
    """The cells whose day lies in the range, ends included.

    Raises:
        SayError: where the cells are not all known, or not all days.
    """
    days = {value: read_day(value) for value, _ in column.values}
    unread = next((value for value, day in days.items() if day is None), None)
    if not column.complete or unread is not None:
        example = f" ({unread})" if unread is not None else ""
        raise SayError(f'I cannot compare the dates in "{column.name}": not all of its cells say a day{example}.')
    fitting = [v for v, day in days.items() if day and (not first or day >= first) and (not last or day <= last)]
    return IsOneOf(column.name, tuple(fitting) or (NONE,), shown)
