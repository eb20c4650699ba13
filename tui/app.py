"""The application around the chat's screen: commands, stopping, leaving, and the way in (`run`)."""

import asyncio
import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.command import Provider
from textual.theme import Theme
from textual.widgets import TextArea
from textual.worker import Worker, WorkerFailed, WorkerState

from agent.errors import ErrorKind, ShipchatError, error
from agent.events import ErrorShown, NoticeShown
from agent.home import settings_file
from agent.settings import Settings, nearest
from tui import copying
from tui.bindings import bindings
from tui.editor import edited
from tui.kept_prompts import history_of
from tui.messages import ConnectionLost, CopyWanted
from tui.model.actions import Action, Place
from tui.model.amounts import counted
from tui.model.items import Answer
from tui.model.key_table import key_table
from tui.model.themes import THEME_UNKNOWN, THEMES, named, theme_for
from tui.opens_screens import OpensScreens
from tui.screens.chat_screen import ChatScreen
from tui.session_protocol import Clock, SessionProtocol

QUIT_TWICE_S = 1.0
EDITING = frozenset(key for binding in TextArea.BINDINGS for key in binding.key.split(","))  # type: ignore[union-attr]
"""What the prompt edits text with; no other action may be given these keys."""
FAULT_INSIDE = ErrorKind(
    "E-4190",
    "An error inside shipchat: {fault}.",
    "You can go on: the ledger records everything that is bought. Please report this line.",
)


def _palette() -> type[Provider]:
    from tui.palette import ActionPalette

    return ActionPalette


class ShipchatApp(OpensScreens):
    """One session's face."""

    TITLE = "shipchat"
    CSS_PATH = "shipchat.tcss"
    COMMANDS: ClassVar[set[Any]] = {_palette}
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.APP)

    def __init__(
        self,
        session: SessionProtocol,
        *,
        clock: Clock | None = None,
        settings: Settings | None = None,
        has_demo: bool = False,
    ) -> None:
        """`settings`: the person's; without, nothing is remembered for the next time. `has_demo`: whether the demo can
        follow this session."""
        super().__init__()
        self.person_settings = settings
        self.keys = key_table(settings.keys if settings else {}, editing=EDITING, file=settings_file())
        self.session = session
        self.clock = clock or Clock()
        self.chat = ChatScreen(session, self.clock, self._write_terminal, self.keys, history_of(settings, self._hint))
        self.resume: str | None = None
        """The kept talk that the person chose to go on with: whoever runs the app opens it next."""
        self._quit_at = float("-inf")
        self._lost = False
        self._theme_at_first = ""
        self.has_demo = has_demo
        self.demo_wanted = False
        """The person leaves for the demo, which has a home of its own."""

    def get_default_screen(self) -> ChatScreen:
        return self.chat

    def on_mount(self) -> None:
        self.set_keymap(self.keys.keymap)
        chosen = self.person_settings.theme if self.person_settings else None
        theme = named(chosen, self.available_themes) if chosen else theme_for(self.console.color_system)
        if theme is not None:
            self.theme = theme
        self._theme_at_first = self.theme
        self.theme_changed_signal.subscribe(self, self._remember_theme)

    def _write_terminal(self, sequence: str) -> None:
        if self._driver is not None and not self.is_headless:
            self._driver.write(sequence)

    def on_app_focus(self) -> None:
        self.chat.gate.window_focused(self.clock.now())

    @on(Worker.StateChanged)
    def _worker_failed(self, message: Worker.StateChanged) -> None:
        """A fault in our own code is shown, not swallowed, and does not take the chat down with a batch."""
        if message.state is WorkerState.ERROR and message.worker.group in {"session", "doctor"}:
            fault = message.worker.error
            shown = error(FAULT_INSIDE, fault=f"{type(fault).__name__}: {fault}")
            self.chat.show_event(ErrorShown(shown.code, shown.message, shown.remedy))

    def require_theme(self) -> None:
        """Refuse a setting that names no theme.

        Raises:
            ShipchatError: E-4192.
        """
        theme = self.person_settings.theme if self.person_settings else None
        if theme and named(theme, self.available_themes) is None:
            close = nearest(theme, [*THEMES, *self.available_themes])
            raise error(THEME_UNKNOWN, theme=theme, nearest=close, file=settings_file())

    def _hint(self, words: str) -> None:
        self.chat.hint(words)

    def action_demo(self, _argument: str = "") -> None:
        """The sample sheet and the practice UPS, in a home of its own: this session ends."""
        if not self.has_demo:
            self.chat.hint("Leave, and run: shipchat demo")
        elif self.chat.session_view.batch_running:
            self.chat.hint("A batch is running.")
        else:
            self.demo_wanted = True
            self.leave()

    def action_forget(self, what: str = "") -> None:
        """An answer that was given is taken back: the one named, else the person chooses."""
        sentence = f"forget the {what.removeprefix('the ')}" if what else "forget what I gave"
        self.chat.say(sentence)

    def action_sessions(self, _argument: str = "") -> None:
        from agent.saved_sessions.store import SavedSessions
        from tui.screens.sessions_screen import SessionsScreen

        if self.person_settings is None or not self.person_settings.sessions_kept:
            self.chat.hint("Talks are not kept here: the setting `sessions_kept` is 0.")
        else:
            store = SavedSessions(self.person_settings.home / "sessions")
            self.push_screen(SessionsScreen(store, self.keys), self._go_on)

    def _go_on(self, session_id: str | None) -> None:
        """Whoever opened this chat opens the next one; a browser's tab ends with it."""
        if session_id is not None and self.is_web:
            self.chat.hint(f"A tab holds one talk: `shipchat sessions resume {session_id}` goes on with it.")
        elif session_id is not None:
            self.resume = session_id
            self.leave()

    @work
    async def action_search_history(self) -> None:
        from tui.screens.history_screen import HistoryScreen

        chosen = await self.push_screen_wait(HistoryScreen(self.chat.memory, self.keys))
        if chosen is not None:
            self.chat.prompt.put(chosen)

    def action_edit_outside(self) -> None:
        """The session waits while the editor is open, so not while something runs."""
        if self.chat.controller.busy:
            self.chat.hint("Not while something runs: the editor would hold it up.")
            return
        try:
            self.chat.prompt.put(edited(self, self.chat.prompt.text))
        except ShipchatError as refusal:
            self.chat.hint(str(refusal))

    def action_settings(self, _argument: str = "") -> None:
        from agent.setup.changing import change, listed
        from tui.screens.settings_screen import SettingsScreen

        if self.person_settings is None:
            self.chat.hint("This chat was opened without settings.")
            return
        home = self.person_settings.home
        # Read anew each time: as they will be at the next start.
        self.push_screen(SettingsScreen(lambda: listed(Settings.load(home=home)), change, self.keys))

    @work(exclusive=True, group="doctor", exit_on_error=False)
    async def action_doctor(self, _argument: str = "") -> None:
        """The checks beside the session, told as they come."""
        if self.person_settings is None or self.chat.session_view.batch_running:
            self.chat.hint("Not while a batch runs: some checks take a while.")
            return
        self.chat.show_event(NoticeShown("Checking machine, settings, ledger, servers and UPS ..."))
        # The checks load half of shipchat: not while a key waits.
        doctor = await asyncio.to_thread(importlib.import_module, "agent.setup.doctor")
        count = faults = 0
        async for finding in doctor.findings(self.person_settings):
            count, faults = count + 1, faults + (finding.state == "FAULT")
            level = {"FAULT": "alarm", "note": "warning"}.get(finding.state, "info")
            self.chat.show_event(NoticeShown(f"{finding.state:<5} {finding.name}: {finding.words}", level))
        told = "nothing is wrong" if not faults else counted(faults, "fault")
        self.chat.show_event(NoticeShown(f"{counted(count, 'check')}, {told}."))

    # Stopping: the turn, the batch, the chat.

    @work
    async def action_stop(self, _argument: str = "") -> None:
        from tui.screens.stop_screen import StopScreen, StopVerb

        controller = self.chat.controller
        if not self.chat.session_view.batch_running:
            if controller.busy:
                controller.stop()
            self.chat.prompt.focus()
            return
        verb = await self.push_screen_wait(StopScreen(self.chat.session_view))
        actions: dict[StopVerb | None, Callable[[], None]] = {
            "turn": controller.stop,
            "pause": controller.pause,
            "cancel": controller.cancel,
        }
        if verb in actions:
            actions[verb]()

    def action_pause(self, _argument: str = "") -> None:
        if self.chat.session_view.batch_running:
            self.chat.controller.pause()
        else:
            self.chat.hint("No batch is running.")

    def action_clear_or_quit(self) -> None:
        """Ctrl+C copies a selection, else clears the prompt, else (twice) quits."""
        selected = self.screen.get_selected_text()
        prompt, now = self.chat.prompt, self.clock.now()
        if selected:
            self.on_copy_wanted(CopyWanted(selected))
            self.screen.clear_selection()
        elif prompt.text:
            self.chat.memory.add(prompt.text)
            prompt.put("")
        elif now < self._quit_at + QUIT_TWICE_S:
            self.leave()
        else:
            self._quit_at = now
            self.chat.hint("Ctrl+C again quits.")

    async def action_quit(self, _argument: str = "") -> None:
        self.leave()

    @on(ConnectionLost)
    def _connection_lost(self) -> None:
        if not self._lost:
            self._lost = True
            self.leave(asking=False)

    @work(exclusive=True, group="leave")
    async def leave(self, *, asking: bool = True) -> None:
        """Asks while a batch runs, if anybody is there; then the session ends its servers."""
        from tui.screens.quit_screen import QuitScreen

        if self.chat.session_view.batch_running:
            if asking and not await self.push_screen_wait(QuitScreen()):
                self.resume = None
                return
            await self.session.pause_batch()
            await self._batch_end()
        await self.session.close()
        self.chat.leave()
        self.exit(0)

    async def _batch_end(self) -> None:
        """Wait for the rows in flight: closing the servers before would leave them in doubt."""
        running = [worker for worker in self.workers if worker.group == "session" and worker.is_running]
        try:
            await self.workers.wait_for_complete(running)
        except WorkerFailed:
            # Already shown as an error; there is nothing left to wait for.
            return

    # Small commands.

    def action_theme(self, name: str = "") -> None:
        """A theme by its name; without one, Textual's own list to choose from."""
        if not name:
            self.search_themes()
            return
        theme = named(name, self.available_themes)
        if theme is None:
            self.chat.hint("Themes: " + ", ".join([*THEMES, *sorted(self.available_themes)]))
        else:
            self.theme = theme

    def _remember_theme(self, theme: Theme) -> None:
        """What the person chose; the signal tells of the theme at the start too."""
        if self.person_settings is None or theme.name == self._theme_at_first:
            return
        self._theme_at_first = ""
        from agent.setup.settings_file import write_values

        try:
            write_values(settings_file(), {"theme": theme.name})
        except (OSError, ShipchatError) as fault:
            self.chat.hint(f"The theme could not be kept for the next time: {fault}")

    def do(self, action: Action) -> None:
        """What the palette chose, as if its command had been typed or its key pressed."""
        if not action.at_once:
            self.chat.prompt.put(f"/{action.name} ")
        elif action.sentence:
            self.chat.controller.submit(action.sentence, self.clock.now())
        else:
            self.call_later(self.run_action, action.does, self.chat)

    def action_copy(self, _argument: str = "") -> None:
        answers = [item.text for item in self.chat.transcript.items if isinstance(item, Answer)]
        if answers:
            self.on_copy_wanted(CopyWanted(answers[-1]))
        else:
            self.chat.hint("There is no answer to copy yet.")

    def on_copy_wanted(self, message: CopyWanted) -> None:
        """Says which way the text went: a silent failure to copy is worse than none."""
        self.notify(copying.copy(message.text, self.copy_to_clipboard), markup=False)


@dataclass(frozen=True, slots=True)
class Ending:
    """How a chat ended: the exit code (0 after a quit, 1 after a fault), and what the person left it for: another talk
    to go on with, or the demo."""

    code: int
    resume: str | None = None
    demo: bool = False


def run(
    session_factory: Callable[[], SessionProtocol], settings: Settings | None = None, *, has_demo: bool = False
) -> Ending:
    """Open the chat on the session that the factory makes.

    Raises:
        ShipchatError: E-4191, E-4192: the settings name keys or a theme that there are not.
    """
    app = ShipchatApp(session_factory(), settings=settings, has_demo=has_demo)
    app.require_theme()
    code = app.run()
    return Ending(code if code is not None else app.return_code or 0, app.resume, app.demo_wanted)
