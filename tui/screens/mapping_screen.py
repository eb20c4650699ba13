"""Columns on the left, fields on the right, the first row as it would be printed below; a column is given to a
field by keys, which is the same as saying it."""

from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.widgets import DataTable, Input, OptionList
from textual.widgets.option_list import Option

from agent.events import Event, FieldSeen, HeaderSeen, MappingShown, QuestionAsked
from tui.bindings import bindings
from tui.model.actions import Place
from tui.model.escaping import visible_line
from tui.model.field_search import fitting, shown_name
from tui.model.key_table import KeyTable
from tui.model.preview_rows import cut
from tui.text import mapping
from tui.text.cards import MUTED
from tui.text.layout import Paragraph, join, text
from tui.widgets.item_text import ParagraphText
from tui.widgets.list_search import ListSearch

WIDEST = {"Column": 22, "Cell": 20, "Field": 20}
CHOOSING = "type to search · Up/Down · Enter chooses · Esc another column"


class MappingScreen(Screen[None]):
    """`say` sends a sentence to the session; what comes of it is heard through `followers`."""

    CSS_PATH = "mapping_screen.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.MAPPING)

    def __init__(
        self,
        event: MappingShown,
        say: Callable[[str], None],
        followers: list[Callable[[Event], None]],
        keys: KeyTable | None = None,
    ) -> None:
        super().__init__()
        self.followers = followers
        self.event = event
        self.say = say
        self.keys = keys or KeyTable()
        self.chosen: HeaderSeen | None = None
        """The column that a field is being chosen for."""
        self._listed: list[FieldSeen] = []

    def compose(self) -> ComposeResult:
        yield ParagraphText(self._head, classes="head")
        table: DataTable[Text] = DataTable(cursor_type="row", zebra_stripes=True)
        with Horizontal():
            yield table
            with Vertical(id="fields"):
                yield ListSearch(placeholder="which field?", id="search", compact=True)
                yield OptionList(id="choices", compact=True)
        yield ParagraphText(lambda: mapping.label(self.event), classes="label")
        yield ParagraphText(self._foot, classes="foot")

    def on_mount(self) -> None:
        self.query_one(DataTable).add_columns("Column", "Cell", "Field")
        self._fill()
        self.query_one(DataTable).focus()
        self.followers.append(self._hear)

    def on_unmount(self) -> None:
        self.followers.remove(self._hear)

    def _hear(self, event: Event) -> None:
        """A change is shown as it is told; what is asked about it is answered in the chat."""
        if isinstance(event, MappingShown):
            self.call_later(self.show, event)
        elif isinstance(event, QuestionAsked):
            self.call_later(self.action_close)

    def show(self, event: MappingShown) -> None:
        """The mapping as it is now."""
        self.event, self.chosen = event, None
        self._fill()
        self.query_one(DataTable).focus()

    def _head(self) -> list[Paragraph]:
        sheet = f"Mapping of {visible_line(self.event.sheet)}"
        return [Paragraph(join((sheet, "bold"), (f"  {visible_line(self.event.summary)}", MUTED)))]

    def _foot(self) -> list[Paragraph]:
        if self.chosen is None:
            return [Paragraph(text(self.keys.line(Place.MAPPING), MUTED))]
        return [Paragraph(join((f"{visible_line(self.chosen.column)}: ", "bold"), (CHOOSING, MUTED)))]

    def _fill(self) -> None:
        table = self.query_one(DataTable)
        at = table.cursor_row
        table.clear()
        for header in self.event.headers:
            fields = ", ".join(map(shown_name, header.fields))
            cells = (visible_line(header.column), visible_line(header.sample), fields or "-")
            table.add_row(*(Text(cut(cell, wide)) for cell, wide in zip(cells, WIDEST.values(), strict=True)))
        table.move_cursor(row=at)
        self._list("")

    def _list(self, typed: str) -> None:
        """The fields on the right: all, or those that fit while one is chosen."""
        self._listed = fitting(self.event.fields, typed)
        search, choices = self.query_one(ListSearch), self.query_one(OptionList)
        search.display = self.chosen is not None
        choices.clear_options()
        choices.add_options([Option(mapping.field_line(field)) for field in self._listed])
        choices.highlighted = 0 if self._listed and self.chosen is not None else None
        for part in self.query(ParagraphText):
            part.item_changed()

    def on_data_table_row_selected(self, message: DataTable.RowSelected) -> None:
        message.stop()
        self.chosen = self.event.headers[message.cursor_row]
        search = self.query_one(ListSearch)
        search.value = ""
        self._list("")
        search.focus()

    def on_input_changed(self, message: Input.Changed) -> None:
        if self.chosen is not None:
            self._list(message.value)

    def on_input_submitted(self, message: Input.Submitted) -> None:
        message.stop()
        highlighted = self.query_one(OptionList).highlighted
        if highlighted is not None:
            self._give(self._listed[highlighted])

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        if self.chosen is not None:
            self._give(self._listed[message.option_index])

    def _give(self, field: FieldSeen) -> None:
        """The same as saying it; quotes, so that any header is read as it is."""
        if self.chosen is not None:
            self.say(f'use the column "{self.chosen.column}" for {field.name}')
        self.chosen = None
        self._list("")
        self.query_one(DataTable).focus()

    def action_back(self) -> None:
        """Out of the choice first, then out of the screen."""
        if self.chosen is None:
            self.dismiss()
            return
        self.chosen = None
        self._list("")
        self.query_one(DataTable).focus()

    def action_close(self) -> None:
        self.dismiss()
