"""F1: what to say, which keys, which commands."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen

from tui.model.help import help_text
from tui.text.markdown import paragraphs
from tui.widgets.item_text import ParagraphText


class HelpScreen(ModalScreen[None]):
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f1,q", "close", "Back")]

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog help") as frame:
            frame.border_title = Content("shipchat")
            frame.border_subtitle = Content("Esc closes")
            yield ParagraphText(lambda: paragraphs(help_text()))

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()

    def action_close(self) -> None:
        self.dismiss()
