"""A band above the status line while real labels are bought without asking: what is left, and the way out."""

from textual.content import Content
from textual.widgets import Static

from tui.model.escaping import visible_line
from tui.text.layout import join

WAY_OUT = "  /mode confirm ends it"


class AutoBand(Static):
    """One line, only when live and auto; painted where it differs."""

    _shown = ""

    def show(self, words: str) -> None:
        if words != self._shown:
            self._shown = words
            self.display = bool(words)
            self.update(join((visible_line(words), "bold"), WAY_OUT) if words else Content(""))
