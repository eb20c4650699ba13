"""F5: which column each shipment field is taken from."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen

from agent.events import PreviewReady
from tui.bindings import bindings
from tui.model.actions import Place
from tui.model.amounts import counted
from tui.model.escaping import visible_line
from tui.model.key_table import KeyTable
from tui.text.cards import MUTED
from tui.text.layout import Paragraph, join
from tui.widgets.item_text import ParagraphText


class MappingScreen(ModalScreen[None]):
    """Part of what is approved; nothing is changed here."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.MAPPING)

    def __init__(self, event: PreviewReady, keys: KeyTable | None = None) -> None:
        super().__init__()
        self.event = event
        self.keys = keys or KeyTable()

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog help") as frame:
            frame.border_title = Content(f"mapping · {counted(len(self.event.mapping), 'field')}")
            frame.border_subtitle = Content(self.keys.line(Place.MAPPING))
            yield ParagraphText(self._lines)

    def _lines(self) -> list[Paragraph]:
        widest = max((len(field) for field, _ in self.event.mapping), default=0)
        return [
            Paragraph(join((visible_line(field).ljust(widest), "bold"), (" ← ", MUTED), visible_line(source)))
            for field, source in self.event.mapping
        ]

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()

    def action_close(self) -> None:
        self.dismiss()
