"""Events of the first screen: what the sheet looks like, and which sheets could be opened."""

from dataclasses import dataclass

from agent.events.base import Event


@dataclass(frozen=True, slots=True)
class SheetSampled(Event):
    """The first rows of an opened sheet, in the columns that matter; for the screen, never for a model."""

    columns: list[str]
    rows: list[list[str]]


@dataclass(frozen=True, slots=True)
class OfferedSheet:
    """A file that could be opened."""

    path: str
    name: str
    seen: str
    """What is known of it, in words: `42 rows, opened on Nov 28`, `in this folder`."""


@dataclass(frozen=True, slots=True)
class SheetsOffered(Event):
    """No sheet is open: the sheets that were opened last, then those of the folder."""

    sheets: list[OfferedSheet]
