"""Preview, bar and queue never disagree with the session, whatever happens in whichever order."""

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from agent.chat.pending import PendingApproval
from agent.chat.state import SessionState
from agent.events import AssistantSaid, BatchFinished, BatchStarted, ErrorShown, Event, PreviewReady, TurnEnded
from agent.settings import Settings
from tests.unit.tui.previews import invented_preview
from tui.controller import Controller
from tui.model.gate import ApprovalGate
from tui.model.items import Asked, Preview, Transcript
from tui.model.session_view import SessionView
from tui.session_protocol import SessionProtocol

DIGESTS = ("aaaa", "bbbb")
"""Two, so that the same plan often comes again."""
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("preview"), st.sampled_from(DIGESTS)),
        st.tuples(st.just("refuse"), st.sampled_from(DIGESTS)),
        st.tuples(st.sampled_from(["another sheet", "approve", "batch", "failure", "words"]), st.just("")),
        st.tuples(st.sampled_from(["ask", "answer", "stop", "type"]), st.just("")),
    ),
    max_size=25,
)


class Desk:
    """The state of a real session, and all that the chat folds from its events."""

    def __init__(self) -> None:
        self.transcript = Transcript()
        self.view = SessionView(opened=True)
        self.gate = ApprovalGate()
        self.sent: list[str] = []
        self.typed: list[str] = []
        self.turn: asyncio.Task[str] | None = None
        self.work: list[asyncio.Task[None]] = []
        self.controller = Controller(cast(SessionProtocol, self), self.view, self.gate, self)
        self.state = SessionState.new(Settings(model="offline"), self.hear, cast(Any, None), cast(Any, None))

    # The session, as far as the controller asks it.

    @property
    def busy(self) -> bool:
        return self.turn is not None

    async def send(self, text: str, *, begun_at: float) -> dict[str, Any]:
        if self.state.dialogue.questions.open is not None:
            return await self.answer("", text)
        self.sent.append(text)
        return {}

    async def answer(self, question_id: str, answer: str | int) -> dict[str, Any]:
        self.state.dialogue.questions.answer(answer)
        await self._turn_over()
        return {}

    async def stop_turn(self) -> None:
        if self.turn is not None:
            self.turn.cancel()
            await self._turn_over()

    # The screen, as far as the controller asks it.

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        self.work.append(asyncio.create_task(work))

    def show_event(self, event: Event) -> None:
        self.transcript.apply(event)

    def give_back(self, text: str, begun_at: float) -> None:
        self.typed.remove(text)

    def hint(self, words: str) -> None: ...

    def hear(self, event: Event) -> None:
        self.controller.on_event(event)
        self.transcript.apply(event)

    async def do(self, step: str, digest: str) -> None:
        state, asking = self.state, self.turn is not None
        match step:
            case "preview" if not asking:
                state.show(PendingApproval(preview(digest), cast(Any, None)))
            case "refuse" if not asking:
                state.refused(digest)
            case "another sheet" if not asking:
                state.withdraw("another sheet was opened")
            case "approve" if state.pending is not None and not asking:
                state.approved(state.pending, "key", "")
            case "batch" if not asking:
                rows = {"completed": 1, "failed": 0, "in_doubt": 0, "pending": 0, "skipped": 0}
                state.emit(BatchStarted("b1", 1, "simulator"))
                state.emit(BatchFinished("b1", "completed", rows, 900, "labels", "orders.csv", "1 shipped."))
            case "failure":
                state.emit(ErrorShown("E-2401", "No such column.", "Name another."))
            case "words":
                state.emit(AssistantSaid("Hello."))
            case _:
                self._talk(step, asking=asking)
        if step not in {"ask", "answer", "stop", "type"} and not asking:
            state.emit(TurnEnded({}))
        await self._rest()

    def _talk(self, step: str, *, asking: bool) -> None:
        match step:
            case "ask" if not asking:
                self.turn = asyncio.create_task(self.state.ask("Which?", ["A", "B"], remember=False))
            case "answer" if asking:
                self.controller.submit("A", 0.0)
            case "stop":
                self.controller.stop()
            case "type" if not asking:
                self.typed.append(f"text {len(self.typed)}")
                self.controller.submit(self.typed[-1], 0.0)

    async def _turn_over(self) -> None:
        if self.turn is not None:
            await asyncio.gather(self.turn, return_exceptions=True)
            self.turn = None
            self.state.emit(TurnEnded({}))

    async def _rest(self) -> None:
        await asyncio.sleep(0)
        while self.work:
            await self.work.pop()
        await asyncio.sleep(0)

    def check(self) -> None:
        pending, question = self.state.pending, self.state.dialogue.questions.open
        waiting = pending.preview if pending is not None else None
        assert self.view.preview is waiting
        assert self.gate.digest == (waiting.digest if waiting else None)
        shown = [item.event for item in self.transcript.items if isinstance(item, Preview) and item.state == "pending"]
        assert shown == ([waiting] if waiting else [])
        asked = self.view.question.question_id if self.view.question else None
        assert asked == (question.question_id if question else None)
        open_items = [
            item.event.question_id
            for item in self.transcript.items
            if isinstance(item, Asked) and item.answer is None and not item.dropped
        ]
        assert open_items == ([asked] if asked else [])
        assert self.controller.held == (waiting is not None or question is not None)
        assert self.typed == self.sent + [message.text for message in self.controller.outgoing.waiting]


def preview(digest: str) -> PreviewReady:
    return replace(invented_preview(), digest=digest, short_digest=digest)


@given(STEPS)
def test_the_screen_never_offers_what_the_session_does_not_wait_for(steps: list[tuple[str, str]]) -> None:
    async def play() -> None:
        desk = Desk()
        for step, digest in steps:
            await desk.do(step, digest)
            desk.check()
        await desk.stop_turn()

    asyncio.run(play())
