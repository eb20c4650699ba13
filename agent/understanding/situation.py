"""What a message is read in, and what it is found to mean."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from agent.understanding.conditions import Condition
from agent.understanding.option_words import WithOptions
from agent.understanding.packing import Packing
from agent.understanding.readings import Arrival, ShipRequest
from agent.understanding.requests import Action, Say
from agent.understanding.sheet import Sheet

NO_SHEET: Final = Say(
    "No order sheet is open. Start with `shipchat FILE`, or type the path of a CSV or Excel file.", refusal=True
)


@dataclass(frozen=True)
class Situation:
    """What a message is read in."""

    sheet: Sheet
    today: date
    answers: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    previous: ShipRequest | None = None
    """The request of the last preview, for edits and for `those`."""
    counted: Condition | None = None
    """The rows that were counted or shown since: what `those` are."""
    preview_pending: bool = False
    may_undo: bool = False
    arrival: Arrival | None = None
    """By when the orders of the message must be there, where it has been cut out of it."""
    asked: WithOptions | None = None
    """What the message asks of its shipments, where that has been cut out of it."""
    packing: tuple[Packing, str] | None = None
    """What the orders of the message are packed in, and the clause of those that are, where it has been cut out."""
    places: tuple[str, ...] = ()
    """Ship-from places of the settings."""
    start: str = ""
    """The ship-from place of the message, where it has been cut out of it."""
    parted: bool = False
    """Whether it is some sentences of a longer message, tried alone."""


@dataclass(frozen=True, slots=True)
class Meant:
    """What to do, and the request that a later message may refer to."""

    action: Action
    request: ShipRequest | None = None
    ignored: tuple[str, ...] = ()
    """Spellings that were corrected."""
    needs_sheet: bool = False
    """Whether it is about a sheet, and none is open."""
