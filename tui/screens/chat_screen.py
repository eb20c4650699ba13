"""The chat's one screen: transcript, decision, queue, prompt, status; painted ten times a second while it changes."""

from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any, ClassVar, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen
from textual.widgets import DataTable

from agent.events import Event, SourceOpened, TurnEnded
from tui.attention import Attention
from tui.bindings import bindings
from tui.controller import Controller
from tui.model.actions import Place
from tui.model.commands import Parsed, did_you_mean, names_a_command, parse
from tui.model.gate import DEAD_TIME_S, ApprovalGate
from tui.model.items import Item, Transcript
from tui.model.key_table import KeyTable
from tui.model.memory import PromptHistory
from tui.model.session_view import Mood, SessionView
from tui.session_protocol import Clock, SessionProtocol
from tui.widgets.approval_bar import ApprovalBar, Refusal, Verdict
from tui.widgets.auto_band import AutoBand
from tui.widgets.behind_line import BehindLine
from tui.widgets.composer import Composer
from tui.widgets.decision_dock import DecisionDock
from tui.widgets.prompt import Prompt
from tui.widgets.question_bar import QuestionBar
from tui.widgets.queue_bar import QueueBar
from tui.widgets.status_line import StatusLine
from tui.widgets.transcript_view import TranscriptView

AnyEvent = TypeVar("AnyEvent", bound=Event)
PAINT_S = 0.1
CLOCK_S = 1.0
"""While nothing happens, only what the clock changes is painted."""
SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
RESTING = "◇"


class ChatScreen(Screen[None]):
    """Routes messages between widgets and the controller; holds what was said."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.CHAT)

    def __init__(
        self,
        session: SessionProtocol,
        clock: Clock,
        write: Callable[[str], None],
        keys: KeyTable | None = None,
        memory: PromptHistory | None = None,
    ) -> None:
        super().__init__()
        self.keys = keys or KeyTable()
        self._hints: tuple[object, list[str]] = ((), [])
        self._nothing_yet = (True, True)
        self.clock = clock
        self.session = session
        self.session_view = SessionView(environment=session.environment, mode=session.mode, now=clock.now)
        self.gate = ApprovalGate()
        self.transcript = Transcript(now=clock.now)
        self.memory = memory or PromptHistory()
        self.controller = Controller(session, self.session_view, self.gate, self)
        self._attention = Attention(write)
        self._inbox: deque[Event] = deque()
        self._ticks = 0
        self.followers: list[Callable[[Event], None]] = []
        """Screens that stand over the chat and follow what is said."""
        self.view = TranscriptView(self.transcript, id="transcript")
        self.behind = BehindLine(id="behind")
        self.dock = DecisionDock(clock, id="decision")
        self.queue = QueueBar(self.controller.outgoing, id="queue")
        self.composer = Composer(clock, self.memory, id="composer")
        self.band = AutoBand(id="band")
        self.status = StatusLine(id="status")

    @property
    def prompt(self) -> Prompt:
        return self.composer.prompt

    def compose(self) -> ComposeResult:
        yield from (self.view, self.behind, self.dock, self.queue, self.composer, self.band, self.status)

    def on_mount(self) -> None:
        self._painting = self.set_interval(PAINT_S, self._tick)
        self.session.subscribe(self._hear)
        self.set_interval(CLOCK_S, self.paint)
        self.prompt.focus()
        # The servers start only once the first picture stands.
        self.call_after_refresh(self._open)

    def _open(self) -> None:
        self.begin(self.controller.open())

    # What the controller needs of the screen.

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        self._painting.resume()
        self.app.run_worker(work, group="session", exit_on_error=False)

    def show_event(self, event: Event) -> None:
        self._inbox.append(event)
        self._painting.resume()

    def give_back(self, text: str, begun_at: float) -> None:
        if not self.prompt.text:
            self.prompt.put(text, begun_at)

    def hint(self, words: str) -> None:
        """One at a time: of a key that is held down, all would stand over the chat."""
        self.app.clear_notifications()
        self.notify(words, severity="warning", timeout=4, markup=False)

    def say(self, sentence: str) -> None:
        """A key that is the same as saying this."""
        self.view.action_latest()
        self.controller.submit(sentence, self.clock.now())

    def ask_for(self, kind: type[AnyEvent], sentence: str, then: Callable[[AnyEvent], None]) -> None:
        """Say this, and do something once such an event has come; nothing where the turn ends without."""

        def follow(event: Event) -> None:
            if isinstance(event, TurnEnded | kind):
                self.followers.remove(follow)
            if isinstance(event, kind):
                self.call_later(then, event)

        self.followers.append(follow)
        self.say(sentence)

    # Events in, pictures out.

    def _hear(self, event: Event) -> None:
        before = (self.session_view.question, self.session_view.preview)
        self.controller.on_event(event)
        self.show_event(event)
        if isinstance(event, SourceOpened):
            self.memory.suggest(event.first_words)
        for follow in tuple(self.followers):
            follow(event)
        if (self.session_view.question, self.session_view.preview) != before:
            # A bar that no longer decides anything must not catch the next key, and none comes without its preview.
            self.call_later(self.paint)

    def _tick(self) -> None:
        self._ticks += 1
        self.paint()
        if self.session_view.mood is not Mood.WORKING:
            self._painting.pause()

    @on(events.DescendantFocus)
    @on(events.DescendantBlur)
    def _look_again(self) -> None:
        """Other keys are in force."""
        self._painting.resume()

    def paint(self) -> None:
        """Everything that was said since the last time, in one go."""
        changed: dict[int, Item] = {}
        while self._inbox:
            for item in self.transcript.apply(self._inbox.popleft()):
                changed[item.number] = item
        if changed:
            self.view.show_changes(changed.values())
            self._nothing_yet = (self.transcript.latest_preview is None, self.transcript.latest_batch is None)
        self._follow_decision()
        if self.prompt.placeholder != self.session_view.invitation:
            self.prompt.placeholder = self.session_view.invitation
        self.queue.show(held=self.controller.held)
        self.band.show(self.session_view.band)
        working = self.session_view.mood is Mood.WORKING
        self.status.show(
            self.session_view, SPINNER[self._ticks % len(SPINNER)] if working else RESTING, self._keys_now()
        )
        self._attention.follow(self.session_view, looking=self.app.app_focus)

    def _keys_now(self) -> list[str]:
        """The keys that count where the focus is, without those that have nothing to show yet; help is the last."""
        focused = self.focused
        place = (
            next((node.PLACE for node in focused.ancestors_with_self if hasattr(node, "PLACE")), None)
            if focused
            else None
        )
        waits = self.session_view.question is not None or self.session_view.preview is not None
        state = (place, waits, self._nothing_yet)
        if self._hints[0] != state:
            no_preview, no_batch = self._nothing_yet
            empty = {"decide": not waits, "show-rows": no_preview, "show-mapping": no_preview, "show-log": no_batch}
            without = {action_id for action_id, nothing in empty.items() if nothing}
            places = (place or Place.CHAT).enclosing
            found = self.keys.hints(*places, without=without | {"help"})
            self._hints = (state, found + self.keys.hints(Place.APP, without={"palette"}))
        return self._hints[1]

    def _follow_decision(self) -> None:
        self.dock.show(self.session_view)
        self.prompt.choices = self.dock.single_keys or min(9, len(self.session_view.suggestions))

    def leave(self) -> None:
        """The chat ends: give the terminal's title and progress back."""
        self._attention.leave()

    # The prompt and what waits before it.

    def on_prompt_submitted(self, message: Prompt.Submitted) -> None:
        parsed = parse(message.text)
        self.memory.add(message.text)
        self.view.action_latest()
        if parsed is not None:
            self._command(parsed, message)
        elif names_a_command(message.text):
            self.hint(did_you_mean(message.text))
            self.give_back(message.text, message.begun_at)
        else:
            self.controller.submit(message.text, message.begun_at)

    def _command(self, parsed: Parsed, message: Prompt.Submitted) -> None:
        sentence = parsed.sentence
        if parsed.missing:
            self.hint(f"{parsed.command.usage}: {parsed.command.summary}")
            self.give_back(f"/{parsed.command.name} ", message.begun_at)
        elif sentence is not None:
            self.controller.submit(sentence, message.begun_at)
        else:
            self.app.call_later(self.app.run_action, parsed.action)

    def on_prompt_pulled_back(self) -> None:
        waiting = self.controller.outgoing.pull_back()
        if waiting is not None:
            self.prompt.put(waiting.text, waiting.begun_at)
        else:
            self.prompt.action_older()

    def on_queue_bar_dropped(self, message: QueueBar.Dropped) -> None:
        self.controller.outgoing.cancel(message.number)

    # Decisions.

    def on_approval_bar_painted(self, message: ApprovalBar.Painted) -> None:
        # The bar and the card have their sizes only with the next layout.
        self.call_after_refresh(self.view.show_waiting)
        if self.gate.painted(message.digest, self.clock.now()):
            self.session.preview_painted(message.digest)

    def on_verdict(self, message: Verdict) -> None:
        if self.prompt.typed_at is not None:
            self.gate.typed(self.prompt.typed_at)
        if self.controller.verdict(message.digest, message.by, message.at, message.words):
            self.view.action_latest()

    def on_refusal(self, message: Refusal) -> None:
        self.controller.refuse(message.digest)
        self.view.action_latest()

    def on_prompt_numbered(self, message: Prompt.Numbered) -> None:
        if self.dock.single_keys:
            self.dock.choose(message.number, message.at)
        else:
            self._take_suggestion(message.number)

    def _take_suggestion(self, number: int) -> None:
        """A sheet is opened; a sentence comes into the prompt, to be changed or sent."""
        chosen = self.session_view.suggestions[number - 1 : number]
        if chosen and self.session_view.sheet:
            self.prompt.put(chosen[0])
        elif chosen:
            self.open_sheet(chosen[0])

    def open_sheet(self, path: str) -> None:
        """As if its path had been typed."""
        self.say(f'open "{path}"')

    def on_question_bar_chosen(self, message: QuestionBar.Chosen) -> None:
        if message.at >= message.shown_at + DEAD_TIME_S:
            self.controller.answer(message.question_id, message.number)
            self.view.action_latest()

    def on_decision_dock_left(self) -> None:
        self.prompt.focus()

    def on_transcript_view_behind(self, message: TranscriptView.Behind) -> None:
        self.behind.show(message.count)

    def on_behind_line_wanted(self) -> None:
        self.action_latest()

    # Keys.

    def on_key(self, event: events.Key) -> None:
        """A letter that nothing else took is the beginning of a message, whatever has the focus."""
        # A binding runs only after this: its key is no letter.
        letter = event.is_printable and event.character and event.key not in self.active_bindings
        if letter and event.character and self.focused is not self.prompt:
            event.stop()
            # At once, so that the next letter already arrives there.
            self.set_focus(self.prompt)
            self.prompt.take(event.character, self.clock.of(event))

    def on_paste(self, event: events.Paste) -> None:
        """As a letter; nothing in a pasted text sends it."""
        if self.focused is not self.prompt:
            event.stop()
            self.set_focus(self.prompt)
            self.prompt.take(event.text, self.clock.of(event))

    def action_decide(self) -> None:
        """Tab in the prompt: to what waits for a decision, else onwards."""
        if not self.dock.take_focus():
            self.focus_next()

    def action_prompt(self) -> None:
        self.prompt.focus()

    def action_page(self, direction: int) -> None:
        """A page of the transcript, whatever has the focus; a table that scrolls itself keeps the key."""
        table = self.focused
        if isinstance(table, DataTable) and table.max_scroll_y > 0:
            table.action_page_up() if direction < 0 else table.action_page_down()
        else:
            self.view.page(direction)

    def action_earliest(self) -> None:
        self.view.action_earliest()

    def action_latest(self) -> None:
        self.view.action_latest()
