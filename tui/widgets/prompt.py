"""Where the person types: Enter sends, Ctrl+J or Shift+Enter begins a line, Up and Down walk through history."""

from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.message import Message
from textual.widgets import TextArea

from tui.bindings import bindings
from tui.model.actions import Place
from tui.model.memory import PromptHistory
from tui.model.mentions import as_said
from tui.model.sheet_files import dropped_path
from tui.session_protocol import Clock
from tui.widgets.field import edit_in_turn

MOST_ROWS = 8
BORDER = 2
NEW_LINE = frozenset({"ctrl+j", "shift+enter", "alt+enter"})
POPUPS = frozenset({"tab", "enter", "up", "down", "escape"})
LEAVING = frozenset({"tab", "shift+tab"})
"""Keys that go elsewhere: they are not typing."""


class Prompt(TextArea):
    """A text area that knows when its message was begun."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.PROMPT)
    PLACE = Place.PROMPT

    class Submitted(Message):
        """The person sent a message."""

        def __init__(self, text: str, begun_at: float) -> None:
            super().__init__()
            self.text = text
            self.begun_at = begun_at

    class Edited(Message):
        """The text or the cursor has changed."""

    class Numbered(Message):
        """A number key in an empty prompt while choices stand above it."""

        def __init__(self, number: int, at: float) -> None:
            super().__init__()
            self.number = number
            self.at = at

    class PulledBack(Message):
        """Up at the first row of an empty prompt: a waiting message is wanted, else history."""

    def __init__(self, clock: Clock, memory: PromptHistory, popup_takes: Callable[[str], bool], *, id: str) -> None:
        """`popup_takes`: given Tab, Enter, Up, Down and Escape first; whether the completion popup used the key."""
        super().__init__(id=id, soft_wrap=True, show_line_numbers=False, highlight_cursor_line=False, compact=True)
        # A window stands open all day: a cursor that blinks would take six times what an idle one takes.
        self.cursor_blink = False
        self.clock = clock
        self.memory = memory
        self.begun_at: float | None = None
        self.typed_at: float | None = None
        """The last key in here; approving waits a moment after it."""
        self._rows = 1
        self.choices = 0
        """How many choices a single number key may take. The keys stay here and are not a bar's: a bar that took the
        focus would swallow the letters of an answer, and its Enter would choose."""
        self._popup_takes = popup_takes

    async def _on_key(self, event: events.Key) -> None:
        if event.key in POPUPS and self._popup_takes(event.key):
            event.stop()
            event.prevent_default()
            return
        if not self.text and event.key.isdecimal() and 1 <= int(event.key) <= self.choices:
            event.stop()
            event.prevent_default()
            self.post_message(self.Numbered(int(event.key), self.clock.of(event)))
            return
        if event.is_printable:
            self._begin(self.clock.of(event))
        if event.key not in LEAVING:
            self.typed_at = self.clock.of(event)
        # Not bindings: those with priority run before the letters that still wait in this widget's queue, and the
        # end of the sentence would be lost.
        if event.key == "enter" or event.key in NEW_LINE:
            event.stop()
            event.prevent_default()
            self.submit() if event.key == "enter" else self.action_line()
            return
        await edit_in_turn(self, event)

    async def _on_paste(self, event: events.Paste) -> None:
        """A file that is dropped on an empty prompt is mentioned, so that Enter opens it. For all else only the time is
        noted: the text area's own handler is called after this one."""
        self._begin(self.clock.of(event))
        path = dropped_path(event.text) if not self.text else None
        if path is not None:
            event.stop()
            event.prevent_default()
            self.insert(as_said(path))

    def _begin(self, now: float) -> None:
        if self.begun_at is None:
            self.begun_at = now

    def on_text_area_changed(self) -> None:
        if not self.text:
            self.begun_at = None
        rows = min(MOST_ROWS, max(1, self.wrapped_document.height))
        if self._rows != rows:
            self._rows = rows
            self.styles.height = rows + BORDER
        self.post_message(self.Edited())

    def submit(self) -> None:
        begun_at = self.begun_at if self.begun_at is not None else self.clock.now()
        self.post_message(self.Submitted(self.text, begun_at))
        # Here and not where the message arrives: what is typed in between belongs to the next message.
        self.put("")

    def take(self, text: str, typed_at: float) -> None:
        """Text that was typed or pasted while something else had the focus."""
        self._begin(typed_at)
        self.typed_at = typed_at
        self.insert(text)

    def action_line(self) -> None:
        self._begin(self.clock.now())
        self.insert("\n")

    def put(self, text: str, begun_at: float | None = None) -> None:
        """Replace the text, the cursor at its end."""
        self.load_text(text)
        self.begun_at = (begun_at if begun_at is not None else self.clock.now()) if text else None
        self.move_cursor(self.document.end)

    def action_cursor_up(self, select: bool = False) -> None:
        if not select and self._on_first_row():
            if self.text:
                self.action_older()
            else:
                self.post_message(self.PulledBack())
            return
        super().action_cursor_up(select)

    def action_cursor_down(self, select: bool = False) -> None:
        if not select and self._on_last_row():
            self.action_newer()
            return
        super().action_cursor_down(select)

    def action_older(self) -> None:
        older = self.memory.older(self.text)
        if older is not None:
            self.put(older)

    def action_newer(self) -> None:
        newer = self.memory.newer()
        if newer is not None:
            self.put(newer)

    def action_stash(self) -> None:
        self.put(self.memory.swap(self.text))

    def _on_first_row(self) -> bool:
        return self.wrapped_document.location_to_offset(self.cursor_location).y == 0

    def _on_last_row(self) -> bool:
        return self.wrapped_document.location_to_offset(self.cursor_location).y >= self.wrapped_document.height - 1
