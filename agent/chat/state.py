"""What is on the desk during a session: the sheet, the mapping, answers, the preview that waits for a yes."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from agent.batch.modes import SessionModeManager
from agent.brains.protocol import Conversation
from agent.chat.questions import Questions
from agent.chat.result import TurnResult, TurnResults
from agent.chat.session_limit import SessionLimit
from agent.chat.sheet import NO_SHEET, OpenSheet
from agent.credentials import Secrets
from agent.errors import error
from agent.events import AllowanceUpdated, Event, NoticeShown, PreviewReady, PreviewVoided
from agent.planning.allowance import Amount
from agent.planning.model import Approval
from agent.settings import Settings

if TYPE_CHECKING:
    from agent.batch.service import BatchService
    from agent.servers import ServerManager

APPROVAL_DEAD_TIME_S = 0.5
"""No key or click approves within this time after the preview was painted."""


@dataclass(slots=True)
class Pending:
    """Something that waits for a person's yes, and what the yes sets off."""

    preview: PreviewReady
    carry_out: Callable[[Approval], Awaitable[None]]
    painted_at: float | None = None
    payloads: list[dict[str, Any]] = field(default_factory=list)
    """What would be sent, for comparing services."""
    needs_person: str | None = None
    """Why `--yes` and a budget may not approve it (an unconfirmed mapping, a selection that nothing checked)."""
    typed_only: bool = False
    """Whether nothing but the typed words approve it: orders that were shipped go again."""
    needed: Amount = field(default_factory=Amount)
    """Money and rows, as held against the session's limit."""
    services: tuple[str, ...] = ()
    above: tuple[str, ...] = ()
    """Why it is above what is left of the limit: then `--yes` does not approve it."""
    model_spoke: bool = False
    """Whether a model has said something since: then a bare “yes” may be an answer to that."""

    @property
    def digest(self) -> str:
        return self.preview.digest


@dataclass(slots=True)
class SessionState:
    """Mutable, owned by one session, changed on its event loop only."""

    settings: Settings
    emit: Callable[[Event], None]
    """The one way out for events: the fold of the results hears each before the listeners."""
    servers: "ServerManager"
    batches: "BatchService"
    questions: Questions
    conversation: Conversation
    results: TurnResults
    limit: SessionLimit = field(default_factory=SessionLimit)
    """What may be bought without asking: `--max-total`, `--max-rows` or the auto mode's budget, spent down."""
    limit_told: AllowanceUpdated | None = None
    """What was last said to be left of it."""
    on_error: str = "stop"
    concurrency: int | None = None
    defaults: dict[str, str] = field(default_factory=dict)
    """What the person gave for what the sheet lacks: `weight` -> `1lb`."""
    columns_chosen: dict[str, str] = field(default_factory=dict)
    """Shipment field -> column, as the person decided."""
    said: list[str] = field(default_factory=list)
    """The person's own words in this session: only paths in here may be opened."""
    column_roles: dict[str, str] = field(default_factory=dict)
    """Column -> shipment field, as matched for the open sheet."""
    sheet: OpenSheet | None = None
    pending: Pending | None = None
    modes: SessionModeManager = field(default_factory=SessionModeManager)
    """Confirm or auto; locked while a batch runs."""
    running_job: str | None = None
    queue_page: list[dict[str, Any]] = field(default_factory=list)
    """The queue records that are on the screen: only these can be given a status."""
    queue_cursor: str | None = None
    doubts: list[str] = field(default_factory=list)
    """What the next preview has to say about a proposal that nobody could check; auto mode then waits."""
    quote_all: bool = False
    unplanned_job: str | None = None
    """What a restart made; the next approved plan takes its place."""
    model_at_work: bool = False
    """Whether a language model made the calls of this turn."""
    mapping_attempts: int = 0
    """Proposals of this turn whose mapping did not fit."""
    sheet_answers: dict[str, str] = field(default_factory=dict)
    """What the person answered about the open sheet itself; saved with its mapping."""
    secrets: Secrets = field(default_factory=Secrets)
    """Passwords that were typed, by their handles."""
    clock: Callable[[], float] = time.monotonic

    @classmethod
    def bare(
        cls, settings: Settings, emit: Callable[[Event], None], servers: "ServerManager", batches: "BatchService"
    ) -> "SessionState":
        """An empty desk: no sheet, no words yet."""
        results = TurnResults(TurnResult(environment=settings.ups_environment))

        def tell(event: Event) -> None:
            results.apply(event)
            emit(event)

        return cls(
            settings=settings,
            emit=tell,
            servers=servers,
            batches=batches,
            questions=Questions(tell),
            conversation=Conversation(today=settings.day()),
            results=results,
        )

    @property
    def result(self) -> TurnResult:
        """Of the turn that runs, or ran last; only events write it."""
        return self.results.current

    @property
    def mode(self) -> str:
        return self.modes.mode.value

    def require_sheet(self) -> OpenSheet:
        """Raises ShipchatError E-1501 when none is open."""
        if self.sheet is None:
            raise error(NO_SHEET)
        return self.sheet

    def roles(self) -> dict[str, str]:
        return self.column_roles

    def say(self, text: str, level: str = "info") -> None:
        """A notice to the person, kept in the result's text."""
        self.emit(NoticeShown(text, level, kept_as="text"))

    async def ask(
        self,
        text: str,
        options: list[str],
        *,
        free_text: bool = False,
        numbered: bool = True,
        remember: bool = True,
        question_id: str | None = None,
    ) -> str:
        """One question; waits for the person."""
        return await self.questions.ask(
            text,
            options,
            free_text=free_text,
            numbered=numbered,
            remember=remember,
            question_id=question_id,
        )

    def show(self, pending: Pending) -> None:
        """Put a preview before the person; an older one is void."""
        if self.pending is not None:
            self.emit(PreviewVoided(self.pending.digest, "a newer preview took its place"))
        self.pending = pending
        self.emit(pending.preview)

    async def data(self, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        # The one call that needs a password; everybody else knows its handle.
        given = self.secrets.show(arguments) if tool == "import_database" else arguments
        return await self.servers.call("data", tool, given)

    async def ups(self, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        return await self.servers.call("ups", tool, arguments)
