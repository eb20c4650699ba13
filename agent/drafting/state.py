"""What a draft is made with: the parts of a session's state that it reads."""

from dataclasses import dataclass, field
from typing import Any

from agent.batch.modes import SessionModeManager
from agent.batch.service import BatchService
from agent.dialogue import Dialogue
from agent.drafting.session_limit import SessionLimit
from agent.events import AllowanceUpdated
from agent.opening.person import PersonState
from agent.opening.sheet_state import SheetState
from agent.servers import ServerManager
from agent.settings import Settings
from agent.shipping.access_points import AccessPoint
from agent.shipping.verdict import Reject


@dataclass(slots=True)
class SpendingState:
    """Whether batches are asked about, and what may be bought without asking."""

    limit: SessionLimit = field(default_factory=SessionLimit)
    """`--max-total`, `--max-rows` or the auto mode's budget, spent down."""
    modes: SessionModeManager = field(default_factory=SessionModeManager)
    """Confirm or auto; locked while a batch runs."""
    told: AllowanceUpdated | None = None
    """What was last said to be left of the limit."""

    @property
    def mode(self) -> str:
        return self.modes.mode.value


@dataclass(slots=True)
class ModelTurn:
    """What a language model did in this turn, where one made its calls."""

    at_work: bool = False
    mapping_attempts: int = 0
    """Proposals whose mapping did not fit."""
    doubts: list[str] = field(default_factory=list)
    """What the next preview has to say about a proposal that nobody could check; auto mode then waits."""

    def begin(self, *, at_work: bool) -> None:
        self.at_work, self.mapping_attempts, self.doubts = at_work, 0, []


@dataclass(frozen=True, slots=True)
class DraftingContext:
    """The owners of a session's state that a draft reads, and the ways to the person, UPS and the ledger."""

    settings: Settings
    dialogue: Dialogue
    sheet: SheetState
    person: PersonState
    spending: SpendingState
    model_turn: ModelTurn
    batches: BatchService
    servers: ServerManager
    quote_all: bool = False
    on_error: str = "stop"
    access_points: dict[str, AccessPoint | Reject] = field(default_factory=dict)
    """What UPS said of Access Points in this session, by what was asked."""

    @property
    def home_country(self) -> str:
        """Where parcels are sent from, as a country code."""
        return self.settings.sender.address.country_code

    async def ups(self, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        return await self.servers.call("ups", tool, arguments)
