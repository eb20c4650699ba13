"""Events of the mapping: which column feeds which field, and a row as it would be printed."""

from dataclasses import dataclass
from typing import Literal

from agent.events.base import Event


@dataclass(frozen=True, slots=True)
class HeaderSeen:
    """A column of the open sheet."""

    column: str
    sample: str
    """Its cell in the row that is shown."""
    fields: list[str]
    """The shipment fields that are read from it."""


@dataclass(frozen=True, slots=True)
class FieldSeen:
    """A shipment field that a column can feed."""

    name: str
    means: str
    source: str
    """Its columns, another expression, or a value for every row; empty = nothing."""
    state: Literal["", "needed", "open", "guessed"] = ""
    """needed = every parcel needs it and nothing feeds it; open = several columns fit, which is asked; guessed = its
    header only resembles a known one."""


@dataclass(frozen=True, slots=True)
class MappingShown(Event):
    """How the open sheet is understood now. Its cells are for the screen, never for a model."""

    sheet: str
    sheet_row: int | None
    """The row that is shown; None = the sheet has none."""
    headers: list[HeaderSeen]
    """In the sheet's order."""
    fields: list[FieldSeen]
    label: list[str]
    """The address of that row as it would be printed, as far as it can be read."""
    facts: list[tuple[str, str]]
    """What else is read from that row: (field, text)."""
    problems: list[str]
    """What stands against that row, or is still asked."""
    summary: str
    """What the turn's result says of it."""
