"""`/settings`: every setting, its value, who decides it and what it does; Enter changes one in the settings file."""

from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen
from textual.widgets import DataTable, Input

from agent.errors import ShipchatError
from agent.setup.origins import Setting
from tui.bindings import bindings
from tui.model.actions import Place
from tui.model.escaping import visible, visible_line
from tui.model.key_table import KeyTable
from tui.text.cards import MUTED, WARN
from tui.text.layout import Paragraph, join, text
from tui.widgets.field import Field
from tui.widgets.item_text import ParagraphText

HIDDEN = "***"


class SettingsScreen(Screen[None]):
    """What is changed counts from the next start, and the screen says so."""

    CSS_PATH = "settings_screen.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.SETTINGS)

    def __init__(
        self,
        listed: Callable[[], list[Setting]],
        change: Callable[[Setting, str], None],
        keys: KeyTable | None = None,
    ) -> None:
        """`change` writes a value that was typed; it raises where it does not fit."""
        super().__init__()
        self._listed = listed
        self._change = change
        self.keys = keys or KeyTable()
        self.settings: list[Setting] = []
        self._said = ""

    def compose(self) -> ComposeResult:
        yield ParagraphText(lambda: [Paragraph(text("Settings", "bold"))], classes="head")
        table: DataTable[Text] = DataTable(cursor_type="row", zebra_stripes=True)
        table.add_columns("Setting", "Value", "From")
        yield table
        yield Field(compact=True)
        yield ParagraphText(self._foot, classes="foot")

    def on_mount(self) -> None:
        self._fill()
        self.query_one(DataTable).focus()

    def _fill(self) -> None:
        self.settings = self._listed()
        table = self.query_one(DataTable)
        row = table.cursor_row
        table.clear()
        for one in self.settings:
            table.add_row(*(Text(visible_line(cell)) for cell in (one.name, one.value, one.origin)))
        table.move_cursor(row=row)

    @property
    def _chosen(self) -> Setting:
        return self.settings[self.query_one(DataTable).cursor_row]

    def _foot(self) -> list[Paragraph]:
        if not self.settings:
            return []
        said = [Paragraph(text(visible(self._said), WARN))] if self._said else []
        meaning = Paragraph(join((self._chosen.name, "bold"), f"  {self._chosen.meaning}"))
        return [*said, meaning, Paragraph(text(self.keys.line(Place.SETTINGS), MUTED))]

    def _say(self, words: str) -> None:
        self._said = words
        self.query_one(".foot", ParagraphText).item_changed()

    def on_data_table_row_highlighted(self) -> None:
        self._say("")

    def on_data_table_row_selected(self, message: DataTable.RowSelected) -> None:
        message.stop()
        field = self.query_one(Input)
        value = self._chosen.value
        field.value = "" if value == "not set" or HIDDEN in value else value
        field.placeholder = f"{self._chosen.name} = ; nothing takes it out of the file"
        self.add_class("-changing")
        self.set_focus(field)

    def on_input_submitted(self, message: Input.Submitted) -> None:
        message.stop()
        try:
            self._change(self._chosen, message.value)
        except ShipchatError as refusal:
            self._say(str(refusal))
            return
        except OSError as fault:
            self._say(f"The settings file cannot be written: {fault.strerror}.")
            return
        self._leave_field()
        self._say("Written. It counts from the next start.")

    def _leave_field(self) -> None:
        self.remove_class("-changing")
        self.query_one(DataTable).focus()

    def action_close(self) -> None:
        if self.has_class("-changing"):
            self._leave_field()
        else:
            self.dismiss()
