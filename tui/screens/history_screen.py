"""Ctrl+R: earlier messages, those of earlier talks too, narrowed by what is typed."""

from typing import ClassVar

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
from tui.model.memory import PromptHistory
from tui.widgets.field import Field

MOST = 200
"""Messages that are listed; more words find the others."""


class HistoryScreen(ModalScreen[str | None]):
    """Answers the message that was chosen."""

    CSS_PATH = "history_screen.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.HISTORY)

    def __init__(self, memory: PromptHistory, keys: KeyTable | None = None) -> None:
        super().__init__()
        self.memory = memory
        self.keys = keys or KeyTable()
        self.found: list[str] = []

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog history") as frame:
            frame.border_title = Content("earlier messages")
            frame.border_subtitle = Content(self.keys.line(Place.HISTORY))
            yield Field(placeholder="words of the message", compact=True)
            yield OptionList(compact=True)

    def on_mount(self) -> None:
        # The keys go to the field: it is focused before the list, which a click may still use.
        self.query_one(Input).focus()
        self._fill("")

    def on_input_changed(self, message: Input.Changed) -> None:
        self._fill(message.value)

    def _fill(self, words: str) -> None:
        self.found = self.memory.holding(words)[:MOST]
        shown = self.query_one(OptionList)
        shown.set_options([Option(Content(visible_line(text))) for text in self.found])
        shown.highlighted = 0 if self.found else None

    def on_input_submitted(self, message: Input.Submitted) -> None:
        message.stop()
        number = self.query_one(OptionList).highlighted
        self.dismiss(self.found[number] if number is not None else None)

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        self.dismiss(self.found[message.option_index])

    def action_down(self) -> None:
        self.query_one(OptionList).action_cursor_down()

    def action_up(self) -> None:
        self.query_one(OptionList).action_cursor_up()

    def action_close(self) -> None:
        self.dismiss(None)
