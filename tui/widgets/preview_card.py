"""A preview in the transcript: what is asked for, the first rows as a table, totals; later only text."""

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import DataTable

from agent.events import PreviewReady
from tui.model.items import Preview
from tui.model.preview_rows import COLUMNS, columns_of, fitted, fitted_cells
from tui.model.session_view import badge_of
from tui.text import cards
from tui.widgets.item_text import ParagraphText

FIRST = 20
"""Rows in the card; the rest is a key away."""
FRAME = 8
"""Columns of the screen that margins, borders and the scroll bar take."""
RIGHT = {"Row", "Cost"}


def table_cells(values: tuple[str, ...], columns: tuple[str, ...] = COLUMNS) -> list[Text]:
    """Cells of these columns that are never parsed as markup; numbers stand right."""
    return [
        Text(value, justify="right" if column in RIGHT else "left", style="bold" if column == "Cost" else "")
        for column, value in zip(COLUMNS, values, strict=True)
        if column in columns
    ]


def _decorate(card: Widget, event: PreviewReady) -> None:
    card.border_title = Content(f"preview · {cards.preview_title(event)}")
    card.border_subtitle = Content(f"{badge_of(event.environment)} · {event.short_digest}")


class PreviewCard(Vertical):
    """A preview that waits: amber border in practice, red when live."""

    def __init__(self, item: Preview) -> None:
        super().__init__(classes="card preview")
        self.item = item
        _decorate(self, item.event)
        self.set_class(item.event.environment == "production", "-live")

    def compose(self) -> ComposeResult:
        event = self.item.event
        yield ParagraphText(lambda: cards.preview_head(event))
        if event.lines:
            table: DataTable[Text] = DataTable(cursor_type="row", zebra_stripes=True, show_cursor=False)
            first = event.lines[:FIRST]
            widths = fitted(event.lines, self.app.size.width - FRAME, columns_of(event.lines))
            for column, width in widths.items():
                table.add_column(column, width=width)
            table.add_rows(table_cells(fitted_cells(line, widths), tuple(widths)) for line in first)
            yield table
        yield ParagraphText(lambda: cards.preview_more(event, FIRST) + cards.preview_foot(event))

    def item_changed(self) -> None:
        """Nothing changes while it waits; afterwards `SettledPreview` takes its place."""


class SettledPreview(ParagraphText):
    """A preview that was approved, refused or voided: one widget, without its table."""

    def __init__(self, item: Preview) -> None:
        event = item.event
        super().__init__(
            lambda: cards.preview_head(event) + cards.preview_foot(event) + cards.preview_fate(item),
            classes=f"card {'-good' if item.state == 'approved' else '-gone'}",
        )
        _decorate(self, event)
