"""The state of one session, by owner: sheet, person, spending, model, pending approval, batch, queue page."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from agent.batch.service import BatchService
from agent.brains.protocol import Conversation
from agent.chat.dialogue import SessionDialogue
from agent.chat.pending import PendingApproval
from agent.chat.questions import Questions
from agent.chat.result import TurnResult, TurnResults
from agent.credentials import Secrets
from agent.drafting.state import DraftingContext, ModelTurn, SpendingState
from agent.events import ApprovalGiven, ApprovalRefused, Event, PreviewReady, PreviewVoided
from agent.events.shipment_detail import ShipmentDetail
from agent.mapping.store import MappingStore
from agent.opening.person import PersonState
from agent.opening.sheet_state import SheetState
from agent.own_servers.supervisor import OwnServers
from agent.planning.difference import difference
from agent.planning.model import Approval
from agent.servers import ServerManager
from agent.settings import Settings
from agent.shipping.access_points import AccessPoint
from agent.shipping.verdict import Reject


@dataclass(slots=True)
class BatchState:
    """The batch that runs, and how batches run here."""

    running: str | None = None
    restarted: str | None = None
    """The unplanned job of a restart; the next approved plan takes its place."""
    on_error: str = "stop"
    concurrency: int | None = None
    quote_all: bool = False


@dataclass(slots=True)
class QueuePage:
    """The queue records that are on the screen: only these can be given a status."""

    records: list[dict[str, Any]] = field(default_factory=list)
    cursor: str | None = None
    """Where the next page begins."""


@dataclass(slots=True)
class SessionState:
    """Holds the owners together for the controller of turns; changed on its event loop only."""

    settings: Settings
    servers: ServerManager
    batches: BatchService
    dialogue: SessionDialogue
    conversation: Conversation
    """What a brain may know."""
    sheet: SheetState
    own_servers: OwnServers
    """The person's own; nothing of them is read before a model's first turn."""
    person: PersonState = field(default_factory=PersonState)
    spending: SpendingState = field(default_factory=SpendingState)
    model_turn: ModelTurn = field(default_factory=ModelTurn)
    batch: BatchState = field(default_factory=BatchState)
    queue: QueuePage = field(default_factory=QueuePage)
    _pending: PendingApproval | None = None
    _shown: PendingApproval | None = None
    _refined: PreviewReady | None = None
    """The last preview of this sheet that nobody approved or refused: what the next one is compared with."""
    secrets: Secrets = field(default_factory=Secrets)
    """Passwords that were typed, by their handles."""
    access_points: dict[str, AccessPoint | Reject] = field(default_factory=dict)
    """What UPS said of Access Points, by what was asked: it is asked once a session."""
    clock: Callable[[], float] = time.monotonic

    @classmethod
    def new(
        cls, settings: Settings, emit: Callable[[Event], None], servers: ServerManager, batches: BatchService
    ) -> "SessionState":
        """A session without a sheet and without words."""
        secrets = Secrets()
        results = TurnResults(TurnResult(environment=settings.ups_environment))

        def tell(event: Event) -> None:
            # The one way out for events: the fold of the results gets each before the listeners.
            results.apply(event)
            emit(event)

        async def data(tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
            # The one call that needs a password; everybody else knows its handle.
            given = secrets.show(arguments) if tool == "import_database" else arguments
            return await servers.call("data", tool, given)

        return cls(
            settings=settings,
            servers=servers,
            batches=batches,
            dialogue=SessionDialogue(tell, Questions(tell), results),
            conversation=Conversation(today=settings.day(), places=tuple(settings.ship_from)),
            sheet=SheetState(data, MappingStore(settings.home)),
            own_servers=OwnServers(settings.home),
            secrets=secrets,
        )

    @property
    def result(self) -> TurnResult:
        """Of the turn that runs, or ran last; only events write it."""
        return self.dialogue.results.current

    def emit(self, event: Event) -> None:
        self.dialogue.emit(event)

    def say(self, text: str, level: str = "info") -> None:
        """A notice to the person, kept in the result's text."""
        self.dialogue.say(text, level)

    async def ask(self, text: str, options: list[str], *, free_text: bool = False, remember: bool = True) -> str:
        """One question; waits for the person."""
        return await self.dialogue.ask(text, options, free_text=free_text, remember=remember)

    def unheard(self) -> "SessionState":
        """The same, whose events nobody receives: looking changes neither the screen nor the turn's result."""
        return replace(self, dialogue=replace(self.dialogue, emit=lambda _event: None))

    def drafting(self) -> DraftingContext:
        """What a draft may read and ask."""
        return DraftingContext(
            settings=self.settings,
            dialogue=self.dialogue,
            sheet=self.sheet,
            person=self.person,
            spending=self.spending,
            model_turn=self.model_turn,
            batches=self.batches,
            servers=self.servers,
            quote_all=self.batch.quote_all,
            on_error=self.batch.on_error,
            access_points=self.access_points,
        )

    def leave_sheet(self, asked: Iterable[str]) -> None:
        """Another sheet is open: what the person answered over the former one, to questions of `asked` too, is gone."""
        self._refined = None
        self.person.leave_sheet()
        self.conversation.answers.clear()
        for question in asked:
            self.dialogue.forget(question)

    @property
    def pending(self) -> PendingApproval | None:
        """The preview that waits. It comes by `show` and goes by `approved`, `refused` or `withdraw`, each of which
        says so: a screen that was not told would offer a preview that nobody can approve any more."""
        return self._pending

    def show(self, pending: PendingApproval) -> None:
        """Put a preview before the person; an older one is void."""
        self.withdraw("a newer preview took its place")
        if self._refined is not None:
            pending.preview = replace(pending.preview, difference=difference(self._refined, pending.preview))
        self._pending = self._shown = pending
        self._refined = pending.preview
        self.emit(pending.preview)

    def shipment_detail(self, digest: str, row_number: int) -> ShipmentDetail | None:
        """A shipment of the preview that was shown last, whole: also once it was approved or refused."""
        shown = self._shown
        if shown is None or shown.digest != digest or shown.detail is None:
            return None
        return shown.detail(row_number)

    def withdraw(self, reason: str) -> None:
        """The preview that waits, if one does, is no longer what would be sent."""
        if self._pending is not None:
            gone, self._pending = self._pending, None
            self.emit(PreviewVoided(gone.digest, reason))

    def approved(self, pending: PendingApproval, by: str, words: str) -> Approval:
        """Take the preview away and note who said yes to it, with which words."""
        self._pending = self._refined = None
        approval = Approval(pending.digest, by, words, pending.preview.approval_sentence)
        self.emit(ApprovalGiven(approval.digest, approval.by, approval.words, approval.sentence))
        return approval

    def refused(self, digest: str) -> None:
        """Drop the preview with this digest, if it is the one that waits."""
        if self._pending is not None and self._pending.digest == digest:
            self._pending = self._refined = None
            self.emit(ApprovalRefused(digest))

    async def ups(self, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        return await self.servers.call("ups", tool, arguments)
