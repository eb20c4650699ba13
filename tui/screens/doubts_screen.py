"""Rows whose outcome is not known. What was looked up, when, with what result; what the person can do."""

from collections.abc import Awaitable, Callable
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen
from textual.widgets import DataTable, Input

from agent.events.history import DoubtLine
from tui.bindings import bindings
from tui.model.actions import Place
from tui.model.amounts import counted
from tui.model.escaping import visible_line
from tui.model.history import local_time, looked_words, may_be_released, short_ids, wait_words
from tui.model.key_table import KeyTable
from tui.session_protocol import Clock
from tui.text.cards import GOOD, MUTED, WARN, labelled, with_commands
from tui.text.layout import Paragraph, join, text
from tui.widgets.field import Field
from tui.widgets.item_text import ParagraphText

TICK_S = 1.0
COLUMNS = ("Row", "Order", "Recipient", "Sent", "Look-ups", "Batch")
NOTHING = "Nothing is in doubt."


class DoubtsScreen(Screen[str | None]):
    """Nothing is decided here: it answers a sentence, whose preview the person approves in the chat."""

    CSS_PATH = "doubts_screen.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.DOUBTS)

    def __init__(
        self, ask: Callable[[], Awaitable[list[DoubtLine]]], clock: Clock, keys: KeyTable | None = None
    ) -> None:
        super().__init__()
        self._ask = ask
        self.keys = keys or KeyTable()
        self._clock = clock
        self.lines: list[DoubtLine] = []
        self._loaded = False
        self._waiting = False

    def compose(self) -> ComposeResult:
        yield ParagraphText(self._head, classes="head")
        table: DataTable[Text] = DataTable(cursor_type="row", zebra_stripes=True)
        yield table
        yield ParagraphText(self._detail, id="doubt")
        yield Field(placeholder="the number that you saw at UPS: 1Z...", id="number", compact=True)
        yield ParagraphText(lambda: [Paragraph(text(self.keys.line(Place.DOUBTS), MUTED))], classes="foot")

    def on_mount(self) -> None:
        self.query_one(Input).display = False
        self.query_one(DataTable).focus()
        self.set_interval(TICK_S, self._tick)
        self.run_worker(self._load(), exclusive=True)

    async def _load(self) -> None:
        self.lines, self._loaded = await self._ask(), True
        self._waiting = any(not may_be_released(line, self._clock.utc()) for line in self.lines)
        table, short = self.query_one(DataTable), short_ids([line.job_id for line in self.lines])
        table.clear(columns=True)
        table.add_columns(*COLUMNS)
        for line in self.lines:
            cells = (str(line.sheet_row), line.order_number, line.recipient, local_time(line.sent_at))
            more = (str(line.look_ups), short[line.job_id])
            table.add_row(*[Text(visible_line(cell)) for cell in (*cells, *more)])
        self._show()

    def _tick(self) -> None:
        """The countdown; what may be released now is asked anew."""
        if not self._waiting:
            return
        self._show()
        if all(may_be_released(line, self._clock.utc()) for line in self.lines):
            self._waiting = False
            self.run_worker(self._load(), exclusive=True)

    def _show(self) -> None:
        for words in self.query(ParagraphText):
            words.item_changed()

    @property
    def line(self) -> DoubtLine | None:
        """The row under the cursor."""
        row = self.query_one(DataTable).cursor_row
        return self.lines[row] if 0 <= row < len(self.lines) else None

    def _head(self) -> list[Paragraph]:
        if not self.lines:
            return [Paragraph(text(NOTHING if self._loaded else "Reading the ledger ...", "bold"))]
        words = f"{counted(len(self.lines), 'row')} in doubt: UPS may have made the label, its answer was lost."
        return [Paragraph(join((words, "bold"), ("  None of them is sent again on its own.", MUTED)))]

    def _detail(self) -> list[Paragraph]:
        line = self.line
        if line is None:
            return []
        now = self._clock.utc()
        style = GOOD if may_be_released(line, now) else WARN
        return [
            labelled("row", join((f"{line.sheet_row}  {visible_line(line.recipient)}", "bold"))),
            labelled("why", with_commands(line.why)),
            labelled("looked up", text(looked_words(line))),
            labelled("reference", text(visible_line(line.reference), MUTED)),
            labelled("release", text(wait_words(line, now), style)),
        ]

    def on_data_table_row_highlighted(self) -> None:
        self._show()

    # What the person can do: each answers a sentence.

    def action_release(self) -> None:
        line = self.line
        if line is not None and not may_be_released(line, self._clock.utc()):
            self.notify("Not yet: it waits. R releases without the wait.", severity="warning", markup=False)
        else:
            self.action_decide("release")

    def action_release_now(self) -> None:
        self.action_decide("release", " now")

    def action_decide(self, verb: str, more: str = "") -> None:
        line = self.line
        if line is not None:
            self.dismiss(f"{verb} row {line.sheet_row} of batch {line.job_id}{more}")

    def action_look_up(self) -> None:
        line = self.line
        if line is not None:
            self.dismiss(f"look for the rows in doubt of batch {line.job_id}")

    def action_adopt(self) -> None:
        if self.line is not None:
            number = self.query_one(Input)
            number.display = True
            number.focus()

    def on_input_submitted(self, message: Input.Submitted) -> None:
        message.stop()
        line, number = self.line, message.value.strip()
        if line is not None and number:
            self.dismiss(f"adopt row {line.sheet_row} of batch {line.job_id} as {number}")

    def action_close(self) -> None:
        number = self.query_one(Input)
        if number.display:
            number.value, number.display = "", False
            self.query_one(DataTable).focus()
        else:
            self.dismiss(None)
