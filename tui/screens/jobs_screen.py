"""What was shipped before. Search, look, print, retry, resume, void, export - each as the words that do it."""

from collections.abc import Awaitable, Callable
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen
from textual.widgets import DataTable, Input

from agent.events.history import BatchLine
from tui.bindings import bindings
from tui.model.actions import Place
from tui.model.amounts import counted, totals
from tui.model.history import batch_cells, found, short_ids
from tui.model.key_table import KeyTable
from tui.text.cards import MUTED
from tui.text.layout import Paragraph, join, text
from tui.widgets.field import Field
from tui.widgets.item_text import ParagraphText

MOST_SHOWN = 500
"""A table of more is searched, not read."""
COLUMNS = ("When", "Batch", "State", "Shipped", "Spent", "Name")
SENTENCES = {
    "print": "print the labels of batch {job}",
    "open": "open the labels of batch {job}",
    "save": "save the labels of batch {job} as PDF",
    "numbers": "show the tracking numbers of batch {job}",
    "doubts": "show the doubts of batch {job}",
    "continue": "resume batch {job}",
    "retry": "retry batch {job}",
    "void": "void batch {job}",
    "write": "write the sheet of batch {job}",
    "export": "export batch {job}",
}
"""By action: what is said to the session, which asks for a yes where the words alone would."""
_UNBROKEN = "\u00a0"


class JobsScreen(Screen[str | None]):
    """Answers a sentence about the batch under the cursor."""

    CSS_PATH = "jobs_screen.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.JOBS)

    def __init__(self, ask: Callable[[], Awaitable[list[BatchLine]]], keys: KeyTable | None = None) -> None:
        super().__init__()
        self._ask = ask
        self.keys = keys or KeyTable()
        self._loaded = False
        self.lines: list[BatchLine] = []
        self.shown: list[BatchLine] = []

    def compose(self) -> ComposeResult:
        yield ParagraphText(self._head, classes="head")
        yield Field(placeholder="words of a name, a state, a day, an id", id="filter", compact=True)
        table: DataTable[Text] = DataTable(cursor_type="row", zebra_stripes=True)
        yield table
        yield ParagraphText(lambda: [Paragraph(text(self._foot(), MUTED))], classes="foot")

    def _foot(self) -> str:
        """The keys; a line breaks between two of them only."""
        return " · ".join(hint.replace(" ", _UNBROKEN) for hint in self.keys.hints(Place.JOBS))

    def on_mount(self) -> None:
        self.query_one(DataTable).focus()
        self.run_worker(self._load(), exclusive=True)

    async def _load(self) -> None:
        self.lines, self._loaded = await self._ask(), True
        self._fill()

    def _fill(self) -> None:
        self.shown = found(self.lines, self.query_one(Input).value)
        short = short_ids([line.id for line in self.lines])
        table = self.query_one(DataTable)
        table.clear(columns=True)
        table.add_columns(*COLUMNS)
        table.add_rows([Text(cell) for cell in batch_cells(line, short[line.id])] for line in self.shown[:MOST_SHOWN])
        self.query_one(".head", ParagraphText).item_changed()

    def _head(self) -> list[Paragraph]:
        if not self.lines:
            return [Paragraph(join(("No batch yet." if self._loaded else "Reading the ledger ...", "bold")))]
        count = counted(len(self.shown), "batch", "batches")
        spent = totals((line.spent_cents, line.currency) for line in self.shown[:MOST_SHOWN])
        order = f"  the newest {MOST_SHOWN}" if len(self.shown) > MOST_SHOWN else "  newest first"
        return [Paragraph(join((f"{count}  {spent}", "bold"), (order, MUTED)))]

    @property
    def line(self) -> BatchLine | None:
        """The batch under the cursor."""
        row = self.query_one(DataTable).cursor_row
        return self.shown[row] if 0 <= row < len(self.shown) else None

    def on_input_changed(self) -> None:
        self._fill()

    def on_input_submitted(self, message: Input.Submitted) -> None:
        message.stop()
        self.query_one(DataTable).focus()

    def on_key(self, event: events.Key) -> None:
        """As in the rows of a preview: letters that follow the slash at once belong to the search."""
        field = self.query_one(Input)
        if event.character == "/" and self.focused is not field:
            event.stop()
            self.set_focus(field)
        elif self.focused is field and event.is_printable and event.character:
            event.stop()
            field.insert_text_at_cursor(event.character)

    def on_data_table_row_selected(self) -> None:
        self._answer("show batch {job}")

    def action_say(self, what: str) -> None:
        if self.focused is not self.query_one(Input):
            self._answer(SENTENCES[what])

    def _answer(self, sentence: str) -> None:
        if self.line is not None:
            self.dismiss(sentence.format(job=self.line.id))

    def action_close(self) -> None:
        if self.focused is self.query_one(Input):
            self.query_one(DataTable).focus()
        else:
            self.dismiss(None)
