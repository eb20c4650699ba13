"""Leaving while a batch runs is asked about first."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.bindings import bindings
from tui.model.actions import Place
from tui.text.layout import Paragraph, text
from tui.widgets.item_text import ParagraphText

WORDS = "A batch is running. Pause it after the rows in flight, then quit? It can be resumed at the next start."


class QuitScreen(ModalScreen[bool]):
    """True: pause, then quit."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.QUIT)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield ParagraphText(lambda: [Paragraph(text(WORDS, "bold"))])
            yield OptionList(Option(" 1  Stay"), Option(" 2  Pause and quit"), compact=True)

    def on_mount(self) -> None:
        self.query_one(OptionList).focus()

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        self.dismiss(message.option_index == 1)

    def action_stay(self) -> None:
        self.dismiss(False)

    def action_leave(self) -> None:
        self.dismiss(True)
