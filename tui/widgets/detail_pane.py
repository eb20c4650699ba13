"""One row of a preview, whole: beside the table or in its place."""

from collections.abc import Callable, Iterable
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widget import Widget

from agent.events import PreviewLine
from agent.events.shipment_detail import ShipmentDetail
from tui.bindings import bindings
from tui.model.actions import Place
from tui.text.detail import detail
from tui.text.layout import Paragraph
from tui.widgets.item_text import ParagraphText


class DetailPane(VerticalScroll, can_focus=True):
    """Asks for the detail of one row at a time; the table's order decides which is next."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.DETAIL)

    class Moved(Message):
        """The person wants the row above (-1) or below (1)."""

        def __init__(self, by: int) -> None:
            super().__init__()
            self.by = by

    def __init__(self, detail_of: Callable[[int], ShipmentDetail | None]) -> None:
        super().__init__()
        self._detail_of = detail_of
        self._line: PreviewLine | None = None
        self._found: ShipmentDetail | None = None
        self._words = ParagraphText(self._paragraphs)

    def compose(self) -> Iterable[Widget]:
        yield self._words

    def show(self, line: PreviewLine | None) -> None:
        """This row, from its beginning."""
        if line is self._line:
            return
        self._line = line
        self._found = self._detail_of(line.row_number) if line is not None else None
        self._words.item_changed()
        self.scroll_home(animate=False)

    def action_row(self, by: int) -> None:
        self.post_message(self.Moved(by))

    def _paragraphs(self) -> list[Paragraph]:
        return detail(self._line, self._found) if self._line is not None else []
