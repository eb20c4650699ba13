"""A preview in the transcript: what is asked for, the first rows as a table, totals; text only once it is settled."""

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import DataTable

from tui.model.desk import badge_of
from tui.model.items import Preview
from tui.model.preview_rows import COLUMNS, cells
from tui.text import cards
from tui.widgets.item_text import ParagraphText

FIRST = 20
"""Rows in the card; the rest is a key away."""
RIGHT = {"Row", "Cost"}


def table_cells(values: tuple[str, ...]) -> list[Text]:
    """Cells that are never parsed as markup; numbers stand right."""
    return [
        Text(value, justify="right" if column in RIGHT else "left", style="bold" if column == "Cost" else "")
        for column, value in zip(COLUMNS, values, strict=True)
    ]


class PreviewCard(Vertical):
    """Amber border in practice, red when live."""

    def __init__(self, item: Preview) -> None:
        super().__init__(classes="card preview")
        self.item = item
        event = item.event
        self.border_title = Content(f"preview · {cards.preview_title(event)}")
        self.border_subtitle = Content(f"{badge_of(event.environment)} · {event.short_digest}")
        self.set_class(event.environment == "production", "-live")

    def compose(self) -> ComposeResult:
        event = self.item.event
        yield ParagraphText(lambda: cards.preview_head(event))
        if self.item.state == "pending" and event.lines:
            table: DataTable[Text] = DataTable(cursor_type="row", zebra_stripes=True, show_cursor=False)
            table.add_columns(*COLUMNS)
            table.add_rows(table_cells(cells(line)) for line in event.lines[:FIRST])
            yield table
        yield ParagraphText(lambda: cards.preview_more(event, FIRST) if self.item.state == "pending" else [])
        yield ParagraphText(lambda: cards.preview_foot(event) + cards.preview_fate(self.item))

    def item_changed(self) -> None:
        if self.item.state != "pending":
            self.set_class(self.item.state == "approved", "-good")
            self.set_class(self.item.state != "approved", "-gone")
        self.call_next(self._follow)

    async def _follow(self) -> None:
        """The table goes once nothing can be approved any more; the card then takes less room."""
        if self.item.state != "pending":
            await self.query(DataTable).remove()
        for part in self.query(ParagraphText):
            part.item_changed()
        self.refresh(layout=True)
