"""The chat in a browser tab (`shipchat serve`): when the tab or the server goes, the chat ends and loses nothing."""

import asyncio
import os
import signal
from typing import Any

from textual.app import App
from textual.drivers.web_driver import WebDriver

from tui.messages import ConnectionLost


class BrowserDriver(WebDriver):
    """Textual's driver for browsers ends the application at once; here the application is told, and ends itself."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._write = self._write_all  # type: ignore[assignment]

    def start_application_mode(self) -> None:
        super().start_application_mode()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._lost)

    def on_meta(self, packet_type: str, payload: dict[str, object]) -> None:
        if packet_type == "quit":
            self._lost()
        else:
            super().on_meta(packet_type, payload)

    def run_input_thread(self) -> None:
        super().run_input_thread()
        # The input ended: after a killed server nobody says `quit`.
        self._lost()

    def _write_all(self, packet: bytes) -> None:
        try:
            while packet:
                packet = packet[os.write(self.fileno, packet) :]
        except BrokenPipeError:
            self._lost()

    def _lost(self) -> None:
        if not self.exit_event.is_set():
            self._app.post_message(ConnectionLost())
