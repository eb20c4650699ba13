"""Every event of a batch, one line each, however many: only the visible ones are drawn."""

from typing import ClassVar

from rich.segment import Segment
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.geometry import Size
from textual.screen import Screen
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.bindings import bindings
from tui.messages import CopyWanted
from tui.model.actions import Place
from tui.model.amounts import counted
from tui.model.batch import BatchProgress, LogLine
from tui.model.key_table import KeyTable
from tui.text import cards
from tui.text.layout import Paragraph, join
from tui.widgets.item_text import ParagraphText

REFRESH_S = 0.2


class LogLines(ScrollView, can_focus=True):
    """A virtual list over the batch's own lines; it follows the end when it is there."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[LogLine] = []

    def show(self, lines: list[LogLine]) -> None:
        at_end = self.scroll_y >= self.max_scroll_y
        self.lines = lines
        self.virtual_size = Size(self.size.width, len(lines))
        if at_end:
            self.scroll_end(animate=False)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        index = y + int(self.scroll_y)
        base = self.visual_style
        if index >= len(self.lines):
            return Strip.blank(self.size.width, base.rich_style)
        pieces = cards.log_line(self.lines[index]).render(base, end="", parse_style=self._get_style)
        strip = Strip([Segment(words, (base + style).rich_style) for words, style in pieces])
        return strip.adjust_cell_length(self.size.width, base.rich_style)


class LogScreen(Screen[None]):
    """All, or only what went wrong."""

    CSS_PATH = "log_screen.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.LOG)

    def __init__(self, progress: BatchProgress, keys: KeyTable | None = None) -> None:
        super().__init__()
        self.progress = progress
        self.keys = keys or KeyTable()
        self.only_faults = False

    def compose(self) -> ComposeResult:
        yield ParagraphText(self._head, classes="head")
        yield LogLines()

    def on_mount(self) -> None:
        self.set_interval(REFRESH_S, self._show)
        self.call_after_refresh(self._show)
        self.query_one(LogLines).focus()

    @property
    def lines(self) -> list[LogLine]:
        if not self.only_faults:
            return self.progress.lines
        return [line for line in self.progress.lines if line.outcome != "done"]

    def _show(self) -> None:
        self.query_one(LogLines).show(self.lines)
        self.query_one(ParagraphText).item_changed()

    def _head(self) -> list[Paragraph]:
        which = "failed, in doubt and notes" if self.only_faults else "all"
        words = f"batch {self.progress.started.job_id}  {counted(len(self.lines), 'event')} ({which})"
        return [Paragraph(join((words, "bold"), (f"  {self.keys.line(Place.LOG)}", cards.MUTED)))]

    def action_faults(self) -> None:
        self.only_faults = not self.only_faults
        self._show()

    def action_copy(self) -> None:
        self.post_message(CopyWanted("\n".join(cards.log_line(line).plain for line in self.lines)))

    def action_close(self) -> None:
        self.dismiss()
