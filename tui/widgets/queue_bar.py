"""Messages that wait for the turn to end; a click on one drops it."""

from collections.abc import Sequence

from textual import events
from textual.content import Content
from textual.message import Message

from tui.model.escaping import visible_line
from tui.model.memory import Outgoing
from tui.text.cards import MUTED
from tui.text.layout import join
from tui.widgets.line_text import LineText

SHOWN = 3


class QueueBar(LineText):
    """One line a message, one line of help."""

    class Dropped(Message):
        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def __init__(self, outgoing: Outgoing, *, id: str) -> None:
        super().__init__(id=id)
        self.outgoing = outgoing
        self.held = False
        self._shown: tuple[object, ...] = (False,)

    def lines_at(self, width: int) -> Sequence[Content]:
        waiting = list(self.outgoing.waiting)
        if not waiting:
            return []
        lines = [
            join(("» ", MUTED), visible_line(message.text)).truncate(width, ellipsis=True)
            for message in waiting[:SHOWN]
        ]
        more = f"{len(waiting) - SHOWN} more · " if len(waiting) > SHOWN else ""
        state = "held until you have answered · Enter sends one" if self.held else "sent when the turn ends"
        hint = join((f"  {more}{state} · Up edits the last · click drops", MUTED))
        return [*lines, hint.truncate(width, ellipsis=True)]

    def show(self, *, held: bool) -> None:
        """Follow what waits; nothing is painted where nothing changed."""
        wanted = (held, *self.outgoing.waiting)
        if wanted == self._shown:
            return
        self._shown, self.held = wanted, held
        self.display = bool(self.outgoing)
        self.changed()

    def on_click(self, event: events.Click) -> None:
        waiting = list(self.outgoing.waiting)
        if event.y < min(SHOWN, len(waiting)):
            self.post_message(self.Dropped(waiting[event.y].number))
