"""All rows of a preview as a table: sorted by any column, filtered by words, one row whole on Enter."""

from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.screen import Screen
from textual.widgets import DataTable, Input

from agent.events import PreviewLine, PreviewReady
from agent.events.shipment_detail import ShipmentDetail
from tui.bindings import bindings
from tui.model.actions import Place
from tui.model.amounts import counted, money
from tui.model.escaping import visible
from tui.model.key_table import KeyTable
from tui.model.preview_rows import COLUMNS, RowOrder, fitted, fitted_cells, remarks
from tui.model.session_view import badge_of
from tui.text import cards
from tui.text.layout import Paragraph, join, text
from tui.widgets.detail_pane import DetailPane
from tui.widgets.field import Field
from tui.widgets.item_text import ParagraphText
from tui.widgets.preview_card import table_cells

AT_ONCE = 1_000
"""Rows put into the table between two paints."""
BESIDE = 140
"""From this many columns on, a row's detail stands beside the table; below, it takes the screen."""


class PreviewScreen(Screen[None]):
    """Nothing can be approved here; the chat is one Esc away."""

    CSS_PATH = "preview_screen.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(Place.ROWS),
        *[Binding(str(number), f"sort({number})", show=False) for number in range(1, len(COLUMNS) + 1)],
    ]

    def __init__(
        self, event: PreviewReady, detail_of: Callable[[int], ShipmentDetail | None], keys: KeyTable | None = None
    ) -> None:
        super().__init__()
        self.HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (BESIDE, "-wide")]
        self.event = event
        self.keys = keys or KeyTable()
        self.detail = DetailPane(detail_of)
        self.order = RowOrder()
        self.shown: list[PreviewLine] = []
        self._filling = 0
        self._widths: dict[str, int] = {}

    def compose(self) -> ComposeResult:
        event = self.event
        title = f"{cards.preview_title(event)}  {badge_of(event.environment)} {event.short_digest}"
        yield ParagraphText(lambda: [Paragraph(text(title, "bold")), *cards.preview_head(self.event)], classes="head")
        yield Field(placeholder="words that a row must contain", id="filter", compact=True)
        table: DataTable[Text] = DataTable(cursor_type="row", zebra_stripes=True)
        with Horizontal(id="rows"):
            yield table
            yield self.detail
        yield ParagraphText(self._summary, classes="foot")

    def on_mount(self) -> None:
        self._fill()
        self.query_one(DataTable).focus()

    def _summary(self) -> list[Paragraph]:
        known = [line.cost_cents for line in self.shown if line.cost_cents is not None]
        unquoted = len(self.shown) - len(known)
        total = f"  {money(sum(known), self.event.currency)}" + (f" + {unquoted:,} not quoted" if unquoted else "")
        keys = f"  {self.keys.line(Place.ROWS)}"
        if self.has_class("-detail"):
            keys = "  Up/Down other rows · PgUp/PgDn scroll · Esc back"
        summary = Paragraph(join((counted(len(self.shown), "row") + total, "bold"), (keys, cards.MUTED)))
        line = self._line()
        said = remarks(line) if line is not None and not self.has_class("-detail") else []
        return [*[cards.signed("!", cards.WARN, text(visible(words), cards.WARN)) for words in said], summary]

    def on_resize(self, event: events.Resize) -> None:
        if self._widths and fitted(self.event.lines, event.size.width) != self._widths:
            self._fill()

    def _line(self) -> PreviewLine | None:
        """The row under the cursor."""
        row = self.query_one(DataTable).cursor_row
        return self.shown[row] if 0 <= row < len(self.shown) else None

    def _fill(self) -> None:
        self.shown = self.order.view(self.event.lines)
        self._widths = fitted(self.event.lines, self.size.width)
        table = self.query_one(DataTable)
        table.clear(columns=True)
        arrow = "▼" if self.order.descending else "▲"
        for column, width in self._widths.items():
            name = f"{column} {arrow}" if column == self.order.column else column
            table.add_column(name, key=column, width=width)
        self._filling += 1
        self._add(0, self._filling)
        self._show_detail()
        self.query_one(".foot", ParagraphText).item_changed()

    def _add(self, start: int, filling: int) -> None:
        """One piece; a newer order or filter ends an older filling."""
        if filling != self._filling or not self.is_attached:
            return
        piece = self.shown[start : start + AT_ONCE]
        columns = tuple(self._widths)
        self.query_one(DataTable).add_rows(table_cells(fitted_cells(line, self._widths), columns) for line in piece)
        if start + AT_ONCE < len(self.shown):
            self.call_after_refresh(self._add, start + AT_ONCE, filling)

    def on_data_table_header_selected(self, message: DataTable.HeaderSelected) -> None:
        self.order.by(str(message.column_key.value))
        self._fill()

    def on_data_table_row_selected(self) -> None:
        """Enter or a click."""
        self._open_detail(True)

    def on_data_table_row_highlighted(self) -> None:
        self._show_detail()
        self.query_one(".foot", ParagraphText).item_changed()

    def on_detail_pane_moved(self, message: DetailPane.Moved) -> None:
        table = self.query_one(DataTable)
        table.move_cursor(row=table.cursor_row + message.by)

    def _open_detail(self, wanted: bool) -> None:
        self.set_class(wanted, "-detail")
        self._show_detail()
        # At once, so that the arrow after Enter already arrives there.
        self.set_focus(self.detail if wanted else self.query_one(DataTable))
        self.query_one(".foot", ParagraphText).item_changed()

    def _show_detail(self) -> None:
        if self.has_class("-detail"):
            self.detail.show(self._line())

    def on_input_changed(self, message: Input.Changed) -> None:
        self.order.words = message.value
        self._fill()

    def on_input_submitted(self, message: Input.Submitted) -> None:
        message.stop()
        self.query_one(DataTable).focus()

    def on_key(self, event: events.Key) -> None:
        """Here and not as a binding: letters that were on their way to the table when the search began follow the
        slash in this queue, and belong to the search."""
        field = self.query_one(Input)
        searching = self.focused is field  # `has_focus` is told the field only later
        if event.character == "/" and not searching:
            event.stop()
            self._open_detail(False)
            self.set_focus(field)
        elif searching and event.is_printable and event.character:
            event.stop()
            field.insert_text_at_cursor(event.character)

    def action_sort(self, number: int) -> None:
        self.order.by(COLUMNS[number - 1])
        self._fill()

    def action_close(self) -> None:
        if self.query_one(Input).has_focus:
            self.query_one(DataTable).focus()
        elif self.has_class("-detail"):
            self._open_detail(False)
        else:
            self.dismiss()
