"""Rows that the person asked to see."""

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import DataTable

from tui.model.amounts import counted
from tui.model.escaping import visible_line
from tui.model.items import Table


class TableCard(Vertical):
    """A table as it was sent; how many rows there are is in its title."""

    def __init__(self, item: Table) -> None:
        super().__init__(classes="card table")
        self.item = item
        event = item.event
        self.border_title = Content(visible_line(event.title))
        shown = len(event.rows)
        hidden = f"first {shown:,} of " if shown < event.total_rows else ""
        self.border_subtitle = Content(hidden + counted(event.total_rows, "row"))

    def compose(self) -> ComposeResult:
        event = self.item.event
        table: DataTable[Text] = DataTable(cursor_type="row", zebra_stripes=True)
        table.add_columns(*[Text(visible_line(column)) for column in event.columns])
        table.add_rows([Text(visible_line(cell)) for cell in row] for row in event.rows)
        yield table

    def item_changed(self) -> None:
        """A table does not change."""
