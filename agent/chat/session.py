"""ChatSession: the only interface for every UI. A UI sends text and answers, and renders events.

A thin façade: it starts what a session needs, keeps one turn running at a time, and hands approvals to code.
Heavy parts are imported by `open`, so that a screen can be painted before.
"""

import asyncio
import importlib
import time
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from agent.chat.options import SessionOptions
from agent.chat.result import TurnResult
from agent.errors import ErrorKind, ShipchatError, error
from agent.events import (
    ErrorShown,
    Event,
    NoticeShown,
    SessionOpened,
    SessionResumed,
    TurnEnded,
    TurnStopped,
    UserSaid,
)
from agent.events.history import BatchLine, DoubtLine
from agent.events.shipment_detail import ShipmentDetail
from agent.faultlog import unexpected
from agent.kept_secrets import require_ups_credentials
from agent.settings import Settings

if TYPE_CHECKING:
    from agent.chat.turns import Turns
    from agent.servers import ServerManager

STILL_BUSY = ErrorKind("E-2306", "A turn is still running.", "Wait for it, or stop it with Esc.")
NOT_OPEN = ErrorKind("E-2307", "The session is not open yet.", "Wait until the sheet is loaded.")

GREETING = (
    "Talk to your order sheet; UPS labels come back. F1 or `help` shows more.\n"
    "Nothing is bought before you have seen every cost and said yes."
)


class ChatSession:
    """One conversation over one sheet."""

    def __init__(
        self, settings: Settings, options: SessionOptions | None = None, servers: "ServerManager | None" = None
    ) -> None:
        """`servers`: servers that run already; whoever started them closes them."""
        self.settings = settings
        self.options = options or SessionOptions()
        self._servers = servers
        self._listeners: list[Callable[[Event], None]] = []
        self._own_servers: ServerManager | None = None
        self._turns: Turns | None = None
        self._running: asyncio.Task[None] | None = None
        self._ended = True

    @property
    def environment(self) -> str:
        return self.settings.ups_environment

    @property
    def mode(self) -> str:
        return self._turns.state.spending.mode if self._turns else self.options.mode

    @property
    def busy(self) -> bool:
        """Whether a turn is running; a turn that waits for an answer still is."""
        return self._running is not None and not self._running.done()

    @property
    def pending_digest(self) -> str | None:
        pending = self._turns.state.pending if self._turns else None
        return pending.digest if pending else None

    @property
    def open_question(self) -> dict[str, Any] | None:
        """`{question_id, text, options}` of the question that waits for an answer."""
        question = self._turns.state.dialogue.questions.open if self._turns else None
        if question is None:
            return None
        return {"question_id": question.question_id, "text": question.text, "options": question.choices.options}

    def subscribe(self, listener: Callable[[Event], None]) -> None:
        """Be told every event, in order, on the event loop."""
        self._listeners.append(listener)

    def warn(self, text: str) -> None:
        """Tell the person something that is no part of a turn."""
        self._tell(NoticeShown(text, "warning"))

    async def open(self) -> dict[str, Any]:
        """Start the servers, open the sheet, name unfinished batches."""
        model = self.options.model or self.settings.model
        account = self.settings.sender.account_number
        self._emit(SessionOpened(self.environment, model, self.options.mode, account, GREETING))
        resumed = self.options.resumed
        if resumed is not None:
            self._emit(SessionResumed(resumed.session_id, resumed.name, resumed.talk))
        servers = self._servers
        if servers is None:
            # The servers load while this process does; what refuses for sure comes before they are started.
            require_ups_credentials(self.environment)
            servers = self._own_servers = _starting(self.settings)
        turns = await asyncio.to_thread(importlib.import_module, "agent.chat.turns")
        self._turns = turns.Turns.start(self.settings, self.options, self._tell, servers)
        return await self._turn(self._turns_or_fail().begin())

    async def close(self) -> None:
        """Stop the running turn and the servers. A batch is paused first, so that what is in flight gets recorded."""
        if self._running is not None and self._turns is not None and self._turns.state.batch.running:
            await self.pause_batch()
            await asyncio.gather(self._running, return_exceptions=True)
        await self.stop_turn()
        if self._turns is not None:
            await self._turns.state.own_servers.close()
            self._turns.close()
        if self._own_servers is not None:
            await self._own_servers.close()

    async def send(self, text: str, *, begun_at: float | None = None) -> dict[str, Any]:
        """Deal with one message. `begun_at`: `time.monotonic()` of its first keystroke (words approve only a
        preview that was on the screen before they were begun).

        While a question is open, a message that answers it does so; any other one lets the question go."""
        question = self._turns.state.dialogue.questions.open if self._turns else None
        if question is not None:
            if self._turns_or_fail().answers(text):
                return await self.answer(question.question_id, text)
            if self._turns_or_fail().keeps_question(text):
                turns = self._turns_or_fail()
                self._emit(UserSaid(turns.shown(text)))
                turns.question_stays()
                return turns.state.result.as_dict()
            await self.stop_turn()
        turns = self._ready()
        self._emit(UserSaid(turns.shown(text)))
        begun = time.monotonic() if begun_at is None else begun_at
        return await self._turn(turns.message(text, begun))

    def pauses(self, text: str) -> bool:
        """Whether a message asks the batch that runs to pause; anything else waits for its end."""
        return self._turns is not None and self._turns.pauses(text)

    async def answer(self, question_id: str | None, answer: str | int) -> dict[str, Any]:
        """Answer the open question and go on with the turn that asked it; “never mind” ends the turn instead."""
        turns = self._turns_or_fail()
        questions = turns.state.dialogue.questions
        question = questions.open
        if isinstance(answer, str):
            answer = turns.shown(answer)
            if turns.drops_question(answer):
                await self.stop_turn()
                return turns.state.result.as_dict()
            if question is not None and question.choices.free_text and not turns.answers(answer):
                return await self.send(answer)
        questions.answer(answer)
        return await self._until_settled()

    async def approve(self, digest: str, *, by: str, words: str) -> dict[str, Any]:
        """A person's yes to the preview with this digest: by key, button, typed text or `--yes`."""
        turns = self._ready()
        return await self._turn(turns.approve(digest, by, words))

    async def refuse(self, digest: str) -> None:
        """A person's no: the preview is gone, nothing was bought."""
        self._ready().refuse(digest)

    def preview_painted(self, digest: str) -> None:
        """The preview is on the screen now; keys count a moment later."""
        if self._turns is not None:
            self._turns.painted(digest)

    def shipment_detail(self, digest: str, row_number: int) -> ShipmentDetail | None:
        """One shipment of the preview with this digest, whole, for the screen of the person whose row it is: answered
        here and never told as an event, so that neither a model nor a log gets it. None once it was replaced."""
        return self._turns.state.shipment_detail(digest, row_number) if self._turns is not None else None

    async def history(self) -> list[BatchLine]:
        """The batches of the ledger, newest first; answered to the screen that asks, as `shipment_detail` is."""
        return await self._turns.state.batches.history() if self._turns is not None else []

    async def doubts(self) -> list[DoubtLine]:
        """The rows in doubt of all batches, with what was looked up."""
        return await self._turns.state.batches.doubts() if self._turns is not None else []

    async def stop_turn(self) -> None:
        """Stop thinking or asking. A running batch is not stopped by this: pausing is its own verb."""
        if self.busy and self._running and not (self._turns and self._turns.state.batch.running):
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
            self._end_turn()

    async def pause_batch(self) -> None:
        """Start nothing new; what is in flight is finished and recorded."""
        if self._turns is None:
            return
        try:
            await self._turns.pause()
        except ShipchatError:
            # The wish cannot be written down: a batch that is cancelled ends in the same way.
            if self._running is not None:
                self._running.cancel()

    async def cancel_batch(self) -> None:
        """Pause, then turn what is pending into skipped."""
        if self._turns is not None:
            await self._turns.cancel()

    def _ready(self) -> "Turns":
        if self._turns is None:
            raise error(NOT_OPEN)
        if self.busy:
            raise error(STILL_BUSY)
        return self._turns

    async def _turn(self, work: Coroutine[Any, Any, None]) -> dict[str, Any]:
        self._turns_or_fail().begin_turn()
        self._ended = False
        self._running = asyncio.create_task(self._guarded(work), name="turn")
        return await self._until_settled()

    async def _until_settled(self) -> dict[str, Any]:
        """Wait until the turn ends or asks something."""
        turns = self._turns_or_fail()
        running = self._running
        if running is not None:
            asked = asyncio.create_task(turns.state.dialogue.questions.asked.wait())
            await asyncio.wait({running, asked}, return_when=asyncio.FIRST_COMPLETED)
            asked.cancel()
        if running is None or running.done():
            self._end_turn()
        return turns.state.result.as_dict()

    def _end_turn(self) -> None:
        """Said once a turn, whoever ended it."""
        if not self._ended:
            self._ended = True
            self._emit(TurnEnded(self._turns_or_fail().state.result.as_dict()))

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except ShipchatError as refusal:
            self._emit(ErrorShown(refusal.code, refusal.message, refusal.remedy, refusal.where, ends="turn"))
        except Exception as fault:  # noqa: BLE001 - a turn may fail, the session continues
            surprise = unexpected(self.settings.home, fault)
            self._emit(ErrorShown(surprise.code, surprise.message, surprise.remedy, surprise.where, ends="turn"))
        except asyncio.CancelledError:
            self._emit(TurnStopped())
            self._emit(NoticeShown("Stopped.", kept_as="text"))
            raise

    def _turns_or_fail(self) -> "Turns":
        if self._turns is None:
            raise error(NOT_OPEN)
        return self._turns

    def _emit(self, event: Event) -> None:
        """Out through the state, where the result is folded; before there is one, straight to the listeners."""
        emit = self._turns.state.emit if self._turns is not None else self._tell
        emit(event)

    def _tell(self, event: Event) -> None:
        for listener in self._listeners:
            listener(event)


def _starting(settings: Settings) -> "ServerManager":
    from agent.station import servers_of

    servers = servers_of(settings)
    servers.start("data", "ups")
    return servers


def open_result(settings: Settings) -> TurnResult:
    """An empty result of this environment."""
    return TurnResult(environment=settings.ups_environment)
