"""What the shipments of the preview cost by other services, and when they arrive; a number or Enter chooses one."""

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import DataTable

from agent.events import ServicesCompared
from agent.events.comparison import ARRIVALS, COLUMNS
from tui.bindings import bindings
from tui.model.actions import Place
from tui.model.key_table import KeyTable
from tui.text import comparison
from tui.text.cards import MUTED
from tui.text.layout import Paragraph, text
from tui.widgets.item_text import ParagraphText

BY_NUMBER = 9


class ServicesScreen(ModalScreen[str | None]):
    """Gives back the service that was chosen; choosing is as if it had been said, and approves nothing."""

    CSS_PATH = "services_screen.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(Place.SERVICES),
        *[Binding(str(number), f"choose({number})", show=False) for number in range(1, BY_NUMBER + 1)],
    ]

    def __init__(self, event: ServicesCompared, keys: KeyTable | None = None) -> None:
        super().__init__()
        self.event = event
        self.keys = keys or KeyTable()

    def compose(self) -> ComposeResult:
        table: DataTable[Text] = DataTable(cursor_type="row", zebra_stripes=True)
        with Vertical(classes="dialog services") as frame:
            frame.border_title = Content(self.event.title)
            frame.border_subtitle = Content(self.keys.line(Place.SERVICES))
            yield table
            yield ParagraphText(lambda: [Paragraph(text(ARRIVALS, MUTED))], classes="foot")

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        table.add_columns("", *COLUMNS)
        for number, row in enumerate(comparison.table(self.event), 1):
            style = "bold" if self.event.offers[number - 1].current else ""
            table.add_row(*(Text(cell, style=style) for cell in (str(number), *row)))
        current = next((at for at, offer in enumerate(self.event.offers) if offer.current), 0)
        table.move_cursor(row=current)
        table.focus()

    def on_data_table_row_selected(self, message: DataTable.RowSelected) -> None:
        self.action_choose(message.cursor_row + 1)

    def action_choose(self, number: int) -> None:
        """One that the preview goes by already, or that has no price, changes nothing."""
        offers = self.event.offers
        if number <= len(offers) and not offers[number - 1].current and offers[number - 1].total_cents is not None:
            self.dismiss(offers[number - 1].service)

    def action_close(self) -> None:
        self.dismiss(None)
