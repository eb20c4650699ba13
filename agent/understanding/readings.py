"""What a message can be: a closed union of plain values."""

from dataclasses import dataclass, field
from typing import Any, Union

from agent.understanding.conditions import ALL_ROWS, Condition
from agent.understanding.values import ALL_ORDERS, Cut, Doubt, Group, Service


@dataclass(frozen=True, slots=True)
class ServiceRule:
    """Rows of this condition go by this service; the first rule that fits is taken."""

    where: Condition
    service: Service


@dataclass(frozen=True, slots=True)
class Arrival:
    """When orders must be there: by a day (ISO 8601), or by each row's day in a column."""

    day: str = ""
    column: str = ""


@dataclass(frozen=True, slots=True)
class ShipRequest:
    """Orders to ship, how, and what is still open about it."""

    where: Condition = ALL_ROWS
    cuts: tuple[Cut, ...] = ()
    service: Service | None = None
    rules: tuple[ServiceRule, ...] = ()
    flags: frozenset[str] = frozenset()
    doubts: frozenset[Doubt] = frozenset()
    noun: str = ""
    disjoint: Doubt | None = field(default=None, compare=False)
    """Asked where an order falls under more than one of the rules."""
    left_out: tuple[int, ...] = ()
    """Sheet rows that the person took out of a preview."""
    packing: tuple[tuple[str, str], ...] = ()
    """`box` and `packaging` for all of them."""
    boxes: tuple[tuple[str, str], ...] = ()
    """(clause, box) for some of them; the first that fits counts."""
    arrival: Arrival | None = None
    """Each row by the cheapest service that is there in time; instead of a service."""
    options: tuple[tuple[str, Any], ...] = ()
    """What is asked of every shipment besides (`ShipOptions`), by name."""
    of_batch: str = ""
    """Only rows that this batch, or those of this day, shipped."""
    ship_from: str = ""
    """The ship-from place of the settings that all start from."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of the last request: what is narrowed, added, left out, cut, or sent another way."""

    kind: str
    """only, add, and, drop, service, rule, and rule, bare, alone, rest, instead, afresh."""
    group: Group | None = None
    service: Service | None = None
    doubts: frozenset[Doubt] = frozenset()
    then: "Edit | None" = None
    """The next change of the same message: `skip Dallas and make it 2 day`."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question about the sheet: count, show, values, sheet, or a function of a column."""

    kind: str
    group: Group = ALL_ORDERS
    function: str = ""
    column: str = ""
    group_by: str = ""
    limit: int | None = None
    descending: bool = True


@dataclass(frozen=True, slots=True)
class BatchCommand:
    """Something about batches: what is said of them, paused, retried, voided."""

    tool: str
    arguments: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to the open question."""

    text: str


Reading = Union[ShipRequest, Edit, Query, BatchCommand, Answer]  # noqa: UP007
