"""`/sessions`: the talks that are kept; go on with one, rename, export or delete it."""

from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen
from textual.widgets import DataTable, Input

from agent.saved_sessions.store import SavedSession, SavedSessions
from agent.saved_sessions.telling import markdown
from agent.session import script
from tui.bindings import bindings
from tui.messages import CopyWanted
from tui.model.actions import Place
from tui.model.amounts import counted, totals
from tui.model.escaping import visible_line
from tui.model.key_table import KeyTable
from tui.text.cards import MUTED, WARN
from tui.text.layout import Paragraph, join, text
from tui.widgets.field import Field
from tui.widgets.item_text import ParagraphText

COLUMNS = ("Started (UTC)", "Sheet", "Messages", "Spent", "Name")


class SessionsScreen(Screen[str | None]):
    """Answers the id of the talk to go on with."""

    CSS_PATH = "sessions_screen.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.SESSIONS)

    def __init__(self, store: SavedSessions, keys: KeyTable | None = None) -> None:
        super().__init__()
        self.store = store
        self.keys = keys or KeyTable()
        self.found: list[SavedSession] = []
        self._renaming: str | None = None
        self._deleting: str | None = None

    def compose(self) -> ComposeResult:
        yield ParagraphText(lambda: [Paragraph(text("Talks that are kept", "bold"))], classes="head")
        yield Field(placeholder="words of the talk", compact=True)
        table: DataTable[Text] = DataTable(cursor_type="row", zebra_stripes=True)
        table.add_columns(*COLUMNS)
        yield table
        yield ParagraphText(self._foot, classes="foot")

    def on_mount(self) -> None:
        self._fill()
        self.query_one(DataTable).focus()

    def _fill(self) -> None:
        self.found = self.store.all("" if self._renaming else self.query_one(Input).value)
        table = self.query_one(DataTable)
        table.clear()
        for one in self.found:
            cells = (
                one.started[:16].replace("T", " "),
                one.sheet,
                str(one.messages),
                totals(one.spent),
                one.name,
            )
            table.add_row(*(Text(visible_line(cell)) for cell in cells))
        self._say()

    def _foot(self) -> list[Paragraph]:
        if self._deleting is not None:
            return [Paragraph(text("Press d again to delete it; any other key keeps it.", WARN))]
        if self._renaming is not None:
            return [Paragraph(text("The new name, then Enter; Esc keeps the old one.", MUTED))]
        return [
            Paragraph(join((counted(len(self.found), "talk"), "bold"), (f"  {self.keys.line(Place.SESSIONS)}", MUTED)))
        ]

    def _say(self) -> None:
        self.query_one(".foot", ParagraphText).item_changed()

    @property
    def _chosen(self) -> SavedSession | None:
        row = self.query_one(DataTable).cursor_row
        return self.found[row] if 0 <= row < len(self.found) else None

    def on_data_table_row_selected(self, message: DataTable.RowSelected) -> None:
        message.stop()
        if self._chosen is not None:
            self.dismiss(self._chosen.id)

    def on_input_changed(self) -> None:
        if self._renaming is None:
            self._fill()

    def on_input_submitted(self, message: Input.Submitted) -> None:
        message.stop()
        if self._renaming is not None:
            if message.value.strip():
                self.store.rename(self._renaming, message.value.strip())
            self._end_renaming()
        self.query_one(DataTable).focus()

    def on_key(self, event: events.Key) -> None:
        field = self.query_one(Input)
        searching = self.focused is field  # `has_focus` is told the field only later
        if event.key not in self.keys.changed.get("delete-session", ("d",)) and self._deleting is not None:
            self._deleting = None
            self._say()
        if event.character == "/" and not searching:
            event.stop()
            self.set_focus(field)
        elif searching and event.is_printable and event.character:
            # Before the letters' own bindings: they belong to the words.
            event.stop()
            event.prevent_default()
            field.insert_text_at_cursor(event.character)

    def action_rename(self) -> None:
        if self._chosen is not None:
            self._renaming = self._chosen.id
            field = self.query_one(Input)
            field.value = self._chosen.name
            self.set_focus(field)
            self._say()

    def _end_renaming(self) -> None:
        self.query_one(Input).value = ""
        self._renaming = None
        self._fill()

    def action_export(self, form: str) -> None:
        if self._chosen is not None:
            lines = self.store.lines(self._chosen.id)
            written = script(lines) if form == "script" else markdown(self._chosen.name, self._chosen.started, lines)
            self.post_message(CopyWanted(written))

    def action_delete(self) -> None:
        chosen = self._chosen
        if chosen is None:
            return
        if self._deleting == chosen.id:
            self._deleting = None
            self.store.delete(chosen.id)
            self._fill()
        else:
            self._deleting = chosen.id
            self._say()

    def action_close(self) -> None:
        if self.focused is self.query_one(Input):
            if self._renaming is not None:
                self._end_renaming()
            self.query_one(DataTable).focus()
        else:
            self.dismiss(None)
