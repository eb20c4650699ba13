"""F1: what to say, which keys, which commands."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen

from tui.bindings import bindings
from tui.model.actions import Place
from tui.model.help import help_text
from tui.model.key_table import KeyTable
from tui.text.markdown import paragraphs
from tui.widgets.item_text import ParagraphText


class HelpScreen(ModalScreen[None]):
    CSS_PATH = "help_screen.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.HELP)

    def __init__(self, keys: KeyTable | None = None) -> None:
        super().__init__()
        self.keys = keys or KeyTable()

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog help") as frame:
            frame.border_title = Content("shipchat")
            frame.border_subtitle = Content(self.keys.line(Place.HELP))
            yield ParagraphText(lambda: paragraphs(help_text(self.keys)))

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()

    def action_close(self) -> None:
        self.dismiss()
