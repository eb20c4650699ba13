"""The application around the chat's screen: commands, stopping, leaving, and the way in (`run`)."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import App
from textual.binding import Binding, BindingType
from textual.worker import Worker, WorkerFailed, WorkerState

from agent.errors import ErrorKind, error
from agent.events import ErrorShown, MappingShown, ServicesCompared
from tui import copying
from tui.messages import ConnectionLost, CopyWanted
from tui.model.items import Answer
from tui.model.terminal_colours import theme_for
from tui.screens.chat_screen import ChatScreen
from tui.session_protocol import Clock, SessionProtocol

QUIT_TWICE_S = 1.0
FAULT_INSIDE = ErrorKind(
    "E-4190",
    "An error inside shipchat: {fault}.",
    "You can go on: the ledger records everything that is bought. Please report this line.",
)


class ShipchatApp(App[int]):
    """One session's face. Screens other than the chat are loaded when they are opened."""

    TITLE = "shipchat"
    CSS_PATH = "shipchat.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "help", "Help"),
        Binding("ctrl+c", "clear_or_quit", "Quit", show=False, priority=True),
        Binding("ctrl+q", "quit", "Quit", show=False, priority=True),
    ]

    def __init__(self, session: SessionProtocol, *, clock: Clock | None = None, has_demo: bool = False) -> None:
        super().__init__()
        self.session = session
        self.clock = clock or Clock()
        self.chat = ChatScreen(session, self.clock, self._write_terminal)
        self._quit_at = float("-inf")
        self._lost = False
        self.has_demo = has_demo
        self.demo_wanted = False
        """The person leaves for the demo, which has a home of its own."""

    def get_default_screen(self) -> ChatScreen:
        return self.chat

    def on_mount(self) -> None:
        theme = theme_for(self.console.color_system)
        if theme is not None:
            self.theme = theme

    def _write_terminal(self, sequence: str) -> None:
        if self._driver is not None and not self.is_headless:
            self._driver.write(sequence)

    def on_app_focus(self) -> None:
        self.chat.gate.window_focused(self.clock.now())

    @on(Worker.StateChanged)
    def _worker_failed(self, message: Worker.StateChanged) -> None:
        """A fault in our own code is shown, not swallowed, and does not take the chat down with a batch."""
        if message.state is WorkerState.ERROR and message.worker.group == "session":
            fault = message.worker.error
            shown = error(FAULT_INSIDE, fault=f"{type(fault).__name__}: {fault}")
            self.chat.show_event(ErrorShown(shown.code, shown.message, shown.remedy))

    # Screens.

    def action_help(self, _argument: str = "") -> None:
        from tui.screens.help_screen import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen())

    def action_open(self, _argument: str = "") -> None:
        """Another sheet; the one that is open stays so until one is chosen."""
        from tui.screens.open_screen import OpenScreen

        if self.chat.session_view.question is not None or self.chat.controller.busy:
            self.chat.hint("Finish what is going on first.")
        else:
            self.push_screen(OpenScreen(self.chat.session_view.offered, Path.cwd()), self._sheet_chosen)

    def _sheet_chosen(self, path: str | None) -> None:
        if path is not None:
            self.chat.open_sheet(path)

    def action_demo(self, _argument: str = "") -> None:
        """The sample sheet and the practice UPS, in a home of its own: this session ends."""
        if not self.has_demo:
            self.chat.hint("Leave, and run: shipchat demo")
        elif self.chat.session_view.batch_running:
            self.chat.hint("A batch is running.")
        else:
            self.demo_wanted = True
            self.leave()

    def action_preview(self, _argument: str = "") -> None:
        from tui.screens.preview_screen import PreviewScreen

        latest = self.chat.transcript.latest_preview
        if latest is None:
            self.chat.hint("There is no preview yet.")
        else:
            detail_of = partial(self.session.shipment_detail, latest.event.digest)
            self.push_screen(PreviewScreen(latest.event, detail_of))

    def action_mapping(self, _argument: str = "") -> None:
        """Asked for in words, so that it is the mapping as it is now; the screen opens when it is told."""
        if not self.chat.session_view.sheet:
            self.chat.hint("No order sheet is open.")
        elif self.chat.session_view.question is not None:
            self.chat.hint("Answer the question first.")
        elif self.chat.controller.busy:
            self.chat.hint("Wait until this is done.")
        else:
            self.chat.ask_for(MappingShown, "show the mapping", self._open_mapping)

    def _open_mapping(self, event: MappingShown) -> None:
        from tui.screens.mapping_screen import MappingScreen

        self.push_screen(MappingScreen(event, self.chat.say, self.chat.followers))

    def action_services(self, _argument: str = "") -> None:
        """What other services cost: the comparison of the open preview, else it is asked for first."""
        preview, latest = self.chat.session_view.preview, self.chat.transcript.latest_comparison
        if preview is None:
            self.chat.hint("There is no preview whose services could be compared.")
        elif latest is not None and latest.event.digest == preview.digest:
            self._open_services(latest.event)
        elif self.chat.controller.busy:
            self.chat.hint("Wait until this is done, then compare.")
        else:
            self.chat.ask_for(ServicesCompared, "compare the services", self._open_services)

    def _open_services(self, event: ServicesCompared) -> None:
        from tui.screens.services_screen import ServicesScreen

        self.push_screen(ServicesScreen(event), self._service_chosen)

    def _service_chosen(self, service: str | None) -> None:
        """The same as saying it: a new preview. In auto mode that could be bought at once, so the person sends it."""
        if service is not None and self.chat.session_view.mode == "auto":
            self.chat.prompt.put(f"make it {service}")
        elif service is not None:
            self.chat.say(f"make it {service}")

    def action_forget(self, what: str = "") -> None:
        """An answer that was given is taken back: the one named, else the person chooses."""
        sentence = f"forget the {what.removeprefix('the ')}" if what else "forget what I gave"
        self.chat.say(sentence)

    def action_log(self, _argument: str = "") -> None:
        from tui.screens.log_screen import LogScreen

        latest = self.chat.transcript.latest_batch
        if latest is None:
            self.chat.hint("There is no batch yet.")
        else:
            self.push_screen(LogScreen(latest.progress))

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
        if name in self.available_themes:
            self.theme = name
        else:
            self.chat.hint("Themes: " + ", ".join(sorted(self.available_themes)))

    def action_copy(self, _argument: str = "") -> None:
        answers = [item.text for item in self.chat.transcript.items if isinstance(item, Answer)]
        if answers:
            self.on_copy_wanted(CopyWanted(answers[-1]))
        else:
            self.chat.hint("There is no answer to copy yet.")

    def on_copy_wanted(self, message: CopyWanted) -> None:
        """Says which way the text went: a silent failure to copy is worse than none."""
        self.notify(copying.copy(message.text, self.copy_to_clipboard), markup=False)


def run(session_factory: Callable[[], SessionProtocol], demo: Callable[[], SessionProtocol] | None = None) -> int:
    """Open the chat on the session that the factory makes, and on that of the demo where the person leaves for it;
    answers the exit code (0 after a quit, 1 after a fault)."""
    app = ShipchatApp(session_factory(), has_demo=demo is not None)
    code = app.run()
    if app.demo_wanted and demo is not None:
        app = ShipchatApp(demo())
        code = app.run()
    return code if code is not None else app.return_code or 0
