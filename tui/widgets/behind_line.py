"""`▼ 12 new`: what was said while the reader looked further up."""

from textual.content import Content
from textual.message import Message
from textual.widgets import Static


class BehindLine(Static):
    """One line, only when there is something."""

    class Wanted(Message):
        """The person clicked it."""

    def show(self, count: int) -> None:
        self.display = count > 0
        self.update(Content(f" ▼ {count:,} new · Ctrl+End "), layout=False)

    def on_click(self) -> None:
        self.post_message(self.Wanted())
