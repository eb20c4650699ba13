"""The actions that open a screen over the chat, and what comes of what was chosen there."""

from functools import partial
from pathlib import Path

from textual import work
from textual.app import App

from agent.events import MappingShown, ServicesCompared
from tui.model.key_table import KeyTable
from tui.screens.chat_screen import ChatScreen
from tui.session_protocol import Clock, SessionProtocol

MAY_BUY = ("retry ", "resume ")
"""What a key of a screen says may be bought at once in auto mode: then the person sends it."""


class OpensScreens(App[int]):
    """Screens other than the chat are loaded when they are opened."""

    session: SessionProtocol
    clock: Clock
    keys: KeyTable
    chat: ChatScreen

    def action_help(self, _argument: str = "") -> None:
        from tui.screens.help_screen import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.keys))

    def action_open(self, _argument: str = "") -> None:
        """Another sheet; the one that is open stays so until one is chosen."""
        from tui.screens.open_screen import OpenScreen

        if self.chat.session_view.question is not None or self.chat.controller.busy:
            self.chat.hint("Finish what is going on first.")
        else:
            self.push_screen(OpenScreen(self.chat.session_view.offered, Path.cwd(), self.keys), self._sheet_chosen)

    def _sheet_chosen(self, path: str | None) -> None:
        if path is not None:
            self.chat.open_sheet(path)

    def action_preview(self, _argument: str = "") -> None:
        from tui.screens.preview_screen import PreviewScreen

        latest = self.chat.transcript.latest_preview
        if latest is None:
            self.chat.hint("There is no preview yet.")
        else:
            detail_of = partial(self.session.shipment_detail, latest.event.digest)
            self.push_screen(PreviewScreen(latest.event, detail_of, self.keys))

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

        self.push_screen(MappingScreen(event, self.chat.say, self.chat.followers, self.keys))

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

        self.push_screen(ServicesScreen(event, self.keys), self._service_chosen)

    def _service_chosen(self, service: str | None) -> None:
        """The same as saying it: a new preview. In auto mode that could be bought at once, so the person sends it."""
        if service is not None:
            self._say_or_offer(f"make it {service}", may_buy=True)

    def _say_or_offer(self, sentence: str, *, may_buy: bool) -> None:
        if may_buy and self.chat.session_view.mode == "auto":
            self.chat.prompt.put(sentence)
        else:
            self.chat.say(sentence)

    @work
    async def action_next(self, _argument: str = "") -> None:
        from tui.screens.next_screen import NextScreen

        stand = self.chat.transcript.latest_stand
        if stand is None or not stand.next_words:
            self.chat.hint("No batch has ended here yet; /jobs shows those of before.")
        else:
            self._say_chosen(await self.push_screen_wait(NextScreen(stand.job_id, stand.next_words, self.keys)))

    @work
    async def action_doubts(self, _argument: str = "") -> None:
        from tui.screens.doubts_screen import DoubtsScreen

        self._say_chosen(await self.push_screen_wait(DoubtsScreen(self.session.doubts, self.clock, self.keys)))

    @work
    async def action_jobs(self, _argument: str = "") -> None:
        from tui.screens.jobs_screen import JobsScreen

        self._say_chosen(await self.push_screen_wait(JobsScreen(self.session.history, self.keys)))

    def _say_chosen(self, sentence: str | None) -> None:
        """What was chosen on a screen is said as if it had been typed: one way in, with the same questions."""
        if sentence is not None:
            self._say_or_offer(sentence, may_buy=sentence.startswith(MAY_BUY))

    def action_log(self, _argument: str = "") -> None:
        from tui.screens.log_screen import LogScreen

        latest = self.chat.transcript.latest_batch
        if latest is None:
            self.chat.hint("There is no batch yet.")
        else:
            self.push_screen(LogScreen(latest.progress, self.keys))
