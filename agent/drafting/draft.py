"""What planning leads to: a draft of a plan with what its preview says, or no shipment, with the reasons."""

from dataclasses import dataclass, field

from agent.drafting.amendment import Amendment
from agent.drafting.building import Built
from agent.opening.mapping_choice import MappingChoice
from agent.planning.allowance import Amount, Left
from agent.planning.model import Plan
from agent.planning.selection import Selected
from agent.planning.ship_request import ShipRequest


@dataclass(slots=True)
class Chosen:
    """What goes into a draft: the request, the rows that it means and how they are sent."""

    request: ShipRequest
    mapping: MappingChoice
    selected: Selected
    built: Built
    amends: Amendment | None = None
    """The batch whose failed rows go again."""


@dataclass(slots=True)
class Draft:
    """A plan with what the preview says beside it."""

    chosen: Chosen
    plan: Plan
    total_cents: int
    estimated: bool
    quoted_at: float
    """On the clock that counts sleep: old quotes are asked again before the approval holds."""
    needed: Amount
    """What is held against the session's limit: these rows, and those of an amended batch that go with them."""
    left: Left
    above: list[str]
    """Why it is above what is left: then a person is asked."""
    warnings: list[str] = field(default_factory=list)
    needs_person: str | None = None
    """Why `--yes` may not approve this retry."""
    rates: str = ""
    """Whose rates the prices are by, and which surcharges are not in them, in words."""


@dataclass(frozen=True, slots=True)
class EmptyDraft:
    """No row is left: an answer with its reasons, not an error."""

    request: ShipRequest
    excluded: dict[str, list[int]]
    """Sheet rows by reason."""
    held: tuple[str, ...] | None = None
    """Where all that was chosen is held by other batches: what has to be done about those."""
