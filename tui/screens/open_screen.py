"""The sheets that could be opened, searched by typing; Enter opens one, and so does a file that is dropped here."""

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from textual import events, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from tui.bindings import bindings
from tui.model.actions import Place
from tui.model.escaping import visible_line
from tui.model.key_table import KeyTable
from tui.model.sheet_files import dropped_path, fitting, sheets_below
from tui.widgets.list_search import ListSearch


class FileSearch(ListSearch):
    """Letters of a path; a dropped file is chosen."""

    def __init__(self, choose: Callable[[str], None]) -> None:
        super().__init__(placeholder="letters of its name, or a path", compact=True)
        self.choose = choose

    def _on_paste(self, event: events.Paste) -> None:
        path = dropped_path(event.text)
        if path is not None:
            event.stop()
            event.prevent_default()
            self.choose(path)


class OpenScreen(ModalScreen[str | None]):
    """Gives back the path that was chosen."""

    CSS_PATH = "open_screen.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.OPEN)

    def __init__(self, recent: list[str], folder: Path, keys: KeyTable | None = None) -> None:
        super().__init__()
        self.recent = recent
        self.folder = folder
        self.keys = keys or KeyTable()
        self._below: list[str] = []
        self._listed: list[str] = []

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog open") as frame:
            frame.border_title = Content("open an order sheet")
            frame.border_subtitle = Content(f"type to search · {self.keys.line(Place.OPEN)}")
            yield FileSearch(self._chosen)
            yield OptionList(compact=True)

    def on_mount(self) -> None:
        self._list("")
        self.query_one(Input).focus()
        self._look()

    @work(thread=True, exit_on_error=False)
    def _look(self) -> None:
        found = sheets_below(self.folder)
        self.app.call_from_thread(self._found, found)

    def _found(self, below: list[str]) -> None:
        self._below = below
        self._list(self.query_one(Input).value)

    def _list(self, typed: str) -> None:
        paths = dict.fromkeys(
            [*self.recent, *(path for path in self._below if str(self.folder / path) not in self.recent)]
        )
        self._listed = fitting(paths, typed)
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options([Option(Content(visible_line(path))) for path in self._listed])
        options.highlighted = 0 if self._listed else None

    def on_input_changed(self, message: Input.Changed) -> None:
        self._list(message.value)

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """What is highlighted; a path that was typed in full goes before."""
        message.stop()
        highlighted = self.query_one(OptionList).highlighted
        typed = (
            dropped_path(str(Path(message.value.strip()).expanduser().absolute())) if message.value.strip() else None
        )
        if typed is not None:
            self._chosen(typed)
        elif highlighted is not None:
            self._chosen(str(self.folder / self._listed[highlighted]))

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        self._chosen(str(self.folder / self._listed[message.option_index]))

    def _chosen(self, path: str) -> None:
        self.dismiss(path)

    def action_close(self) -> None:
        self.dismiss(None)
