"""What happens with what a person types, answers and decides: sent now, queued, held or refused.

It knows the session and the model, and no widget; `ChatView` is what it needs of the screen.
"""

from collections.abc import Coroutine
from typing import Any, Protocol

from agent.errors import ShipchatError
from agent.events import ErrorShown, Event, PreviewReady
from tui.model.gate import ApprovalGate
from tui.model.memory import Outgoing
from tui.model.session_view import SessionView
from tui.session_protocol import SessionProtocol


class ChatView(Protocol):
    """The screen, as far as the controller needs it."""

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Run this beside the painting."""

    def show_event(self, event: Event) -> None:
        """Show something that the session did not say itself."""

    def give_back(self, text: str, begun_at: float) -> None:
        """Put text into the prompt again (unless there is newer text)."""

    def hint(self, words: str) -> None:
        """Say in passing why a key did nothing."""


class Controller:
    """One session, one turn at a time; everything else waits visibly."""

    def __init__(self, session: SessionProtocol, session_view: SessionView, gate: ApprovalGate, view: ChatView) -> None:
        self.session = session
        self.session_view = session_view
        self.gate = gate
        self.view = view
        self.outgoing = Outgoing()
        self._in_flight = 0
        self._approving: str | None = None

    @property
    def busy(self) -> bool:
        return self._in_flight > 0 or self.session.busy

    @property
    def held(self) -> bool:
        """Queued messages wait for the person's answer first: none of them may be taken for it."""
        return self.session_view.question is not None or self.session_view.preview is not None

    def on_event(self, event: Event) -> None:
        """Every event, at once: what may be pressed follows the session, not the painting."""
        before = self.session_view.preview
        self.session_view.apply(event)
        if isinstance(event, PreviewReady):
            self.gate.show(event.digest, event.typed_confirmation)
        elif before is not None and self.session_view.preview is None:
            self.gate.close(before.digest)

    async def open(self) -> None:
        await self._turn(self.session.open())

    def submit(self, text: str, begun_at: float) -> None:
        """Enter in the prompt."""
        if not text.strip():
            self._send_next(even_held=True)
        elif self.session_view.question is not None:
            # The session knows whether it answers; what does not is dealt with as a sentence, and the question goes.
            self._send(text, begun_at)
        elif self.session_view.batch_running and self.session.pauses(text):
            self.pause()
            self.view.hint("Pausing: what is at UPS is finished and recorded, nothing new is sent.")
        elif self.busy:
            self.outgoing.add(text, begun_at)
        elif not self.session_view.opened:
            self.view.give_back(text, begun_at)
            self.view.hint("The session did not open, so nothing can be sent: the error above says why.")
        else:
            self._send(text, begun_at)

    def answer(self, question_id: str, number: int) -> None:
        """A choice by its number, counted from 1."""
        if self.session_view.question is not None and self.session_view.question.question_id == question_id:
            self.view.begin(self._turn(self.session.answer(question_id, number)))

    def verdict(self, digest: str, by: str, at: float, words: str) -> bool:
        """A key, click or typed text at a time: approves only when the gate says so."""
        if self._approving == digest or digest != self.gate.digest:
            return False
        allowed = {
            "key": lambda: self.gate.key_approves(at),
            "button": lambda: self.gate.click_approves(at),
            "typed": lambda: self.gate.text_approves(words, at),
        }[by]()
        if not allowed:
            self.view.hint(self._why_not(by))
            return False
        self._approving = digest
        self.view.begin(self._turn(self._approve(digest, by, words.strip())))
        return True

    def refuse(self, digest: str) -> None:
        if digest == self.gate.digest and self._approving != digest:
            self.view.begin(self._turn(self.session.refuse(digest)))

    def stop(self) -> None:
        self.view.begin(self._turn(self.session.stop_turn()))

    def pause(self) -> None:
        self.view.begin(self._aside(self.session.pause_batch()))

    def cancel(self) -> None:
        self.view.begin(self._aside(self.session.cancel_batch()))

    def _send(self, text: str, begun_at: float) -> None:
        work = self.session.send(text, begun_at=self.gate.begun(begun_at))
        self.view.begin(self._turn(work))

    async def _approve(self, digest: str, by: str, words: str) -> None:
        try:
            await self.session.approve(digest, by=by, words=words)
        finally:
            self._approving = None

    async def _turn(self, work: Coroutine[Any, Any, Any]) -> None:
        self._in_flight += 1
        self.session_view.turn_running = True
        try:
            await self._aside(work)
        finally:
            self._in_flight -= 1
            self.session_view.turn_running = self._in_flight > 0
        self._send_next()

    async def _aside(self, work: Coroutine[Any, Any, Any]) -> None:
        """A refusal that the session raises instead of saying it is said here."""
        try:
            await work
        except ShipchatError as refusal:
            self.view.show_event(ErrorShown(refusal.code, refusal.message, refusal.remedy, refusal.where))

    def _send_next(self, *, even_held: bool = False) -> None:
        if self.busy or not self.session_view.opened or (self.held and not even_held):
            return
        message = self.outgoing.next()
        if message is not None:
            self._send(message.text, message.begun_at)

    def _why_not(self, by: str) -> str:
        if by == "typed":
            return f"Not approved: type exactly “{self.gate.typed_confirmation}”."
        return "Too soon: look at the preview, then press again."
